"""A figure as one statement over case rounds 办件, for what its reader may see of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from models.people.actor import Actor
from rules.figures.conditions import Condition, Is, IsNot, Known, NotAfter, OneOf, Within
from rules.figures.counting import Tally
from rules.figures.definition import COLUMN_OF_CUT, Cut, FigureDefinition, Span
from services.people.visibility import OFFICERS, Kind, scope
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of one department, one month or the like."""

    key: str | None
    """``None`` where the rounds do not say."""
    tally: Tally


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A figure of a period, as a whole and by the cut that was asked for."""

    figure: FigureDefinition
    tally: Tally
    parts: tuple[Part, ...] = ()


def figures(
    database: Database,
    viewer: Actor | None,
    asked: Iterable[FigureDefinition],
    span: Span,
    cut: Cut | None = None,
) -> tuple[FigureValue, ...]:
    """Figures over the rounds that somebody may see, of one state of the ledger, one query each.

    An officer's are those of the items that their department decides; what it is only asked about
    counts for the department that decides.
    """
    with database.snapshot() as connection:
        return tuple(figure_value(connection, viewer, figure, span, cut) for figure in asked)


def figure_value(
    connection: Connection,
    viewer: Actor | None,
    figure: FigureDefinition,
    span: Span,
    cut: Cut | None = None,
) -> FigureValue:
    """One figure, in a transaction of the caller."""
    statement, values = figure_query(viewer, figure, span, cut)
    whole, parts = Tally(0, 0), []
    for total, key, *numbers in connection.execute(text(statement), values):
        if total:
            whole = Tally(*numbers)
        else:
            parts.append(Part(key, Tally(*numbers)))
    return FigureValue(figure, whole, tuple(parts))


def figure_query(
    viewer: Actor | None, figure: FigureDefinition, span: Span, cut: Cut | None = None
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters: whether a row is the whole, the key of its part, the numbers."""
    values: dict[str, Any] = {}
    rows = rows_of(figure, span, values)
    seen, source = _seen(viewer, values)
    numbers = ", ".join(_numbers(figure, values))
    key = _key(figure, cut)
    total = "true, NULL" if key is None else f"grouping({key}) = 1, {key}"
    grouped = "" if key is None else f" GROUP BY GROUPING SETS ((), ({key})) ORDER BY 1 DESC, 2"
    where = " AND ".join((*rows, *seen))
    return f"SELECT {total}, {numbers} FROM case_round r{source} WHERE {where}{grouped}", values  # noqa: S608


def rows_of(
    figure: FigureDefinition, span: Span, values: dict[str, Any], *, met: bool | None = None
) -> list[str]:
    """Conditions on ``case_round r`` for the rows of a figure, their parameters into ``values``: all of its
    denominator, or those that are in its numerator or not.
    """
    day = f"r.{figure.moment.day}"
    values |= {"since": span.since, "until": span.until}
    rows = [f"{day} >= :since", f"{day} < :until"]
    if figure.moment.recorded is not None:
        rows.append(f"r.{figure.moment.recorded} < :known_before")
        values["known_before"] = span.known_before
    rows += _all(figure.denominator, "d", values)
    if met is not None:
        numerator = " AND ".join(_all(figure.counts, "n", values)) or "true"
        rows.append(f"({numerator}) IS {'TRUE' if met else 'NOT TRUE'}")
    return rows


def _seen(viewer: Actor | None, values: dict[str, Any]) -> tuple[list[str], str]:
    """What the reader may see, and what has to be joined to ask."""
    condition, by = scope(viewer, Kind.ITEM, "r.item")
    values |= by
    seen = [condition]
    if viewer is not None and viewer.role in OFFICERS:
        seen.append("r.department = :own_department")
        values["own_department"] = viewer.department
    return seen, "" if condition == "true" else " JOIN project p ON p.id = r.project_id"


def _numbers(figure: FigureDefinition, values: dict[str, Any]) -> Iterator[str]:
    if (column := figure.measures) is not None:
        yield f"coalesce(sum(r.{column}), 0)"
        yield "count(*)"
        for share in (0.5, 0.9):
            yield f"percentile_disc({share}) WITHIN GROUP (ORDER BY r.{column})"
        return
    yield f"count(*) FILTER (WHERE {' AND '.join(_all(figure.counts, 'n', values))})"
    yield "count(*)"


def _key(figure: FigureDefinition, cut: Cut | None) -> str | None:
    if cut is None:
        return None
    if cut is Cut.MONTH:
        return f"to_char(r.{figure.moment.day}, 'YYYY-MM')"
    return f"nullif(r.{COLUMN_OF_CUT[cut]}, '')"


def _all(conditions: Iterable[Condition], prefix: str, values: dict[str, Any]) -> list[str]:
    return [
        _sql(condition, f"{prefix}{place}", values) for place, condition in enumerate(conditions)
    ]


def _sql(condition: Condition, name: str, values: dict[str, Any]) -> str:
    """A condition as SQL; its values become parameters of this name."""
    column = f"r.{condition.column}"
    match condition:
        case Is(value=value):
            values[name] = value
            return f"{column} = :{name}"
        case IsNot(value=value):
            values[name] = value
            return f"{column} IS DISTINCT FROM :{name}"
        case OneOf(values=some):
            values[name] = sorted(some)
            return f"{column} = ANY(:{name})"
        case Known():
            return f"{column} IS NOT NULL"
        case NotAfter(other=other):
            return f"{column} <= r.{other}"
        case Within(least=least, most=most):
            values |= {f"{name}_least": least, f"{name}_most": most}
            bound = "" if most is None else f" AND {column} <= :{name}_most"
            if most is None:
                del values[f"{name}_most"]
            return f"{column} >= :{name}_least{bound}"
