"""Projects out of a table: all or none, every fault with its row and its column."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from models.people.actor import Actor, Role
from services.cases.import_table import (
    ColumnMissing,
    ColumnTwice,
    NotATable,
    NothingToImport,
    TooManyRows,
)
from services.cases.project_import import NotImported, import_projects
from tests.support.ledger import Ledger
from tests.support.yard import ENTERPRISE

CONSOLE = Actor("console", Role.ADMINISTRATOR)
HEADER = "code,title,enterprise,enterprise_name,scenario,steward,phased,floors"
NEW = "91611102MA0FAKE33T"


@pytest.fixture(scope="module")
def ledger(module_ledger: Ledger) -> Ledger:
    module_ledger.register(900_000)
    return module_ledger


def code(number: int) -> str:
    return f"2611-611102-04-01-{number:06d}"


def write(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "projects.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def load(ledger: Ledger, path: Path) -> list[str]:
    receipts = import_projects(ledger.database, path, CONSOLE, ledger.now)
    return [receipt.project for receipt in receipts]


def test_a_csv_file(ledger, tmp_path):
    path = write(
        tmp_path,
        HEADER,
        f"{code(1)},one yard,{ENTERPRISE},,yard,steward,yes,12",
        "",
        f'{code(2)},"two, and more",{NEW.lower()},新企业,yard,,,',
    )
    assert load(ledger, path) == [code(1), code(2)]
    first, second = ledger.facts(code(1)), ledger.facts(code(2))
    assert (first.attributes["phased"], first.attributes["floors"]) == (True, 12)
    # Who is on duty, where none is named.
    assert (first.steward, second.steward) == ("steward", "steward")
    assert (second.title, second.enterprise) == ("two, and more", NEW)
    assert second.attributes["floors"] == 3


@pytest.mark.parametrize(
    ("encoding", "delimiter", "number"),
    [("utf-8-sig", ",", 3), ("gb18030", ",", 4), ("utf-8", ";", 5), ("utf-8", "\t", 6)],
)
def test_as_spreadsheets_save_it(ledger, tmp_path, encoding, delimiter, number):
    header = ("项目代码", "项目名称", "统一社会信用代码", "建设单位", "审批场景", "phased")
    row = (code(number), "年产一万台机器人项目", ENTERPRISE, "E", "yard", "是")
    lines = (delimiter.join(header), delimiter.join(row))
    assert load(ledger, write(tmp_path, *lines, encoding=encoding)) == [code(number)]
    assert ledger.facts(code(number)).title == "年产一万台机器人项目"
    assert ledger.facts(code(number)).attributes["phased"] is True


def test_an_xlsx_file(ledger, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*HEADER.split(","), "area"])
    sheet.append([code(7), "a yard", ENTERPRISE, None, "yard", None, True, 5.0, 12.5])
    sheet.append([None] * 9)
    path = tmp_path / "projects.xlsx"
    book.save(path)
    assert load(ledger, path) == [code(7)]
    attributes = ledger.facts(code(7)).attributes
    assert (attributes["phased"], attributes["floors"], attributes["area"]) == (True, 5, 12.5)


def _with_dimension(path, reference: str) -> None:
    """The workbook as a program writes it that says a wrong size of its sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(
        rb'<dimension ref="[^"]*"', b'<dimension ref="' + reference.encode() + b'"', parts[sheet]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("reference", ["A1:D3", "A1"])
def test_xlsx1_what_a_sheet_says_of_its_size_is_a_hint(ledger, tmp_path, reference):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    numbers = range(200 + 10 * len(reference), 205 + 10 * len(reference))
    for number in numbers:
        book.active.append([code(number), "a yard", ENTERPRISE, None, "yard", None])
    path = tmp_path / "projects.xlsx"
    book.save(path)
    _with_dimension(path, reference)
    assert load(ledger, path) == [code(number) for number in numbers]


def test_every_fault_has_its_row_and_its_column_and_nothing_is_imported(ledger, tmp_path):
    before = {table: ledger.count(table) for table in ("project", "enterprise", "case_event")}
    path = write(
        tmp_path,
        f"{HEADER},hight",
        f"{code(20)},fine,{ENTERPRISE},,yard,,,,",
        f"{code(21)[:-1]},bad code,{ENTERPRISE},,yard,,,,",
        f"{code(22)},bad credit code,{ENTERPRISE[:-1]}X,,yard,,,,",
        f"{code(900_000)},taken,{ENTERPRISE},,yard,,,,",
        f"{code(20)},twice in the file,{ENTERPRISE},,yard,,,,",
        f"{code(23)},no such scenario,{ENTERPRISE},,moon-base,,maybe,,",
        f"{code(24)},no steward,{ENTERPRISE},,yard,nobody,,,",
        f"{code(25)},unknown attribute,{ENTERPRISE},,yard,,,,3",
        f"{code(26)},two wrong values,{ENTERPRISE},,yard,,maybe,many,",
        f"{code(27)},new enterprise,91611102MA0FAKE41M,,yard,,,,",
        f"{code(28)},,{ENTERPRISE},,,,,,",
        f"{code(29)},x,{ENTERPRISE},,yard,,,,",
    )
    with pytest.raises(NotImported) as refused:
        load(ledger, path)
    faults = [(fault.row, fault.column, fault.error.code) for fault in refused.value.faults]
    assert faults == [
        (3, "A (code)", "invalid_project_code"),
        (4, "C (enterprise)", "invalid_credit_code"),
        (5, "A (code)", "project_code_taken"),
        (6, "A (code)", "project_code_taken"),
        (7, "E (scenario)", "unknown_scenario"),
        (8, "F (steward)", "unknown_steward"),
        (9, "I (hight)", "unknown_attribute"),
        (10, "G (phased)", "wrong_attribute"),
        (10, "H (floors)", "wrong_attribute"),
        (11, "D (enterprise_name)", "enterprise_name_needed"),
        (12, "B (title)", "invalid_input"),
        (12, "E (scenario)", "invalid_input"),
        (13, "B (title)", "invalid_input"),
    ]
    assert all(fault.error.sentence() for fault in refused.value.faults)
    assert {table: ledger.count(table) for table in before} == before


def test_one_fault_in_a_good_file_imports_nothing(ledger, tmp_path):
    before = ledger.count("project")
    lines = [f"{code(number)},fine,{ENTERPRISE},,yard,,," for number in range(30, 35)]
    path = write(tmp_path, HEADER, *lines, f"{code(900_000)},taken,{ENTERPRISE},,yard,,,")
    with pytest.raises(NotImported) as refused:
        load(ledger, path)
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(7, "A (code)")]
    assert ledger.count("project") == before
    assert len(load(ledger, write(tmp_path, HEADER, *lines))) == 5


@pytest.mark.parametrize(
    ("lines", "error", "named"),
    [
        ((), NothingToImport, "projects.csv"),
        ((HEADER,), NothingToImport, "projects.csv"),
        (("code,title,enterprise", "a,b,c"), ColumnMissing, "审批场景"),
        ((f"{HEADER},code", "a"), ColumnTwice, "code"),
        ((f"{HEADER},项目代码", "a"), ColumnTwice, "code"),
        ((HEADER, 'a,"b'), NotATable, "projects.csv"),
    ],
)
def test_what_is_no_table_of_projects(ledger, tmp_path, lines, error, named):
    with pytest.raises(error) as refused:
        load(ledger, write(tmp_path, *lines))
    assert named in refused.value.sentence()


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 no zip at all", b"\xff\xfe\xfd\x81", b"%PDF-1.7\x00\x81\xff"]
)
def test_what_is_no_table_at_all(ledger, tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises((NotATable, ColumnMissing)):
        load(ledger, path)


def test_a_zip_file_that_is_no_workbook(ledger, tmp_path):
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    path = tmp_path / "x.xlsx"
    path.write_bytes(content.getvalue())
    with pytest.raises(NotATable):
        load(ledger, path)


def test_a_file_that_is_not_there(ledger, tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(NotATable) as refused:
            load(ledger, path)
        assert path.name in refused.value.sentence()


def test_too_many_rows(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr("services.cases.import_table.MOST_ROWS", 2)
    lines = [f"{code(number)},fine,{ENTERPRISE},,yard,,," for number in range(40, 43)]
    with pytest.raises(TooManyRows):
        load(ledger, write(tmp_path, HEADER, *lines))
    assert len(load(ledger, write(tmp_path, HEADER, *lines[:2]))) == 2
