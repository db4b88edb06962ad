"""``/api/v1/scenarios/check``, ``/drawing`` and ``/rehearsal``: for whoever writes scenarios elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from services.rehearsal.forecast import MOST_PROJECTS, forecast_view
from services.rehearsal.requests import MOST_ACTS, RehearsalTerms, simulated
from services.scenarios.findings import Examined, examine
from services.scenarios.installation_check import installation
from services.scenarios.record import check_reader
from web.answers.drawings import SVG, drawing_answer
from web.api.scenarios.choice import ScenarioChoice, chosen_definition, chosen_text
from web.api.scenarios.entries import FindingEntry, finding_entry
from web.viewer import PortalHere, ToRead, Viewer

router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])


class CriticalPathEntry(BaseModel):
    """The counted critical path; empty while items stand in no order."""

    days: int | None
    items: list[str]


class CheckAnswer(BaseModel):
    """Everything that can be found about a text."""

    ok: bool
    findings: list[FindingEntry]
    critical_path: CriticalPathEntry


class DrawingRequest(ScenarioChoice):
    """Which scenario, and in which language."""

    lang: Literal["zh-CN", "en"] | None = None


class RehearsalRequest(ScenarioChoice):
    """Which scenario, and which projects come."""

    projects: Annotated[int, Field(ge=1, le=MOST_PROJECTS)] = 1000
    seed: Annotated[int, Field(ge=0, le=2**31, description="The same seed, the same forecast.")] = 1
    begins: Annotated[date | None, Field(description="Day of the first project: today.")] = None
    over: Annotated[int, Field(ge=1, le=5000, description="Working days they come over.")] = 250
    history: Annotated[bool, Field(description="Take the paces of past projects.")] = False
    capacities: Annotated[
        dict[str, Annotated[int, Field(ge=1, le=MOST_ACTS)]],
        Field(
            default_factory=dict,
            max_length=200,
            description="Department: acts it manages in a working day.",
        ),
    ]


@router.post("/check")
def check(choice: ScenarioChoice, viewer: ToRead, portal: PortalHere) -> CheckAnswer:
    """Every finding about a text, with its line; nothing is kept."""
    examined = _examined(choice, viewer, portal)
    path = examined.path
    return CheckAnswer(
        ok=examined.definition is not None and not examined.errors,
        findings=[finding_entry(finding, viewer) for finding in examined.findings],
        critical_path=CriticalPathEntry(
            days=path.days if path else None, items=list(path.items) if path else []
        ),
    )


@router.post("/drawing", response_class=Response, responses={200: {"content": {SVG: {}}}})
def drawing(choice: DrawingRequest, viewer: ToRead, portal: PortalHere) -> Response:
    """The picture of a scenario, sound or not, as SVG."""
    return drawing_answer(_examined(choice, viewer, portal), choice.lang or viewer.language)


@router.post("/rehearsal")
def rehearsal(order: RehearsalRequest, viewer: ToRead, portal: PortalHere) -> dict[str, Any]:
    """How many projects would fare; one rehearsal of a person at a time."""
    check_reader(viewer.actor)
    with portal.database.reading() as connection:
        definition = chosen_definition(connection, order)
    terms = order.model_dump(exclude=set(ScenarioChoice.model_fields))
    with portal.rehearsals.place(viewer.account.login):
        forecast = simulated(portal.database, viewer.today, definition, RehearsalTerms(**terms))
    return dict(forecast_view(definition, forecast, viewer.language))


def _examined(choice: ScenarioChoice, viewer: Viewer, portal: PortalHere) -> Examined:
    check_reader(viewer.actor)
    with portal.database.reading() as connection:
        return examine(chosen_text(connection, choice), None, installation(connection))
