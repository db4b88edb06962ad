"""A figure as one statement over case rounds 办件, for what its reader may see of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from models.cases.case_round import COLUMNS
from models.people.actor import Actor
from rules.figures.conditions import Condition, Is, IsNot, Known, Later, NotAfter, OneOf, Within
from rules.figures.counting import Tally
from rules.figures.definition import COLUMN_OF_CUT, Cut, FigureDefinition, FigureUnit, Span
from services.people.visibility import OFFICERS, Kind, scope
from services.unit_of_work import Database

#: Case rounds, of which the open ones have the last days that their clocks have now.
_KEPT = ", ".join(
    f"c.{column.name}"
    for column in COLUMNS
    if column.name not in ("promised_due_on", "statutory_due_on")
)
LIVE_ROUNDS = (
    f"(SELECT c.project_id, c.item, c.round, {_KEPT},"  # noqa: S608
    " coalesce(c.promised_due_on, k.due_on) AS promised_due_on,"
    " coalesce(c.statutory_due_on, k.statutory_due_on) AS statutory_due_on"
    " FROM case_round c LEFT JOIN clock k ON c.ended_on IS NULL AND k.project_id = c.project_id"
    " AND k.item = c.item AND k.round = c.round AND k.kind = 'decision' AND k.state = 'running') r"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of one department, one month or the like."""

    keys: tuple[str | None, ...]
    """One for each cut; ``None`` where the rounds do not say."""
    tally: Tally

    @property
    def key(self) -> str | None:
        """That of the first cut."""
        return self.keys[0]


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
    cuts: Sequence[Cut] = (),
) -> tuple[FigureValue, ...]:
    """Figures over the rounds that somebody may see, of one state of the ledger, one query each.

    An officer's are those of the items that their department decides; what it is only asked about
    counts for the department that decides.
    """
    with database.snapshot() as connection:
        return tuple(figure_value(connection, viewer, figure, span, cuts) for figure in asked)


def figure_value(
    connection: Connection,
    viewer: Actor | None,
    figure: FigureDefinition,
    span: Span,
    cuts: Sequence[Cut] = (),
) -> FigureValue:
    """One figure, in a transaction of the caller; taken apart by the cuts that it can be, together."""
    statement, values = figure_query(viewer, figure, span, cuts)
    whole, parts = Tally(0, 0), []
    count = len(_cuts(figure, cuts))
    for total, *rest in connection.execute(text(statement), values):
        keys, tally = tuple(rest[:count]), Tally(*rest[count:])
        if total:
            whole = tally
        else:
            parts.append(Part(keys, tally))
    return FigureValue(figure, whole, tuple(parts))


def figure_query(
    viewer: Actor | None, figure: FigureDefinition, span: Span, cuts: Sequence[Cut] = ()
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters: whether a row is the whole, the keys of its part, the numbers."""
    values: dict[str, Any] = {}
    rows = rows_of(figure, span, values)
    seen, source = _seen(viewer, values)
    numbers = ", ".join(_numbers(figure, values))
    keys = [_key(figure, cut) for cut in _cuts(figure, cuts)]
    listed = "".join(f"{key}, " for key in keys)
    apart = ", ".join(keys)
    total = f"grouping({apart}) > 0" if keys else "true"
    grouped = f" GROUP BY GROUPING SETS ((), ({apart})) ORDER BY 1 DESC, {apart}" if keys else ""
    where = " AND ".join((*rows, *seen))
    rounds = LIVE_ROUNDS if figure.late else "case_round r"
    return f"SELECT {total}, {listed}{numbers} FROM {rounds}{source} WHERE {where}{grouped}", values  # noqa: S608


def rows_of(
    figure: FigureDefinition, span: Span, values: dict[str, Any], *, met: bool | None = None
) -> list[str]:
    """Conditions on ``case_round r`` for the rows of a figure, their parameters into ``values``: all of its
    denominator, or those that are in its numerator or not.
    """
    values |= {"since": span.since, "until": span.until}
    rows = list(_standing(figure) if figure.stock else _falling(figure, span, values))
    if figure.late is not None:
        rows.append(f"r.{figure.late} <= :over")
        values["over"] = span.over
    rows += _all(figure.denominator, "d", values)
    if met is not None:
        numerator = " AND ".join(_all(figure.counts, "n", values)) or "true"
        rows.append(f"({numerator}) IS {'TRUE' if met else 'NOT TRUE'}")
    return rows


def _falling(figure: FigureDefinition, span: Span, values: dict[str, Any]) -> Iterator[str]:
    yield f"r.{figure.moment.day} >= :since"
    yield f"r.{figure.moment.day} < :until"
    if figure.moment.recorded is not None:
        values["known_before"] = span.known_before
        yield f"r.{figure.moment.recorded} < :known_before"


def _standing(figure: FigureDefinition) -> Iterator[str]:
    yield "r.accepted_on < :until"
    yield "(r.ended_on IS NULL OR r.ended_on >= :until)"
    if figure.late is not None:
        yield "(r.clock_stopped_on IS NULL OR r.clock_stopped_on >= :until)"


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
        if figure.unit is FigureUnit.PER_CASE:
            return
        for share in (0.5, 0.9):
            yield f"percentile_disc({share}) WITHIN GROUP (ORDER BY r.{column})"
        return
    met = " AND ".join(_all(figure.counts, "n", values)) or "true"
    yield f"count(*) FILTER (WHERE {met})"
    yield "count(*)"


def _cuts(figure: FigureDefinition, cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """Those of some cuts by which a figure can be taken apart; none where it cannot be by all of them."""
    return tuple(cuts) if set(cuts) <= set(figure.cut_by) else ()


def _key(figure: FigureDefinition, cut: Cut) -> str:
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
        case NotAfter() | Later():
            return _of_days(condition)
        case Within(least=least, most=most):
            values |= {f"{name}_least": least, f"{name}_most": most}
            bound = "" if most is None else f" AND {column} <= :{name}_most"
            if most is None:
                del values[f"{name}_most"]
            return f"{column} >= :{name}_least{bound}"


def _of_days(condition: NotAfter | Later) -> str:
    day, other = f"r.{condition.column}", f"r.{condition.other}"
    if isinstance(condition, NotAfter):
        return f"{day} <= {other}"
    return f"({other} IS NOT NULL AND ({day} IS NULL OR {day} > {other}))"
