"""Lists of projects, and a steward's projects at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.states import ItemState, Light, ProjectState
from models.scenarios.definition import Text
from rules.cases.progress import WaitsFor
from services.paging import Paged


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item that someone has to act on, and until when."""

    code: str
    name: Text
    stage: str
    state: ItemState
    waits_for: WaitsFor
    department: str
    department_name: Text
    due_on: date | None
    light: Light
    to_deliver: bool
    """Decided: only its document has to reach the applicant."""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project in a list."""

    code: str
    title: str
    state: ProjectState
    light: Light
    enterprise: str
    enterprise_name: str
    steward: str | None
    steward_name: str | None
    scenario: str
    scenario_name: Text
    stage_name: Text | None
    """The earliest stage that someone has to act in."""
    registered_on: date
    completed_on: date | None
    next_due_on: date | None
    items_done: int
    items_total: int
    waiting: tuple[WaitingItem, ...]
    """Most urgent first; what only has to be delivered comes last."""

    @property
    def waiting_names(self) -> tuple[Text, ...]:
        """The items that it waits for, by name."""
        return tuple(item.name for item in self.waiting)


@dataclass(frozen=True, slots=True)
class ProjectList(Paged):
    """One page of a list of projects."""

    projects: tuple[ProjectRow, ...]
    next: str | None = None
    """Where the list goes on: the `after` of the next page; ``None`` on the last one."""


@dataclass(frozen=True, slots=True)
class DeskSummary:
    """A steward's projects at a glance."""

    red: int
    yellow: int
    green: int
    waits_for_enterprise: int
    """Projects in which the enterprise has to act."""
    waits_for_departments: int
    due_within_a_week: int
    without_steward: int = 0
    """Projects that no steward on duty has."""
    more: bool = False
    """There are more projects than are counted: the numbers are those of the first of them."""

    @property
    def total(self) -> int:
        """Number of open projects."""
        return self.red + self.yellow + self.green
