"""The table of an import: CSV or XLSX, its header and its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from config.texts import Word
from models.errors import KaigongError
from services.documents.workbooks import FAULTS, open_workbook

#: Field → the names that its column may have.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "项目代码"),
    "title": ("title", "项目名称"),
    "enterprise": ("enterprise", "统一社会信用代码"),
    "enterprise_name": ("enterprise_name", "建设单位", "企业名称"),
    "scenario": ("scenario", "审批场景", "场景"),
    "steward": ("steward", "项目管家"),
    "place": ("place", "所在园区", "所在地"),
}
REQUIRED = ("code", "title", "enterprise", "scenario")
MOST_ROWS = 10_000
LARGEST_FILE = 20_000_000
#: Name of a column → field.
FIELD_OF = {name: field for field, names in COLUMNS.items() for name in names}


class NotATable(KaigongError):
    template = "file: {file} is not a table: {reason}. Give a CSV file in UTF-8 or GB 18030, or an XLSX file."
    field = "file"


class ColumnMissing(KaigongError):
    template = "columns: the first row of {file} has no column {column}; it may be named {names}."
    field = "columns"


class ColumnTwice(KaigongError):
    template = "columns: the first row of {file} names {column} twice; keep one of the two columns."
    field = "columns"


class TooManyRows(KaigongError):
    template = "file: {file} has more than {most} projects; split it."
    field = "file"


class NothingToImport(KaigongError):
    template = (
        "file: {file} has no project in it; write one in each row below the names of the columns."
    )
    field = "file"


@dataclass(frozen=True, slots=True)
class CellFault:
    """Fault in one cell; ``column`` is its letter and its name."""

    row: int
    column: str
    error: KaigongError


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
        names = [name for name in self.header if wanted in (name, FIELD_OF.get(name))]
        if not names:
            return CellFault(row, "—", error)
        letter = get_column_letter(self.header.index(names[0]) + 1)
        return CellFault(row, f"{letter} ({names[0]})", error)


def read_table(path: Path) -> Table:
    """The table in a file: its header and its rows; ``NotATable`` when it is none."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NotATable(file=path.name, reason=Word("it is larger than 20 MB"))
        content = path.read_bytes()
    except OSError as error:
        raise NotATable(file=path.name, reason=Word(error.strerror or str(error))) from error
    lines = _xlsx(path, content) if content[:2] == b"PK" else _csv(path, content)
    filled = [(number, line) for number, line in enumerate(lines, start=1) if any(line)]
    if not filled:
        raise NothingToImport(file=path.name)
    header = _header(path, filled[0][1])
    rows = tuple(
        Row(number, {name: cell for name, cell in zip(header, line, strict=False) if name and cell})
        for number, line in filled[1:]
    )
    if not rows:
        raise NothingToImport(file=path.name)
    return Table(header, rows)


def _header(path: Path, line: list[str]) -> tuple[str, ...]:
    names = [name for name in line if name]
    fields = [FIELD_OF.get(name, name) for name in names]
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
        raise NotATable(file=path.name, reason=Word("its characters are in no known encoding"))
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise NotATable(file=path.name, reason=str(error)) from error
    return _limited(path, ([cell.strip() for cell in line] for line in lines))


def _xlsx(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        book = open_workbook(content, rows_alone=True)
        lines = [[_text(cell) for cell in line] for line in _sheet(book)]
    except FAULTS as error:
        raise NotATable(file=path.name, reason=str(error)) from error
    return _limited(path, iter(lines))


def _sheet(book: Any) -> Iterator[Sequence[Any]]:
    """The rows of the first sheet, one more than may be imported."""
    sheet = book.worksheets[0]
    # What a sheet says of its size is a hint: some programs write a smaller one than it has.
    sheet.reset_dimensions()
    return islice(sheet.iter_rows(values_only=True), MOST_ROWS + 2)


def _limited(path: Path, lines: Iterator[list[str]]) -> Iterator[list[str]]:
    for number, line in enumerate(lines):
        if number > MOST_ROWS:
            raise TooManyRows(file=path.name, most=MOST_ROWS)
        yield line


def _text(cell: object) -> str:
    """A cell as text: spreadsheets keep numbers and booleans as such."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
