"""No text for people hangs on a docstring; docstrings say what the code means to whoever reads it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.texts_in_code import PACKAGES, ROOT, errors

#: What ``python -OO`` runs: refusals of several floors, in both languages, and the help.
PROGRAM = """
import sys
from config.texts import translator
from models.cases.states import ItemState
from models.errors import KaigongError, NotFound
from rules.cases.transitions import ActNotAllowed, check_transition

assert False, "assertions are off"
print(KaigongError().sentence())
try:
    check_transition("approve_item", "A1", ItemState.GRANTED)
except ActNotAllowed as refused:
    print(refused)
    print(refused.sentence(translator("zh-CN")))
print(NotFound(field="project", value="Open", remedy="Look it up on the page of the project."))
from cli.main import run
print(run(["clock", "deadline", "--help"]))
print(run(["clock", "working-days", "--from", "tomorrow", "--to", "later"]), file=sys.stderr)
"""


def test_opt1_refusals_and_helps_say_the_same_where_docstrings_are_dropped():
    command = [sys.executable, "-OO", "-c", PROGRAM]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=PATIENCE_SECONDS
    )
    said = done.stdout.splitlines()
    assert said[0] == "Something went wrong in Kaigong."
    assert said[1].startswith("item: A1 is granted; approve_item is possible only when it is ")
    assert said[2].startswith("A1")
    assert "已准予" in said[2]
    assert "准予" in said[2]
    assert said[3] == "project: Open does not exist. Look it up on the page of the project."
    helped = "\n".join(said[4:])
    assert "时限的届满日及理由" in helped
    assert "tomorrow" in done.stderr
    for text in (done.stdout, done.stderr):
        assert "Common base class" not in text


def test_a_refusal_has_a_sentence_and_no_docstring_is_one():
    wrong = [
        kind
        for kind in errors()
        if not kind.template
        or kind.template != " ".join(kind.template.split())
        or "{" in (kind.__doc__ or "")
    ]
    assert wrong == []


def _product() -> list[Path]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


def _is_command(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", ())
    return any(getattr(getattr(d, "func", None), "id", "") == "command_help" for d in decorators)


def test_every_class_and_function_that_others_use_says_what_it_means():
    """As ruff's D101 and D103 ask; but an error has its template, and a command its help."""
    refusals = {kind.__name__ for kind in errors()}
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in _product()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and node.name not in refusals
        and not _is_command(node)
    ]
    assert silent == []
