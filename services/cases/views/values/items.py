"""One item of a project with its papers and clocks, and the stages items stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.states import FINISHED, ClockState, ItemState, Light
from models.cases.utility_line import LineFacts
from models.clock.values import Unit
from models.scenarios.definition import (
    ExtensionDefinition,
    ItemMode,
    MaterialClass,
    SpecialProcedure,
    Text,
)
from rules.cases.progress import StageState, WaitsFor
from services.cases.views.parts.bundles import BundleRow
from services.cases.views.parts.forms import FieldRow

#: In a class with a field ``date`` the name ``date`` means the field.
Day = date


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day in the life of a clock and why it counts or does not; ``reason`` is a sentence."""

    date: Day
    counted: bool
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock as it reads today, with the promised and the statutory limit side by side."""

    item: str
    kind: str
    round: int
    subject: str
    """The material, for a make-up clock; the promise, for one of the project."""
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

    @property
    def of_project(self) -> bool:
        """Whether it is a promise for the project as a whole."""
        return self.round == 0


@dataclass(frozen=True, slots=True)
class RequirementRow:
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
    wrong: str | None
    """What the notice of corrections says of it, as long as the application is not accepted."""
    by_architect: bool = False
    """Whether it is the responsible architect's commitment that takes its place."""
    barred: bool = False
    """Whether it was promised with the application and may no longer follow later."""


@dataclass(frozen=True, slots=True)
class ItemRow:
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
    requirements: tuple[RequirementRow, ...]
    form: tuple[FieldRow, ...]
    clocks: tuple[ClockRow, ...]
    special_procedures: tuple[SpecialProcedure, ...]
    extension: ExtensionDefinition | None
    """How the law lets its limit be extended, if at all."""
    commitment: str | None
    correction_notices: int
    legal_basis: str | None
    re_examination: tuple[str, ...]
    """Items it was built on whose approval was voided: it is examined again because of them."""
    held_in: BundleRow | None
    """Granted: what its document is held back for, to be issued together with others."""
    line: LineFacts | None
    """What a utility did with its line, from the lead on."""

    @property
    def missing(self) -> tuple[RequirementRow, ...]:
        """Papers that are still missing."""
        return tuple(line for line in self.requirements if line.missing)


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A stage that the project goes through as a part of another one 合并办理, and by which rule."""

    key: str
    name: Text
    basis: str
    """Article or document, with its mark."""
    condition: str
    """Why it holds for this project, as the scenario writes it."""


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage with its items."""

    key: str
    name: Text
    state: StageState
    round: int
    lead: str
    lead_name: Text
    opened_on: date | None
    items: tuple[ItemRow, ...]
    merged: tuple[MergeRow, ...] = ()
    """Stages that are handled as one with it."""

    @property
    def done(self) -> int:
        """Items that are decided for good."""
        return sum(1 for item in self.items if item.state in FINISHED)
