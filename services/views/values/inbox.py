"""An officer's inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.definition import Text
from models.states import (
    ItemState,
    Light,
)
from services.views.values.lists import Paged


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thing an officer has to do."""

    project: str
    project_title: str
    enterprise_name: str
    item: str
    item_name: Text
    department: str
    department_name: Text
    state: ItemState
    task: str
    """What is asked for: ``accept``, ``decide``, ``answer`` (the line of a utility), ``procedure``,
    ``verify``, ``deliver``, ``re_examine``, ``confirm`` (what was rectified), ``consult`` (another
    department asks), ``appeal``, ``supervise``, ``lead``, ``connect``, ``reply`` (to a supervision
    letter), ``schedule_visit`` or ``hold_visit`` (the joint visit that has to come before the
    decision)."""
    handler: str | None
    round: int
    since: date | None
    due_on: date | None
    statutory_due_on: date | None
    remaining_working_days: int | None
    visit_on: date | None
    """The day that was set for the joint visit, while it is to come."""
    light: Light
    materials: tuple[str, ...]
    """Made-up materials that wait to be verified."""


@dataclass(frozen=True, slots=True)
class Inbox(Paged):
    """What waits for an officer, what falls due first on top."""

    rows: tuple[InboxRow, ...]
