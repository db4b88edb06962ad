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

from models.clock import ClockEvent
from models.facts import ClockFacts, DeficiencyFacts, ItemFacts, MaterialFacts, StageFacts
from models.tables import clock, deficiency, item, material, stage
from rules.timers import event_document, event_from_document

Decoder = Callable[[Any], Any]

@dataclass(frozen=True, slots=True)
class Mapped:
    """One class of facts and its table."""

    facts: type[Any]
    table: Table
    decoders: tuple[Decoder | None, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns that hold the facts' fields."""
        return tuple(f.name for f in fields(self.facts))

    def decode(self, row: list[Any]) -> Any:
        """Facts from a JSON array of column values in the order of :attr:`columns`."""
        return self.facts(
            *[
                value if decode is None or value is None else decode(value)
                for decode, value in zip(self.decoders, row, strict=True)
            ]
        )

    def encode(self, facts: Any, project_id: int) -> dict[str, Any]:
        """A JSON record for ``jsonb_populate_recordset``."""
        record = {name: _encoded(getattr(facts, name)) for name in self.columns}
        record["project_id"] = project_id
        return record


def mapped(facts: type[Any], table: Table) -> Mapped:
    """Work out how the fields of a class of facts are read from JSON."""
    hints = get_type_hints(facts)
    return Mapped(facts, table, tuple(_decoder(hints[f.name]) for f in fields(facts)))


@cache
def mappings() -> Mapping[str, Mapped]:
    """Attribute of ``ProjectFacts`` → how its members are stored."""
    return {
        "stages": mapped(StageFacts, stage),
        "items": mapped(ItemFacts, item),
        "materials": mapped(MaterialFacts, material),
        "clocks": mapped(ClockFacts, clock),
        "deficiencies": mapped(DeficiencyFacts, deficiency),
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
            return hint
        if issubclass(hint, date):
            return date.fromisoformat
    return None


def _encoded(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [v if isinstance(v, str) else event_document(v) for v in value]
    return value
