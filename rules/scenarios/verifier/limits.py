"""Limits: promised against statutory, in their own units."""

from __future__ import annotations

import math
from collections.abc import Iterator

from models.clock.values import Unit
from models.findings import Finding, Path
from models.scenarios.definition import (
    ItemDefinition,
    ItemMode,
    LengthDefinition,
    LimitDefinition,
    ScenarioDefinition,
)
from rules.scenarios.verifier.codes.limits import (
    COUNTED_UNIT,
    COUNTED_WITHOUT_PROMISE,
    EXTENSION_OF_PROMISE,
    LIMIT_OF_MILESTONE,
    PROMISE_ABOVE_STATUTORY,
    PROMISE_PERHAPS_ABOVE_STATUTORY,
)
from rules.scenarios.verifier.codes.materials import SPECIAL_PROCEDURE_WITHOUT_LIMIT


def check_limits(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every promise is lawful, and what counts can be counted."""
    for index, item in enumerate(scenario.items):
        yield from _check_item(("items", index), item)


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
    if item.promised.extension is not None:
        params = {"item": item.code}
        yield Finding(EXTENSION_OF_PROMISE, (*at, "promised", "extension"), params)
    if item.counted and item.promised.unit is not Unit.WORKING_DAY:
        params = {"item": item.code, "promised": limit_text(item.promised)}
        yield Finding(COUNTED_UNIT, (*at, "promised", "unit"), params)
    if item.statutory is not None:
        yield from _against_statutory(at, item, item.promised, item.statutory)


def _against_statutory(
    at: Path, item: ItemDefinition, promised: LimitDefinition, statutory: LimitDefinition
) -> Iterator[Finding]:
    longer = is_longer(promised, statutory)
    if longer is False or (longer is None and not _longer_in_common_weeks(promised, statutory)):
        return
    kind = PROMISE_ABOVE_STATUTORY if longer else PROMISE_PERHAPS_ABOVE_STATUTORY
    params = {
        "item": item.code,
        "promised": limit_text(promised),
        "statutory": limit_text(statutory),
    }
    yield Finding(kind, (*at, "promised", "days"), params)


def is_longer(limit: LengthDefinition, other: LengthDefinition) -> bool | None:
    """Whether one limit ends later than another from the same day; ``None``: it depends on the day.

    Limits in one unit are compared as they are. Limits in different units are compared by the
    fewest and the most natural days that they can take.
    """
    if limit.unit is other.unit:
        return limit.days > other.days
    least, most = natural_days(limit)
    other_least, other_most = natural_days(other)
    if most <= other_least:
        return False
    return True if least > other_most else None


def _longer_in_common_weeks(promised: LengthDefinition, statutory: LengthDefinition) -> bool:
    """Whether a promise may end later than the statutory limit where no holiday comes between.

    Over a holiday its clock ends with the statutory limit (:func:`rules.clock.projection.project_clock`).
    """
    most = promised.days
    if promised.unit is Unit.WORKING_DAY:
        most += 2 * math.ceil(promised.days / 5)
    elif promised.unit is Unit.MONTH:
        most = natural_days(promised)[1]
    return most > natural_days(statutory)[0]


def natural_days(limit: LengthDefinition) -> tuple[int, int]:
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


def limit_text(limit: LengthDefinition) -> str:
    """A limit as findings name it."""
    return f"{limit.days} {limit.unit.value}"
