"""Projects: the list with its lights, papers handed in for all items of one, documents received."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.cases.pages.projects import projects_page
from web.answers.ledger_files import asked_of
from web.forms import OwnForm
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import confirm_received, hand_in
from web.pages.cases.project_tabs import PAPERS, back_to, show_tab, tab_of
from web.pages.ledgers.showing import shown
from web.prefect_pages import links as prefect_links
from web.viewer import PortalHere, SignedIn

router = APIRouter()


@router.get("/projects")
def project_list(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """Everyone's own projects, the most urgent on top."""
    page = projects_page(portal.database, viewer, asked_of(request))
    return show(
        request,
        viewer,
        "cases/projects.html",
        page=page,
        prefect=prefect_links.waiting_runs(viewer),
        **shown(viewer, page.ledger),
    )


@router.post("/projects/{code}/papers")
def hand_in_papers(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Hand in any number of papers at once; each serves every item that asks for it."""
    viewer, sent = form
    try:
        hand_in(portal, viewer, code, sent)
    except REFUSALS as error:
        return show_tab(request, viewer, code, PAPERS, sent=sent, refusal=error)
    return back_to(code, PAPERS, "submit_material")


@router.post("/projects/{code}/received")
def received(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Confirm that documents reached the enterprise, as many as the form names."""
    viewer, sent = form
    try:
        confirm_received(portal, viewer, code, sent)
    except REFUSALS as error:
        return show_tab(request, viewer, code, tab_of(code, sent), sent=sent, refusal=error)
    return back_to(code, tab_of(code, sent), "record_delivery")
