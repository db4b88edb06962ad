"""What long runs leave behind: the steps that are done, the floors, and the page of results."""

from __future__ import annotations

import json
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".kaigong" / "long"
PAGE = ROOT / "docs" / "long-runs.md"
FLOORS = Path(__file__).parent / "floors.toml"


@dataclass(frozen=True)
class Result:
    """What a step came to: one row of the page."""

    step: str
    figures: str
    passed: bool
    seconds: float
    seed: int | None = None

    def row(self, *, day: str, commit: str) -> str:
        seed = "" if self.seed is None else str(self.seed)
        outcome = self.figures if self.passed else f"**failed:** {self.figures}"
        minutes = f"{self.seconds / 60:.0f} min"
        return f"| {day} | `{commit}` | {self.step} | {seed} | {minutes} | {outcome} |"


@dataclass
class Progress:
    """The steps of a run that are done: a run that was stopped goes on after the last of them."""

    file: Path

    def _read(self) -> dict[str, Any]:
        if not self.file.exists():
            return {"seed": int(datetime.now(UTC).strftime("%Y%m%d")), "done": []}
        return json.loads(self.file.read_text(encoding="utf-8"))

    def _write(self, state: dict[str, Any]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(state), encoding="utf-8")

    @property
    def seed(self) -> int:
        """The seed of this run: the day it began, the same until it has ended."""
        state = self._read()
        self._write(state)
        return state["seed"]

    def is_done(self, step: str) -> bool:
        return step in self._read()["done"]

    def finish(self, step: str) -> None:
        state = self._read()
        self._write(state | {"done": [*state["done"], step]})

    def forget(self) -> None:
        """The run has ended: the next one begins anew, with another seed."""
        self.file.unlink(missing_ok=True)


def commit() -> str:
    """The commit that is tested, with a plus where files differ from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=9"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


def write_down(result: Result, page: Path = PAGE) -> None:
    """Append a row to the table that ends the page."""
    row = result.row(day=datetime.now(UTC).date().isoformat(), commit=commit())
    text = page.read_text(encoding="utf-8").rstrip("\n")
    page.write_text(f"{text}\n{row}\n", encoding="utf-8")


def floor(name: str, floors: Path = FLOORS) -> float:
    """Percent below which a figure must not fall."""
    return float(tomllib.loads(floors.read_text(encoding="utf-8"))[name])


def raise_floor(name: str, percent: float, floors: Path = FLOORS) -> bool:
    """Set a floor to a higher figure, rounded down to a tenth; a lower figure changes nothing."""
    wanted = int(percent * 10) / 10
    if wanted <= floor(name, floors):
        return False
    lines = floors.read_text(encoding="utf-8").splitlines()
    kept = [f"{name} = {wanted}" if line.startswith(f"{name} =") else line for line in lines]
    floors.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return True
