"""One kind of event: its sentence in the time line, and how the log folds it back into the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.cases.facts import ItemFacts
    from models.scenarios.definition import ItemDefinition
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed

ItemChange = Callable[["ItemFacts", "Happened"], "ItemFacts"]
"""The item as the event leaves it; its state and round are changed already."""
Follow = Callable[["Replayed", "Happened"], None]
"""What else follows for the project: its stages, papers, versions, warnings."""


class Reading(StrEnum):
    """How a value of an event is shown to people; plain text is shown unchanged."""

    ITEM = "item"
    ITEMS = "items"
    MATERIAL = "material"
    MATERIALS = "materials"
    STAGE = "stage"
    DEPARTMENT = "department"
    DEPARTMENTS = "departments"
    PERSON = "person"
    DAY = "day"
    NAME = "name"
    """A name in both languages."""
    FAULTS = "faults"
    """What a notice of corrections names; read from the event as a whole."""
    ATTRIBUTES = "attributes"
    """Attributes that were corrected."""
    LAST_DAYS = "last_days"
    """Last days that moved."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Alternative sentence of an event kind, under a condition."""

    sentence: str
    holds: Callable[[Mapping[str, Any], ItemDefinition | None], bool]
    """Whether it is said, by the event's values and its item's definition."""


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event; English is the key of the translations."""

    name: str
    """In the past tense, as the log has it for ever."""
    sentence: str
    """What happened, with the event's values by name."""
    variants: tuple[Variant, ...] = ()
    """Sentences for special cases: the last one that holds is said."""
    reads: Mapping[str, Reading | type[StrEnum] | Mapping[str, str]] = field(default_factory=dict)
    """How values are read: as a reference, as a member of an enumeration, or by a list of words."""
    item_change: ItemChange | None = None
    follow: Follow | None = None
    of_outline: bool = False
    """Whether it is told to those as well who see of a project no more than its outline: of a project as
    a whole, without anybody's papers or words."""
    notices: tuple[str, ...] = ()
    """Templates of notices that go with it, whichever act it came of."""

    def wording(self, data: Mapping[str, Any], definition: ItemDefinition | None) -> str:
        """The sentence for an event with these values."""
        sentence = self.sentence
        for variant in self.variants:
            if variant.holds(data, definition):
                sentence = variant.sentence
        return sentence

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every English text of it: each needs its translation."""
        words = (
            text for how in self.reads.values() if isinstance(how, Mapping) for text in how.values()
        )
        return (self.sentence, *(variant.sentence for variant in self.variants), *words)


def has(name: str) -> Callable[[Mapping[str, Any], ItemDefinition | None], bool]:
    """Condition: the event carries a non-empty value."""
    return lambda data, _: bool(data.get(name))


def on_day(*names: str) -> ItemChange:
    """Fold: set these columns of the item to the event's day."""

    def change(item: ItemFacts, happened: Happened) -> ItemFacts:
        values: dict[str, Any] = dict.fromkeys(names, happened.on)
        return replace(item, **values)

    return change


def with_values(**values: Any) -> ItemChange:
    """Fold: set these columns of the item to these values."""
    return lambda item, _: replace(item, **values)


# --- what several kinds say of the papers -------------------------------------------------------


def paper_handed_in(replayed: Replayed, happened: Happened) -> None:
    """A material was handed in by the applicant."""
    data = happened.event.data
    replayed.provide(str(data["material"]), "applicant", happened.on, str(data["sha256"]))


def papers_returned(replayed: Replayed, happened: Happened) -> None:
    """One or several materials were returned."""
    named: Any = happened.event.data.get("materials") or ()
    for key in named:
        replayed.give_back(key)
    if "material" in happened.event.data:
        replayed.give_back(str(happened.event.data["material"]))


def document_of(replayed: Replayed, happened: Happened) -> str | None:
    """Kind of the document that the event's item ends in."""
    return replayed.scenario.item[happened.event.item or ""].document


def document_holds(replayed: Replayed, happened: Happened) -> None:
    """Materials that come from the item's document are filled in."""
    replayed.fill(document_of(replayed, happened), happened.on)


def document_falls(replayed: Replayed, happened: Happened) -> None:
    """Materials filled in from the item's document are withdrawn."""
    kind = document_of(replayed, happened)
    for material in replayed.scenario.materials:
        if kind is not None and material.from_document == kind:
            replayed.give_back(material.key)
