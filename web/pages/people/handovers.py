"""Hand-over lists 交接清单: whoever gives or receives reads and signs them; leaders read all."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.handover.printed import blocks_of
from services.cases.handover.signing import (
    SignHandover,
    handover_page,
    handovers,
    sign_handover,
)
from services.scenarios.guides.pages import as_pdf
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.portal import portal_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/handovers")
def lists(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """The lists of the reader, those that are not signed first."""
    rows = handovers(portal.database, viewer.actor, viewer.now)
    return show(request, viewer, "people/handovers.html", rows=rows)


@router.get("/handovers/{number:int}")
def one(request: Request, viewer: SignedIn, number: int) -> Response:
    """One list, with the form to sign it."""
    return _show(request, viewer, number)


@router.get("/handovers/{number:int}/pdf")
def paper(viewer: SignedIn, portal: PortalHere, number: int) -> Response:
    """The same as PDF."""
    page = handover_page(portal.database, number, viewer.actor, viewer.now)
    content = as_pdf(blocks_of(page, viewer.translate, viewer.language), viewer.language)
    headers = {"Content-Disposition": f"inline; filename=handover-{number}.pdf"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/handovers/{number:int}/sign")
def sign(request: Request, form: OwnForm, number: int) -> Response:
    """Sign for the side that one stands on."""
    viewer, sent = form
    try:
        signature = SignHandover(reservations=sent.text("reservations"))
        sign_handover(portal_of(request).database, number, signature, viewer.actor, viewer.now)
    except REFUSALS as error:
        return _show(request, viewer, number, sent=sent, refusal=error)
    return RedirectResponse(f"/handovers/{number}", 303)


def _show(
    request: Request,
    viewer: Viewer,
    number: int,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    page = handover_page(portal_of(request).database, number, viewer.actor, viewer.now)
    blocks = blocks_of(page, viewer.translate, viewer.language)
    shown = [(type(block).__name__, block) for block in blocks[1:]]
    return show(
        request,
        viewer,
        "people/handover.html",
        page=page,
        blocks=shown,
        sent=sent,
        refusal=refusal,
    )
