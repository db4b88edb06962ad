"""The page of figures: each with its sentence, and the address of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.errors import InvalidInput
from rules.figures.catalogue import DEFINITIONS
from rules.figures.counting import Tally
from rules.figures.definition import Cut, FigureDefinition, Span
from rules.ledgers.catalogue import COUNTED, COUNTED_AS, COUNTED_ON
from services.figures.names import name_of_key, names_of_cuts
from services.figures.query import FigureValue, figure_value
from services.ledgers.source import NOT_STATED
from services.people.viewer import Viewer
from services.unit_of_work import Database

#: Cut → the filter of the case rounds by which a part of it is found.
_FILTERS = {cut: cut.value for cut in Cut if cut is not Cut.MONTH} | {Cut.DISTRICT: "region"}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure, or a part of it."""

    figure: FigureDefinition
    tally: Tally
    name: str
    """Of the part; empty for the whole."""
    rows: dict[str, str] | None
    """The filters of the case rounds that are its rows; ``None`` where no filter finds them."""


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """Figures of a period, for one viewer."""

    span: Span
    last: date
    """The last day of the period."""
    cuts: tuple[Cut, ...]
    figures: tuple[tuple[FigureLine, tuple[FigureLine, ...]], ...]
    """Each as a whole, with its parts."""


class WrongPeriod(InvalidInput):
    template = "first: the period begins on {value}, after its last day; choose another."
    field = "first"


def figures_page(
    database: Database, viewer: Viewer, first: date | None, last: date | None, cuts: Sequence[Cut]
) -> FiguresPage:
    """Figures from one day to another, this year so far unless said, of what the viewer sees; one query
    each, and three for names. Raises ``WrongPeriod``.
    """
    today = viewer.today
    end = min(last or today, today)
    begin = first or date(end.year, 1, 1)
    if begin > end:
        raise WrongPeriod(value=begin)
    span = Span(begin, end + timedelta(days=1), today, today)
    cuts = tuple(dict.fromkeys(cuts))
    with database.snapshot() as connection:
        names = names_of_cuts(connection, cuts)
        values = [
            figure_value(connection, viewer.actor, figure, span, cuts) for figure in DEFINITIONS
        ]

    def called(keys: Sequence[str | None]) -> str:
        pairs = zip(cuts, keys, strict=True)
        names_of_parts = (
            name_of_key(names, c, k, viewer.language, viewer.translate) for c, k in pairs
        )
        return " · ".join(names_of_parts)

    lines = tuple(_lines(value, span, cuts, called) for value in values)
    return FiguresPage(span, end, cuts, lines)


def _lines(
    value: FigureValue,
    span: Span,
    cuts: Sequence[Cut],
    called: Callable[[Sequence[str | None]], str],
) -> tuple[FigureLine, tuple[FigureLine, ...]]:
    figure = value.figure
    whole = FigureLine(figure, value.tally, "", rows_asked(figure, span))
    parts = tuple(
        FigureLine(figure, p.tally, called(p.keys), rows_asked(figure, span, cuts, p.keys))
        for p in value.parts
    )
    return whole, parts


def rows_asked(
    figure: FigureDefinition,
    span: Span,
    cuts: Sequence[Cut] = (),
    keys: Sequence[str | None] = (),
) -> dict[str, str] | None:
    """What the ledger of case rounds is asked for the rows of a figure, or of a part of it."""
    first, last = span.since, span.until - timedelta(days=1)
    asked = {COUNTED_AS: figure.key, COUNTED_ON: span.as_of.isoformat()}
    for cut, key in zip(cuts, keys, strict=True):
        if cut is Cut.MONTH and key is not None:
            first, last = max(first, _first(key)), min(last, _last(key))
        elif cut is Cut.CHANNEL and key is None:
            return None
        elif cut is not Cut.MONTH:
            asked[_FILTERS[cut]] = NOT_STATED if key is None else key
    return {
        **asked,
        f"{COUNTED}_from": first.isoformat(),
        f"{COUNTED}_to": last.isoformat(),
    }


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _last(month: str) -> date:
    return (_first(month) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
