"""Warning thresholds: an ascending ladder, and lights that change before the last day."""

from __future__ import annotations

from collections.abc import Iterator

from models.clock.values import Thresholds, Unit
from models.findings import Finding, Path
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from models.scenarios.warnings import YellowDefinition
from rules.installation.policy import Policy
from rules.scenarios.verifier.codes.warnings import (
    LADDER_ORDER,
    YELLOW_AT_ONCE,
    YELLOW_TOO_LATE,
    YELLOW_WITHOUT_LIMIT,
)

_SCENARIO: Path = ("warnings", "yellow")


def check_warnings(scenario: ScenarioDefinition, default: Policy) -> Iterator[Finding]:
    """A scenario's warning thresholds make sense; ``default`` holds the district's choices."""
    if not scenario.warns_on_its_own:
        return
    policy = default.under(scenario)
    yield from _ladder(policy)
    if scenario.warnings is not None:
        yield from _check_too_late(_SCENARIO, scenario.warnings.yellow, policy.thresholds)
        inherits = [item for item in scenario.items if item.yellow is None]
        yield from _check_at_once(_SCENARIO, inherits, policy.thresholds, default.thresholds)
    for index, item in enumerate(scenario.items):
        if item.yellow is not None:
            at: Path = ("items", index, "yellow")
            thresholds = policy.thresholds_of(item.code)
            yield from _without_limit(at, item)
            yield from _check_too_late(at, item.yellow, thresholds)
            yield from _check_at_once(at, [item], thresholds, default.thresholds)


def _ladder(policy: Policy) -> Iterator[Finding]:
    days = {rung.key: rung.after for rung in policy.ladder}
    head, letter = days["head"], days["supervision"]
    if letter <= head:
        yield Finding(
            LADDER_ORDER, ("warnings", "supervision_after"), {"head": head, "letter": letter}
        )


def _without_limit(at: Path, item: ItemDefinition) -> Iterator[Finding]:
    if item.promised is None and item.statutory is None:
        yield Finding(YELLOW_WITHOUT_LIMIT, at, {"item": item.code})


def _check_too_late(
    at: Path, warning: YellowDefinition, thresholds: Thresholds
) -> Iterator[Finding]:
    if warning != YellowDefinition() and thresholds == Thresholds(0, 0):
        yield Finding(YELLOW_TOO_LATE, at)


def _check_at_once(
    at: Path, items: list[ItemDefinition], thresholds: Thresholds, default: Thresholds
) -> Iterator[Finding]:
    """Items whose light would be yellow from their first day, and is not without this."""
    codes = [
        item.code
        for item in items
        if (days := _days(item)) and _all(days, thresholds) and not _all(days, default)
    ]
    if codes:
        yield Finding(YELLOW_AT_ONCE, at, {"items": codes})


def _days(item: ItemDefinition) -> int:
    """Working days of the limit that people work to; 0 when it is counted otherwise."""
    limit = item.promised or item.statutory
    return limit.days if limit is not None and limit.unit is Unit.WORKING_DAY else 0


def _all(days: int, thresholds: Thresholds) -> bool:
    return max(thresholds.working_days, thresholds.percent * days // 100) >= days
