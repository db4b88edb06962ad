"""The form by which a project is registered: choose the scenario, then fill in what it asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from models.actor import Role
from models.definition import ScenarioDefinition
from models.errors import KaigongError
from services import accounts, scenarios
from services.registration import RegisterProject, register_project
from services.scenario_admin.scenario_list import published_scenarios
from web.attributes import attributes_sent
from web.forms import OwnForm, Submission
from web.problems import as_refusal, plain, status_of
from web.rendering import page
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/projects/new")
def registration_form(
    request: Request,
    reader: SignedIn,
    scenario: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Choose a scenario; then its form."""
    return _show(request, reader, scenario)


@router.post("/projects/new")
def register(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Register a project; what was wrong is said beside what was typed."""
    reader, sent = form
    scenario = sent.text("scenario")
    try:
        definition = _definition(request, scenario)
        wanted = _request(reader, sent, definition)
        done = register_project(portal.database, wanted, reader.actor, reader.now, key=sent.key)
    except (KaigongError, ValidationError) as error:
        return _show(request, reader, scenario, sent=sent, refusal=as_refusal(error)[0])
    return RedirectResponse(f"/projects/{done.project}?done=register_project", 303)


def _show(
    request: Request,
    reader: Viewer,
    scenario: str,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    portal = request.app.state.portal
    with portal.database.reading() as connection:
        known = published_scenarios(connection)
    chosen = next((one for one in known if one.key == scenario), None)
    return page(
        request,
        reader,
        "register.html",
        status=status_of(refusal) if refusal else 200,
        scenarios=known,
        chosen=chosen,
        stewards=accounts.with_role(portal.database, Role.PROJECT_STEWARD),
        error=plain(refusal, reader.translate) if refusal else None,
        sent=sent.values() if sent else {},
    )


def _definition(request: Request, key: str) -> ScenarioDefinition:
    with request.app.state.portal.database.reading() as connection:
        return scenarios.published(connection, key)[1]


def _request(reader: Viewer, sent: Submission, scenario: ScenarioDefinition) -> RegisterProject:
    own = reader.account.enterprise
    return RegisterProject(
        code=sent.text("code"),
        title=sent.text("title"),
        enterprise=own or sent.text("enterprise"),
        enterprise_name=sent.text("enterprise_name") or None,
        scenario=scenario.key,
        attributes=attributes_sent(sent, scenario.attributes, defaults=True),
        steward=sent.text("steward") or None,
    )
