"""``docs/mechanisms.md`` has every mechanism once, and what it names is there.

A row is *there* (where it is met, and a test), *in part* (both, and what is missing) or *not yet*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.reference import commands_page
from config.settings import Settings
from services.unit_of_work import open_database
from tests.support.places import ROOT
from web.app import PAGES, create_app

PAGE = ROOT / "docs" / "mechanisms.md"
IDS = tuple(f"A{number:03}" for number in range(1, 157))
NOT_YET = "*not yet*"
MISSING = "*not yet:* "
NOBODY = "postgresql://nobody@localhost/none"


@dataclass(frozen=True)
class Row:
    """One mechanism; ``met`` and ``proof`` are cells as they are written."""

    id: str
    sentence: str
    source: str
    met: str
    proof: str

    @property
    def state(self) -> str:
        if self.met == NOT_YET:
            return "not yet"
        return "in part" if MISSING in self.met else "there"

    @property
    def addresses(self) -> list[str]:
        return re.findall(r"`(/[^`]*)`", self.met)

    @property
    def commands(self) -> list[str]:
        return re.findall(r"`(kaigong [^`]*)`", self.met)

    @property
    def tests(self) -> list[tuple[Path, str]]:
        links = re.findall(r"\[([\w.]+)::(\w+)\]\(([^)]+)\)", self.proof)
        assert all(Path(target).name == file for file, _, target in links), self.id
        return [((PAGE.parent / target).resolve(), name) for _, name, target in links]


def rows(text: str) -> Iterator[Row]:
    """The rows of all tables; a row of another width is a fault of the page."""
    for line in text.splitlines():
        if re.match(r"\| A\d", line):
            yield Row(*(cell.strip() for cell in line.strip("| ").split(" | ")))


ROWS = tuple(rows(PAGE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def addresses() -> set[str]:
    """The addresses of pages and of the API, without the types of their parameters."""
    described = create_app(open_database(NOBODY), Settings()).openapi()["paths"]
    pages = {route.path for module in PAGES for route in module.router.routes}
    return {re.sub(r":\w+}", "}", path) for path in (*described, *pages)}


@pytest.fixture(scope="module")
def commands() -> set[str]:
    """The commands, by their headings on the page of commands."""
    return set(re.findall(r"^## `(kaigong [a-z -]+[a-z])", commands_page(), re.MULTILINE))


def test_every_mechanism_has_its_row_in_order():
    assert tuple(row.id for row in ROWS) == IDS


def test_the_counts_are_those_of_the_rows():
    states = [row.state for row in ROWS]
    there, part, missing = map(states.count, ("there", "in part", "not yet"))
    sentence = f"**There: {there}. In part: {part}. Not yet: {missing}.**"
    assert sentence in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_whole(row):
    assert row.sentence.endswith("."), "one sentence"
    assert re.match(r"\[S:00\d[^]]*\]( adjacent)?$", row.source)
    if row.state == "not yet":
        assert row.proof == "—"
        return
    assert row.addresses or row.commands
    assert row.tests
    if row.state == "in part":
        assert row.met.partition(MISSING)[2], "says what is missing"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_a_row_names_is_there(row, addresses, commands):
    assert set(row.addresses) <= addresses
    assert set(row.commands) <= commands
    for file, name in row.tests:
        assert file.is_relative_to(ROOT / "tests")
        assert re.search(rf"^(async )?def {name}\(", file.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("state", ["there", "in part", "not yet"])
def test_every_state_is_told_from_the_others(state):
    """The checks above look at something: rows of every state are read as what they are."""
    assert any(row.state == state for row in ROWS)
