"""What pages, the API and the command line show: plain frozen values, ready for JSON.

Names come in both languages (:class:`models.definition.Text`); states are the values of their
enumerations, whose words stand in :mod:`services.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from models.clock import Unit
from models.definition import ItemMode, MaterialClass, SpecialProcedure, Text
from models.facts import AttributeValue, LineFacts
from models.official_document import DocumentCategory
from models.states import (
    FINISHED,
    ClockKind,
    ClockState,
    DeficiencyState,
    DocumentState,
    ItemState,
    Light,
    MaterialState,
    ProjectState,
    VoidingState,
)
from rules.planning import StageState, WaitsFor
from services.bundle_lines import BundleLine
from services.consultation_lines import ConsultationLine
from services.form_lines import FieldLine
from services.joint_views import RectificationLine, SiteVisitLine
from services.supervision import SupervisionLine


def as_json(value: Any) -> Any:
    """A view as plain JSON values."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")


# --- lists ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paged:
    """Where a page stands in its list."""

    total: int
    """Entries of the whole list."""
    page: int
    """Counted from 1."""
    page_size: int

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))


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


@dataclass(frozen=True, slots=True)
class ProjectList(Paged):
    """One page of a list of projects."""

    projects: tuple[ProjectRow, ...]


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

    @property
    def total(self) -> int:
        """Number of open projects."""
        return self.red + self.yellow + self.green


# --- one project ------------------------------------------------------------------------------


#: In a class with a field ``date`` the name ``date`` means the field.
Day = date


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day in the life of a clock and why it counts or does not; ``reason`` is a sentence."""

    date: Day
    counted: bool
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock as it reads today, with the promised and the statutory limit side by side."""

    item: str
    kind: ClockKind
    round: int
    subject: str
    """The material, for a make-up clock."""
    state: ClockState
    light: Light
    started_on: date | None
    stopped_on: date | None
    promised_length: int | None
    promised_unit: Unit
    statutory_length: int | None
    statutory_unit: Unit
    due_on: date | None
    statutory_due_on: date | None
    counted_days: int
    """Days used so far."""
    remaining_working_days: int | None
    """Negative: overdue by so many working days."""
    provisional: bool
    extended: bool


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """A paper that an item asks for, and whether it is there."""

    material: str
    name: Text
    material_class: MaterialClass
    system_held: bool
    substantive: bool
    provided: bool
    returned: bool
    deferred: bool
    missing: bool
    """Neither there, nor deferred, nor replaced by a commitment."""
    file_name: str | None
    provided_on: date | None


@dataclass(frozen=True, slots=True)
class DeficiencyLine:
    """An entry of the deficiency ledger 容缺台账."""

    item: str
    item_name: Text
    round: int
    material: str
    material_name: Text
    state: DeficiencyState
    light: Light
    opened_on: date | None
    due_on: date | None
    submitted_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class VoidingLine:
    """A voided approval 作废, and what became of it."""

    item: str
    item_name: Text
    round: int
    state: VoidingState
    voided_on: date
    appeal_until: date
    reason: str
    because: str | None
    """The item whose voiding took this one along."""
    grounds: str | None
    """Why the enterprise objected."""
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """An official document 文书: a certificate 证照批文, or a paper of the procedure."""

    item: str
    kind: str
    category: DocumentCategory
    name: Text
    number: str
    state: DocumentState
    conditional: bool
    issued_on: date
    revoked_on: date | None
    revoked_reason: str | None
    token: str
    """Where it is verified and downloaded: nobody can guess it."""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One approval item of a project as it stands."""

    code: str
    name: Text
    stage: str
    mode: ItemMode
    until_passed: Text | None
    """What the law forbids until it has passed."""
    part_of: str | None
    """Code of the joint item that it is a part of."""
    state: ItemState
    round: int
    version: int
    waits_for: WaitsFor
    light: Light
    department: str
    department_name: Text
    handler: str | None
    handler_name: str | None
    opened_on: date | None
    received_on: date | None
    accepted_on: date | None
    decided_on: date | None
    due_on: date | None
    """Last day of whatever is due next in it."""
    remaining_working_days: int | None
    builds_on: tuple[str, ...]
    waits_for_items: tuple[str, ...]
    """Codes of the items that have to be satisfied first."""
    requirements: tuple[RequirementLine, ...]
    form: tuple[FieldLine, ...]
    clocks: tuple[ClockLine, ...]
    special_procedures: tuple[SpecialProcedure, ...]
    commitment: str | None
    correction_notices: int
    legal_basis: str | None
    re_examination: tuple[str, ...]
    """Items it was built on whose approval was voided: it is examined again because of them."""
    held_in: BundleLine | None
    """Granted: what its document is held back for, to be issued together with others."""
    line: LineFacts | None
    """What a utility did with its line, from the lead on."""

    @property
    def missing(self) -> tuple[RequirementLine, ...]:
        """Papers that are still missing."""
        return tuple(line for line in self.requirements if line.missing)


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage with its items."""

    key: str
    name: Text
    state: StageState
    round: int
    lead: str
    lead_name: Text
    opened_on: date | None
    items: tuple[ItemLine, ...]

    @property
    def done(self) -> int:
        """Items that are decided for good."""
        return sum(1 for item in self.items if item.state in FINISHED)


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One paper of a project: handed in once for every item that asks for it."""

    key: str
    name: Text
    state: MaterialState | None
    """``None``: not there yet."""
    system_held: bool
    source: str | None
    file_name: str | None
    sha256: str | None
    version: int
    provided_on: date | None
    items: tuple[str, ...]
    """Codes of the items that ask for it."""
    needed: bool
    """Whether the applicant has to hand it in now: an item that is open asks for it."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of the project's log; ``data`` is what the log says."""

    seq: int
    at: datetime
    kind: str
    item: str | None
    actor: str
    actor_name: str | None
    role: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CountedTime:
    """The authorities' time so far, in working days: side by side counts once, the applicant's not."""

    days: int
    """Along the chain of items that took longest."""
    promised: int | None
    """What the scenario promises for the whole project."""
    path: tuple[str, ...]
    """Codes of the items of that chain."""
    stages: Mapping[str, int]
    """Key of each stage: days on which any of its items was counted."""


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything a project's page shows, on one day."""

    code: str
    title: str
    state: ProjectState
    light: Light
    region: str
    enterprise: str
    enterprise_name: str
    steward: str | None
    steward_name: str | None
    scenario: str
    scenario_version: int
    scenario_name: Text
    promise_days: int | None
    counted: CountedTime
    registered_on: date
    completed_on: date | None
    on: date
    """The day the lights and remaining days are read on."""
    next_due_on: date | None
    attributes: Mapping[str, AttributeValue]
    stages: tuple[StageLine, ...]
    materials: tuple[MaterialLine, ...]
    deficiencies: tuple[DeficiencyLine, ...]
    voidings: tuple[VoidingLine, ...]
    site_visits: tuple[SiteVisitLine, ...]
    supervision: tuple[SupervisionLine, ...]
    """Open tasks first."""
    bundles: tuple[BundleLine, ...]
    land_sheet: tuple[FieldLine, ...]
    """What was recorded of the parcel: its fact list 用地清单 and control indicators 标准地."""
    rectifications: tuple[RectificationLine, ...]
    consultations: tuple[ConsultationLine, ...]
    documents: tuple[DocumentLine, ...]
    events: tuple[EventLine, ...]
    """Newest first."""
    flow_run_id: str | None

    @property
    def items(self) -> tuple[ItemLine, ...]:
        """The items that the project needs, in the order of the scenario."""
        return tuple(item for stage in self.stages for item in stage.items)

    def item(self, code: str) -> ItemLine | None:
        """One item by its code."""
        return next((item for item in self.items if item.code == code), None)


# --- an officer's inbox -----------------------------------------------------------------------


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
    """What is asked for: ``accept``, ``decide``, ``procedure``, ``verify``, ``deliver``,
    ``re_examine``, ``confirm`` (what was rectified), ``consult``
    (another department asks), ``appeal``, ``supervise``, ``lead`` or
    ``connect``."""
    handler: str | None
    round: int
    since: date | None
    due_on: date | None
    statutory_due_on: date | None
    remaining_working_days: int | None
    light: Light
    materials: tuple[str, ...]
    """Made-up materials that wait to be verified."""


@dataclass(frozen=True, slots=True)
class Inbox(Paged):
    """What waits for an officer, what falls due first on top."""

    rows: tuple[InboxRow, ...]
