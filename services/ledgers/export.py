"""A ledger as a file: XLSX with true days and numbers, or CSV; written line by line as it is read.

Nothing in it can become a formula: whoever types a project's title does not write into the reader's
spreadsheet (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from sqlalchemy import Connection

from models.errors import KaigongError
from rules.ledgers.definition import Column
from services.ledgers.cells import Plain, at, name_of, plain
from services.ledgers.question import MOST_AT_ONCE, Question
from services.ledgers.source import Source

#: What a spreadsheet takes for the beginning of a formula, as wide signs too.
_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_AT_ONCE: Final = MOST_AT_ONCE
#: Lines of a sheet under its heading.
MOST: Final = 1_048_575


class FileFormat(StrEnum):
    """What a ledger is handed over as."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """As HTTP names it."""
        if self is FileFormat.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooManyLines(KaigongError):
    template = (
        "A sheet holds {most} lines and there are more; ask for fewer with the filters, or for CSV."
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a file is written."""

    language: str
    translate: Callable[[str], str]


def write(
    connection: Connection,
    source: Source,
    asked: Question,
    reader: Reader,
    kind: FileFormat,
    file: IO[bytes],
) -> int:
    """Write every line that was asked for, all of one state of the ledger; answers how many.

    ``connection`` is one of a snapshot. Raises ``TooManyLines`` for XLSX.
    """
    columns = asked.definition.plain
    lines = (
        [plain(at(line, column), reader.language, reader.translate) for column in columns]
        for line in _lines(connection, source, asked)
    )
    headings = [name_of(column.name, reader.language, reader.translate) for column in columns]
    if kind is FileFormat.CSV:
        return _write_csv(file, headings, lines)
    title = name_of(asked.definition.name, reader.language, reader.translate)
    return _write_xlsx(file, title, columns, headings, lines)


def _lines(connection: Connection, source: Source, asked: Question) -> Iterator[Any]:
    """Every line from the beginning, read some hundred at a time."""
    page = replace(asked, after=None, limit=_AT_ONCE)
    while True:
        answered = source.page(connection, page, counted=False)
        yield from answered.lines
        if answered.next is None:
            return
        page = page.going_on(answered.next, _AT_ONCE)


def _write_csv(file: IO[bytes], headings: list[str], lines: Iterator[list[Plain]]) -> int:
    """UTF-8 with a mark at the beginning, without which spreadsheets take it for another encoding."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headings)
    count = 0
    for line in lines:
        writer.writerow([_as_text(value) for value in line])
        count += 1
    text.flush()
    text.detach()
    return count


def _as_text(value: Plain) -> str:
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _write_xlsx(
    file: IO[bytes],
    title: str,
    columns: tuple[Column, ...],
    headings: list[str],
    lines: Iterator[list[Plain]],
) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.append([_heading(sheet, heading) for heading in headings])
    count = 0
    for line in lines:
        count += 1
        if count > MOST:
            raise TooManyLines(most=MOST)
        sheet.append([_cell(sheet, value) for value in line])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    book.save(file)
    return count


def _heading(sheet: Any, heading: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, heading)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="EAF0F6")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cell(sheet: Any, value: Plain) -> Any:
    """A day is a day and a number a number; a text is never a formula."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
        if _FORMULA.match(value):
            # Whoever edits the cell later does not make a formula of it either.
            cell.quotePrefix = True
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value
