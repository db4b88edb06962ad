"""Limits: promised against statutory, in their own units, and the counted critical path."""

from __future__ import annotations

import math
from collections.abc import Iterator

from models.clock import Unit
from models.definition import ItemDefinition, ItemMode, LimitDefinition, ScenarioDefinition
from models.findings import Finding, Path
from rules.verifier.codes.conditions import CONDITIONS_TOO_ENTANGLED
from rules.verifier.codes.limits import (
    COUNTED_UNIT,
    COUNTED_WITHOUT_PROMISE,
    LIMIT_OF_MILESTONE,
    NO_PROMISE,
    PROMISE_ABOVE_STATUTORY,
    PROMISE_BROKEN,
    PROMISE_PERHAPS_ABOVE_STATUTORY,
)
from rules.verifier.codes.materials import SPECIAL_PROCEDURE_WITHOUT_LIMIT
from rules.verifier.combinations import shown
from rules.verifier.worst_case import worst_case


def check_limits(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every promise is lawful, and what counts can be counted."""
    for index, item in enumerate(scenario.items):
        yield from _check_item(("items", index), item)


def check_promise(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """The counted critical path keeps the scenario's promise, whatever the attributes of a project.

    Only for a scenario whose names and order are sound.
    """
    if scenario.promise is None:
        yield Finding(NO_PROMISE)
        return
    worst, promise = worst_case(scenario), scenario.promise.days
    if worst is None:
        yield Finding(CONDITIONS_TOO_ENTANGLED, ("attributes",))
        return
    path = worst.path
    if path.days > promise:
        witness = f" ({', '.join(shown(worst.witness))})" if worst.witness else ""
        params = {
            "days": path.days,
            "over": path.days - promise,
            "promise": promise,
            "path": path.text() + witness,
        }
        yield Finding(PROMISE_BROKEN, ("promise", "days"), params)


def _check_item(at: Path, item: ItemDefinition) -> Iterator[Finding]:
    if item.mode is ItemMode.MILESTONE:
        if item.promised is not None or item.statutory is not None:
            yield Finding(LIMIT_OF_MILESTONE, (*at, "promised"), {"item": item.code})
        return
    if item.special_procedures and item.promised is None and item.statutory is None:
        params: dict[str, object] = {"item": item.code}
        yield Finding(SPECIAL_PROCEDURE_WITHOUT_LIMIT, (*at, "special_procedures"), params)
    if item.counted and item.promised is None:
        yield Finding(COUNTED_WITHOUT_PROMISE, at, {"item": item.code})
    if item.promised is None:
        return
    if item.counted and item.promised.unit is not Unit.WORKING_DAY:
        params = {"item": item.code, "promised": limit_text(item.promised)}
        yield Finding(COUNTED_UNIT, (*at, "promised", "unit"), params)
    if item.statutory is not None:
        yield from _against_statutory(at, item, item.promised, item.statutory)


def _against_statutory(
    at: Path, item: ItemDefinition, promised: LimitDefinition, statutory: LimitDefinition
) -> Iterator[Finding]:
    longer = is_longer(promised, statutory)
    if longer is False:
        return
    kind = PROMISE_ABOVE_STATUTORY if longer else PROMISE_PERHAPS_ABOVE_STATUTORY
    params = {
        "item": item.code,
        "promised": limit_text(promised),
        "statutory": limit_text(statutory),
    }
    yield Finding(kind, (*at, "promised", "days"), params)


def is_longer(one: LimitDefinition, other: LimitDefinition) -> bool | None:
    """Whether one limit ends later than another from the same day; ``None``: it depends on the day.

    Limits in one unit are compared as they are. Limits in different units are compared by the
    fewest and the most natural days that they can take.
    """
    if one.unit is other.unit:
        return one.days > other.days
    least, most = natural_days(one)
    other_least, other_most = natural_days(other)
    if most <= other_least:
        return False
    return True if least > other_most else None


def natural_days(limit: LimitDefinition) -> tuple[int, int]:
    """The fewest and the most natural days that a limit can take.

    Working days: the fewest are their number itself (a week with make-up days has up to seven);
    the most add two rest days for every five and ten for each holiday that can be met, the long
    ones being at least two months apart. A month has 28 to 31 days. A limit that ends on a rest day
    moves to the end of the rest, hence ten more.
    """
    if limit.unit is Unit.MONTH:
        return 28 * limit.days, 31 * limit.days + 10
    if limit.unit is Unit.NATURAL_DAY:
        return limit.days, limit.days + 10
    if limit.days == 0:
        return 0, 0
    rests = 2 * math.ceil(limit.days / 5)
    return limit.days, limit.days + rests + 10 * math.ceil(limit.days / 40)


def limit_text(limit: LimitDefinition) -> str:
    """A limit as findings name it."""
    return f"{limit.days} {limit.unit.value}"
