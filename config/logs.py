"""How the program logs: one line an event, and with a fault where it happened."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info

from config.settings import get_settings

_ISO = TimeStamper(fmt="iso", utc=True)
_JSON = JSONRenderer(sort_keys=True, ensure_ascii=False, default=str)


def _render(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """A line for people, or for programs that gather lines (``KAIGONG_LOG_FORMAT``), where it is important
    enough (``KAIGONG_LOG_LEVEL``).
    """
    levels = logging.getLevelNamesMapping()
    if levels[event["level"].upper()] < levels[get_settings().log_level.upper()]:
        raise structlog.DropEvent
    if get_settings().log_format == "json":
        event = format_exc_info(logger, method, _ISO(logger, method, event))
        return str(_JSON(logger, method, event))
    console = ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain_traceback)
    return console(logger, method, event)


#: With a traceback, structlog would print the values of all variables on the way if it was left to
#: itself: people's data and addresses of channels do not belong into a log, and to put the facts of
#: one project into words takes half a minute.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        _render,
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
