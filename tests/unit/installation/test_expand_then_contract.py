"""Migrations since the last release leave to its program what it reads and writes: both serve meanwhile.

What is no longer wanted is taken away when no program of that release is connected any more
(:mod:`models.migrations.overlap`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import models.migrations

VERSIONS = Path(models.migrations.__file__).parent / "versions"
#: The newest migration of the release before, 0.1.0.
RELEASED = "0023"
TAKES_AWAY = frozenset({"drop_column", "drop_table", "rename_table"})


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


def breaking(tree: ast.Module) -> list[str]:
    """The operations of a migration that break the program of the release before."""
    return [ast.unparse(call)[:100] for call in operations(tree) if breaks(call)]


@pytest.mark.source
def test_migrations_since_the_release_break_nobody():
    since = [path for path in VERSIONS.glob("[0-9]*.py") if path.name[:4] > RELEASED]
    assert since
    trees = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in since}
    assert {name: found for name, tree in trees.items() if (found := breaking(tree))} == {}


WOULD_BREAK = """
def upgrade():
    op.drop_column("clock", "yellow_on")
    op.alter_column("clock", "kind", nullable=False)
    op.alter_column("clock", "kind", new_column_name="sort")
    op.alter_column("stored_file", "size", type_=sa.BigInteger())
    op.add_column("clock", sa.Column("length", sa.Integer(), nullable=False))
    op.rename_table("clock", "limit")
    op.drop_table("clock")
"""
BREAKS_NOBODY = """
def upgrade():
    op.alter_column("stored_file", "content", nullable=True)
    op.add_column("clock", sa.Column("rest", sa.Integer(), nullable=True))
    op.add_column("clock", sa.Column("length", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("limit", sa.Column("days", sa.Integer(), nullable=False))

def downgrade():
    op.drop_table("limit")
"""


def test_what_would_break_somebody_is_seen():
    assert len(breaking(ast.parse(WOULD_BREAK))) == 7
    assert breaking(ast.parse(BREAKS_NOBODY)) == []
