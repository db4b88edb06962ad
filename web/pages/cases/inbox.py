"""Inboxes: an officer's work in the order it falls due, and everyone's notices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.pages.inbox import inbox_page, next_case
from services.notices.notice_list import mark_read, notices_page
from web.answers.ledger_files import asked_of
from web.forms import OwnForm
from web.pages.answer import show
from web.pages.ledgers.showing import shown
from web.viewer import PortalHere, SignedIn

router = APIRouter()


@router.get("/inbox")
def officers_inbox(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """What waits for an officer."""
    page = inbox_page(portal.database, viewer, asked_of(request))
    return show(request, viewer, "cases/inbox.html", page=page, **shown(viewer, page.ledger))


@router.get("/inbox/next")
def go_on(
    viewer: SignedIn,
    portal: PortalHere,
    project: Annotated[str, Query(max_length=64)] = "",
    item: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """From one case to the next that falls due; to the inbox where nothing else waits."""
    case = next_case(portal.database, viewer, project, item)
    address = f"/projects/{case[0]}/items/{case[1]}" if case else "/inbox"
    return RedirectResponse(address, 303)


@router.get("/notices")
def notices(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """What somebody was told, newest first."""
    shown = notices_page(portal.database, viewer.actor, viewer.language, before)
    return show(request, viewer, "notices/notices.html", page=shown)


@router.post("/notices/read")
def read_notices(form: OwnForm, portal: PortalHere) -> Response:
    """Mark one notice as read, or all of them."""
    viewer, sent = form
    ids = [int(value) for value in sent.fields.get("id", ()) if value.isdecimal()]
    mark_read(portal.database, viewer.actor, viewer.now, ids or None)
    return RedirectResponse("/notices", 303)
