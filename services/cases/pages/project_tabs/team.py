"""Who accompanies a project and why, its team, and the enterprise's choice of another steward."""

from __future__ import annotations

from dataclasses import dataclass

from config.texts import Word
from models.cases.choice import Choice, ChoiceState, Choosable, DeclineReason
from models.cases.states import ProjectState
from models.cases.stewardship import AssignmentRule, Basis, Reason
from models.people.actor import Role
from services.cases.handover.choice import choosable, last_choice
from services.cases.pages.project_tabs.frame import Tab, framed
from services.cases.views.team import Team, team_of
from services.people.viewer import Viewer
from services.unit_of_work import Database

#: A step of the rule in words, with how many were there before and after it.
STEPS = {
    AssignmentRule.STANDING: Word(
        "{before} may have it; {left} have the post that is asked first", ""
    ),
    AssignmentRule.PRESENT: Word("{left} of {before} are there", ""),
    AssignmentRule.CAP: Word("{left} of {before} have less than a steward may have", ""),
    AssignmentRule.KIND: Word("{left} of {before} are prepared for this kind of project", ""),
    AssignmentRule.PRESENT_SOON: Word(
        "{left} of {before} are there for most of the next two weeks", ""
    ),
    AssignmentRule.DAILY: Word("{left} of {before} were not given two projects today already", ""),
    AssignmentRule.LANGUAGE: Word("{left} of {before} speak a language of the enterprise", ""),
    AssignmentRule.CONTINUITY: Word(
        "of {before} this one has another project of the enterprise, and stays within the balance",
        "",
    ),
    AssignmentRule.BALANCE: Word("of {before} this one stands lowest with the project", ""),
}
SKIPPED = Word("{before} were asked, none would have been left: not counted", "")


@dataclass(frozen=True, slots=True)
class TeamTab(Tab):
    """The team of a project."""

    team: Team
    choice: Choice | None
    """The newest choice of the enterprise."""
    choosable: tuple[Choosable, ...]
    """Whom the viewer may choose now; empty for whoever chooses nobody."""
    commissioner: bool
    """Whether the commissioner of its park has it, who stays."""
    may_answer: bool
    """Whether the viewer was chosen and has not answered."""
    declines: tuple[DeclineReason, ...] = tuple(DeclineReason)

    def step(self, reason: Reason) -> Word:
        """A step of the rule in words; one that was skipped says so."""
        return STEPS[reason.rule] if reason.left else SKIPPED


def team_tab(database: Database, viewer: Viewer, project: str) -> TeamTab:
    """The team; who chooses sees whom they may choose."""
    frame, reading = framed(database, viewer, project)
    facts = reading.facts
    chooses = viewer.account.role is Role.APPLICANT and facts.state is ProjectState.ACTIVE
    with database.reading() as connection:
        team = team_of(connection, facts, viewer.now)
        choice = last_choice(connection, facts.id)
        listed, basis = choosable(connection, facts, viewer.now) if chooses else ((), None)
    asked = choice is not None and choice.state is ChoiceState.ASKED
    commissioner = basis is Basis.COMMISSIONER
    return TeamTab(
        frame,
        team=team,
        choice=choice,
        choosable=() if asked or commissioner else listed,
        commissioner=commissioner,
        may_answer=asked and choice is not None and choice.officer == viewer.account.login,
    )
