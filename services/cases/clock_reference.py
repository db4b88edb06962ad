"""Writes ``docs/clocks.md`` from the table of clocks: what moves each kind, what follows when it has run out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from rules.cases.clocks.declaration import ClockDeclaration, Party
from rules.cases.clocks.registry import KINDS
from rules.cases.clocks.row_conditions import Is, NotByLastDay, OneOf, RowOf, Test

PAGE: Final = Path(__file__).parents[2] / "docs" / "clocks.md"
HEAD: Final = """\
# Kinds of clocks

From the table in `rules/cases/clocks/kinds.py`, in the order in which time acts; [clock.md](clock.md) says how clocks
count. An act that opens something elsewhere may start clocks there too; a promise for the project follows from its items
after every act. This page is written by `make docs`.

## What moves them

| kind | words | by | started by | stopped by | paused by | goes on by | extended by |
| --- | --- | --- | --- | --- | --- | --- | --- |"""
ENDS: Final = """
## What follows when they have run out

*Has the move* is warned first, *answers* gets the supervision letter. A kind without an act is late and nothing else.

| kind | has the move | answers | act of time | when | by |
| --- | --- | --- | --- | --- | --- |"""
_PARTIES: Final = {
    Party.DEPARTMENT: "the department",
    Party.SUBJECT: "the department that is asked",
    Party.HEAD: "the head of the department",
    Party.WINDOW: "the window",
    Party.APPLICANT: "the enterprise",
    Party.LEAD: "the lead department of the stage in which it is kept",
}


def clocks_page() -> str:
    """The Markdown page of all kinds of clocks."""
    kinds = tuple(KINDS.values())
    lines = [HEAD, *map(_moved, kinds), ENDS, *map(_ended, kinds)]
    return "\n".join(lines) + "\n"


def _moved(kind: ClockDeclaration) -> str:
    acts = (
        kind.started_by,
        kind.stopped_by,
        kind.suspended_by,
        kind.resumed_by,
        kind.extended_by,
    )
    return _row((f"`{kind.key}`", kind.label, kind.source, *map(_listed, acts)))


def _ended(kind: ClockDeclaration) -> str:
    moves = _PARTIES[kind.moves]
    if kind.handed_in is not None:
        moves += f", until there is a {_about(kind.handed_in)}"
    parties = (f"`{kind.key}`", moves, _PARTIES[kind.late])
    if kind.end is None:
        return _row((*parties, "", "", ""))
    last = "on the last day" if kind.end.on_last_day else "after the last day"
    when = [last, *(f"{'no' if row.missing else 'with a'} {_about(row)}" for row in kind.end.rows)]
    return _row((*parties, f"`{kind.end.act}`", ", ".join(when), kind.end.source))


def _about(row: RowOf) -> str:
    tests = " and ".join(_test_text(test) for test in row.tests)
    return f"{row.part.label} of which {tests}"


def _test_text(test: Test) -> str:
    match test:
        case Is(column=column, value=value):
            return f"`{column}` is {str(value).lower()}"
        case OneOf(column=column, values=values):
            return f"`{column}` is {' or '.join(sorted(map(str, values)))}"
        case NotByLastDay(column=column):
            return f"`{column}` is not by the last day"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(clocks_page(), encoding="utf-8")
