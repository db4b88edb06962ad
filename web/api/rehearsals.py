"""``/api/v1/scenarios/replay``: what another definition would have changed for past projects."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from models.commands import PRINTABLE
from models.definition import Key, ScenarioDefinition
from models.errors import InvalidInput
from rules.scenario_reading.yaml_source import MAX_BYTES
from services import scenarios
from services.installation_check import installation
from services.rehearsal import NEWEST, replay_projects, replay_view
from services.scenario_files import publishable
from services.scenario_findings import read_source, sound_version
from services.scenario_record import check_reader
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1")


class ReplayRequest(BaseModel):
    """Which definition, and which projects: the text of a scenario, or a version of one."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[
        str | None, Field(max_length=MAX_BYTES, description="A scenario as YAML text.")
    ] = None
    scenario: Annotated[Key | None, Field(description="Key of a scenario, without source.")] = None
    version: Annotated[
        int | None, Field(ge=1, le=100_000, description="Default: the newest published one.")
    ] = None
    projects: Annotated[
        list[Annotated[str, Field(max_length=64, pattern=PRINTABLE)]],
        Field(max_length=NEWEST, description="Codes; without any, projects of the scenario's key."),
    ] = []
    since: Annotated[date | None, Field(description="Registered from this day on.")] = None


@router.post("/scenarios/replay", tags=["scenarios"])
def replay(request: ReplayRequest, reader: ByToken, portal: PortalHere) -> dict[str, Any]:
    """What would have been different for finished and running projects; nothing is written."""
    check_reader(reader.actor)
    with portal.database.reading() as connection:
        found = replay_projects(
            connection,
            _definition(connection, request),
            reader.today,
            projects=request.projects,
            since=request.since,
        )
    return replay_view(found, reader.translate, reader.language)


def _definition(connection: Connection, request: ReplayRequest) -> ScenarioDefinition:
    if request.source is not None:
        return publishable(read_source(request.source, installation()), "source")
    if request.scenario is None:
        remedy = "Give the text of a scenario as source, or the key of one as scenario."
        raise InvalidInput(field="source", value="—", remedy=remedy)
    if request.version is None:
        return scenarios.published(connection, request.scenario)[1]
    return sound_version(connection, request.scenario, request.version)
