"""The deadline watch as a Prefect task: one service call."""

from __future__ import annotations

from prefect import task

from services.timing import now
from services.unit_of_work import configured_database
from services.watch.deadlines import WatchReport, watch


@task(name="watch-deadlines", retries=2, retry_delay_seconds=[2, 10], persist_result=False)
def watch_deadlines() -> WatchReport:
    """Warn, deem accepted and void, once each; what failed is listed in the report."""
    return watch(configured_database(), now())
