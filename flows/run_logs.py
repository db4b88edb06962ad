"""Prefect logs every run that ends otherwise than ``Completed`` as an error; waiting is none.

A project parks at the end of every wake-up and its stages mostly wait. Left alone, Prefect's UI
would show each of these as a red line. The filter lowers exactly those lines to INFO.
"""

from __future__ import annotations

import logging

_FINISHED = "Finished in state "
_TROUBLE = ("Failed(", "Crashed(", "TimedOut(")
_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


class _WaitingIsNormal(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno == logging.ERROR and isinstance(record.msg, str):
            state = record.msg.removeprefix(_FINISHED)
            if state != record.msg and not state.startswith(_TROUBLE):
                record.levelno, record.levelname = logging.INFO, "INFO"
                return logging.getLogger(record.name).isEnabledFor(logging.INFO)
        return True


_FILTER = _WaitingIsNormal()


def show_waiting_as_normal() -> None:
    """Install the filter in this process; calling it again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
