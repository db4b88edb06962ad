"""``/api/v1/scenarios/replay``: what another definition would have changed for past projects."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from models.cases.commands import PRINTABLE
from services.rehearsal.past_projects import NEWEST, replay_projects, replay_view
from services.scenarios.record import check_reader
from web.api.scenarios.choice import ScenarioChoice, chosen_definition
from web.viewer import PortalHere, ToRead

router = APIRouter(prefix="/api/v1")


class ReplayRequest(ScenarioChoice):
    """Which definition, and which projects."""

    projects: Annotated[
        list[Annotated[str, Field(max_length=64, pattern=PRINTABLE)]],
        Field(
            default_factory=list,
            max_length=NEWEST,
            description="Codes; without any, projects of the scenario's key.",
        ),
    ]
    since: Annotated[date | None, Field(description="Registered from this day on.")] = None


@router.post("/scenarios/replay", tags=["scenarios"])
def replay(request: ReplayRequest, viewer: ToRead, portal: PortalHere) -> dict[str, Any]:
    """What would have been different for finished and running projects; nothing is written."""
    check_reader(viewer.actor)
    with portal.database.reading() as connection:
        outcome = replay_projects(
            connection,
            chosen_definition(connection, request),
            viewer.today,
            projects=request.projects,
            since=request.since,
        )
    return replay_view(outcome, viewer.translate, viewer.language)
