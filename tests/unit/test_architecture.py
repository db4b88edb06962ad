"""What the import contracts cannot say, read from the syntax trees of our own code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
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


def found(path: Path, kind: type[ast.AST]) -> Iterator[ast.AST]:
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
