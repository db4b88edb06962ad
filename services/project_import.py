"""Projects from a table that people keep: CSV or XLSX, all of them registered or none.

The first row names the columns, in English or Chinese (:data:`COLUMNS`); every other column is an
attribute of the scenario, by its key. An empty cell is a value that is not given. Every fault is
told with its row and its column.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import ValidationError
from sqlalchemy import Connection

from models.actor import Actor
from models.definition import ScenarioDefinition
from models.errors import InvalidInput, KaigongError
from models.facts import AttributeValue
from rules.registration import attribute_from_text
from services import scenarios
from services.acts import Receipt
from services.registration import NoneRegistered, RegisterProject, register_all, trial
from services.unit_of_work import Database

#: Field → the names that its column may have.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "项目代码"),
    "title": ("title", "项目名称"),
    "enterprise": ("enterprise", "统一社会信用代码"),
    "enterprise_name": ("enterprise_name", "建设单位", "企业名称"),
    "scenario": ("scenario", "审批场景", "场景"),
    "steward": ("steward", "项目管家"),
}
REQUIRED = ("code", "title", "enterprise", "scenario")
MOST_ROWS = 10_000
LARGEST_FILE = 20_000_000
_FIELDS = {name: field for field, names in COLUMNS.items() for name in names}


class NotATable(KaigongError):
    """file: {file} is not a table: {reason}. Give a CSV file in UTF-8 or GB 18030, or an XLSX file."""

    field = "file"


class ColumnMissing(KaigongError):
    """columns: the first row of {file} has no column {column}; it may be named {names}."""

    field = "columns"


class ColumnTwice(KaigongError):
    """columns: the first row of {file} names {column} twice; keep one of the two columns."""

    field = "columns"


class TooManyRows(KaigongError):
    """file: {file} has more than {most} projects; split it."""

    field = "file"


class NothingToImport(KaigongError):
    """file: {file} has no project in it; write one in each row below the names of the columns."""

    field = "file"


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in one cell; ``column`` is its letter and its name."""

    row: int
    column: str
    error: KaigongError


class NotImported(KaigongError):
    """file: {file} has {count} faults; nothing was imported. Correct them and import it again."""

    field = "file"

    def __init__(self, file: str, faults: tuple[CellFault, ...]) -> None:
        self.faults = faults
        super().__init__(field="file", file=file, count=len(faults))


@dataclass(frozen=True, slots=True)
class Row:
    """One project's row."""

    number: int
    cells: Mapping[str, str]
    """Column name → what stands there; empty cells are left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's table."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def fault(self, row: int, error: KaigongError) -> CellFault:
        """A fault with the column that it lies in."""
        wanted = error.params.get("attribute") or error.field
        names = [name for name in self.header if wanted in (name, _FIELDS.get(name))]
        if not names:
            return CellFault(row, "—", error)
        letter = get_column_letter(self.header.index(names[0]) + 1)
        return CellFault(row, f"{letter} ({names[0]})", error)


def import_projects(
    database: Database, path: Path, actor: Actor, now: datetime
) -> tuple[Receipt, ...]:
    """Register every project of a file in one transaction; ``NotImported`` names every fault."""
    table = read_table(path)
    with database.reading() as connection:
        faults, requests = _read_rows(connection, table)
    if faults:
        refused = trial(database, [request for _, request in requests], actor, now)
    else:
        try:
            return register_all(database, [request for _, request in requests], actor, now)
        except NoneRegistered as error:
            refused = error.refused
    faults += [table.fault(requests[one.position][0].number, one.error) for one in refused]
    raise NotImported(path.name, tuple(sorted(faults, key=lambda fault: fault.row)))


# --- from rows to requests ------------------------------------------------------------------------


def _read_rows(
    connection: Connection, table: Table
) -> tuple[list[CellFault], list[tuple[Row, RegisterProject]]]:
    faults: list[CellFault] = []
    requests: list[tuple[Row, RegisterProject]] = []
    published: dict[str, ScenarioDefinition | None] = {}
    for row in table.rows:
        values = {field: cell for name, cell in row.cells.items() if (field := _FIELDS.get(name))}
        key = values.get("scenario", "")
        if key not in published:
            published[key] = _published(connection, key)
        errors, attributes = _attributes(row, published[key])
        errors += _missing(values)
        if not errors:
            try:
                request = RegisterProject.model_validate(values | {"attributes": attributes})
                requests.append((row, request))
            except ValidationError as error:
                errors += _not_valid(error)
        faults += [table.fault(row.number, error) for error in errors]
    return faults, requests


def _published(connection: Connection, key: str) -> ScenarioDefinition | None:
    """The scenario; ``None`` where registering will say that there is none."""
    try:
        return scenarios.published(connection, key)[1]
    except scenarios.UnknownScenario:
        return None


def _attributes(
    row: Row, scenario: ScenarioDefinition | None
) -> tuple[list[KaigongError], dict[str, AttributeValue]]:
    errors: list[KaigongError] = []
    attributes: dict[str, AttributeValue] = {}
    for name, cell in row.cells.items():
        if name not in _FIELDS and scenario is not None:
            try:
                attributes[name] = attribute_from_text(scenario, name, cell)
            except KaigongError as error:
                errors.append(error)
    return errors, attributes


def _missing(values: Mapping[str, str]) -> list[KaigongError]:
    remedy = "Fill the cell in."
    return [
        InvalidInput(field=field, value="—", remedy=remedy)
        for field in REQUIRED
        if field not in values
    ]


def _not_valid(error: ValidationError) -> list[KaigongError]:
    return [
        InvalidInput(
            field=str(found["loc"][0]),
            value=found["input"],
            remedy="Give a text of 2 to 200 characters, without control characters.",
        )
        for found in error.errors(include_url=False, include_context=False)
    ]


# --- from files to rows -----------------------------------------------------------------------------


def read_table(path: Path) -> Table:
    """The table in a file: its header and its rows; ``NotATable`` when it is none."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NotATable(file=path.name, reason="it is larger than 20 MB")
        content = path.read_bytes()
    except OSError as error:
        raise NotATable(file=path.name, reason=error.strerror or str(error)) from error
    lines = _xlsx(path, content) if content[:2] == b"PK" else _csv(path, content)
    found = [(number, line) for number, line in enumerate(lines, start=1) if any(line)]
    if not found:
        raise NothingToImport(file=path.name)
    header = _header(path, found[0][1])
    rows = tuple(
        Row(number, {name: cell for name, cell in zip(header, line, strict=False) if name and cell})
        for number, line in found[1:]
    )
    if not rows:
        raise NothingToImport(file=path.name)
    return Table(header, rows)


def _header(path: Path, line: list[str]) -> tuple[str, ...]:
    names = [name for name in line if name]
    fields = [_FIELDS.get(name, name) for name in names]
    for name, field in zip(names, fields, strict=True):
        if fields.count(field) > 1:
            raise ColumnTwice(file=path.name, column=name)
    for field in REQUIRED:
        if field not in fields:
            raise ColumnMissing(file=path.name, column=field, names=list(COLUMNS[field]))
    return tuple(line)


def _csv(path: Path, content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise NotATable(file=path.name, reason="its characters are in no known encoding")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise NotATable(file=path.name, reason=str(error)) from error
    return _limited(path, ([cell.strip() for cell in line] for line in lines))


def _xlsx(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = [[_text(cell) for cell in line] for line in _sheet(book)]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise NotATable(file=path.name, reason=str(error)) from error
    return _limited(path, iter(lines))


def _sheet(book: Any) -> Iterator[Sequence[Any]]:
    """The rows of the first sheet, one more than may be imported."""
    return islice(book.worksheets[0].iter_rows(values_only=True), MOST_ROWS + 2)


def _limited(path: Path, lines: Iterator[list[str]]) -> Iterator[list[str]]:
    for number, line in enumerate(lines):
        if number > MOST_ROWS:
            raise TooManyRows(file=path.name, most=MOST_ROWS)
        yield line


def _text(cell: object) -> str:
    """A cell as somebody would have typed it: spreadsheets keep numbers and truths as such."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
