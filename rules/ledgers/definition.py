"""What a ledger is: where its lines come from, columns, filters and orders.

The declaration is all there is of it, and it is data: :func:`as_data` writes it, :func:`of_data` reads it
again. The page, the API, the command and the exports are made of it (:mod:`services.ledgers`); who sees
which lines is the source's, by the one rule of visibility.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from config.texts import Word
from models.errors import InvalidInput
from models.values import Text

K = TypeVar("K", bound="Column | Choice | Filter | Order | LedgerDefinition")
E = TypeVar("E", bound=StrEnum)
#: A word of ours, or a district's own in both languages.
Name = Word | Text


class ColumnKind(StrEnum):
    """What a column holds; page and file make of it what they can show."""

    TEXT = "text"
    """As somebody typed it."""
    CODE = "code"
    """A code or a number by which something is found; never calculated with."""
    NAME = "name"
    """A name in both languages."""
    WORD = "word"
    """A state or another word of ours."""
    LIGHT = "light"
    DAY = "day"
    DUE = "due"
    """A last day; on the page with the light of its line."""
    NUMBER = "number"
    YES_NO = "yes_no"
    PROJECT = "project"
    """The project with its enterprise, as a link; on the page only."""
    ITEM = "item"
    """The item, as a link; on the page only."""
    PROGRESS = "progress"
    """How far a project is; on the page only."""
    WAITING = "waiting"
    """What a project waits for; on the page only."""
    TASK = "task"
    """What is to be done; on the page only."""
    OPEN = "open"
    """The button that opens the line; on the page only."""


#: What is put together for the page: a file has its parts in columns of their own.
COMPOSED = frozenset(
    {*(ColumnKind.PROJECT, ColumnKind.ITEM, ColumnKind.PROGRESS)}
    | {*(ColumnKind.WAITING, ColumnKind.TASK, ColumnKind.OPEN)}
)


class FilterKind(StrEnum):
    """How lines are picked out."""

    CHOICE = "choice"
    """One of some values."""
    DAYS = "days"
    """From one day to another, both included; either may be left out."""
    DAY = "day"
    """One day, which the source makes something of."""
    WORDS = "words"
    """Part of a project's title, code or enterprise."""
    EXACT = "exact"
    """This value and no other."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ledger."""

    key: str
    name: Name
    kind: ColumnKind = ColumnKind.TEXT
    at: str = ""
    """Where a line has it, if not under the key."""
    shown: bool = True
    """Whether the page has it as long as nobody chose columns."""
    width: int = 16
    """In a file, in signs; a Chinese one takes two."""

    @property
    def composed(self) -> bool:
        """Whether it is for the page only."""
        return self.kind in COMPOSED


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter may have."""

    key: str
    name: Name
    values: tuple[str, ...] = ()
    """What the field is then; empty for all lines."""
    order: str = ""
    """The order that goes with it as long as nobody asked for one."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Something by which lines are picked out."""

    key: str
    name: Name
    kind: FilterKind
    asks: str = ""
    """The field of the source, if not the key."""
    choices: tuple[Choice, ...] = ()
    listed: str = ""
    """In place of ``choices``: the list that holds them, e.g. ``stewards``."""
    default: str = ""
    shown: bool = True
    """Whether the page has it without being unfolded."""

    @property
    def of(self) -> str:
        """The field that it asks."""
        return self.asks or self.key

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names under which an address has it."""
        if self.kind is FilterKind.DAYS:
            return (f"{self.key}_from", f"{self.key}_to")
        return (self.key,)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the lines."""

    key: str
    name: Name
    goes_by: str = ""
    """The field of the source, if not the key."""
    descending: bool = False

    @property
    def by(self) -> str:
        """The field that it goes by."""
        return self.goes_by or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDefinition:
    """A ledger."""

    key: str
    name: Name
    explains: Name
    """What a line of it is, in a sentence."""
    source: str
    """Where its lines come from: a key of the sources."""
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    orders: tuple[Order, ...] = ()
    """The first one holds where nobody asked for another."""
    address: str = ""
    """The address of its page, where it is not that of all ledgers."""
    page_size: int = 50

    def column(self, key: str) -> Column | None:
        """A column by its key."""
        return next((column for column in self.columns if column.key == key), None)

    @property
    def plain(self) -> tuple[Column, ...]:
        """The columns that a file and a program get."""
        return tuple(column for column in self.columns if not column.composed)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names under which an address has its filters."""
        return tuple(name for each in self.filters for name in each.parameters)


class LedgerNotValid(InvalidInput):
    """A definition that leaves something out, or says it in a way that nothing reads."""


class UnknownPart(LedgerNotValid):
    template = "{field}: a ledger has no {value}; there are: {known}."


def as_data(definition: LedgerDefinition) -> dict[str, Any]:
    """A definition as plain data, e.g. for YAML or JSON; what is as it is by default is left out."""
    data: dict[str, Any] = _data(definition)
    return data


def of_data(data: Mapping[str, Any]) -> LedgerDefinition:
    """A definition from what :func:`as_data` wrote; raises ``LedgerNotValid`` for what is unknown."""
    lists: dict[str, Any] = {
        "columns": tuple(_column(column) for column in data.get("columns", ())),
        "filters": tuple(_filter(each) for each in data.get("filters", ())),
        "orders": tuple(_of(Order, order) for order in data.get("orders", ())),
    }
    return _of(LedgerDefinition, {**data, **lists})


def _data(value: Any) -> Any:
    if isinstance(value, Word):
        return {"word": str(value), "context": value.context}
    if isinstance(value, Text):
        return value.model_dump()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_data(entry) for entry in value]
    if isinstance(value, Column | Choice | Filter | Order | LedgerDefinition):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _data(now) for field, now in pairs if now != field.default}
    return value


def _column(data: Mapping[str, Any]) -> Column:
    return _of(Column, {**data, "kind": _member(ColumnKind, data.get("kind", "text"))})


def _filter(data: Mapping[str, Any]) -> Filter:
    choices = tuple(
        _of(Choice, {**choice, "values": tuple(choice.get("values", ()))})
        for choice in data.get("choices", ())
    )
    return _of(Filter, {**data, "kind": _member(FilterKind, data["kind"]), "choices": choices})


def _member(kind: type[E], value: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise UnknownPart(field="kind", value=value, known=[*kind]) from None


def _of(kind: type[K], data: Mapping[str, Any]) -> K:
    known = {field.name for field in fields(kind)}
    for key in data:
        if key not in known:
            raise UnknownPart(field=kind.__name__, value=key, known=sorted(known))
    named = ("name", "explains")
    values: dict[str, Any] = {
        key: _name(value) if key in named else value for key, value in data.items()
    }
    return kind(**values)


def _name(value: Any) -> Name:
    if isinstance(value, Mapping):
        return Word(value["word"], value["context"]) if "word" in value else Text(**value)
    if not isinstance(value, Word | Text):
        remedy = "Write it in both languages: {zh: …, en: …}."
        raise LedgerNotValid(field="name", value=value, remedy=remedy)
    return value
