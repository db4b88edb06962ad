"""Rectification 整改: what a part of a joint item is told to put right, and whose time that is.

While nothing but rectification is outstanding among the parts, the whole waits for the applicant:
its limit to decide is held [D: the Licensing Law is silent; the time is the applicant's own].
"""

from __future__ import annotations

from collections.abc import Mapping

from models.definition import ScenarioDefinition
from models.facts import ItemFacts, RectificationFacts
from models.states import SATISFIED, ItemState, Verdict

Items = Mapping[str, ItemFacts]
Rectifications = Mapping[tuple[str, int, int], RectificationFacts]

#: States of a part in which nothing of it is in an authority's hands.
_NOT_IN_HAND = SATISFIED | {ItemState.RECTIFYING, ItemState.WAITING}


def latest(items: Items, found: Rectifications, code: str) -> RectificationFacts | None:
    """The last thing that an item was told to put right in its current round."""
    own = [one for one in found.values() if one.key[:2] == (code, items[code].round)]
    return max(own, key=lambda one: one.number, default=None)


def failed(items: Items, found: Rectifications, code: str) -> bool:
    """Whether an item's last verdict is that it failed, and that is not made good yet."""
    last = latest(items, found, code)
    return last is not None and last.verdict is Verdict.FAIL and last.confirmed_on is None


def reported(items: Items, found: Rectifications, code: str) -> RectificationFacts | None:
    """What the applicant put right and nobody confirmed yet."""
    last = latest(items, found, code)
    open_ = last is not None and last.reported_on is not None and last.confirmed_on is None
    return last if open_ else None


def only_rectification(scenario: ScenarioDefinition, items: Items, whole: str) -> bool:
    """Whether nothing but rectification is outstanding among the parts of a joint item."""
    parts = [items[code] for code in scenario.parts.get(whole, ())]
    in_doubt = any(one.re_examination for one in (items[whole], *parts))
    return (
        not in_doubt
        and any(part.state is ItemState.RECTIFYING for part in parts)
        and all(part.state in _NOT_IN_HAND for part in parts)
    )
