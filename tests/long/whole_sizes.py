"""Properties, simulations and whole projects at their whole size, file by file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

from tests.long.record import ROOT, Result

FACTOR = 20
MARK = "from tests.support.sizes import"
#: Seconds for one test of a long run.
PATIENCE = 4 * 3600


def files() -> list[Path]:
    """The test files whose size is not fixed, in the order of their names."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    sized = [path for path in tests if MARK in path.read_text(encoding="utf-8")]
    return [path.relative_to(ROOT) for path in sized]


def step(path: Path) -> str:
    return f"`{path}` × {FACTOR}"


def run(path: Path, seed: int) -> Result:
    """One file with ``FACTOR`` times its examples; ``seed`` repeats what failed."""
    began = monotonic()
    # On CI properties draw the same examples every time: here the seed decides.
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"LONG_FACTOR": str(FACTOR), "LONG_SEED": str(seed)}
    options = ["--hypothesis-seed", str(seed), "--timeout", str(PATIENCE)]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", *options]
    ran = subprocess.run([*command, str(path)], cwd=ROOT, env=environment, check=False)
    figures = "all hold" if ran.returncode == 0 else f"pytest ended with {ran.returncode}"
    return Result(step(path), figures, ran.returncode == 0, monotonic() - began, seed)
