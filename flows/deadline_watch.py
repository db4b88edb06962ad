"""Scheduled: expiries of clocks, and the warnings before them."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from config.settings import get_settings
from config.texts import translator
from tasks.deadlines import watch_deadlines


@flow(name="deadline-watch", persist_result=False)
def deadline_watch() -> State[None]:
    """Watch once. Cases that failed make the run red, after all the others were done."""
    report = watch_deadlines()
    message = report.summary(translator(get_settings().language))
    return Failed(message=message) if report.failed else Completed(message=message)
