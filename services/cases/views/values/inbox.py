"""An officer's inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.states import ItemState, Light
from models.scenarios.definition import Text
from services.paging import Paged


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One task of an officer."""

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
    letter), ``check_commitment``, ``tell_result``, ``pre_check``, ``await_basis`` (nothing: its basis does not stand), ``schedule_visit`` or ``hold_visit``
    (the joint visit that has to come before the decision)."""
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
    next: str | None = None
    """Where it goes on: the `after` of the next page; ``None`` on the last one."""
