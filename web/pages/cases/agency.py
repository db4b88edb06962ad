"""Agents of enterprises: for whom somebody may act, what is missing, who acts in one project."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.pages.agency import agency_page
from services.cases.pages.signed_paper import signed_authorisation
from services.cases.views.authorisations import authorisations, missing
from services.installation.policy import policy
from web.answers.files import file_answer
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import submit_form
from web.portal import portal_of
from web.security_log import PERSONAL_DATA
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/agency")
def overview(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """The authorisations of one's own projects, and the projects that lack one."""
    return show(
        request,
        viewer,
        "cases/agency.html",
        rows=authorisations(portal.database, viewer.actor, closed=True),
        missing=missing(portal.database, viewer.actor),
        asked_from=policy().agency.asked_from,
    )


@router.get("/projects/{code}/agency")
def one_project(
    request: Request,
    viewer: SignedIn,
    code: str,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Who acts for the enterprise of one project, under what, and what they did."""
    return _show(request, viewer, code, done=done or None)


@router.get("/projects/{code}/agency/{number}/paper", dependencies=[PERSONAL_DATA])
def signed_paper(viewer: SignedIn, portal: PortalHere, code: str, number: int) -> Response:
    """An authorisation that was signed on paper, for whoever may see the project."""
    name, content = signed_authorisation(portal.database, viewer, code, number)
    return file_answer(content, name)


@router.post("/projects/{code}/agency")
def act(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Give, accept or take back an authorisation, or object to an act."""
    viewer, sent = form
    try:
        submit_form(portal, viewer, code, sent)
    except REFUSALS as error:
        return _show(request, viewer, code, sent=sent, refusal=error)
    return RedirectResponse(f"/projects/{code}/agency?done={sent.text('act')}", 303)


def _show(
    request: Request,
    viewer: Viewer,
    code: str,
    *,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    page = agency_page(portal_of(request).database, viewer, code)
    # What was typed about one authorisation or act does not stand in the forms of the others.
    typed = sent if sent is not None and sent.text("act") == page.form else None
    return show(
        request,
        viewer,
        "cases/project_agency.html",
        page=page,
        done=done,
        sent=typed,
        refusal=refusal,
        sentence=page.words.refusal,
    )
