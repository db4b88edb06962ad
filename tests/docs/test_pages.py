"""What the pages name exists: make targets, files, functions, links, glossary identifiers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(page for folder in ("docs", "config") for page in (ROOT / folder).rglob("*.md")),
    ]
)
#: Folders of the project: a word in backticks that begins with one of them is a path.
FOLDERS = (
    *("models", "rules", "services", "tasks", "flows", "web", "cli"),
    *("config", "deployments", "tests", "bench", "docs"),
)
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_and_what_they_are_said_to_hold_exist(page: Path) -> None:
    for path, name in _files_named(_text(page)):
        found = list(ROOT.glob(path))
        assert found, path
        if name and path.endswith(".py"):
            assert re.search(rf"\b{name}\b", _text(found[0])), (path, name)


def test_the_tests_that_pages_name_exist() -> None:
    written = {
        name
        for file in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"def (test_\w+)", _text(file))
    }
    named = {
        (str(page.relative_to(ROOT)), name)
        for page in PAGES
        for name in re.findall(r"`(test_\w+)`", _text(page))
    }

    assert any(page == "docs/security.md" for page, _ in named)
    assert [(page, name) for page, name in sorted(named) if name not in written] == []


def test_a_path_is_told_from_other_words() -> None:
    text = "see `rules/a.py:\n  name()`, `rules/*.py`, `text/html`, `tests` and `kaigong docs/x`"

    assert list(_files_named(text)) == [("rules/a.py", "name"), ("rules/*.py", "")]


def test_whoever_writes_a_project_without_execute_is_named() -> None:
    page = _text(ROOT / "docs" / "ARCHITECTURE.md")
    section = page.partition("### Who writes a project without")[2].partition("\n## ")[0]
    writers = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "services").rglob("*.py")
        if _imported(file) & {"save", "insert", "write_acts"}
    } - {"services/cases/acts.py"}

    assert writers
    assert writers <= set(re.findall(r"`([\w/]+\.py)`", section))


def _imported(file: Path) -> set[str]:
    """What a module imports of the modules that write projects."""
    return {
        name.name
        for node in ast.walk(ast.parse(_text(file)))
        if isinstance(node, ast.ImportFrom)
        and node.module in {"services.ledger.store", "services.cases.bulk_acts"}
        for name in node.names
    }


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)", _text(page))
    }
    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs")}

    folders = {target / "README.md" for target in linked if target.is_dir()}
    assert {str(page.relative_to(ROOT)) for page in pages - linked - folders} == set()


def _files_named(text: str) -> Iterator[tuple[str, str]]:
    """The paths in backticks, each with the name that stands behind it (``path: name``)."""
    path = rf"((?:{'|'.join(FOLDERS)})/[\w.*/-]*)"
    for found in re.finditer(rf"`{path}(?::\s+(\w+)[^`]*)?`", text):
        yield found[1], found[2] or ""


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


def test_identifiers_of_the_glossary_are_names_in_the_code() -> None:
    ours, _, kept = _text(ROOT / "docs" / "glossary.md").partition("## Words kept")
    code = _code()

    missing = [name for name in _identifiers(ours) if not re.search(rf"\b{name}\b", code)]
    assert missing == []
    assert _identifiers(kept), "words of what is not there yet have a table of their own"


def _identifiers(text: str) -> list[str]:
    """The names in backticks of the second column."""
    columns = [row.split(" | ")[1] for row in text.splitlines() if row.count(" | ") == 2]
    return [name for column in columns for name in re.findall(r"`([A-Za-z_]+)`", column)]


def _code() -> str:
    """Code and what districts write: wherever a name of the field can stand."""
    folders = ("models", "rules", "services", "tasks", "flows", "config")
    files = (file for folder in folders for file in (ROOT / folder).rglob("*"))
    return "\n".join(_text(file) for file in files if file.suffix in {".py", ".yaml"})


def test_every_state_of_an_item_is_in_the_glossary_or_the_diagram() -> None:
    from models.cases.states import ItemState

    words = _text(ROOT / "docs" / "glossary.md") + _text(ROOT / "docs" / "ARCHITECTURE.md")
    missing = [state for state in ItemState if not re.search(rf"\b{state}\b", words)]
    assert missing == []
