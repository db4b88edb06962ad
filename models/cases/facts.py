"""The facts of one project, as the rules see them: frozen, complete, free of any database.

Every class of a part is one row of one table; its fields are that table's columns. Beside it stands
the declaration of the part (:class:`models.cases.part.Part`) that says how it is stored and logged.
Services load the facts of a locked project, rules compute the facts that follow, services store the
rows that differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, overload

from models.cases.agency import AGENT_ACTS, AUTHORISATIONS
from models.cases.architect import OPINIONS, ArchitectTeam
from models.cases.clock import CLOCKS
from models.cases.commitment import EndGround
from models.cases.consultation import CONSULTATIONS
from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.part import NO_TEXTS, NOTHING, F, Part, PartIndex, defaults, fact, marked
from models.cases.pre_check import PLACEHOLDER
from models.cases.site_visit import RECTIFICATIONS, SITE_VISITS
from models.cases.states import (
    OPEN_DEFICIENCY,
    ItemState,
    MaterialState,
    ProjectState,
    VoidingState,
)
from models.cases.supervision import SUPERVISION
from models.cases.utility_line import LINES
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from models.scenarios.forms import FormValue
from models.values import AttributeValue


@dataclass(frozen=True, slots=True)
class StageFacts:
    """A stage of a project; its state and its round follow from its items."""

    key: str
    opened_on: date | None = None


STAGES = Part("stages", StageFacts, table="stage", key=("key",), label="stage", common=True)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One approval item of a project in its current round."""

    code: str
    stage: str
    department: str
    """Department that decides; kept with the item so that an inbox is one index look-up."""
    state: ItemState
    round: int = 1
    version: int = fact(default=1, logged=False)
    """Counts the changes of the item."""
    opened_on: date | None = fact(default=None, kept=True, cleared=True)
    received_on: date | None = fact(default=None, kept=True, cleared=True)
    accepted_on: date | None = fact(default=None, kept=True, cleared=True)
    decided_on: date | None = fact(default=None, kept=True, cleared=True)
    correction_notices: int = fact(default=0, kept=True, cleared=True)
    deferred: tuple[str, ...] = fact(default=(), kept=True, cleared=True, server_default=NO_TEXTS)
    """Materials that the applicant asked to hand in later, under the signed commitment."""
    commitment: str | None = fact(default=None, kept=True, cleared=True)
    """Reference of the signed commitment that covers :attr:`deferred`."""
    handler: str | None = fact(default=None, kept=True, cleared=True)
    """Login of the first handler 首办负责人: who accepted it."""
    document_issued: bool = fact(default=False, kept=True, cleared=True)
    re_examination: tuple[str, ...] = fact(default=(), server_default=NO_TEXTS)
    """Items it was built on whose approval was voided: it is examined again because of them."""
    verified_by: tuple[str, ...] = fact(
        default=(), kept=True, cleared=True, server_default=NO_TEXTS
    )
    """Officers who verified it on the spot (Licensing Law art. 34)."""
    form: Mapping[str, FormValue] = fact(default_factory=dict, kept=True, server_default=NOTHING)
    """What was filled in when it was applied for or recorded, by field; kept for the next round."""
    corrections: Mapping[str, Mapping[str, str]] = fact(
        default_factory=dict, kept=True, cleared=True, server_default=NOTHING
    )
    """What the last notice of corrections of the round named, under ``materials`` and ``fields``:
    key → what is wrong with it. Empty as long as there was none."""
    extension_asked_on: date | None = fact(default=None, cleared=True)
    """Since when the head of the people's government is asked to extend its limit (art. 42(2))."""

    @property
    def involved(self) -> bool:
        """Whether the project needs it by its scenario.

        ``False`` where the item's condition does not hold 不涉及; where an officer found that no
        licence is needed (art. 32(1)) it was applied for and has its day of decision.
        """
        return self.state is not ItemState.NOT_REQUIRED or self.decided_on is not None


ITEMS = Part(
    "items",
    ItemFacts,
    table="item",
    key=("code",),
    label="item",
    common=True,
    # A second one only with the override of the department's head.
    checks={"correction_notices": "correction_notices <= 2"},
    indexes=(
        # An officer's inbox: what a department holds and has not decided.
        PartIndex(
            "ix_item_inbox",
            ("department", "state"),
            "state IN ('received', 'accepted', 'suspended', 'preliminary', 'conditionally_granted')",
        ),
        # What a department is concerned with.
        PartIndex("ix_item_department", ("department", "project_id")),
        # What the head of the people's government is asked for.
        PartIndex("ix_item_extension_asked", ("state",), "extension_asked_on IS NOT NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """One paper of a project. It is asked for once and serves every item that needs it."""

    key: str
    state: MaterialState
    version: int = fact(default=1, logged=False)
    file_name: str | None = fact(default=None, logged=False)
    sha256: str | None = None
    """Fingerprint of the file's content; ``None`` for what the system filled in."""
    source: str = "applicant"
    """``applicant``, ``register``, ``document:<kind>``, or ``not_required:<item>`` where none is needed."""
    provided_on: date | None = None


MATERIALS = Part(
    "materials", MaterialFacts, table="material", key=("key",), label="material", common=True
)


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
    ground: EndGround | None = None
    """For a revocation 撤销: its ground; a voiding 作废 has none."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The item as it stood, as plain JSON values: enough to restore it."""
    grounds: str | None = None
    """Why the applicant appealed."""
    appealed_on: date | None = None
    closed_on: date | None = None
    early: Mapping[str, str] = fact(default_factory=dict, server_default=NOTHING)
    """Material → its last day by a later calendar, for which it was voided: before that day was over."""

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the voiding within its project."""
        return (self.item, self.round)


#: Voided approvals, with what it takes to restore them.
VOIDINGS = Part(
    "voidings",
    VoidingFacts,
    table="voiding",
    key=("item", "round"),
    label="voiding",
    log="voidings",
)


def kept_values(item: ItemFacts) -> dict[str, object]:
    """The fields of an item that are kept when its approval is voided, as plain JSON values."""
    kept = ITEMS.codec.some(item, marked(ItemFacts, "kept"))
    return {name: value for name, value in kept.items() if value is not None}


def restored_values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item from :func:`kept_values`; what else is kept is left alone."""
    return ITEMS.codec.values(
        {name: kept[name] for name in marked(ItemFacts, "kept") if name in kept}
    )


def clean_sheet() -> dict[str, Any]:
    """The fields of an item that a new round clears, with their defaults."""
    return defaults(ItemFacts, "cleared")


def as_before_any_round() -> dict[str, Any]:
    """The fields of an item that are kept when its approval is voided, with their defaults."""
    return defaults(ItemFacts, "kept")


class NamedPart(Generic[F]):
    """A part as an attribute of whatever has parts; looked up once."""

    def __init__(self, part: Part[F]) -> None:
        self._part = part

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: WorkingParts, owner: type[Any]) -> dict[Any, F]: ...
    @overload
    def __get__(self, instance: NamedParts, owner: type[Any]) -> Mapping[Any, F]: ...
    def __get__(self, instance: NamedParts, owner: type[Any]) -> Mapping[Any, F]:
        """The rows by their keys."""
        rows = instance.__dict__[self._name] = instance.of(self._part)
        return rows


class NamedParts:
    """Whatever has the parts of a project; those that rules speak of often are attributes."""

    stages = NamedPart(STAGES)
    items = NamedPart(ITEMS)
    materials = NamedPart(MATERIALS)
    clocks = NamedPart(CLOCKS)
    deficiencies = NamedPart(DEFICIENCIES)
    voidings = NamedPart(VOIDINGS)
    site_visits = NamedPart(SITE_VISITS)
    rectifications = NamedPart(RECTIFICATIONS)
    consultations = NamedPart(CONSULTATIONS)
    supervision = NamedPart(SUPERVISION)
    lines = NamedPart(LINES)
    opinions = NamedPart(OPINIONS)
    authorisations = NamedPart(AUTHORISATIONS)
    agent_acts = NamedPart(AGENT_ACTS)

    def of(self, part: Part[F]) -> Mapping[Any, F]:
        """The rows of a part by their keys."""
        raise NotImplementedError


class WorkingParts(NamedParts):
    """Parts under change, over an unchanged original."""

    def __init__(self, before: NamedParts | None = None) -> None:
        self._before = before
        self._rows: dict[str, dict[Any, Any]] = {}

    def of(self, part: Part[F]) -> dict[Any, F]:
        """The rows of a part by their keys, to be changed in place."""
        rows = self._rows.get(part.name)
        if rows is None:
            before = self._before.of(part) if self._before is not None else {}
            rows = self._rows[part.name] = dict(before)
        return rows

    def rows(self) -> Mapping[str, Mapping[Any, Any]]:
        """Name of a part → its rows, for the parts that were looked at."""
        return self._rows


_NO_ROWS: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True)
class ProjectFacts(NamedParts):
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
    place: str | None = None
    """Key of the new city, park or town that it lies in, where that was said."""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    architect: ArchitectTeam | None = None
    """Who answers for the design, in a project under architect responsibility."""
    parts: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    """Name of a part → its rows by their keys; see :meth:`of`. Of clocks only those that are not
    stopped, the limits to decide, of which promises count the days, and the promises, unless the
    whole history was asked for."""

    def __post_init__(self) -> None:
        """Leave out parts without rows."""
        if not all(self.parts.values()):
            there = {name: rows for name, rows in self.parts.items() if rows}
            object.__setattr__(self, "parts", there)

    def of(self, part: Part[F]) -> Mapping[Any, F]:
        """The rows of a part by their keys."""
        return self.parts.get(part.name, _NO_ROWS)

    def having(self, changed: Mapping[Part[Any], Mapping[Any, Any]]) -> ProjectFacts:
        """The same project with other rows of these parts."""
        rows = {part.name: rows for part, rows in changed.items()}
        return replace(self, parts={**self.parts, **rows})

    @property
    def awaits_code(self) -> bool:
        """Whether its code is still to be recorded 待赋码."""
        return self.code.startswith(PLACEHOLDER)

    def definition(self, code: str) -> ItemDefinition:
        """How the project's scenario defines an item."""
        return self.scenario.item[code]

    def open_deficiencies(self, item: str) -> tuple[DeficiencyFacts, ...]:
        """Deficiencies of an item's current round that are not closed out yet."""
        round_ = self.items[item].round
        return tuple(
            deficiency
            for deficiency in self.deficiencies.values()
            if deficiency.item == item
            and deficiency.round == round_
            and deficiency.state in OPEN_DEFICIENCY
        )
