"""``/api/v1/scenarios/check``, ``/drawing`` and ``/rehearsal``: for whoever writes scenarios elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from models.findings import Finding
from services.scenario_admin.findings import Examined, examine
from services.scenario_admin.forecast import MOST_PROJECTS, forecast_view
from services.scenario_admin.installation_check import installation
from services.scenario_admin.record import check_reader
from web.api.scenario_choice import ScenarioChoice, chosen_definition, chosen_text
from web.pages.scenario_rehearsal import MOST_ACTS, Wanted, simulated
from web.scenario_view import SVG, drawing_answer
from web.viewer import ByToken, PortalHere, Viewer

router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])


class FindingEntry(BaseModel):
    """One finding, in the language of the person whose token it is."""

    code: str
    severity: str
    message: str
    line: int | None
    column: int | None
    path: str


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
def check(wanted: ScenarioChoice, reader: ByToken, portal: PortalHere) -> CheckAnswer:
    """Every finding about a text, with its line; nothing is kept."""
    examined = _examined(wanted, reader, portal)
    path = examined.path
    return CheckAnswer(
        ok=examined.definition is not None and not examined.errors,
        findings=[_entry(one, reader) for one in examined.findings],
        critical_path=CriticalPathEntry(
            days=path.days if path else None, items=list(path.items) if path else []
        ),
    )


@router.post("/drawing", response_class=Response, responses={200: {"content": {SVG: {}}}})
def drawing(wanted: DrawingRequest, reader: ByToken, portal: PortalHere) -> Response:
    """The picture of a scenario, sound or not, as SVG."""
    return drawing_answer(_examined(wanted, reader, portal), wanted.lang or reader.language)


@router.post("/rehearsal")
def rehearsal(wanted: RehearsalRequest, reader: ByToken, portal: PortalHere) -> dict[str, Any]:
    """How many projects would fare; one rehearsal of a person at a time."""
    check_reader(reader.actor)
    with portal.database.reading() as connection:
        definition = chosen_definition(connection, wanted)
    said = wanted.model_dump(exclude=set(ScenarioChoice.model_fields))
    with portal.rehearsals.place(reader.account.login):
        forecast = simulated(portal, reader.today, definition, Wanted(**said))
    return dict(forecast_view(definition, forecast, reader.language))


def _examined(wanted: ScenarioChoice, reader: Viewer, portal: PortalHere) -> Examined:
    check_reader(reader.actor)
    with portal.database.reading() as connection:
        return examine(chosen_text(connection, wanted), None, installation(connection))


def _entry(finding: Finding, reader: Viewer) -> FindingEntry:
    said: dict[str, Any] = finding.as_dict(reader.translate)
    return FindingEntry(severity=finding.severity.value, **said)
