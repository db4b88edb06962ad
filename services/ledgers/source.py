"""Where the lines of a ledger come from: a page of them after a place, for what its reader may see.

A :class:`TableSource` says it in SQL under ``project p`` and is asked by keyset: a page costs what it
shows, however far it is. Whoever sees few projects has their lines sorted; whoever sees many has them read
from the index of the order.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Row, text

from rules.ledgers.definition import Filter, FilterKind
from services.ledgers.names_search import NAMED, named
from services.ledgers.question import Question
from services.paging import COUNTED, BadCursor
from services.people.visibility import Kind, among, scope

#: Of so many projects or fewer the lines are sorted.
FEW: Final = 8000


#: What an exact filter asks for where a line says nothing.
NOT_STATED: Final = "-"


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a ledger."""

    lines: tuple[Any, ...]
    """Objects that have what the columns name."""
    next: str | None = None
    """The place at which it goes on; ``None`` on the last page."""
    total: int = 0
    """How many there are, ``COUNTED`` of :mod:`services.paging` at most."""


class Source(Protocol):
    """Where the lines of a ledger come from."""

    def page(self, connection: Connection, asked: Question, *, counted: bool = True) -> Lines:
        """A page of what the reader may see; uncounted, its total is that of the page."""


Read = Callable[[Connection, Sequence[Row[Any]], Question], tuple[Any, ...]]


def as_answered(
    _connection: Connection, rows: Sequence[Row[Any]], _asked: Question
) -> tuple[Any, ...]:
    """Lines that are what the database answered."""
    return tuple(rows)


def _no_more(_: Question, __: dict[str, Any]) -> Iterable[str]:
    return ()


def _nothing(_: Question) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Sort:
    """An expression that a ledger is ordered by."""

    sql: str
    type: str = "bigint"
    """``bigint``, ``text`` or ``date``."""
    nullable: bool = False
    """Whether there are lines without it: they come last, or first where the order descends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """Lines that are rows under ``project p``."""

    tables: str
    """``FROM``, with ``project p`` in it."""
    fields: Mapping[str, str]
    """Name → SQL: what a line is read from."""
    identity: tuple[Sort, ...]
    """What tells lines apart; an index has them after what the orders go by."""
    sorts: Mapping[str, Sort]
    """Field of an order → what it goes by."""
    kind: Kind
    of: str = ""
    """What tells the objects of the kind apart (:mod:`services.people.visibility`)."""
    asked_by: Mapping[str, str] = field(default_factory=dict)
    """Field of a filter → SQL, where it is not one of ``fields``."""
    narrows: Mapping[str, str] = field(default_factory=dict)
    """Field of a filter → SQL for the numbers of the projects that it leaves, with ``:value``."""
    more: Callable[[Question, dict[str, Any]], Iterable[str]] = _no_more
    """Further conditions, whose parameters it writes down."""
    read: Read = as_answered
    values: Callable[[Question], Mapping[str, Any]] = _nothing
    """What ``fields`` ask with beside."""

    def page(self, connection: Connection, asked: Question, *, counted: bool = True) -> Lines:
        """A page of what the reader may see."""
        statement, values = self.statement(asked)
        answered = connection.execute(text(statement), values).all()
        rows = answered[: asked.limit]
        total, follows = len(rows), None
        if len(answered) > len(rows):
            follows = _written([rows[-1][n] for n in range(len(self._terms(asked)))])
        if counted and (follows or asked.after):
            count, values = self.count(asked)
            total = int(connection.execute(text(count), values).scalar_one())
        return Lines(self.read(connection, rows, asked), follows, total)

    def statement(self, asked: Question) -> tuple[str, dict[str, Any]]:
        """The query for a page and one line more, and its parameters."""
        terms = self._terms(asked)
        keys = [f"{term.sql} AS o{place}" for place, term in enumerate(terms)]
        listed = ", ".join((*keys, *(f"{sql} AS {name}" for name, sql in self.fields.items())))
        where, values = self._where(asked)
        descending = asked.order is not None and asked.order.descending
        order = ", ".join(f"o{n}{' DESC' if descending else ''}" for n in range(len(terms)))
        places = self._places(asked, terms, values, descending=descending)
        parts = [
            f"(SELECT {listed} FROM {ways}{self.tables} WHERE {where}{gate}{place}"  # noqa: S608
            f" ORDER BY {order} LIMIT :limit)"
            for ways, gate in self._ways(asked)
            for place in places
        ]
        values |= {"limit": asked.limit + 1, **self.values(asked)}
        united = " UNION ALL ".join(parts)
        whole = united if len(parts) == 1 else f"{united} ORDER BY {order} LIMIT :limit"
        return self._beginning(asked, values) + whole, values

    def count(self, asked: Question) -> tuple[str, dict[str, Any]]:
        """The query for the number of lines, up to a bound."""
        where, values = self._where(asked)
        parts = (
            f"(SELECT FROM {ways}{self.tables} WHERE {where}{gate} LIMIT {COUNTED})"
            for ways, gate in self._ways(asked)
        )
        united = " UNION ALL ".join(parts)
        beginning = self._beginning(asked, values)
        values |= self.values(asked)
        counted = f"SELECT count(*) FROM (SELECT FROM ({united}) u LIMIT {COUNTED}) c"  # noqa: S608
        return beginning + counted, values

    # --- which lines ---------------------------------------------------------------------------

    def _where(self, asked: Question) -> tuple[str, dict[str, Any]]:
        seen, values = scope(asked.viewer, self.kind, self.of)
        conditions = [f"({seen})"]
        for each in asked.definition.filters:
            conditions += self._condition(each, asked, values)
        conditions += self.more(asked, values)
        return " AND ".join(conditions), dict(values)

    def _condition(self, each: Filter, asked: Question, values: dict[str, Any]) -> Iterator[str]:
        sql = self.asked_by.get(each.of) or self.fields.get(each.of, "")
        given = {name: asked.filters[name] for name in each.parameters if name in asked.filters}
        chosen = asked.chosen(each)
        if not given:
            return
        if chosen is not None:
            if chosen.values and sql:
                values[f"f_{each.key}"] = list(chosen.values)
                yield f"{sql} = ANY(:f_{each.key})"
        elif each.kind is FilterKind.WORDS:
            values |= named(given[each.key])
            yield NAMED
        elif each.kind is FilterKind.DAYS:
            for name, than in zip(each.parameters, (">=", "<="), strict=True):
                if name in given and sql:
                    values[f"f_{name}"] = date.fromisoformat(given[name])
                    yield f"{sql} {than} :f_{name}"
        else:
            if not sql:
                return
            values[f"f_{each.key}"] = given[each.key]
            if given[each.key] == NOT_STATED:
                yield f"coalesce({sql}, :f_{each.key}) IN ('', :f_{each.key})"
                return
            yield (
                sql.format(value=f":f_{each.key}") if "{value}" in sql else f"{sql} = :f_{each.key}"
            )

    # --- few projects, or many -----------------------------------------------------------------

    def _few(self, asked: Question) -> str | None:
        """SQL for the projects among which all lines are, where something leaves less than all."""
        for each in asked.definition.filters:
            narrow = self.narrows.get(each.of)
            if narrow is not None and each.key in asked.filters:
                return narrow.replace(":value", f":f_{each.key}")
        seen, _ = scope(asked.viewer)
        if seen == "true":
            return None
        return among(asked.viewer)[0] or f"SELECT p.id FROM project p WHERE {seen}"  # noqa: S608

    def _ways(self, asked: Question) -> Iterator[tuple[str, str]]:
        if self._few(asked) is None:
            yield "", ""
            return
        yield "(SELECT DISTINCT id FROM few) f CROSS JOIN ", f" AND p.id = f.id{_GATE.format('<=')}"
        yield "", _GATE.format(">")

    def _beginning(self, asked: Question, values: dict[str, Any]) -> str:
        few = self._few(asked)
        if few is None:
            return ""
        values |= scope(asked.viewer)[1]
        return (
            f"WITH few AS MATERIALIZED (SELECT w.id FROM ({few}) w(id) LIMIT {FEW + 1}),"  # noqa: S608
            " ways AS (SELECT count(*) AS n FROM few) "
        )

    # --- after a place -------------------------------------------------------------------------

    def _terms(self, asked: Question) -> tuple[Sort, ...]:
        first = (self.sorts[asked.order.by],) if asked.order else ()
        return (*first, *self.identity)

    def _places(
        self, asked: Question, terms: tuple[Sort, ...], values: dict[str, Any], *, descending: bool
    ) -> list[str]:
        """Conditions for what comes after the place that was asked for, one for each range."""
        if asked.after is None:
            return [""]
        place = _read(asked.after, terms)
        values |= {f"after_{n}": value for n, value in enumerate(place)}
        than = "<" if descending else ">"
        without = f"{terms[0].sql} IS NULL"
        if place[0] is None:
            rest = f" AND {without} AND {_beyond(terms, 1, than)}"
            return [rest, f" AND NOT {without}"] if descending else [rest]
        further = f" AND {_beyond(terms, 0, than)}"
        return [further, f" AND {without}"] if terms[0].nullable and not descending else [further]


#: Only one of both ways is gone.
_GATE: Final = f" AND (SELECT n FROM ways) {{}} {FEW}"  # noqa: S608 - a number of ours


def _beyond(terms: tuple[Sort, ...], start: int, than: str) -> str:
    kept = range(start, len(terms))
    own = ", ".join(terms[n].sql for n in kept)
    place = ", ".join(f"CAST(:after_{n} AS {terms[n].type})" for n in kept)
    return f"({own}) {than} ({place})"


def _written(place: Sequence[Any]) -> str:
    """A place as links and programs carry it."""
    plain = [value.isoformat() if isinstance(value, date) else value for value in place]
    written = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def _read(words: str, terms: tuple[Sort, ...]) -> list[Any]:
    """A place from what :func:`_written` answered; raises ``BadCursor``."""
    try:
        place = json.loads(base64.urlsafe_b64decode(words + "=" * (-len(words) % 4)))
        return [_value(value, term) for value, term in zip(place, terms, strict=True)]
    except (ValueError, TypeError):
        raise BadCursor(value=words) from None


def _value(value: Any, term: Sort) -> Any:
    if value is None and term.nullable:
        return None
    if term.type == "date":
        return date.fromisoformat(value)
    if term.type == "bigint":
        number = int(value)
        if abs(number) >= 1 << 63:
            raise ValueError(value)
        return number
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value
