"""The page of one project: what happens in it, what its enterprise does next, who may change what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.states import ProjectState
from models.enterprises.credit import CreditEntry
from models.people.actor import Role
from rules.cases.instruments.credit.credit_class import CreditScore
from rules.cases.instruments.credit.standing import score_in
from rules.cases.permissions import allowed_acts, concerns
from services.cases.pages.deadlines import ExplainedClock, explained_promises
from services.cases.pages.history import Entry, time_line
from services.cases.pages.wording import ProjectWords
from services.cases.views.parts.agency import asked_from
from services.cases.views.parts.next_steps import NextStep, next_steps
from services.cases.views.project_page import page_of
from services.cases.views.project_reading import read
from services.cases.views.values.project import ProjectPage
from services.people.accounts import with_role
from services.people.viewer import Viewer
from services.unit_of_work import Database
from services.wording.attribute_words import Particular, particulars

#: Entries of the log that a page shows before all of them are asked for.
SHOWN_ENTRIES = 10
#: Who does the enterprise's part of a project.
APPLICANTS = frozenset({Role.APPLICANT, Role.PROJECT_STEWARD, Role.AGENT})
#: Who chooses the steward.
ASSIGNERS = frozenset({Role.ADMINISTRATOR, Role.LEADER})


@dataclass(frozen=True, slots=True)
class ProjectDesk:
    """Everything about one project, for one viewer."""

    project: ProjectPage
    words: ProjectWords
    time_line: tuple[Entry, ...]
    """Newest first."""
    earlier_entries: int
    """How many entries are left out."""
    steps: tuple[NextStep, ...]
    """What the enterprise has to do next."""
    standing: tuple[CreditEntry, ...]
    """What counts against the enterprise today."""
    credit: CreditScore
    """Its class in the platform's own classification, with the score that it follows from."""
    particulars: tuple[Particular, ...]
    promises: tuple[ExplainedClock, ...]
    """What the scenario promises to the project, with the reason for every day."""
    may_hand_in: bool
    asked_from: date | None
    """For a steward whom nobody authorised: the day from which that is needed."""
    may_correct: bool
    """Whether the viewer may put right what was registered of the project."""
    photos: frozenset[str]
    """Keys of the papers that are a phone's photo."""
    stewards: tuple[tuple[str, str], ...]
    """Login and name of whom the viewer may make its steward; empty where the viewer chooses none."""


def project_desk(
    database: Database, viewer: Viewer, project: str, *, whole_log: bool = False
) -> ProjectDesk:
    """The page of a project; ``NotFound`` where the viewer may see none.

    Six queries, one more for whoever chooses the steward, and one for each calendar or scenario
    that this process has not read yet.
    """
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
        promises = explained_promises(connection, reading, viewer)
    page, facts = page_of(reading), reading.facts
    events = reading.events if whole_log else reading.events[:SHOWN_ENTRIES]
    words, role = ProjectWords(facts, viewer), viewer.account.role
    active = facts.state is ProjectState.ACTIVE
    return ProjectDesk(
        project=page,
        words=words,
        time_line=time_line(events, words, reading.names),
        earlier_entries=len(reading.events) - len(events),
        steps=tuple(step for step in next_steps(facts) if reading.seen.row(step.item)),
        standing=reading.standing,
        photos=reading.photos,
        credit=score_in(reading.context),
        promises=promises,
        particulars=particulars(facts.scenario, facts.attributes),
        asked_from=asked_from(reading),
        may_hand_in=active and role in APPLICANTS,
        may_correct=active
        and "correct_attributes" in allowed_acts(viewer.actor)
        and concerns(viewer.actor, facts, None),
        stewards=_stewards(database) if active and role in ASSIGNERS else (),
    )


def _stewards(database: Database) -> tuple[tuple[str, str], ...]:
    return tuple(
        (account.login, account.name) for account in with_role(database, Role.PROJECT_STEWARD)
    )
