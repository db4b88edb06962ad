"""The pages on security: every requirement has its line, and every name in them is there."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from config.settings import Settings
from tests.support.places import ROOT

pytestmark = pytest.mark.source
PAGES = ("security.md", "security-asvs.md", "security-mlps.md")
#: Requirements of levels 1 and 2 of OWASP ASVS 5.0.0 by chapter: 70 of level 1, 183 of level 2.
ASVS = {
    "1": 27,
    "2": 11,
    "3": 19,
    "4": 10,
    "5": 9,
    "6": 35,
    "7": 18,
    "8": 7,
    "9": 7,
    "10": 29,
    "11": 14,
    "12": 9,
    "13": 13,
    "14": 9,
    "15": 13,
    "16": 16,
    "17": 7,
}
#: Items of GB/T 22239-2019, 8.1.2 to 8.1.5.
MLPS = {"8.1.2": 8, "8.1.3": 20, "8.1.4": 34, "8.1.5": 12}
ANSWERED = re.compile(r"`[^`]+`|\*(?:not applicable|operator|open)\*|\]\([^)]+\)|[a-z]{4}")


def _text(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


def _rows(page: str, pattern: str) -> list[list[str]]:
    lines = (line for line in _text(page).splitlines() if re.match(rf"\| {pattern} \|", line))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_requirement_of_asvs_has_its_line():
    rows = _rows("security-asvs.md", r"\d+\.\d+\.\d+")
    ids = [row[0] for row in rows]
    assert Counter(id_.split(".")[0] for id_ in ids) == ASVS
    assert len(set(ids)) == len(ids)
    assert Counter(row[1] for row in rows) == {"1": 70, "2": 183}
    assert [row[0] for row in rows if len(row) != 4 or not ANSWERED.search(row[3])] == []


def test_every_item_of_the_third_level_has_its_line():
    rows = _rows("security-mlps.md", r"8\.1\.\d\.\d+(?: [a-g])?")
    ids = [row[0] for row in rows]
    assert Counter(id_[:5] for id_ in ids) == MLPS
    assert len(set(ids)) == len(ids)
    assert [row[0] for row in rows if len(row) != 3 or not ANSWERED.search(row[2])] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_name_is_there(page):
    names = set(re.findall(r"`([^`]+)`", _text(page)))
    missing = {name for name in names if not _is_there(name)}
    assert missing == set()


def _is_there(name: str) -> bool:
    """Whether a test, a file or a setting of this name exists; other words are not looked up."""
    path = name.partition(":")[0]
    if re.fullmatch(r"test_\w+", name):
        return name in _tests()
    if re.fullmatch(r"test_\w+\.py", name):
        return any(ROOT.glob(f"tests/**/{name}"))
    if re.fullmatch(r"[\w.-]+(/[\w.-]+)+|[\w-]+\.(md|toml)|\.\w+", path):
        return (ROOT / path).exists() or (ROOT / "docs" / path).exists()
    if setting := re.match(r"KAIGONG_(\w+)", name):
        return setting[1].lower() in Settings.model_fields
    return True


@cache
def _tests() -> frozenset[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    found = (re.findall(r"def (test_\w+)\(", file.read_text(encoding="utf-8")) for file in files)
    return frozenset(name for names in found for name in names)
