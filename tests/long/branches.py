"""Which branches of the rules the unit tests take, all workers and child processes together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.long.record import FOLDER, ROOT, Result, floor, raise_floor

STEP = "branches of `rules/`"
FLOOR = "rules_branches"


@dataclass(frozen=True)
class Branches:
    """Branches of one or more files."""

    taken: int
    known: int

    @property
    def percent(self) -> float:
        return 100 * self.taken / self.known if self.known else 100.0


def read(report: Path) -> tuple[Branches, dict[str, Branches]]:
    """The whole and each file of a report of coverage.py in JSON."""
    document = json.loads(report.read_text(encoding="utf-8"))
    files = {name: _branches(entry["summary"]) for name, entry in document["files"].items()}
    return _branches(document["totals"]), files


def _branches(summary: dict[str, int]) -> Branches:
    return Branches(summary["covered_branches"], summary["num_branches"])


def measure() -> Result:
    """Run the unit tests with coverage.py and hold the figure against its floor."""
    began = monotonic()
    report = FOLDER / "branches.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    options = ["--cov", "--cov-report", f"json:{report}", "--timeout", "1200"]
    patient = os.environ | {"LONG_PATIENCE": "10"}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", *options]
    ran = subprocess.run([*command, "tests/unit"], cwd=ROOT, env=patient, check=False)
    if ran.returncode != 0 or not report.exists():
        return Result(STEP, "the unit tests failed", passed=False, seconds=monotonic() - began)
    return judge(report, monotonic() - began)


def judge(report: Path, seconds: float) -> Result:
    """The figure against its floor, which rises with it; the files that leave most are named."""
    whole, files = read(report)
    for name, branches in sorted(files.items(), key=lambda f: f[1].taken - f[1].known)[:10]:
        if branches.taken < branches.known:
            print(f"  {branches.known - branches.taken:4} branches not taken in {name}")
    least = floor(FLOOR)
    figures = f"{whole.percent:.1f} % ({whole.taken} of {whole.known}), floor {least} %"
    if whole.percent < least:
        return Result(STEP, figures, passed=False, seconds=seconds)
    if raise_floor(FLOOR, whole.percent):
        figures += f", now {floor(FLOOR)} %"
    return Result(STEP, figures, passed=True, seconds=seconds)
