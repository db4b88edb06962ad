"""The page on which two versions of a scenario are compared."""

from __future__ import annotations

from dataclasses import dataclass

from services.people.viewer import Viewer
from services.scenarios.comparison import Comparison, compare
from services.scenarios.overview import VersionRow, scenario_versions
from services.scenarios.pages.change_words import change_words
from services.unit_of_work import Database


@dataclass(frozen=True)
class ComparisonPage:
    """What one version says differently from another."""

    key: str
    comparison: Comparison
    versions: tuple[VersionRow, ...]
    """Versions that can be compared."""
    statements: tuple[tuple[str, str], ...] | None
    """Code of the item, or –, and the difference in words; ``None`` where one of the two has errors."""


def comparison_page(
    database: Database, viewer: Viewer, key: str, before: tuple[str, int], after: tuple[str, int]
) -> ComparisonPage:
    """Two versions, each by key and number; refused to whoever may not look at scenarios."""
    comparison = compare(database, before, after, viewer.actor)
    versions = scenario_versions(database, key, viewer.actor, viewer.today)
    return ComparisonPage(key, comparison, versions, _in_words(viewer, comparison))


def _in_words(viewer: Viewer, comparison: Comparison) -> tuple[tuple[str, str], ...] | None:
    if comparison.statements is None or comparison.definitions is None:
        return None
    say = change_words(viewer, *comparison.definitions)
    return tuple(
        (str(statement.params.get("item") or "–"), say(statement))
        for statement in comparison.statements
    )
