"""Scheduled: each day the heads of all logs are signed and kept outside of the database."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.settings import get_settings
from services.cases.audit.anchors import Anchors, make_anchor
from services.timing import now
from services.unit_of_work import configured_database


@flow(name="anchor-ledger", persist_result=False)
def anchor_ledger() -> State[None]:
    """Sign once. A folder or an address that does not take it makes the run red."""
    settings = get_settings()
    made = make_anchor(configured_database(), Anchors.of(settings), now())
    return Completed(message=f"anchor {made.number}: {len(made.heads)} projects had new events")
