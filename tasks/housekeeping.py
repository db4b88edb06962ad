"""The housekeeping as a Prefect task: one service call."""

from __future__ import annotations

from prefect import task

from services.documents.housekeeping import Removed, keep_house
from services.unit_of_work import configured_database


@task(name="keep-house", retries=2, retry_delay_seconds=[2, 10], persist_result=False)
def keep_house_once() -> Removed:
    """Remove what nobody needs any more."""
    return keep_house(configured_database())
