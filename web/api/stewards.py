"""``/api/v1``: who accompanies a project, and the enterprise's choice of another one."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from models.cases.choice import AnswerChoice, Choice, Choosable, ChooseSteward
from services.cases.handover.choice import (
    answer_choice,
    choosable,
    choose_steward,
    last_choice,
)
from services.cases.views.project_reading import read
from services.cases.views.team import Team, team_of
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1", tags=["projects"])


class ProjectTeam(BaseModel):
    """The team of a project, and whom its enterprise may choose."""

    team: Team
    choice: Choice | None
    choosable: tuple[Choosable, ...]


class Chosen(BaseModel):
    """A choice that was made."""

    number: int


@router.get("/projects/{code}/team")
def team(viewer: ByToken, portal: PortalHere, code: str) -> ProjectTeam:
    """One steward with why it is they, one contact, the departments; whom the enterprise may choose."""
    with portal.database.reading() as connection:
        facts = read(connection, code, viewer.now, viewer.actor).facts
        listed, _ = choosable(connection, facts, viewer.now)
        return ProjectTeam(
            team=team_of(connection, facts, viewer.now),
            choice=last_choice(connection, facts.id),
            choosable=listed,
        )


@router.post("/projects/{code}/choice", status_code=201)
def choose(viewer: ByToken, portal: PortalHere, code: str, command: ChooseSteward) -> Chosen:
    """The enterprise asks somebody to accompany its project."""
    number = choose_steward(portal.database, code, command, viewer.actor, viewer.now)
    return Chosen(number=number)


@router.post("/projects/{code}/choice/answer", status_code=204)
def answer(viewer: ByToken, portal: PortalHere, code: str, command: AnswerChoice) -> None:
    """Accept or decline what the person was asked."""
    answer_choice(portal.database, code, command, viewer.actor, viewer.now)
