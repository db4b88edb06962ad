"""Thirty trials of what breaks, one after the other on one installation."""

from __future__ import annotations

import subprocess
import sys
from time import monotonic

from tests.long.record import ROOT, Result

STEP = "crash trials"
TRIALS = 30


def run(seed: int) -> Result:
    """The trials of this run; their rows are added to ``docs/crash-proofs.md``."""
    began = monotonic()
    command = [sys.executable, "-m", "tests.crash", "--page"]
    numbers = ["--trials", str(TRIALS), "--seed", str(seed)]
    ran = subprocess.run(
        [*command, *numbers], cwd=ROOT, check=False, capture_output=True, text=True
    )
    lines = ran.stdout.splitlines() or ran.stderr.splitlines() or ["no output"]
    return Result(STEP, lines[-1], ran.returncode == 0, monotonic() - began, seed)
