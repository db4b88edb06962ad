"""Scheduled: what time does by rule, and the warnings before it does."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from tasks.deadlines import watch_deadlines


@flow(name="deadline-watch", persist_result=False)
def deadline_watch() -> State[None]:
    """Watch once. Cases that failed make the run red, after all the others were done."""
    report = watch_deadlines()
    done = (
        f"{report.warnings} warnings, {report.deemed_accepted} deemed accepted,"
        f" {report.voided} voided, {report.moved} days moved by a new calendar"
    )
    if report.failed:
        return Failed(message=f"{done}; {len(report.failed)} failed: {'; '.join(report.failed)}")
    return Completed(message=done)
