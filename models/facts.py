"""The facts of one project, as the rules see them: frozen, complete, free of any database.

Every class here is one row of one table (``models.tables``); its fields are that table's columns.
Services load the facts of a locked project, rules compute the facts that follow, services store
the rows that differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.architect import ArchitectTeam, OpinionFacts
from models.clock import ClockEvent, Unit
from models.consultation import ConsultationFacts
from models.definition import ItemDefinition, ScenarioDefinition
from models.form import FormValue
from models.states import (
    OPEN_DEFICIENCY,
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    MaterialState,
    ProjectState,
    Verdict,
    VoidingState,
)
from models.supervision import SupervisionFacts

AttributeValue = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class StageFacts:
    """A stage of a project; its state and its round follow from its items."""

    key: str
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One approval item of a project in its current round."""

    code: str
    stage: str
    department: str
    """Department that decides; kept with the item so that an inbox is one index look-up."""
    state: ItemState
    round: int = 1
    version: int = 1
    opened_on: date | None = None
    received_on: date | None = None
    accepted_on: date | None = None
    decided_on: date | None = None
    correction_notices: int = 0
    deferred: tuple[str, ...] = ()
    """Materials that the applicant asked to hand in later, under the signed commitment."""
    commitment: str | None = None
    """Reference of the signed commitment that covers :attr:`deferred`."""
    handler: str | None = None
    """Login of the first handler 首办负责人: who accepted it."""
    document_issued: bool = False
    re_examination: tuple[str, ...] = ()
    """Items it was built on whose approval was voided: it is examined again because of them."""
    verified_by: tuple[str, ...] = ()
    """Officers who verified it on the spot (Licensing Law art. 34)."""
    form: Mapping[str, FormValue] = field(default_factory=dict)
    """What was filled in when it was applied for or recorded, by field; kept for the next round."""
    corrections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the last notice of corrections of the round named, under ``materials`` and ``fields``:
    key → what is wrong with it. Empty as long as there was none."""

    @property
    def involved(self) -> bool:
        """Whether the project needs it by its scenario.

        ``False`` where the item's condition does not hold 不涉及; where an officer found that no
        licence is needed (art. 32(1)) it was applied for and has its day of decision.
        """
        return self.state is not ItemState.NOT_REQUIRED or self.decided_on is not None


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """One paper of a project. It is asked for once and serves every item that needs it."""

    key: str
    state: MaterialState
    version: int = 1
    file_name: str | None = None
    sha256: str | None = None
    """Fingerprint of the file's content; ``None`` for what the system filled in."""
    source: str = "applicant"
    """``applicant``, ``register``, ``document:<kind>``, or ``not_required:<item>`` where none is needed."""
    provided_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A clock of an item: its history, and the dates derived from it for look-up by index."""

    item: str
    kind: ClockKind
    round: int
    subject: str = ""
    """The material, for a make-up clock; ``corrected`` for the window after a correction; else empty.

    With it every clock of a round has a row, a history and warnings of its own.
    """
    state: ClockState = ClockState.RUNNING
    promised_length: int | None = None
    promised_unit: Unit = Unit.WORKING_DAY
    statutory_length: int | None = None
    statutory_unit: Unit = Unit.WORKING_DAY
    history: tuple[ClockEvent, ...] = ()
    """Append-only: every date below is derived from it."""
    started_on: date | None = None
    stopped_on: date | None = None
    due_on: date | None = None
    """Last day of the promised limit, or of the statutory one when nothing is promised."""
    statutory_due_on: date | None = None
    yellow_on: date | None = None
    """First day on which the light is yellow."""
    provisional: bool = False
    """Whether the due date lies in a year without an official holiday notice."""
    warned: tuple[str, ...] = ()
    """Rungs of the warning ladder that were given already."""
    next_rung: str | None = None
    next_rung_on: date | None = None
    """The next warning to be given and the day it falls due; ``None`` when no rung is left."""

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What identifies the clock within its project."""
        return (self.item, self.kind, self.round, self.subject)


@dataclass(frozen=True, slots=True)
class DeficiencyFacts:
    """A promise to hand in one deferred material: an entry of the deficiency ledger 容缺台账."""

    item: str
    round: int
    material: str
    state: DeficiencyState
    owner: str | None = None
    opened_on: date | None = None
    due_on: date | None = None
    submitted_on: date | None = None
    closed_on: date | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What identifies the deficiency within its project."""
        return (self.item, self.round, self.material)

    def document(self) -> dict[str, object]:
        """The entry as plain JSON values, for the event log."""
        return _document(self)


def _document(facts: Any) -> dict[str, object]:
    values = {name: getattr(facts, name) for name in facts.__slots__}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


#: What of an item is kept when its approval is voided, so that it can be restored.
KEPT = (
    "opened_on",
    "received_on",
    "accepted_on",
    "decided_on",
    "correction_notices",
    "deferred",
    "commitment",
    "handler",
    "document_issued",
    "verified_by",
    "form",
    "corrections",
)


def kept_values(item: ItemFacts) -> dict[str, object]:
    """What is kept of an item, as plain JSON values."""
    values = {name: getattr(item, name) for name in KEPT}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def restored_values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item from :func:`kept_values`; what else is kept is left alone."""
    values = {name: kept[name] for name in KEPT if name in kept}
    return {
        name: tuple(value)
        if isinstance(value, list)
        else date.fromisoformat(value)
        if name.endswith("_on")
        else value
        for name, value in values.items()
    }


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class VoidingFacts:
    """The voiding 作废 of an item's approval in one round, and what became of it."""

    item: str
    round: int
    state: VoidingState
    voided_on: date
    appeal_until: date
    """Last day to appeal, or to be reinstated [D]."""
    reason: str
    because: str | None = None
    """The item whose voiding took this one along, by the rule that the scenario declares."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The item as it stood, as plain JSON values: enough to restore it."""
    grounds: str | None = None
    """Why the applicant appealed."""
    appealed_on: date | None = None
    closed_on: date | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the voiding within its project."""
        return (self.item, self.round)

    def document(self) -> dict[str, object]:
        """The voiding as plain JSON values, for the event log."""
        return _document(self)


@dataclass(frozen=True, slots=True)
class SiteVisitFacts:
    """One visit to the site: the joint one of a round, or the re-inspection of one part of it."""

    item: str
    """The joint item; for a re-inspection the part."""
    round: int
    number: int
    """1 is the joint visit; re-inspections of a part count on from 2."""
    scheduled_for: date | None = None
    held_on: date | None = None
    officers: Mapping[str, Any] = field(default_factory=dict)
    """Department → logins of its officers who were there."""
    finding: str | None = None
    absent: Mapping[str, str] = field(default_factory=dict)
    """Utility that was told and did not come → why, as far as it said; the record holds for it."""

    @property
    def key(self) -> tuple[str, int, int]:
        """What identifies the visit within its project."""
        return (self.item, self.round, self.number)

    def document(self) -> dict[str, object]:
        """The visit as plain JSON values, for the event log."""
        return _document(self)


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    """What one part of a joint item was told to put right, and what became of it 整改."""

    item: str
    round: int
    number: int
    """Counts the verdicts of a round, from 1."""
    verdict: Verdict
    points: str
    """What has to be put right, with the reasons."""
    required_on: date
    reported_on: date | None = None
    """Day on which the applicant reported it done."""
    note: str | None = None
    """What the applicant said was done."""
    confirmed_on: date | None = None
    """Day on which the department confirmed it."""

    @property
    def key(self) -> tuple[str, int, int]:
        """What identifies the entry within its project."""
        return (self.item, self.round, self.number)

    def document(self) -> dict[str, object]:
        """The entry as plain JSON values, for the event log."""
        return _document(self)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The line of one utility 报装线路: from the lead before any application to the connection."""

    item: str
    department: str
    """The utility; kept with the line so that its leads are one index look-up."""
    lead_on: date | None = None
    lead_because: str | None = None
    """The item whose grant sent the lead; ``None`` for a project that was announced at once."""
    acknowledged_on: date | None = None
    contact: str | None = None
    """Whom the enterprise asks at the utility."""
    answered_on: date | None = None
    plan: str | None = None
    """How, where and with what load it is connected."""
    days: int | None = None
    """Working days that the utility needs for the connection."""
    to_red_line: bool | None = None
    """Whether the network reaches the red line of the parcel; where it does not, the public side
    builds up to it and pays (``domain/mechanisms`` A023)."""
    connect_from: date | None = None
    """Since when it can be connected: the acceptance and the reply are there."""
    connected_on: date | None = None

    @property
    def key(self) -> str:
        """What identifies the line within its project."""
        return self.item

    def document(self) -> dict[str, object]:
        """The line as plain JSON values, for the event log."""
        return _document(self)


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """Everything the rules need to know about one project."""

    id: int
    code: str
    title: str
    region: str
    enterprise: str
    """Unified social credit code of the building enterprise 建设单位."""
    steward: str | None
    """Login of the project steward 项目管家."""
    scenario: ScenarioDefinition
    state: ProjectState = ProjectState.ACTIVE
    version: int = 0
    registered_on: date | None = None
    completed_on: date | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    stages: Mapping[str, StageFacts] = field(default_factory=dict)
    items: Mapping[str, ItemFacts] = field(default_factory=dict)
    materials: Mapping[str, MaterialFacts] = field(default_factory=dict)
    clocks: Mapping[tuple[str, str, int, str], ClockFacts] = field(default_factory=dict)
    """Clocks that are not stopped; a stopped clock no longer takes part in any rule."""
    deficiencies: Mapping[tuple[str, int, str], DeficiencyFacts] = field(default_factory=dict)
    voidings: Mapping[tuple[str, int], VoidingFacts] = field(default_factory=dict)
    site_visits: Mapping[tuple[str, int, int], SiteVisitFacts] = field(default_factory=dict)
    rectifications: Mapping[tuple[str, int, int], RectificationFacts] = field(default_factory=dict)
    consultations: Mapping[tuple[str, int, str], ConsultationFacts] = field(default_factory=dict)
    supervision: Mapping[int, SupervisionFacts] = field(default_factory=dict)
    """Supervision tasks by their number."""
    lines: Mapping[str, LineFacts] = field(default_factory=dict)
    architect: ArchitectTeam | None = None
    """Who answers for the design, in a project under architect responsibility."""
    opinions: Mapping[int, OpinionFacts] = field(default_factory=dict)
    """Design opinions of the architect's team by their number."""

    def definition(self, code: str) -> ItemDefinition:
        """How the project's scenario defines an item."""
        return self.scenario.item[code]

    def open_deficiencies(self, item: str) -> tuple[DeficiencyFacts, ...]:
        """Deficiencies of an item's current round that are not closed out yet."""
        round_ = self.items[item].round
        return tuple(
            found
            for found in self.deficiencies.values()
            if found.item == item and found.round == round_ and found.state in OPEN_DEFICIENCY
        )
