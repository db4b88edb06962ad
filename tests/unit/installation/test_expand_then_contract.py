"""Migrations since the last release leave to its program what it reads and writes: both serve meanwhile.

What is no longer wanted is taken away a release later; such a migration says so in a constant ``contract``:
since which release no program uses it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import models.migrations

VERSIONS = Path(models.migrations.__file__).parent / "versions"
#: The newest migration of release 0.2.0.
RELEASED = "0057"
TAKES_AWAY = frozenset({"drop_column", "drop_table", "rename_table"})
MARK = "contract"


def operations(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of Alembic's operations on the way up."""
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name != "downgrade":
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "op"
                ):
                    yield node


def keywords(call: ast.Call) -> dict[str, str]:
    return {word.arg: ast.unparse(word.value) for word in call.keywords if word.arg}


def breaks(call: ast.Call) -> bool:
    """Whether the program of the release before could not read or write as it does."""
    assert isinstance(call.func, ast.Attribute)
    name, words = call.func.attr, keywords(call)
    if name == "alter_column":
        return words.get("nullable") == "False" or bool({"new_column_name", "type_"} & set(words))
    if name == "add_column":
        columns = [one for one in ast.walk(call) if isinstance(one, ast.Call)]
        return any(
            keywords(one).get("nullable") == "False" and "server_default" not in keywords(one)
            for one in columns
        )
    return name in TAKES_AWAY


def breaking(path: Path) -> list[str]:
    """The operations of a migration that break the program of the release before."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if MARK in marked:
        return []
    return [ast.unparse(call)[:100] for call in operations(tree) if breaks(call)]


@pytest.mark.source
def test_migrations_since_the_release_break_nobody():
    since = [path for path in VERSIONS.glob("[0-9]*.py") if path.name[:4] > RELEASED]
    assert {path.name: found for path in since if (found := breaking(path))} == {}


@pytest.mark.source
def test_what_would_break_somebody_is_seen():
    """Before the first release what was there was changed in place."""
    seen = {path.name[:4] for path in VERSIONS.glob("[0-9]*.py") if breaking(path)}
    assert seen >= {"0033", "0037"}
    assert not seen & {"0024", "0040", "0046"}
