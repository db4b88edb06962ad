"""Where a project stands among others, from its facts: what is written with every act for lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts, NamedParts
from models.cases.standing import NEVER, NEVER_AT, Standing, lead_of
from models.cases.states import ClockKind, ClockState, ItemState
from rules.cases.progress import WaitsFor, in_pre_check, waits_for

_STOPPED, _RUNNING = ClockState.STOPPED, ClockState.RUNNING
_DAY = timedelta(days=1)


def standing(parts: NamedParts) -> Standing:
    """What lists order and count a project by; ``parts`` must hold its clocks that are not stopped."""
    clocks = [clock for clock in parts.clocks.values() if clock.state is not _STOPPED]
    yellow_at = min((c.yellow_at for c in clocks if c.yellow_at is not None), default=NEVER_AT)
    last = _first(clock.statutory_due_on for clock in clocks)
    due_on = _first(clock.due_on for clock in clocks)
    red_on = min(last, due_on)
    red_on = red_on if red_on == NEVER else red_on + _DAY
    waited = {_waits_for(parts, item) for item in parts.items.values()}
    return Standing(
        yellow_at=yellow_at,
        red_on=red_on,
        next_due_on=None if due_on == NEVER else due_on,
        lead=lead_of(yellow_at, red_on),
        waits_for_applicant=WaitsFor.APPLICANT in waited,
        waits_for_department=WaitsFor.DEPARTMENT in waited,
    )


def _first(days: Iterable[date | None]) -> date:
    return min((day for day in days if day is not None), default=NEVER)


def _waits_for(parts: NamedParts, item: ItemFacts) -> WaitsFor:
    """Whom an item waits for; after an opinion the department, as soon as the limit to decide runs."""
    if item.state is ItemState.PRELIMINARY and _runs(parts.clocks.get(_decision(item))):
        return WaitsFor.DEPARTMENT
    return in_pre_check(parts, item) or waits_for(item.state)


def _decision(item: ItemFacts) -> tuple[str, str, int, str]:
    return (item.code, ClockKind.DECISION, item.round, "")


def _runs(clock: ClockFacts | None) -> bool:
    return clock is not None and clock.state is _RUNNING
