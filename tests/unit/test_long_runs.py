"""What ``make long`` keeps: floors that only rise, runs that go on where they stopped, rows of results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.cases.states import ItemState
from rules.cases.declarations.registry import registry
from tests.long import branches, mutation, tables, whole_sizes
from tests.long.__main__ import PARTS, run, steps
from tests.long.record import FLOORS, PAGE, Progress, Result, floor, raise_floor, write_down
from tests.support.places import ROOT


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    file = tmp_path / "floors.toml"
    file.write_text("# why\nrules_branches = 95.0\nother = 10.0\n", encoding="utf-8")
    return file


def test_a_floor_rises_to_a_tenth_below_and_never_falls(floors):
    assert raise_floor("rules_branches", 97.68, floors)
    assert floor("rules_branches", floors) == 97.6
    assert not raise_floor("rules_branches", 97.69, floors)
    assert not raise_floor("rules_branches", 95.0, floors)
    assert floors.read_text(encoding="utf-8") == "# why\nrules_branches = 97.6\nother = 10.0\n"


def test_the_floor_of_the_rules_is_what_was_promised_or_more():
    assert floor(branches.FLOOR, FLOORS) >= 95


def report(folder: Path, **files: tuple[int, int]) -> Path:
    summaries = {
        f"rules/{name}.py": {"summary": {"covered_branches": taken, "num_branches": known}}
        for name, (taken, known) in files.items()
    }
    taken, known = (sum(numbers) for numbers in zip(*files.values(), strict=True))
    document = {
        "totals": {"covered_branches": taken, "num_branches": known},
        "files": summaries,
    }
    path = folder / "report.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_figure_below_the_floor_fails(tmp_path, floors, monkeypatch, capsys):
    monkeypatch.setattr(branches, "floor", lambda name: floor(name, floors))
    monkeypatch.setattr(branches, "raise_floor", lambda name, at: raise_floor(name, at, floors))
    below = branches.judge(report(tmp_path, a=(90, 100), b=(10, 10), c=(84, 90)), 60)
    assert not below.passed
    assert below.figures == "92.0 % (184 of 200), floor 95.0 %"
    assert capsys.readouterr().out.split("\n")[:2] == [
        "    10 branches not taken in rules/a.py",
        "     6 branches not taken in rules/c.py",
    ]
    above = branches.judge(report(tmp_path, a=(96, 100)), 60)
    assert above.passed
    assert above.figures == "96.0 % (96 of 100), floor 95.0 %, now 96.0 %"
    assert not branches.judge(report(tmp_path, a=(955, 1000)), 60).passed


def test_a_run_goes_on_after_the_steps_that_are_done(tmp_path):
    progress, tried = Progress(tmp_path / "long" / "progress.json"), []

    def step(name: str, *, passes: bool):
        def act() -> Result:
            tried.append(name)
            return Result(name, "as it was", passed=passes, seconds=1, seed=progress.seed)

        return name, act

    page = tmp_path / "page.md"
    page.write_text("| head |\n", encoding="utf-8")
    seed = progress.seed
    assert not run(iter([step("a", passes=True), step("b", passes=False)]), progress, page)
    assert tried == ["a", "b"]
    assert run(iter([step("a", passes=True), step("b", passes=True)]), progress, page)
    assert tried == ["a", "b", "b"]
    assert progress.seed == seed
    rows = page.read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(" | ")[2] for row in rows] == ["a", "b", "b"]
    assert ["failed" in row for row in rows] == [False, True, False]
    progress.forget()
    assert not progress.is_done("a")


def test_a_result_is_a_row_of_the_table_that_ends_the_page(tmp_path):
    result = Result("mutants", "3 of 4 killed", passed=True, seconds=600, seed=7)
    columns = PAGE.read_text(encoding="utf-8").rstrip().splitlines()[-1].count("|")
    row = result.row(day="2026-01-02", commit="abc")
    assert row == "| 2026-01-02 | `abc` | mutants | 7 | 10 min | 3 of 4 killed |"
    assert row.count("|") == columns
    page = tmp_path / "page.md"
    page.write_text("before\n\n", encoding="utf-8")
    write_down(result, page)
    assert page.read_text(encoding="utf-8").startswith("before\n| ")


def test_all_parts_make_steps_and_every_sized_file_is_one():
    assert {name for name, _ in steps(["branches"], 1)} == {branches.STEP}
    names = [name for name, _ in steps(list(PARTS), 1)]
    assert len(names) == len(set(names)) == len(PARTS) - 1 + len(whole_sizes.files())
    assert all((ROOT / path).exists() for path in whole_sizes.files())
    assert len(whole_sizes.files()) > 10


def test_what_became_of_the_mutants_is_one_line():
    statistics = {
        "killed": 90, "timeout": 2, "survived": 7, "no_tests": 1, "skipped": 5, "total": 105,
    }  # fmt: skip
    assert mutation.figures(statistics) == (
        "92 of 100 killed (92.0 %), 7 survived, 1 without tests"
    )


def test_every_entry_of_the_tables_has_a_mutant():
    names = {mutant.name for mutant in tables.mutants()}
    for act in registry().on_items:
        row = registry().acts[act].transitions
        for state in ItemState:
            assert f"{act}: {'not ' if state in row else ''}from {state}" in names
    assert "extend_limit: not by department_head" in names
    assert "extend_limit: by handler" in names
    assert "approve_item: from accepted not to granted" in names


TRY_A_MUTANT = """
import sys
from tests.long.tables import Mutant, is_killed

seen = {"value": 1}
killed = is_killed(Mutant("value", lambda: seen.update(value=2)), sys.argv[1:])
print(killed, seen["value"])
"""


@pytest.mark.parametrize(("holds", "killed"), [("True", "False"), ("False", "True")])
def test_a_mutant_survives_where_no_test_notices_it(tmp_path, holds, killed):
    """From a process of its own: a worker of the test run has threads, and must not be forked."""
    test = tmp_path / "test_seen.py"
    test.write_text(f"def test_nothing():\n    assert {holds}\n", encoding="utf-8")
    command = [sys.executable, "-c", TRY_A_MUTANT, str(test)]
    tried = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert tried.stdout.split() == [killed, "1"]
