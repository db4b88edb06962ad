"""A workbook of the organisation: sheets of units 单位, posts 任职 and absences 离岗, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from openpyxl.utils import get_column_letter

from config.texts import Word
from models.errors import KaigongError
from services.documents.workbooks import FAULTS, has_macros, open_workbook

#: Sheet → the names that it may have.
SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "units": ("units", "单位"),
    "posts": ("posts", "任职"),
    "absences": ("absences", "离岗"),
}
#: Field → the names that its column may have.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("key", "单位编码"),
    "kind": ("kind", "类别"),
    "name_zh": ("name_zh", "名称"),
    "name_en": ("name_en", "英文名称"),
    "parent": ("parent", "上级单位"),
    "department": ("department", "对应部门"),
    "region_code": ("region_code", "区划代码"),
    "from_on": ("from_on", "生效日期"),
    "to_on": ("to_on", "终止日期"),
    "successor": ("successor", "承接单位"),
    "login": ("login", "账号"),
    "post": ("post", "任职"),
    "unit": ("unit", "所在单位"),
    "capacity": ("capacity", "承载量"),
    "document_no": ("document_no", "任命文号"),
    "from_at": ("from_at", "开始时间"),
    "to_at": ("to_at", "结束时间"),
    "substitute": ("substitute", "代理人"),
}
FIELD_OF: Final = {name: field for field, names in COLUMNS.items() for name in names}
SHEET_OF: Final = {name: sheet for sheet, names in SHEETS.items() for name in names}
MOST_ROWS: Final = 20_000
LARGEST: Final = 20_000_000


class NotAWorkbook(KaigongError):
    template = "file: {file} is no workbook of the organisation: {reason}. Give an XLSX file without macros and password."
    field = "file"


class FormulaInCell(KaigongError):
    template = "cell: {value} is a formula; write its value."
    field = "cell"


class UnknownColumn(KaigongError):
    template = "column: {value} is no column of this sheet; name it one of {known}, or remove it."
    field = "column"


class UnknownSheet(KaigongError):
    template = "sheet: {value} is no sheet of this workbook; name it one of {known}, or remove it."
    field = "sheet"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One filled row: where it stands, and its cells by field, as text."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, str]
    """Field → letter and name of its column."""


@dataclass(frozen=True, slots=True)
class BookFault:
    """What is wrong, and where: ``row`` 0 where it is the sheet as a whole."""

    sheet: str
    row: int
    column: str
    error: KaigongError


@dataclass(frozen=True, slots=True)
class Book:
    """The rows of a workbook, and what is wrong with its cells."""

    rows: tuple[SheetRow, ...]
    faults: tuple[BookFault, ...]


def read_book(path: Path) -> Book:
    """The rows of a workbook, sheet by sheet. Raises ``NotAWorkbook``."""
    book = _opened(path)
    rows: list[SheetRow] = []
    faults: list[BookFault] = []
    for sheet in book.worksheets:
        name = SHEET_OF.get(sheet.title)
        if name is None:
            error = UnknownSheet(value=sheet.title, known=sorted(SHEET_OF))
            faults.append(BookFault(sheet.title, 0, "—", error))
            continue
        if sheet.max_row > MOST_ROWS + 1:
            raise NotAWorkbook(file=path.name, reason=Word("a sheet has more than 20,000 rows"))
        if sheet.merged_cells.ranges:
            raise NotAWorkbook(file=path.name, reason=Word("it has merged cells"))
        for part in _read_sheet(name, sheet):
            (rows if isinstance(part, SheetRow) else faults).append(part)  # type: ignore[arg-type]
    return Book(tuple(rows), tuple(faults))


def _opened(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise NotAWorkbook(file=path.name, reason=Word("it is larger than 20 MB"))
        content = path.read_bytes()
        if has_macros(content):
            raise NotAWorkbook(file=path.name, reason=Word("it has macros"))
        book = open_workbook(content)
    except FAULTS as error:
        raise NotAWorkbook(file=path.name, reason=str(error)) from error
    if not book.worksheets:
        raise NotAWorkbook(file=path.name, reason=Word("it has no sheet"))
    return book


def _read_sheet(name: str, sheet: Any) -> Iterator[SheetRow | BookFault]:
    lines = sheet.iter_rows()
    header = [_text(cell.value) for cell in next(lines, ())]
    columns = {
        FIELD_OF[title]: f"{get_column_letter(place)} ({title})"
        for place, title in enumerate(header, start=1)
        if title in FIELD_OF
    }
    for place, title in enumerate(header, start=1):
        if title and title not in FIELD_OF:
            error = UnknownColumn(value=title, known=sorted(COLUMNS))
            yield BookFault(name, 1, get_column_letter(place), error)
    for line in lines:
        cells: dict[str, str] = {}
        for title, cell in zip(header, line, strict=False):
            if cell.data_type == "f":
                yield BookFault(name, cell.row, cell.column_letter, FormulaInCell(value=cell.value))
            elif title in FIELD_OF and (shown := _text(cell.value)):
                cells[FIELD_OF[title]] = shown
        if cells:
            yield SheetRow(name, line[0].row, cells, columns)


def _text(value: object) -> str:
    """A cell as text: spreadsheets keep days and numbers as such."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = value.time().isoformat() == "00:00:00"
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
