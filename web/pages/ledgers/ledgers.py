"""Every ledger: its page, its file, and the views that people keep of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.people.security import SecurityEvent as E
from services.cases.ledgers.page import ledger_page
from services.cases.ledgers.registry import ledger_of
from services.ledgers.export import FileFormat
from services.ledgers.views import drop_view, save_view
from web.answers.ledger_files import asked_of, file_answer
from web.forms import OwnForm
from web.pages.answer import REFUSALS, show
from web.pages.ledgers.showing import address_of, shown
from web.proof import ProvenHere
from web.security_log import logged_as
from web.viewer import PortalHere, SignedIn

router = APIRouter()


@router.get("/ledgers/{key}")
def ledger(request: Request, viewer: SignedIn, portal: PortalHere, key: str) -> Response:
    """A page of a ledger, of what the viewer may see."""
    definition = ledger_of(key)
    if definition.address:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(definition.address + query, 303)
    page = ledger_page(portal.database, viewer, key, asked_of(request))
    return show(request, viewer, "ledgers/ledger.html", **shown(viewer, page))


@router.get("/ledgers/{key}/export", dependencies=[logged_as(E.EXPORTED)])
def export(
    request: Request,
    viewer: ProvenHere,
    portal: PortalHere,
    key: str,
    kind: Annotated[FileFormat, Query(alias="format")] = FileFormat.XLSX,
) -> Response:
    """All lines that are asked for, as a file, for whoever proved who they are."""
    return file_answer(request, portal, viewer, key, asked_of(request), kind)


@router.post("/ledgers/{key}/views")
def keep(request: Request, form: OwnForm, portal: PortalHere, key: str) -> Response:
    """Keep filters, order and columns under a name."""
    viewer, sent = form
    definition = ledger_of(key)
    asked = dict(parse_qsl(sent.text("asked")))
    login = viewer.account.login
    try:
        view = save_view(portal.database, login, definition, sent.text("name"), asked, viewer.now)
    except REFUSALS as error:
        page = ledger_page(portal.database, viewer, key, asked)
        template = "ledgers/ledger.html"
        return show(request, viewer, template, sent=sent, refusal=error, **shown(viewer, page))
    return RedirectResponse(f"{address_of(definition)}?{view.query}", 303)


@router.post("/ledgers/{key}/views/{view}/delete")
def forget(form: OwnForm, portal: PortalHere, key: str, view: int) -> Response:
    """Forget a view."""
    viewer, _ = form
    drop_view(portal.database, viewer.account.login, view)
    return RedirectResponse(address_of(ledger_of(key)), 303)
