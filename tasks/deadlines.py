"""The deadline watch as a Prefect task: one service call."""

from __future__ import annotations

from prefect import task

from services.cases.watch.deadlines import watch
from services.cases.watch.report import WatchReport
from services.timing import now
from services.unit_of_work import configured_database


@task(name="watch-deadlines", retries=2, retry_delay_seconds=[2, 10], persist_result=False)
def watch_deadlines() -> WatchReport:
    """Warn, and do what follows when clocks have run out, once each; what failed is in the report."""
    return watch(configured_database(), now())
