"""Comparison of two versions: differences in words, and a diff of their texts."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff

from sqlalchemy import Connection

from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition
from models.statements import Statement
from rules.scenarios.diff import differences
from services.scenarios import published as scenarios
from services.scenarios.findings import examine
from services.scenarios.published import Version
from services.scenarios.record import check_reader
from services.unit_of_work import Database

#: Lines of text around a change.
AROUND = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences between two versions."""

    before: Version
    after: Version
    statements: tuple[Statement, ...] | None
    """In words; ``None`` where a version has errors and so no valid definition."""
    definitions: tuple[ScenarioDefinition, ScenarioDefinition] | None
    """Both definitions, where both are sound."""
    lines: tuple[str, ...]
    """The texts as a unified diff, without its two headings."""


def compare(
    database: Database, before: tuple[str, int], after: tuple[str, int], actor: Actor
) -> Comparison:
    """Compare ``before`` with ``after``, each given by key and version."""
    check_reader(actor)
    with database.reading() as connection:
        old, was, old_text = _side(connection, *before)
        new, now, new_text = _side(connection, *after)
    both = None if was is None or now is None else (was, now)
    statements = None if both is None else differences(*both)
    lines = unified_diff(old_text.splitlines(), new_text.splitlines(), n=AROUND, lineterm="")
    return Comparison(old, new, statements, both, tuple(lines)[2:])


def _side(
    connection: Connection, key: str, version: int
) -> tuple[Version, ScenarioDefinition | None, str]:
    """A version, its definition where it is sound, and its text."""
    current = scenarios.version_of(connection, key, version)
    source = scenarios.source_of(connection, current.id)
    kept = None if current.content_hash is None else scenarios.draft_of(connection, current.id)
    examined = examine(source, kept)
    return current, None if examined.errors else examined.definition, source
