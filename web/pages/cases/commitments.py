"""Which items are granted on commitment at once 承诺即批, and in whose name: the published lists."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.commitments import commitment_lists
from services.cases.commitments.commitment_lists import PublishList
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.portal import portal_of
from web.viewer import SignedIn, Viewer

router = APIRouter()


@router.get("/commitments")
def lists(request: Request, viewer: SignedIn) -> Response:
    """Every item that may be granted at once."""
    return _show(request, viewer)


@router.post("/commitments/{item}/publish")
def publish(request: Request, form: OwnForm, item: str) -> Response:
    """Put an item on the list, in the name of who does."""
    viewer, sent = form
    try:
        command = PublishList(item=item, number=sent.text("number"))
        commitment_lists.publish(portal_of(request).database, command, viewer.actor, viewer.now)
    except REFUSALS as error:
        return _show(request, viewer, sent=sent, refusal=error)
    return RedirectResponse("/commitments", 303)


@router.post("/commitments/{item}/withdraw")
def withdraw(request: Request, form: OwnForm, item: str) -> Response:
    """Take an item off the list."""
    viewer, sent = form
    try:
        commitment_lists.withdraw(portal_of(request).database, item, viewer.actor, viewer.now)
    except REFUSALS as error:
        return _show(request, viewer, sent=sent, refusal=error)
    return RedirectResponse("/commitments", 303)


def _show(
    request: Request,
    viewer: Viewer,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    rows = commitment_lists.rows(portal_of(request).database, viewer.actor)
    return show(request, viewer, "cases/commitments.html", sent=sent, refusal=refusal, rows=rows)
