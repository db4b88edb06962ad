"""What the import contracts cannot say, read from the syntax trees of our own code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import ROOT

pytestmark = pytest.mark.source

PACKAGES = ("models", "rules", "services", "tasks", "flows", "web", "cli", "config", "deployments")
NOW = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "localtime"}
CLOCKS = {"datetime", "date", "time", "pendulum", "DateTime", "Date"}
OUTSIDE = {"alembic", "apprise", "fastapi", "prefect", "psycopg2", "sqlalchemy", "starlette"}
#: What opens or ends a transaction.
ENDS = {"begin", "commit", "rollback"}
TRANSACTIONS = ROOT / "services" / "unit_of_work.py"


def modules(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def found(path: Path, *kind: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kind))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def test_only_the_settings_read_the_environment():
    wrong = [
        place(path, node)
        for path in modules(*PACKAGES)
        if path != ROOT / "config" / "settings.py"
        for node in found(path, ast.Attribute)
        if node.attr in {"environ", "getenv", "putenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert wrong == []


def test_only_the_unit_of_work_opens_and_ends_transactions():
    wrong = [
        place(path, node)
        for path in modules("models", "rules", "services", "tasks", "flows", "web", "cli")
        if path != TRANSACTIONS and "migrations" not in path.parts
        for node in found(path, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ENDS
    ]
    assert wrong == []


def test_rules_and_models_are_told_the_time():
    wrong = [
        place(path, node)
        for path in modules("rules", "models")
        for node in found(path, ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in NOW
        and isinstance(node.func.value, (ast.Name, ast.Attribute))
        and (node.func.value.id if isinstance(node.func.value, ast.Name) else node.func.value.attr)
        in CLOCKS
    ]
    assert wrong == []


def test_the_value_half_of_models_knows_no_machinery():
    values = [
        path
        for path in modules("models")
        if not {"tables", "migrations"} & set(path.relative_to(ROOT).parts)
    ]
    wrong = []
    for path in values:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            else:
                continue
            wrong += [
                place(path, node)
                for name in names
                if name.split(".")[0] in OUTSIDE
                or name.startswith(("models.tables", "models.migrations"))
            ]
    assert wrong == []


def test_modules_stay_small_enough_to_read():
    wrong = [
        f"{path.relative_to(ROOT)}: {length}"
        for path in modules(*PACKAGES)
        if "versions" not in path.parts and (length := len(path.read_text().splitlines())) > 500
    ]
    assert wrong == []


def test_no_module_shadows_the_standard_library_from_a_folder_on_the_path():
    import sys

    names = {path.stem for path in (ROOT / "flows").glob("*.py")}
    assert not names & set(sys.stdlib_module_names)


def test_what_others_keep_private_is_not_imported():
    wrong = [
        place(path, node)
        for path in modules(*PACKAGES, "bench", "tests")
        for node in found(path, ast.Import, ast.ImportFrom)
        if _private(node)
    ]
    assert wrong == []


def _private(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether it takes something private from a package that is not ours."""
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{name}" for name in names]
    parts = [name.split(".") for name in names]
    ours = (*PACKAGES, "bench", "tests", "__future__")
    return any(
        part.startswith("_") and part.strip("_") == part[1:]
        for path in parts
        if path[0] not in ours
        for part in path
    )


#: Modules that a folder holds at most, so that it can be seen at a glance.
MOST_SIBLINGS = 25


def test_no_folder_holds_more_than_can_be_seen_at_a_glance():
    siblings: dict[Path, int] = {}
    for path in modules(*PACKAGES, "tests"):
        if "versions" not in path.parts:
            siblings[path.parent] = siblings.get(path.parent, 0) + 1
    crowded = {str(folder.relative_to(ROOT)): n for folder, n in siblings.items()}
    assert {folder: n for folder, n in crowded.items() if n > MOST_SIBLINGS} == {}


def test_functions_stay_short():
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for path in modules(*PACKAGES)
        if "versions" not in path.parts
        for node in found(path, ast.FunctionDef, ast.AsyncFunctionDef)
    )
    half, nine_in_ten = lengths[len(lengths) // 2], lengths[len(lengths) * 9 // 10]
    assert half <= 8
    assert nine_in_ten <= 20


#: Modules that nine in ten of a floor's modules import at most: our own, and packages of others.
MOST_IMPORTS = 14


@pytest.mark.parametrize("floor", ["services", "web"])
def test_nine_in_ten_modules_import_few_others(floor):
    counts = sorted(
        (len(_imported(path)), str(path.relative_to(ROOT)))
        for path in modules(floor)
        if path.name != "__init__.py"
    )
    tenth = len(counts) // 10
    assert counts[len(counts) - tenth - 1][0] <= MOST_IMPORTS, counts[-tenth - 5 :]


def _imported(path: Path) -> set[str]:
    """What a module's import statements name, without the standard library."""
    named: set[str] = set()
    for node in found(path, ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif node.module:
            named.add(node.module)
    return {name for name in named if name.split(".")[0] not in sys.stdlib_module_names}
