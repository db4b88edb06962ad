"""Projects: the list with its lights, one project's page, papers handed in for all its items."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.cases.states import Light, ProjectState
from services.cases.pages.project import project_desk
from services.cases.pages.projects import projects_page
from services.cases.views.lists.project_query import ProjectQuery
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import confirm_received, hand_in
from web.portal import portal_of
from web.prefect_pages import links as prefect_links
from web.viewer import PortalHere, SignedIn, Viewer

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


@router.get("/projects/{code}")
def one_project(
    request: Request,
    viewer: SignedIn,
    code: str,
    done: Annotated[str, Query(max_length=40)] = "",
    log: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """One project with everything in it."""
    return show_project(request, viewer, code, done=done or None, whole_log=log == "all")


@router.post("/projects/{code}/papers")
def hand_in_papers(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Hand in any number of papers at once; each serves every item that asks for it."""
    viewer, sent = form
    try:
        hand_in(portal, viewer, code, sent)
    except REFUSALS as error:
        return show_project(request, viewer, code, sent=sent, refusal=error)
    return RedirectResponse(f"/projects/{code}?done=submit_material#papers", 303)


@router.post("/projects/{code}/received")
def received(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Confirm that documents reached the enterprise, as many as the form names."""
    viewer, sent = form
    try:
        confirm_received(portal, viewer, code, sent)
    except REFUSALS as error:
        return show_project(request, viewer, code, sent=sent, refusal=error)
    return RedirectResponse(f"/projects/{code}?done=record_delivery", 303)


def show_project(
    request: Request,
    viewer: Viewer,
    code: str,
    *,
    done: str | None = None,
    whole_log: bool = False,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    """The page of a project, with what went wrong where something did."""
    portal = portal_of(request)
    page = project_desk(portal.database, viewer, code, whole_log=whole_log)
    run = page.project.flow_run_id
    return show(
        request,
        viewer,
        "cases/project.html",
        page=page,
        prefect=prefect_links.project_run(run, viewer),
        done=done,
        sent=sent,
        refusal=refusal,
        sentence=page.words.refusal,
    )


def _query(values: dict[str, object]) -> str:
    return urlencode({name: value for name, value in values.items() if value})
