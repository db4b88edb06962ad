"""What stands above every tab of a project: what it is, what comes next, what its tabs hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.states import MaterialState, ProjectState
from models.documents.official_document import DocumentCategory
from models.enterprises.credit import CreditEntry
from models.people.actor import Role
from rules.cases.progress import WaitsFor
from services.cases.pages.wording import ProjectWords
from services.cases.views.parts.agency import asked_from
from services.cases.views.parts.next_steps import NextStep, next_steps
from services.cases.views.project_page import page_of
from services.cases.views.project_reading import Reading, read
from services.cases.views.values.items import ItemRow
from services.cases.views.values.project import ProjectPage
from services.people.viewer import Viewer
from services.unit_of_work import Database

#: Who does the enterprise's part of a project.
APPLICANTS = frozenset({Role.APPLICANT, Role.PROJECT_STEWARD, Role.AGENT})
_AUTHORITIES = frozenset({WaitsFor.DEPARTMENT, WaitsFor.SPECIAL_PROCEDURE})


@dataclass(frozen=True, slots=True)
class Frame:
    """What every tab of a project shows, for one viewer."""

    project: ProjectPage
    words: ProjectWords
    steps: tuple[NextStep, ...]
    """What the enterprise has to do next."""
    in_hand: tuple[ItemRow, ...]
    """Items that an authority has to act on, what falls due first on top."""
    mine: tuple[ItemRow, ...]
    """Those of them that the viewer's own department has to act on."""
    missing: int
    """Papers that the enterprise has to hand in now."""
    certificates: int
    standing: tuple[CreditEntry, ...]
    """What counts against the enterprise today."""
    may_hand_in: bool
    asked_from: date | None
    """For a steward whom nobody authorised: the day from which that is needed."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a project's page: its items or its documents, which the frame holds."""

    frame: Frame

    @property
    def project(self) -> ProjectPage:
        """The project, cut to what the viewer sees."""
        return self.frame.project

    @property
    def words(self) -> ProjectWords:
        """Rules and events of the project in words."""
        return self.frame.words


def framed(database: Database, viewer: Viewer, project: str) -> tuple[Frame, Reading]:
    """A project read for one of its tabs; ``NotFound`` where the viewer may see none."""
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
    return frame_of(reading, viewer), reading


def frame_of(reading: Reading, viewer: Viewer) -> Frame:
    """What stands above every tab of a project already read."""
    page, facts = page_of(reading), reading.facts
    active, account = facts.state is ProjectState.ACTIVE, viewer.account
    in_hand = sorted(
        (item for item in page.items if active and item.waits_for in _AUTHORITIES),
        key=lambda item: item.due_on or date.max,
    )
    return Frame(
        project=page,
        words=ProjectWords(facts, viewer),
        steps=tuple(step for step in next_steps(facts) if reading.seen.row(step.item)),
        in_hand=tuple(in_hand),
        mine=tuple(item for item in in_hand if item.department == account.actor.department),
        missing=sum(_is_missing(row.needed, row.state) for row in page.materials),
        certificates=sum(row.category is DocumentCategory.CERTIFICATE for row in page.documents),
        standing=reading.standing,
        may_hand_in=active and account.role in APPLICANTS,
        asked_from=asked_from(reading),
    )


def _is_missing(needed: bool, state: MaterialState | None) -> bool:
    return needed and (state is None or state is MaterialState.RETURNED)
