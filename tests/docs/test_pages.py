"""What the pages name exists: make targets, files, functions, links, glossary identifiers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", _text(page)):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page: Path) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)\b", _text(page), re.MULTILINE))

    assert named <= TARGETS


def test_the_readme_gives_the_two_commands() -> None:
    lines = _text(ROOT / "README.md").splitlines()
    assert any(line.startswith("make run ") for line in lines)
    assert any(line.startswith("make test ") for line in lines)


def test_files_and_functions_of_the_architecture_exist() -> None:
    text = _text(ROOT / "docs" / "ARCHITECTURE.md")
    for path, name in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|yaml))(?::\s*(\w+))?", text):
        file = ROOT / path
        assert file.exists(), path
        if name and path.endswith(".py"):
            assert re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")), (path, name)


def test_shipped_scenarios_are_those_of_the_contract() -> None:
    shipped = {path.stem for path in (ROOT / "config" / "scenarios").glob("*.yaml")}
    assert shipped == {
        "industrial-simple",
        "real-estate-presale",
        "government-building",
        "municipal-road",
        "old-community-renovation",
        "factory-warehouse",
        "5g-base-station",
        "technical-transformation",
    }


def test_every_state_of_an_item_is_in_the_glossary_or_the_diagram() -> None:
    from models.states import ItemState

    words = _text(ROOT / "docs" / "glossary.md") + _text(ROOT / "docs" / "ARCHITECTURE.md")
    missing = [state for state in ItemState if not re.search(rf"\b{state}\b", words)]
    assert set(missing) <= {"withdrawn", "not_required"}
