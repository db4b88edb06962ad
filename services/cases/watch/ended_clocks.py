"""The clocks that have run out, found by index: the query of each kind is made from its declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, text

from rules.cases.clocks.declaration import ClockDeclaration, ClockEnd
from rules.cases.clocks.registry import KINDS
from rules.cases.clocks.row_conditions import Is, NotByLastDay, OneOf, RowOf, Test
from services.unit_of_work import Database


class EndedItem(NamedTuple):
    """An item of an active project on which clocks of one kind have run out."""

    project_id: int
    code: str
    """Of the project."""
    item: str


def ended_items(connection: Connection, kind: ClockDeclaration, today: date) -> list[EndedItem]:
    """Items on which something follows from the end of a clock of this kind, by project and item.

    They are those of which :meth:`ClockEnd.is_due` holds for a clock; read without a lock, so ask the
    rules again when the project is locked.
    """
    if kind.end is None:
        return []
    query, values = _query(kind.key, kind.end)
    rows = connection.execute(query, {**values, "today": today})
    return [EndedItem(*row) for row in rows]


class EndedProject(NamedTuple):
    """A project in which time may have to act."""

    project_id: int
    code: str


def projects_of_ended(database: Database, today: date) -> list[EndedProject]:
    """The projects in which time may have to act, in their order."""
    with database.reading() as connection:
        projects = {
            EndedProject(item.project_id, item.code)
            for kind in list(KINDS.values())
            for item in ended_items(connection, kind, today)
        }
    return sorted(projects)


@cache
def _query(kind: str, end: ClockEnd) -> tuple[TextClause, dict[str, Any]]:
    values: dict[str, Any] = {"kind": str(kind)}
    rows = "".join(f" AND {exists(row, f'r{at}', values)}" for at, row in enumerate(end.rows))
    over = "<=" if end.on_last_day else "<"
    return text(_ENDED.format(over=over, rows=rows)), values


_ENDED = (
    "SELECT DISTINCT c.project_id, p.code, c.item FROM clock c"
    " JOIN project p ON p.id = c.project_id AND p.state = 'active'"
    " WHERE c.state = 'running' AND c.kind = :kind AND c.due_on {over} :today{rows}"
    " ORDER BY c.project_id, c.item"
)


def exists(row: RowOf, alias: str, values: dict[str, Any]) -> str:
    """A condition on a clock ``c`` as SQL; what it compares with goes into ``values`` by name."""
    about = [f"{alias}.{name} = c.{of}" for name, of in row.key.items()]
    tests = [_test(test, alias, f"{alias}_{at}", values) for at, test in enumerate(row.tests)]
    where = " AND ".join([f"{alias}.project_id = c.project_id", *about, *tests])
    sign = "NOT EXISTS" if row.missing else "EXISTS"
    return f"{sign} (SELECT FROM {row.part.table} {alias} WHERE {where})"


def _test(test: Test, alias: str, name: str, values: dict[str, Any]) -> str:
    column = f"{alias}.{test.column}"
    match test:
        case Is(value=value):
            values[name] = str(value) if isinstance(value, str) else value
            return f"{column} = :{name}"
        case OneOf(values=several):
            values[name] = sorted(map(str, several))
            return f"{column} = ANY(:{name})"
        case NotByLastDay():
            return f"({column} IS NULL OR {column} > c.due_on)"


def handed_in(kinds: Sequence[ClockDeclaration], values: dict[str, Any]) -> str:
    """SQL condition: the applicant has handed in what clock ``c`` concerns."""
    return " OR ".join(_handed_in(kinds, values)) or "false"


def _handed_in(kinds: Sequence[ClockDeclaration], values: dict[str, Any]) -> Iterator[str]:
    for at, kind in enumerate(kinds):
        if kind.handed_in is not None:
            values[f"h{at}"] = str(kind.key)
            yield f"(c.kind = :h{at} AND {exists(kind.handed_in, f'h{at}', values)})"
