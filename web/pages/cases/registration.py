"""The form by which a project is registered: choose the scenario, then fill in what it asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.scenarios.definition import ScenarioDefinition
from services.cases.pages.registration import registration_page, scenario_in_effect
from services.cases.registration import RegisterProject, register_project
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.pages.cases.attribute_fields import attributes_sent
from web.portal import portal_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/projects/new")
def registration_form(
    request: Request,
    viewer: SignedIn,
    scenario: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Choose a scenario; then its form."""
    return _show(request, viewer, scenario)


@router.post("/projects/new")
def register(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Register a project; what was wrong is said beside what was typed."""
    viewer, sent = form
    scenario = sent.text("scenario")
    try:
        definition = scenario_in_effect(portal.database, viewer, scenario)
        wanted = _request(viewer, sent, definition)
        done = register_project(portal.database, wanted, viewer.actor, viewer.now, key=sent.key)
    except REFUSALS as error:
        return _show(request, viewer, scenario, sent=sent, refusal=error)
    return RedirectResponse(f"/projects/{done.project}?done=register_project", 303)


def _show(
    request: Request,
    viewer: Viewer,
    scenario: str,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    page = registration_page(portal_of(request).database, viewer, scenario)
    return show(request, viewer, "cases/register.html", page=page, sent=sent, refusal=refusal)


def _request(viewer: Viewer, sent: Submission, scenario: ScenarioDefinition) -> RegisterProject:
    own = viewer.account.enterprise
    return RegisterProject(
        code=sent.text("code") or None,
        title=sent.text("title"),
        enterprise=own or sent.text("enterprise"),
        enterprise_name=sent.text("enterprise_name") or None,
        scenario=scenario.key,
        attributes=attributes_sent(sent, scenario.attributes, defaults=True),
        steward=sent.text("steward") or None,
    )
