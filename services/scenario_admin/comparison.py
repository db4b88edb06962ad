"""Two versions side by side: what the second says differently, in words, and where their texts differ."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff

from sqlalchemy import Connection

from models.actor import Actor
from models.definition import ScenarioDefinition
from models.statements import Statement
from rules.scenario_diff import differences
from services import scenarios
from services.scenario_admin.findings import examine
from services.scenario_admin.record import check_reader
from services.scenarios import Version
from services.unit_of_work import Database

#: Lines of text around a change.
AROUND = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two versions."""

    before: Version
    after: Version
    statements: tuple[Statement, ...] | None
    """In words; ``None`` where one of them has errors: what it says is not settled yet."""
    definitions: tuple[ScenarioDefinition, ScenarioDefinition] | None
    """What the two say, where both are sound."""
    lines: tuple[str, ...]
    """The texts as a unified diff, without its two headings."""


def compare(
    database: Database, before: tuple[str, int], after: tuple[str, int], actor: Actor
) -> Comparison:
    """What ``after`` says differently from ``before``; each is named by key and version."""
    check_reader(actor)
    with database.reading() as connection:
        old, was, old_text = _side(connection, *before)
        new, now, new_text = _side(connection, *after)
    both = None if was is None or now is None else (was, now)
    said = None if both is None else differences(*both)
    lines = unified_diff(old_text.splitlines(), new_text.splitlines(), n=AROUND, lineterm="")
    return Comparison(old, new, said, both, tuple(lines)[2:])


def _side(
    connection: Connection, key: str, version: int
) -> tuple[Version, ScenarioDefinition | None, str]:
    """A version, its definition where it is sound, and its text."""
    found = scenarios.version_of(connection, key, version)
    source = scenarios.source_of(connection, found.id)
    kept = None if found.content_hash is None else scenarios.draft_of(connection, found.id)
    examined = examine(source, kept)
    return found, None if examined.errors else examined.definition, source
