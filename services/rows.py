"""Between facts and rows: every class of facts is a table whose columns are its fields.

Facts are read as JSON arrays (one query for a whole project) and written as JSON records (one
statement for a whole act); what each field needs on the way is worked out once per class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlalchemy import Table

from models.architect import OpinionFacts
from models.clock import ClockEvent
from models.consultation import ConsultationFacts
from models.facts import (
    ClockFacts,
    DeficiencyFacts,
    ItemFacts,
    LineFacts,
    MaterialFacts,
    RectificationFacts,
    SiteVisitFacts,
    StageFacts,
    VoidingFacts,
)
from models.supervision import SupervisionFacts
from models.tables import (
    clock,
    consultation,
    deficiency,
    design_opinion,
    item,
    material,
    rectification,
    site_visit,
    stage,
    supervision_task,
    utility_line,
    voiding,
)
from rules.timers import event_document, event_from_document

Decoder = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One class of facts and its table."""

    facts: type[Any]
    table: Table
    columns: tuple[str, ...]
    """The table's columns that hold the facts' fields, in their order."""
    decoders: tuple[tuple[int, Decoder], ...]
    """Position of a column → how its JSON value becomes the field's."""
    histories: tuple[str, ...]
    """Columns of clock events."""

    def decode(self, row: list[Any]) -> Any:
        """Facts from a JSON array of column values in the order of :attr:`columns`."""
        for position, decode in self.decoders:
            value = row[position]
            if value is not None:
                row[position] = decode(value)
        return self.facts(*row)

    def encode(self, facts: Any, project_id: int) -> dict[str, Any]:
        """A record for ``jsonb_populate_recordset``: dates and states are texts in JSON."""
        record = {name: getattr(facts, name) for name in self.columns}
        for name in self.histories:
            record[name] = [event_document(event) for event in record[name]]
        record["project_id"] = project_id
        return record


def mapped(facts: type[Any], table: Table) -> Mapped:
    """Work out how the fields of a class of facts are read from JSON."""
    hints = get_type_hints(facts)
    names = tuple(f.name for f in fields(facts))
    decoders = tuple((position, _decoder(hints[name])) for position, name in enumerate(names))
    return Mapped(
        facts,
        table,
        names,
        tuple((position, decode) for position, decode in decoders if decode is not None),
        tuple(
            name for position, name in enumerate(names) if decoders[position][1] is decode_history
        ),
    )


@cache
def mappings() -> Mapping[str, Mapped]:
    """Attribute of ``ProjectFacts`` → how its members are stored."""
    return {
        "stages": mapped(StageFacts, stage),
        "items": mapped(ItemFacts, item),
        "materials": mapped(MaterialFacts, material),
        "clocks": mapped(ClockFacts, clock),
        "deficiencies": mapped(DeficiencyFacts, deficiency),
        "voidings": mapped(VoidingFacts, voiding),
        "site_visits": mapped(SiteVisitFacts, site_visit),
        "rectifications": mapped(RectificationFacts, rectification),
        "consultations": mapped(ConsultationFacts, consultation),
        "supervision": mapped(SupervisionFacts, supervision_task),
        "lines": mapped(LineFacts, utility_line),
        "opinions": mapped(OpinionFacts, design_opinion),
    }


def decode_history(documents: Iterable[Mapping[str, Any]]) -> tuple[ClockEvent, ...]:
    """Clock events from their JSON documents (see ``rules.timers.event_document``)."""
    return tuple(event_from_document(document) for document in documents)


def _decoder(hint: Any) -> Decoder | None:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is tuple:
        return tuple if get_args(hint)[0] is str else decode_history
    if isinstance(hint, type):
        if issubclass(hint, StrEnum):
            # The look-up is what calling the class comes down to, at a tenth of its price.
            return {member.value: member for member in hint}.__getitem__
        if issubclass(hint, date):
            return date.fromisoformat
    return None
