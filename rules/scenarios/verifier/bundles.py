"""Bundles of certificates issued together: their items exist and the bundle can be released."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import z3

from models.findings import Finding, Path
from models.scenarios.bundles import BundleDefinition
from models.scenarios.definition import ItemMode, ScenarioDefinition
from rules.clock import STATUTORY_CLOCKS
from rules.scenarios.verifier.analysis.combinations import Combinations
from rules.scenarios.verifier.analysis.critical_path import promised_days
from rules.scenarios.verifier.codes.bundles import (
    BUNDLE_BROKEN_BY_PACE,
    BUNDLE_NEVER_RELEASED,
    BUNDLE_NOT_MILESTONE,
    BUNDLE_UNKNOWN_ITEM,
    BUNDLE_WITHOUT_DOCUMENT,
    BUNDLES_OVERLAP,
)


def check_bundles(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Items that exist and end in a document, and a milestone that releases them."""
    for index, bundle in enumerate(scenario.bundles):
        at: Path = ("bundles", index)
        for position, code in enumerate(bundle.items):
            path = (*at, "items", position)
            item = scenario.item.get(code)
            if item is None:
                yield _unknown(scenario, bundle, code, path)
            elif item.document is None:
                params = {"bundle": bundle.key, "item": code}
                yield Finding(BUNDLE_WITHOUT_DOCUMENT, path, params)
        event = scenario.item.get(bundle.released_by)
        path = (*at, "released_by")
        if event is None:
            yield _unknown(scenario, bundle, bundle.released_by, path)
        elif event.mode is not ItemMode.MILESTONE:
            params = {"bundle": bundle.key, "item": event.code}
            yield Finding(BUNDLE_NOT_MILESTONE, path, params)


def check_bundle_combinations(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Bundles that no project ever sees released, and documents that two of them would hold."""
    if not scenario.bundles:
        return
    solved = Combinations(scenario)
    applies = {
        bundle.key: z3.And(
            solved.formula(bundle.when),
            solved.needed[bundle.released_by],
            z3.Or(*(solved.needed[code] for code in bundle.items)),
        )
        for bundle in scenario.bundles
    }
    for index, bundle in enumerate(scenario.bundles):
        if solved.witness(applies[bundle.key]) is None:
            params = {"bundle": bundle.key, "event": bundle.released_by}
            yield Finding(BUNDLE_NEVER_RELEASED, ("bundles", index, "released_by"), params)
    for (_, first), (index, second) in combinations(enumerate(scenario.bundles), 2):
        for code in [code for code in second.items if code in first.items]:
            both = z3.And(applies[first.key], applies[second.key], solved.needed[code])
            witness = solved.witness(both)
            if witness is not None:
                yield Finding(
                    BUNDLES_OVERLAP,
                    ("bundles", index, "items", second.items.index(code)),
                    {
                        "item": code,
                        "one": first.key,
                        "other": second.key,
                        "witness": [f"{key} = {value}" for key, value in witness.items()] or ["-"],
                    },
                )


def check_bundle_pace(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Bundles that the law breaks even when every promise is kept to the day (art. 44)."""
    limit = STATUTORY_CLOCKS["delivery"].terms.statutory
    done = promised_days(scenario)
    for index, bundle in enumerate(scenario.bundles):
        first, last = (pick(bundle.items, key=done.__getitem__) for pick in (min, max))
        days = done[last] - done[first]
        if limit is not None and days > limit.length:
            params = {"bundle": bundle.key, "first": first, "last": last, "days": days}
            yield Finding(BUNDLE_BROKEN_BY_PACE, ("bundles", index, "items"), params)


def _unknown(
    scenario: ScenarioDefinition, bundle: BundleDefinition, code: str, path: Path
) -> Finding:
    params = {"bundle": bundle.key, "name": code, "known": list(scenario.item)}
    return Finding(BUNDLE_UNKNOWN_ITEM, path, params)
