"""``/api/v1/matters``: matters of every kind, filed, read and acted on; what an act is its kind says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from models.matters.commands import ActOnMatter, FileMatter
from services.matters import acts, filing, views
from services.matters.receipts import MatterReceipt
from services.matters.views import KindRow, MatterLine, MatterPage
from web.api.cases import IdempotencyKey
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1", tags=["matters"])


@router.get("/kinds")
def kinds(viewer: ByToken, portal: PortalHere) -> tuple[KindRow, ...]:
    """The kinds of matters that can be filed today, each with its form."""
    return views.kinds(portal.database, viewer.now)


@router.post("/matters", status_code=201)
def file(
    viewer: ByToken,
    portal: PortalHere,
    command: FileMatter,
    idempotency_key: IdempotencyKey = None,
) -> MatterReceipt:
    """File a matter; the answer has its number."""
    return filing.file(portal.database, command, viewer.actor, viewer.now, key=idempotency_key)


@router.get("/matters")
def ledger(
    viewer: ByToken,
    portal: PortalHere,
    *,
    kind: Annotated[str | None, Query(max_length=64, description="Key of a kind.")] = None,
    state: Annotated[str | None, Query(max_length=64, description="A state of it.")] = None,
    after: Annotated[
        str | None, Query(max_length=120, description="Number of the last line of the page before.")
    ] = None,
) -> tuple[MatterLine, ...]:
    """The matters that the person may see, what falls due first on top, fifty at a time."""
    return views.ledger(
        portal.database, viewer.actor, viewer.now, kind=kind, state=state, after=after
    )


@router.get("/matters/{number}")
def matter(viewer: ByToken, portal: PortalHere, number: str) -> MatterPage:
    """One matter with its clocks, what was done, and what the person may do with it now."""
    return views.matter_page(portal.database, number, viewer.actor, viewer.now)


@router.post("/matters/{number}/acts")
def act(
    viewer: ByToken,
    portal: PortalHere,
    number: str,
    command: ActOnMatter,
    idempotency_key: IdempotencyKey = None,
) -> MatterReceipt:
    """Do one act on a matter; `act` says which, `form` has its fields."""
    return acts.act(portal.database, number, command, viewer.actor, viewer.now, key=idempotency_key)
