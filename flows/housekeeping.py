"""Scheduled: what nobody needs any more is removed."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.housekeeping import keep_house_once


@flow(name="housekeeping", persist_result=False)
def housekeeping() -> State[None]:
    """Keep house once."""
    removed = keep_house_once()
    return Completed(message=f"{removed.files} files and {removed.budgets} budgets removed")
