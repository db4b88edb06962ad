"""One item of a project, and the acts whose forms stand on its page and on the project's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.pages.item import item_page
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import submit_form
from web.pages.cases.project_tabs import back_to, show_tab, tab_of
from web.portal import portal_of
from web.proof import check_proof_of_act
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/projects/{code}/items/{item}")
def one_item(
    request: Request,
    viewer: SignedIn,
    code: str,
    item: str,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One item with everything that belongs to its decision."""
    return show_item(request, viewer, code, item, done=done or None)


@router.post("/projects/{code}/acts")
def act(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Do an act; what was refused is shown on the page it came from, with what was typed."""
    viewer, sent = form
    item = sent.text("item")
    check_proof_of_act(request, viewer, sent)
    try:
        submit_form(portal, viewer, code, sent)
    except REFUSALS as error:
        if item:
            return show_item(request, viewer, code, item, sent=sent, refusal=error)
        return show_tab(request, viewer, code, tab_of(code, sent), sent=sent, refusal=error)
    if not item:
        return back_to(code, tab_of(code, sent), sent.text("act"))
    return RedirectResponse(f"/projects/{code}/items/{item}?done={sent.text('act')}", 303)


def show_item(
    request: Request,
    viewer: Viewer,
    code: str,
    item: str,
    *,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    """The page of an item, with what went wrong where something did."""
    page = item_page(portal_of(request).database, viewer, code, item)
    return show(
        request,
        viewer,
        "cases/item.html",
        page=page,
        done=done,
        sent=sent,
        refusal=refusal,
        sentence=page.words.refusal,
    )
