"""Mutants of the rules: mutmut makes them, the unit tests should kill them.

mutmut remembers which mutants it has tried and goes on from there, also after a change: functions that
did not change keep their verdicts. ``mutants/`` holds all of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

from tests.long.record import ROOT, Result

STEP = "mutants of `rules/`"
STATISTICS = ROOT / "mutants" / "mutmut-cicd-stats.json"
#: Properties draw the same examples for every mutant; mutmut itself stops what never ends.
REPEATABLE = {"CI": "true", "LONG_PATIENCE": "10"}


def mutmut(*arguments: str) -> int:
    program = str(Path(sys.executable).parent / "mutmut")
    return subprocess.run(
        [program, *arguments], cwd=ROOT, env=os.environ | REPEATABLE, check=False
    ).returncode


def figures(statistics: dict[str, int]) -> str:
    """What became of the mutants, in one line."""
    tried = statistics["total"] - statistics["skipped"]
    killed = statistics["killed"] + statistics["timeout"]
    share = f"{100 * killed / tried:.1f} %" if tried else "none"
    return (
        f"{killed} of {tried} killed ({share}), {statistics['survived']} survived,"
        f" {statistics['no_tests']} without tests"
    )


def run() -> Result:
    """Every mutant that has no verdict yet; survivors are listed by ``mutmut results``."""
    began = monotonic()
    ended = mutmut("run", "--max-children", str(os.cpu_count() or 1))
    if ended != 0 or mutmut("export-cicd-stats") != 0:
        return Result(STEP, "mutmut could not run", passed=False, seconds=monotonic() - began)
    mutmut("results")
    statistics = json.loads(STATISTICS.read_text(encoding="utf-8"))
    return Result(STEP, figures(statistics), passed=True, seconds=monotonic() - began)
