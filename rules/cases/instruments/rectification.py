"""Rectification 整改: what a part of a joint item is told to put right, and whose time that is.

While nothing but rectification is outstanding among the parts, the whole waits for the applicant:
its limit to decide is held [D: the Licensing Law is silent; the time is the applicant's own].
"""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.facts import ItemFacts
from models.cases.site_visit import RectificationFacts
from models.cases.states import SATISFIED, ItemState, Verdict
from models.scenarios.definition import ScenarioDefinition

Items = Mapping[str, ItemFacts]
Rectifications = Mapping[tuple[str, int, int], RectificationFacts]

#: States of a part in which nothing of it is in an authority's hands.
_NOT_IN_HAND = SATISFIED | {ItemState.RECTIFYING, ItemState.WAITING}


def latest(items: Items, rectifications: Rectifications, code: str) -> RectificationFacts | None:
    """The latest rectification of an item in its current round."""
    own = [entry for entry in rectifications.values() if entry.key[:2] == (code, items[code].round)]
    return max(own, key=lambda entry: entry.number, default=None)


def failed(items: Items, rectifications: Rectifications, code: str) -> bool:
    """Whether an item's latest verdict is a failure that is not rectified."""
    last = latest(items, rectifications, code)
    return last is not None and last.verdict is Verdict.FAIL and last.confirmed_on is None


def reported(items: Items, rectifications: Rectifications, code: str) -> RectificationFacts | None:
    """The rectification that was reported and is not confirmed."""
    last = latest(items, rectifications, code)
    open_ = last is not None and last.reported_on is not None and last.confirmed_on is None
    return last if open_ else None


def only_rectification(scenario: ScenarioDefinition, items: Items, whole: str) -> bool:
    """Whether rectification is all that is outstanding among the parts of a joint item."""
    parts = [items[code] for code in scenario.parts.get(whole, ())]
    in_doubt = any(item.re_examination for item in (items[whole], *parts))
    return (
        not in_doubt
        and any(part.state is ItemState.RECTIFYING for part in parts)
        and all(part.state in _NOT_IN_HAND for part in parts)
    )
