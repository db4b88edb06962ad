"""How differences between two versions, and between two texts, are shown."""

from __future__ import annotations

from collections.abc import Callable
from difflib import unified_diff

from models.scenarios.definition import ScenarioDefinition, Text
from models.statements import Statement
from services.people.viewer import Viewer
from services.wording.condition_words import condition_words, conditions_of
from services.wording.names import names_with_codes


def change_words(
    viewer: Viewer, before: ScenarioDefinition, after: ScenarioDefinition
) -> Callable[[Statement], str]:
    """How differences between two versions are said: names for codes, conditions in words."""
    names = names_with_codes(before, after)
    for scenario in (before, after):
        for condition in conditions_of(scenario):
            words = condition_words(condition, scenario, viewer.language, viewer.translate)
            names[condition] = Text(zh=words, en=words)

    def say(statement: Statement) -> str:
        # A sentence that gives the name itself needs no other.
        shown_names = {} if "name" in statement.params else names
        return statement.message(viewer.translate, viewer.language, shown_names)

    return say


def difference(mine: str, theirs: str) -> list[tuple[str, str]]:
    """The lines in which two texts differ: sign and line, ``-`` is mine, ``+`` is theirs."""
    lines = unified_diff(mine.splitlines(), theirs.splitlines(), n=1, lineterm="")
    return [(line[:1], line[1:]) for line in list(lines)[2:]]
