"""Where the shipped scenarios and the item catalogue lie, and reading a file of bounded size."""

from __future__ import annotations

from pathlib import Path

SCENARIOS = Path(__file__).parent / "scenarios"
CATALOGUE = Path(__file__).parent / "catalogue"
SCHEMA = SCENARIOS / "scenario.schema.json"
#: One byte more than the largest scenario file, so that a larger one shows as too large.
READ_AT_MOST = 1_000_001


def scenario_paths(folder: Path = SCENARIOS) -> tuple[Path, ...]:
    """The scenario files of a folder, by name."""
    return tuple(sorted(folder.glob("*.yaml")))


def read_bounded(path: Path) -> bytes:
    """The content of a file, at most ``READ_AT_MOST`` bytes of it. Raises ``OSError``."""
    with path.open("rb") as file:
        return file.read(READ_AT_MOST)
