"""Workbooks that were made to do harm: refused in a sentence before they are unpacked or believed."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import openpyxl
import pytest

from services.cases.import_table import NotATable, read_table
from services.documents import workbooks
from services.people.units.book import NotAWorkbook, read_book

SHEET = "xl/worksheets/sheet1.xml"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in pairwise("abcdefghi"))
    + "]><w>&i;</w>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]><w>&x;</w>'


def workbook() -> dict[str, bytes]:
    """The parts of a sound one."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["code", "title", "enterprise", "scenario"])
    book.active.append(["x", "y", "z", "yard"])
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def growing() -> bytes:
    """Two megabytes of nothing in some kilobytes, where one is read."""
    return packed(workbook() | {"xl/more.xml": bytes(2_000_000)})


def many() -> bytes:
    return packed(workbook() | {f"xl/worksheets/x{n}.xml": b"" for n in range(3000)})


def torn() -> bytes:
    whole = bytearray(packed(workbook()))
    place = whole.find(b"sheet1.xml") + 60
    whole[place : place + 20] = bytes(20)
    return bytes(whole)


HOSTILE = {
    "grows without end": growing,
    "thousands of parts": many,
    "entities in entities": lambda: packed(workbook() | {SHEET: BOMB.encode()}),
    "an entity from outside": lambda: packed(workbook() | {SHEET: OUTSIDE.encode()}),
    "no XML": lambda: packed(workbook() | {SHEET: b"<w"}),
    "no sheet": lambda: packed(workbook() | {"xl/workbook.xml": b"<workbook/>"}),
    "torn": torn,
    "nothing in it": lambda: packed({}),
    "two bytes": lambda: b"PK",
    "packed in an unknown way": lambda: packed(workbook()).replace(b"\x08\x00", b"\x63\x00"),
    "under a password": lambda: packed(workbook()).replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_refused_in_a_sentence(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "UNPACKED", 1_000_000)
    path = tmp_path / "book.xlsx"
    path.write_bytes(HOSTILE[kind]())
    with pytest.raises(NotATable):
        read_table(path)
    with pytest.raises(NotAWorkbook):
        read_book(path)
