"""Inboxes: an officer's work in the order it falls due, and everyone's notices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.messages import inbox as notice_inbox
from services.views import leads
from services.views.inbox import inbox
from services.views.site_agenda import agenda
from web.forms import OwnForm
from web.rendering import page
from web.viewer import PortalHere, SignedIn

router = APIRouter()

NOTICES = 30


@router.get("/inbox")
def officers_inbox(
    request: Request,
    reader: SignedIn,
    portal: PortalHere,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """What waits for an officer."""
    found = inbox(portal.database, reader.actor, reader.now, page=number)
    first = number == 1
    known = leads.leads(portal.database, reader.actor) if first else ()
    days = agenda(portal.database, reader.actor, reader.now) if first else ()
    return page(request, reader, "inbox.html", inbox=found, leads=known, agenda=days)


@router.get("/notices")
def notices(
    request: Request,
    reader: SignedIn,
    portal: PortalHere,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """What somebody was told, newest first."""
    found = notice_inbox.inbox(
        portal.database, reader.account.login, reader.language, before=before, limit=NOTICES + 1
    )
    shown = found[:NOTICES]
    older = shown[-1].id if len(found) > NOTICES else None
    return page(request, reader, "notices.html", notices=shown, older=older)


@router.post("/notices/read")
def read_notices(form: OwnForm, portal: PortalHere) -> Response:
    """Mark one notice as read, or all of them."""
    reader, sent = form
    ids = [int(value) for value in sent.fields.get("id", ()) if value.isdecimal()]
    notice_inbox.mark_read(portal.database, reader.account.login, reader.now, ids or None)
    return RedirectResponse("/notices", 303)
