"""What an item builds on: whether it stands, and whether the limit is held until it does."""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts
from models.cases.states import SATISFIED, UNDER_EXAMINATION
from models.clock.values import BASIS_FALLEN
from models.scenarios.definition import ScenarioDefinition
from rules.cases.timers import held_by


def fallen(
    scenario: ScenarioDefinition, items: Mapping[str, ItemFacts], code: str
) -> tuple[str, ...]:
    """Items without which an item cannot be decided, whoever wants to, and that do not stand.

    What is examined again counts among them: its own department has to say first that it stands.
    A joint item waits for what a part of it that is examined waits for.
    """
    after = scenario.item[code].after
    own = [earlier for earlier in after if not _stands(items[earlier])]
    parts = (p for p in scenario.parts.get(code, ()) if items[p].state in UNDER_EXAMINATION)
    of_parts = (earlier for part in parts for earlier in fallen(scenario, items, part))
    return tuple(dict.fromkeys((*own, *of_parts)))


def is_held(clock: ClockFacts | None) -> bool:
    """Whether a limit is held because a basis does not stand."""
    return clock is not None and held_by(clock, BASIS_FALLEN)


def _stands(item: ItemFacts) -> bool:
    return item.state in SATISFIED and not item.re_examination
