"""What is known of a project: its particulars, its land, its architect, its steward."""

from __future__ import annotations

from dataclasses import dataclass

from models.cases.states import ProjectState
from models.people.actor import Role
from rules.cases.instruments.credit.credit_class import CreditScore
from rules.cases.instruments.credit.standing import score_in
from rules.cases.permissions import allowed_acts, concerns
from services.cases.pages.project_tabs.frame import Tab, framed
from services.people.accounts import with_role
from services.people.viewer import Viewer
from services.unit_of_work import Database
from services.wording.attribute_words import Particular, particulars

#: Who chooses the steward.
ASSIGNERS = frozenset({Role.ADMINISTRATOR, Role.LEADER})


@dataclass(frozen=True, slots=True)
class FactsTab(Tab):
    """What is known of the project, and who may put it right."""

    particulars: tuple[Particular, ...]
    credit: CreditScore
    """Its enterprise's class in the platform's own classification, with the score that it follows from."""
    may_correct: bool
    """Whether the viewer may put right what was registered of the project."""
    stewards: tuple[tuple[str, str], ...]
    """Login and name of whom the viewer may make its steward; empty where the viewer chooses none."""


def facts_tab(database: Database, viewer: Viewer, project: str) -> FactsTab:
    """What is known of a project. One query more for whoever chooses the steward."""
    frame, reading = framed(database, viewer, project)
    facts, role = reading.facts, viewer.account.role
    active = facts.state is ProjectState.ACTIVE
    may_correct = "correct_attributes" in allowed_acts(viewer.actor)
    return FactsTab(
        frame,
        particulars=particulars(facts.scenario, facts.attributes),
        credit=score_in(reading.context),
        may_correct=active and may_correct and concerns(viewer.actor, facts, None),
        stewards=_stewards(database) if active and role in ASSIGNERS else (),
    )


def _stewards(database: Database) -> tuple[tuple[str, str], ...]:
    return tuple(
        (account.login, account.name) for account in with_role(database, Role.PROJECT_STEWARD)
    )
