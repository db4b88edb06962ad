"""How the program logs: one line an event, and with a fault where it happened."""

from __future__ import annotations

import logging
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
        ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain_traceback),
    ],
    # What a command answers stands on the standard output, alone; the stream is looked up anew each time.
    logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
)


def warnings_alone() -> None:
    """Leave out of the log of this process what is no warning: where a screen shows what happens."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def get_logger() -> Any:
    """The logger of a module."""
    return structlog.get_logger()
