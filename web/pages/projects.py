"""Projects: the list with its lights, one project's page, papers handed in for all its items."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from models.actor import Role
from models.errors import KaigongError
from models.facts import ProjectFacts
from models.states import Light, ProjectState
from rules.permissions import allowed_acts, concerns
from services import accounts
from services.guides.words import Words
from services.views import ledger
from services.views.ledger import ProjectQuery
from services.views.next_steps import next_steps
from services.views.project_page import read_project
from services.views.timeline import sentence
from services.views.visibility import SEE_ALL
from services.wording.attribute_words import attribute_value, particulars
from services.wording.names import left_out, with_names
from web.acts import confirm_received, hand_in
from web.forms import OwnForm, Submission
from web.problems import as_refusal, plain, status_of
from web.rendering import page
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

SHOWN_EVENTS = 10
#: Who looks after projects, and may watch their runs.
SEE_IN_PREFECT = (Role.PROJECT_STEWARD, Role.ADMINISTRATOR, Role.LEADER)


@router.get("/projects")
def project_list(
    request: Request,
    reader: SignedIn,
    portal: PortalHere,
    level: Annotated[str, Query()] = "",
    state: Annotated[str, Query()] = "active",
    text: Annotated[str, Query(max_length=100)] = "",
    steward: Annotated[str, Query(max_length=64)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Everyone's own projects, the most urgent on top."""
    query = ProjectQuery(
        level=Light(level) if level in set(Light) else None,
        state=ProjectState(state) if state in set(ProjectState) else None,
        text=text or None,
        steward=steward or None,
        page=number,
    )
    viewer = reader.actor
    filters = {"level": level, "state": state, "text": text, "steward": steward}
    stewards = accounts.with_role(portal.database, Role.PROJECT_STEWARD)
    return page(
        request,
        reader,
        "projects.html",
        found=ledger.projects(portal.database, query, reader.today, viewer=viewer),
        desk=ledger.desk(portal.database, reader.today, viewer=viewer),
        filters=filters,
        link=lambda **changes: "/projects?" + _query({**filters, **changes}),
        stewards=stewards if viewer.role in SEE_ALL else (),
        prefect=_prefect_runs(portal.settings.prefect_url, reader),
    )


@router.get("/projects/{code}")
def project_page(
    request: Request,
    reader: SignedIn,
    code: str,
    done: Annotated[str, Query(max_length=40)] = "",
    log: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """One project with everything in it."""
    return show_project(request, reader, code, done=done or None, whole_log=log == "all")


@router.post("/projects/{code}/papers")
def hand_in_papers(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Hand in any number of papers at once; each serves every item that asks for it."""
    reader, sent = form
    try:
        hand_in(portal, reader, code, sent)
    except (KaigongError, ValidationError) as error:
        return show_project(request, reader, code, sent=sent, refusal=as_refusal(error)[0])
    return RedirectResponse(f"/projects/{code}?done=submit_material#papers", 303)


@router.post("/projects/{code}/received")
def received(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Confirm that documents reached the enterprise, as many as the form names."""
    reader, sent = form
    try:
        confirm_received(portal, reader, code, sent)
    except (KaigongError, ValidationError) as error:
        return show_project(request, reader, code, sent=sent, refusal=as_refusal(error)[0])
    return RedirectResponse(f"/projects/{code}?done=record_delivery", 303)


def show_project(
    request: Request,
    reader: Viewer,
    code: str,
    *,
    done: str | None = None,
    whole_log: bool = False,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    """The page of a project, with what went wrong where something did."""
    portal = request.app.state.portal
    reading = read_project(portal.database, code, reader.now, viewer=reader.actor)
    facts, shown = reading.facts, reading.page
    events = shown.events if whole_log else shown.events[:SHOWN_EVENTS]
    people = {e.actor: e.actor_name for e in shown.events if e.actor_name}
    if shown.steward and shown.steward_name:
        people[shown.steward] = shown.steward_name
    told = [(e, sentence(e, facts, reader.language, reader.translate, people)) for e in events]
    names = {item.code: item.name for item in shown.items}
    naming = with_names(reader.translate, facts.scenario, reader.language)
    applicant = reader.account.role in (Role.APPLICANT, Role.PROJECT_STEWARD)
    assigns = reader.account.role in (Role.ADMINISTRATOR, Role.LEADER)
    return page(
        request,
        reader,
        "project.html",
        status=status_of(refusal) if refusal else 200,
        project=shown,
        names=names,
        said=Words(facts.scenario, reader.translate, reader.language),
        waited=lambda item: [names[code] for code in item.waits_for_items if code in names],
        told=told,
        more_events=len(shown.events) - len(events),
        steps=next_steps(facts),
        standing=reading.standing,
        may_hand_in=applicant and shown.state is ProjectState.ACTIVE,
        prefect=_prefect_address(portal.settings.prefect_url, shown.flow_run_id, reader),
        stewards=accounts.with_role(portal.database, Role.PROJECT_STEWARD) if assigns else (),
        particulars=particulars(facts.scenario, facts.attributes),
        corrects=shown.state is ProjectState.ACTIVE and _corrects(reader, facts),
        attribute_value=lambda value: attribute_value(value, reader.translate),
        left_out=lambda reason: left_out(facts.scenario, reason),
        done=done,
        error=plain(refusal, naming) if refusal else None,
        sent=sent.values() if sent else {},
    )


def _corrects(reader: Viewer, facts: ProjectFacts) -> bool:
    """Whether the reader may put right what was registered of a project."""
    own = "correct_attributes" in allowed_acts(reader.actor)
    return own and concerns(reader.actor, facts, None)


#: Prefect's own list hides runs that began more than a week ago; a project waits for months.
PREFECT_SPAN_SECONDS = -365 * 24 * 60 * 60


def _prefect_runs(api: str, reader: Viewer) -> str | None:
    """Prefect's list of the projects that wait: a steward's own, or all of them."""
    role = reader.account.role
    if role not in SEE_IN_PREFECT:
        return None
    query: dict[str, str | int] = {
        "state": "Suspended",
        "type": "span",
        "seconds": PREFECT_SPAN_SECONDS,
    }
    if role is Role.PROJECT_STEWARD:
        query["tag"] = f"steward:{reader.account.login}"
    return f"{api.removesuffix('/api')}/runs?{urlencode(query)}"


def _prefect_address(api: str, run: str | None, reader: Viewer) -> str | None:
    """Where the project's run is seen in Prefect, for those who look after it."""
    if run is None or reader.account.role not in SEE_IN_PREFECT:
        return None
    return f"{api.removesuffix('/api')}/runs/flow-run/{run}"


def _query(values: dict[str, object]) -> str:
    return urlencode({name: value for name, value in values.items() if value not in {"", 1}})
