"""``/api/v1``: hand-over lists, read and signed."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel

from models.people.handover import Handover, HandoverCause, OpenWork
from services.cases.handover.signing import (
    SignHandover,
    handover_page,
    handovers,
    sign_handover,
)
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1", tags=["people"])


class HandoverEntry(BaseModel):
    """A hand-over list, without what is open in its projects."""

    id: int
    giver: str
    receiver: str
    cause: HandoverCause
    made_at: datetime
    sign_by: date
    projects: int
    giver_signed_at: datetime | None
    giver_signed_by: str | None
    receiver_signed_at: datetime | None
    reservations: str


class HandoverProject(BaseModel):
    """What is open in one project that is handed over."""

    project: str
    lines: tuple[OpenWork, ...]


class HandoverList(HandoverEntry):
    """A hand-over list in full."""

    open: tuple[HandoverProject, ...]


def _entry(handover: Handover) -> dict[str, object]:
    return {name: getattr(handover, name) for name in HandoverEntry.model_fields}


@router.get("/handovers")
def every(viewer: ByToken, portal: PortalHere) -> list[HandoverEntry]:
    """The lists that the person gave or received, unsigned ones first; leaders get all."""
    listed = handovers(portal.database, viewer.actor, viewer.now)
    return [HandoverEntry.model_validate(_entry(handover)) for handover in listed]


@router.get("/handovers/{number}")
def one(viewer: ByToken, portal: PortalHere, number: int) -> HandoverList:
    """One list with everything that was open."""
    page = handover_page(portal.database, number, viewer.actor, viewer.now)
    listed = [HandoverProject(project=each.code, lines=each.lines) for each in page.projects]
    return HandoverList.model_validate({**_entry(page.handover), "open": listed})


@router.post("/handovers/{number}/sign", status_code=204)
def sign(viewer: ByToken, portal: PortalHere, number: int, signature: SignHandover) -> None:
    """Sign for the side that the person stands on."""
    sign_handover(portal.database, number, signature, viewer.actor, viewer.now)
