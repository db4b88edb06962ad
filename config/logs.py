"""How the program logs: one line an event, and with a fault where it happened."""

from __future__ import annotations

import sys
from typing import Any

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback

#: With a traceback, structlog would print the values of all variables on the way if it was left to
#: itself: people's data and addresses of channels do not belong into a log, and to put the facts of
#: one project into words takes half a minute.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain_traceback),
    ]
)


def get_logger() -> Any:
    """The logger of a module."""
    return structlog.get_logger()
