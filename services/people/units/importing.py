"""The organisation from a workbook: all of it or nothing, with a preview; each fault with its row.

A row that is there already changes nothing; what is here and not in the file is listed, never ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection

from models.errors import InvalidInput, KaigongError
from models.people.organisation import Away, NewAbsence, NewPost, Unit
from models.people.security import CONSOLE, Origin
from rules.cases.context import ZONE
from rules.people.absences import check_absence
from rules.people.units import unit_faults
from services.people.absences import check_people, not_over, take_turn, write_absence
from services.people.organisation import units_of, write_units
from services.people.posts import check_post, posts_in, write_post
from services.people.units.book import Book, BookFault, SheetRow, read_book
from services.unit_of_work import Database

M = TypeVar("M", bound=BaseModel)
Change = Literal["create", "change", "same"]
MOST_FAULTS = 500


class OrganisationNotImported(KaigongError):
    template = (
        "file: {file} has {count} faults; nothing was imported. Correct them and import it again."
    )
    field = "file"

    def __init__(self, file: str, faults: tuple[BookFault, ...]) -> None:
        self.faults = faults
        super().__init__(field="file", file=file, count=len(faults))


class RowTwice(KaigongError):
    template = "{field}: {value} stands in row {row} already; keep one of the two rows."


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one row."""

    sheet: str
    row: int
    change: Change
    key: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import does, and what is here and not in the file."""

    lines: tuple[Line, ...]
    left_out: tuple[str, ...]
    """Keys of units that the file does not have; they stay as they are."""


@dataclass(slots=True)
class _Plan:
    lines: list[Line] = field(default_factory=list)
    faults: list[BookFault] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    posts: list[NewPost] = field(default_factory=list)
    absences: list[NewAbsence] = field(default_factory=list)
    left_out: tuple[str, ...] = ()

    def refuse(self, row: SheetRow, error: KaigongError) -> None:
        column = row.columns.get(error.field or "", "—")
        self.faults.append(BookFault(row.sheet, row.number, column, error))


def preview(database: Database, path: Path, now: datetime) -> Preview:
    """What an import would do; nothing is written. Raises ``OrganisationNotImported``."""
    book = read_book(path)
    with database.reading() as connection:
        plan = _checked(connection, book, path, now)
    return Preview(tuple(plan.lines), plan.left_out)


def import_organisation(
    database: Database, path: Path, now: datetime, origin: Origin = CONSOLE
) -> Preview:
    """Write a workbook, whole; ``OrganisationNotImported`` names every fault and leaves nothing behind."""
    book = read_book(path)
    with database.transaction() as connection:
        take_turn(connection)
        plan = _checked(connection, book, path, now)
        write_units(connection, plan.units, origin)
        for post in plan.posts:
            write_post(connection, post, origin)
        for absence in plan.absences:
            write_absence(connection, absence, origin)
    return Preview(tuple(plan.lines), plan.left_out)


def _checked(connection: Connection, book: Book, path: Path, now: datetime) -> _Plan:
    plan = _Plan(faults=list(book.faults))
    units = _plan_units(connection, book, plan)
    _plan_posts(connection, book, plan, units)
    _plan_absences(connection, book, plan, now)
    if plan.faults:
        ordered = sorted(plan.faults, key=lambda fault: (fault.sheet, fault.row))
        raise OrganisationNotImported(path.name, tuple(ordered[:MOST_FAULTS]))
    return plan


def _plan_units(connection: Connection, book: Book, plan: _Plan) -> dict[str, Unit]:
    known = units_of(connection)
    rows: dict[str, SheetRow] = {}
    wanted: dict[str, Unit] = {}
    for row, unit in _models(book, "units", Unit, plan):
        if unit.key in rows:
            plan.refuse(row, RowTwice(field="key", value=unit.key, row=rows[unit.key].number))
            continue
        rows[unit.key], wanted[unit.key] = row, unit
        change: Change = "create" if unit.key not in known else "change"
        plan.lines.append(
            Line("units", row.number, "same" if known.get(unit.key) == unit else change, unit.key)
        )
    tree = {**known, **wanted}
    for key, fault in unit_faults(tree):
        if key in rows:
            plan.refuse(rows[key], fault)
    plan.units += [unit for key, unit in wanted.items() if known.get(key) != unit]
    plan.left_out = tuple(sorted(known.keys() - wanted.keys())) if rows else ()
    return tree


def _plan_posts(connection: Connection, book: Book, plan: _Plan, units: dict[str, Unit]) -> None:
    held = {(post.login, post.post, post.unit, post.from_on) for post in posts_in(connection)}
    seen: dict[tuple[str, str, str | None, date], int] = {}
    for row, post in _models(book, "posts", NewPost, plan):
        key = (post.login, post.post, post.unit, post.from_on)
        if key in seen:
            plan.refuse(row, RowTwice(field="login", value=post.login, row=seen[key]))
            continue
        seen[key] = row.number
        plan.lines.append(
            Line("posts", row.number, "same" if key in held else "create", f"{key[0]} {key[1]}")
        )
        if key in held:
            continue
        try:
            check_post(connection, post, units)
        except KaigongError as error:
            plan.refuse(row, error)
        plan.posts.append(post)


def _plan_absences(connection: Connection, book: Book, plan: _Plan, now: datetime) -> None:
    known = not_over(connection, now)
    entered = {(absence.login, absence.from_at, absence.substitute) for absence in known}
    for row, absence in _models(book, "absences", NewAbsence, plan):
        timed = absence.model_copy(
            update={"from_at": _zoned(absence.from_at), "to_at": _zoned(absence.to_at)}
        )
        away = Away(timed.login, timed.substitute, timed.from_at, timed.to_at)
        same = (away.login, away.from_at, away.substitute) in entered
        plan.lines.append(Line("absences", row.number, "same" if same else "create", absence.login))
        if same:
            continue
        try:
            check_people(connection, timed)
            check_absence(away, known, now)
        except KaigongError as error:
            plan.refuse(row, error)
            continue
        known.append(away)
        plan.absences.append(timed)


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _models(book: Book, sheet: str, model: type[M], plan: _Plan) -> Iterator[tuple[SheetRow, M]]:
    """The rows of a sheet as what they say; what does not fit is refused with its column."""
    for row in book.rows:
        if row.sheet != sheet:
            continue
        try:
            yield row, model.model_validate(dict(row.cells))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_context=False):
                name = str(detail["loc"][0]) if detail["loc"] else sheet
                value = row.cells.get(name, "—")
                remedy = f"{detail['msg']}."
                plan.refuse(row, InvalidInput(field=name, value=value, remedy=remedy))
