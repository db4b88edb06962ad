"""Promises: between events that follow one another, and never shorter than what they have to hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import z3

from models.clock.values import Unit
from models.findings import Finding, Path
from models.scenarios.definition import (
    ItemMode,
    LimitDefinition,
    PromiseDefinition,
    ScenarioDefinition,
)
from models.scenarios.promises import WHOLE, PromiseUnit, parts_of
from rules.scenarios.promises import names_of, way
from rules.scenarios.verifier.analysis.combinations import Combinations, shown
from rules.scenarios.verifier.analysis.critical_path import CriticalPath
from rules.scenarios.verifier.analysis.worst_case import WorstCase, worst_case
from rules.scenarios.verifier.codes.conditions import CONDITIONS_TOO_ENTANGLED
from rules.scenarios.verifier.codes.names import DUPLICATE
from rules.scenarios.verifier.codes.promises import (
    NO_PROMISE,
    PROMISE_BROKEN,
    PROMISE_CANNOT_FIT,
    PROMISE_EVENT_NEVER,
    PROMISE_NEVER,
    PROMISE_NEVER_BEGINS,
    PROMISE_NO_WAY,
    PROMISE_PERHAPS_BROKEN,
    PROMISE_TOO_SHORT,
    PROMISE_TWO_SPANS,
    PROMISE_UNKNOWN_ITEM,
    PROMISE_WITHOUT_END,
    PROMISED_TO_SOME,
)
from rules.scenarios.verifier.limits import natural_days

_LIMITS = {
    PromiseUnit.WORKING_DAY: Unit.WORKING_DAY,
    PromiseUnit.NATURAL_DAY: Unit.NATURAL_DAY,
    PromiseUnit.MONTH: Unit.MONTH,
}


def check_promises(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every promise has a name of its own, and says from when to when."""
    for index, named in enumerate(scenario.promises):
        if named.key == WHOLE:
            params = {"kind": "promise", "name": WHOLE}
            yield Finding(DUPLICATE, ("promises", index, "key"), params)
    for at, promise in placed(scenario):
        yield from _unknown(scenario, at, promise)
        yield from _never(scenario, at, promise)
        events = promise.start or promise.end
        if promise.items and events:
            yield Finding(PROMISE_TWO_SPANS, (*at, "items"), {"name": promise.named})
        if not promise.is_counted and not promise.items and promise.end is None:
            yield Finding(PROMISE_WITHOUT_END, (*at, "unit"), {"name": promise.named})


def check_kept(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """The critical path keeps each promise, whatever the attributes of a project that it is made to.

    Only for a scenario whose names and order are sound.
    """
    if not scenario.all_promises:
        yield Finding(NO_PROMISE)
    for at, promise in placed(scenario):
        if not _is_sound(scenario, promise):
            continue
        start, end = promise.start, promise.end
        if start and end and parts_of(start)[0] and not _leads_on(scenario, promise):
            params = {"name": promise.named, "start": start, "end": end}
            yield Finding(PROMISE_NO_WAY, (*at, "to"), params)
            continue
        worst = worst_case(scenario, promise)
        if worst is None:
            yield Finding(CONDITIONS_TOO_ENTANGLED, ("attributes",))
            return
        yield from _held_against(scenario, at, promise, worst)


def check_classes(scenario: ScenarioDefinition, combinations: Combinations) -> Iterator[Finding]:
    """Promises that are made to no project, and projects that nothing is promised to."""
    for at, promise in placed(scenario):
        made_to = combinations.formula(promise.when)
        if promise.when is not None and combinations.witness(made_to) is None:
            params = {"name": promise.named, "condition": promise.when}
            yield Finding(PROMISE_NEVER, (*at, "when"), params)
            continue
        begins = scenario.item.get(parts_of(promise.start)[0] or "") if promise.start else None
        if begins is not None:
            without = z3.And(made_to, z3.Not(combinations.formula(begins.needed_when)))
            yield from _not_begun(at, promise, begins.code, combinations.witness(without))
    classes = [combinations.formula(promise.when) for promise in scenario.all_promises]
    if classes:
        left = combinations.witness(z3.Not(z3.Or(*classes, combinations.context)))
        if left is not None:
            yield Finding(PROMISED_TO_SOME, ("promises",), {"witness": shown(left)})


def _not_begun(
    at: Path, promise: PromiseDefinition, item: str, witness: Mapping[str, Any] | None
) -> Iterator[Finding]:
    """Projects that a promise is made to, and that have not what it begins with."""
    if witness is not None:
        params = {"name": promise.named, "item": item, "witness": shown(witness)}
        yield Finding(PROMISE_NEVER_BEGINS, (*at, "from"), params)


def placed(scenario: ScenarioDefinition) -> Iterator[tuple[Path, PromiseDefinition]]:
    """Each promise with its place."""
    if scenario.promise is not None:
        yield ("promise",), scenario.promise
    for index, promise in enumerate(scenario.promises):
        yield ("promises", index), promise


def _unknown(
    scenario: ScenarioDefinition, at: Path, promise: PromiseDefinition
) -> Iterator[Finding]:
    places: list[tuple[Path, str | None]] = [
        ((*at, "items", position), code) for position, code in enumerate(promise.items)
    ]
    for field, event in (("from", promise.start), ("to", promise.end)):
        if event is not None:
            places.append(((*at, field), parts_of(event)[0]))
    for path, code in places:
        if code is not None and code not in scenario.item:
            params = {"name": promise.named, "item": code, "known": list(scenario.item)}
            yield Finding(PROMISE_UNKNOWN_ITEM, path, params)


#: Mode → what happens to such an item; an application has every event.
_EVENTS = {
    ItemMode.MILESTONE: ("opened", "decided"),
    ItemMode.INTERNAL: ("opened", "accepted", "decided"),
}


def _never(scenario: ScenarioDefinition, at: Path, promise: PromiseDefinition) -> Iterator[Finding]:
    """Events that never come to an item of its kind: the promise would never begin, or never be kept."""
    for field, event in (("from", promise.start), ("to", promise.end)):
        code, happening = parts_of(event) if event is not None else (None, None)
        item = scenario.item.get(code or "")
        events = _EVENTS.get(item.mode) if item is not None else None
        if item is None or events is None or happening is None or happening.value in events:
            continue
        known = [f"{code}.{name}" for name in events]
        params = {"name": promise.named, "event": event, "item": code, "mode": item.mode.value}
        yield Finding(PROMISE_EVENT_NEVER, (*at, field), params | {"known": known})


def _is_sound(scenario: ScenarioDefinition, promise: PromiseDefinition) -> bool:
    return all(name in scenario.item for name in names_of(promise))


def _leads_on(scenario: ScenarioDefinition, promise: PromiseDefinition) -> bool:
    """Whether the last event of a promise follows from its first."""
    (first, began), (last, ended) = parts_of(promise.start or ""), parts_of(promise.end or "")
    if first == last:
        order = ("opened", "received", "accepted", "decided")
        return order.index(began) < order.index(ended)
    return bool(way(scenario, promise)) or first in scenario.item[last or ""].after


def _held_against(
    scenario: ScenarioDefinition, at: Path, promise: PromiseDefinition, worst: WorstCase
) -> Iterator[Finding]:
    path, witness = worst.path, ""
    if worst.witness:
        witness = f" ({', '.join(shown(worst.witness))})"
    params: dict[str, object] = {"path": path.text() + witness}
    if promise.is_counted:
        if path.days > promise.days:
            params |= {"days": path.days, "over": path.days - promise.days}
            yield Finding(PROMISE_BROKEN, (*at, "days"), params | {"promise": promise.days})
        return
    takes, there = _takes(scenario, path), natural_days(_limit(promise))
    params |= {"name": promise.named, "promise": f"{promise.days} {promise.unit.value}"}
    if _is_in_working_days(scenario, promise, path):
        if path.days > promise.days:
            params |= {"least": path.days, "most": promise.days}
            yield Finding(PROMISE_TOO_SHORT, (*at, "days"), params)
    elif takes[0] > there[1]:
        params |= {"least": takes[0], "most": there[1]}
        yield Finding(PROMISE_CANNOT_FIT, (*at, "days"), params)
    elif takes[1] > there[0]:
        params |= {"most": takes[1], "least": there[0]}
        yield Finding(PROMISE_PERHAPS_BROKEN, (*at, "days"), params)


def _is_in_working_days(
    scenario: ScenarioDefinition, promise: PromiseDefinition, path: CriticalPath
) -> bool:
    """Whether path and promise are in working days, and no holiday has to be thought of."""
    limits = (scenario.item[code].promised for code in path.items)
    units = {limit.unit for limit in limits if limit is not None and limit.days}
    return promise.unit is PromiseUnit.WORKING_DAY and units <= {Unit.WORKING_DAY}


def _takes(scenario: ScenarioDefinition, path: CriticalPath) -> tuple[int, int]:
    """The fewest and the most days of the calendar that the limits of a path take together."""
    lengths: Counter[Unit] = Counter()
    for code in path.items:
        limit = scenario.item[code].promised
        if limit is not None:
            lengths[limit.unit] += limit.days
    spans = [natural_days(LimitDefinition(days=days, unit=unit)) for unit, days in lengths.items()]
    return sum(least for least, _ in spans), sum(most for _, most in spans)


def _limit(promise: PromiseDefinition) -> LimitDefinition:
    return LimitDefinition(days=promise.days, unit=_LIMITS[promise.unit])
