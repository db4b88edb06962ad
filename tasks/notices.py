"""The delivery of notices as a Prefect task: one service call."""

from __future__ import annotations

from prefect import task

from services.notices.notices import DeliveryCounts, pump
from services.timing import now
from services.unit_of_work import configured_database


@task(name="pump-notices", retries=2, retry_delay_seconds=[2, 10], persist_result=False)
def pump_notices() -> DeliveryCounts:
    """Expand and deliver what is due; letters that failed come again by themselves."""
    return pump(configured_database(), now())
