"""Projects: the list with its lights, papers handed in for all items of one, documents received."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from models.cases.states import Light, ProjectState
from services.cases.pages.projects import projects_page
from services.cases.views.lists.project_query import ProjectQuery
from web.forms import OwnForm
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import confirm_received, hand_in
from web.pages.cases.project_tabs import PAPERS, back_to, show_tab, tab_of
from web.prefect_pages import links as prefect_links
from web.viewer import PortalHere, SignedIn

router = APIRouter()


@router.get("/projects")
def project_list(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    level: Annotated[str, Query()] = "",
    state: Annotated[str, Query()] = "active",
    text: Annotated[str, Query(max_length=100)] = "",
    steward: Annotated[str, Query(max_length=64)] = "",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Everyone's own projects, the most urgent on top."""
    query = ProjectQuery(
        level=Light(level) if level in set(Light) else None,
        state=ProjectState(state) if state in set(ProjectState) else None,
        text=text or None,
        steward=steward or None,
        after=after or None,
    )
    filters = {"level": level, "state": state, "text": text, "steward": steward}
    return show(
        request,
        viewer,
        "cases/projects.html",
        page=projects_page(portal.database, viewer, query),
        filters=filters,
        after=after,
        link=lambda **changes: "/projects?" + _query({**filters, **changes}),
        prefect=prefect_links.waiting_runs(viewer),
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


def _query(values: dict[str, object]) -> str:
    return urlencode({name: value for name, value in values.items() if value})
