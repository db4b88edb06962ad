"""Where the shipped kinds of matters and their lives lie."""

from __future__ import annotations

from pathlib import Path

KINDS = Path(__file__).parent / "kinds"
LIVES = KINDS / "lives"
KIND_SCHEMA = KINDS / "kind.schema.json"


def kind_paths(folder: Path = KINDS) -> tuple[Path, ...]:
    """The files of kinds, or of lives, of a folder, by name."""
    return tuple(sorted(folder.glob("*.yaml")))
