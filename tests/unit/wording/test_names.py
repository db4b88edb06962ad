"""Names are nouns that say what something is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.texts_in_code import PACKAGES, ROOT

#: What stands for anything says nothing: the thing has a noun of its own.
EMPTY = {"found", "one", "said", "told"}


def _named(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def _product() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def test_nothing_is_called_found_one_said_or_told():
    unnamed = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in _product()
        for line, name in _named(ast.parse(path.read_text(encoding="utf-8")))
        if name in EMPTY
    ]
    assert unnamed == []
