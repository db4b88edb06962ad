"""Replay of past projects under another definition, by the simulation engine at their own pace.

People act as they did: each applies, accepts, decides and records as many working days after the
item opened as then. What changes is what the definition says: which items there are, what they wait
for, what is counted, and which limits hold. An item that the project never went through takes the
usual pace of the rehearsal.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from models.clock.values import ClockEvent, ClockStarted, ClockStopped
from models.scenarios.definition import ItemDefinition, ItemMode, ScenarioDefinition
from rules.clock.calendar import WorkingCalendar
from rules.rehearsal.network import Mode, Network, Node, network
from rules.rehearsal.paces import ItemPace, Paces
from rules.rehearsal.past_project import PastItem, PastProject
from rules.rehearsal.run import NEVER, WINDOW, Case, Desk, Run
from rules.scenarios.attributes import check_attributes

#: More working days than any replay lasts: what did not happen yet does not happen in it either.
_NOT_YET: Final = 1_000_000
#: Working days by which a replay may be later than what happened.
_LATER: Final = 1250
#: In the middle of every table of the usual pace, and never faulty.
_USUAL: Final = 0.5
#: Enough acts a day for every department: waiting is part of what was recorded.
_HANDS: Final = 1_000_000
#: Days before the registration from which working days are numbered, so that every one has a number.
_LEAD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Moments:
    """Days on which a replayed item opened, was examined and was decided; ``None``: not yet."""

    opened_on: date | None = None
    examined_on: date | None = None
    decided_on: date | None = None
    clocks: tuple[tuple[ClockEvent, ...], ...] = ()
    """The limit to decide, round by round."""


@dataclass(slots=True)
class _Days:
    """Working days by number; a day of rest has the number of the working day before it."""

    calendar: WorkingCalendar
    origin: int

    def number(self, on: date) -> int:
        return self.calendar.count(self.origin, on.toordinal())

    def day(self, number: int, then: date | None) -> date:
        """The day with a number; ``then`` itself if it has that number, even on a day of rest."""
        if then is not None and self.number(then) == number:
            return then
        return date.fromordinal(self.calendar.nth(self.origin, number))


@dataclass(slots=True)
class _Recorded:
    """The recorded paces of one project, for the items of one definition."""

    paces: dict[str, ItemPace] = field(default_factory=dict)
    timed: set[str] = field(default_factory=set)
    """Items whose examination is given in working days, not as a share of the limit."""
    spared: set[str] = field(default_factory=set)
    """Items that the department declared not needed before any examination."""

    def node(self, node: Node) -> Node:
        """The node at the pace that was recorded."""
        if node.code in self.spared:
            return replace(node, mode=Mode.MILESTONE)
        return replace(node, limit=1.0) if node.code in self.timed else node


def replayed(
    past: PastProject, scenario: ScenarioDefinition, calendar: WorkingCalendar, today: date
) -> Mapping[str, Moments]:
    """The items that the project would need under ``scenario``, with their days.

    ``scenario`` has to be sound. Raises a ``KaigongError`` of :mod:`rules.cases.registration` where it
    asks for an attribute that the project does not have.
    """
    declared = {attribute.key for attribute in scenario.attributes}
    known = {key: value for key, value in past.attributes.items() if key in declared}
    attributes = check_attributes(scenario, known)
    days = _Days(calendar, (past.registered_on - _LEAD).toordinal())
    recorded = _recorded(past, scenario, days)
    keys = dict.fromkeys(item.department for item in scenario.items)
    departments = {key: position for position, key in enumerate(keys)}
    planned = network(scenario, departments, attributes, Paces(items=recorded.paces))
    nodes = tuple(
        replace(recorded.node(node), at_once=False, files=False) for node in planned.nodes
    )
    network_ = Network(nodes, planned.needed, planned.after)
    case = Case.new(network_, random.Random(0), days.number(past.registered_on))  # noqa: S311
    case.draws = [_USUAL] * len(case.draws)
    run = Run([Desk(_HANDS) for _ in departments], until=days.number(today) + _LATER)
    run.expect(case)
    run.run()
    return {
        case.network.nodes[position].code: _moments(case, position, past, days)
        for position in case.network.needed
    }


def _recorded(past: PastProject, scenario: ScenarioDefinition, days: _Days) -> _Recorded:
    recorded = _Recorded()
    for code, item in past.items.items():
        definition = scenario.item.get(code)
        if definition is None or _other_kind(past.scenario.item[code], definition):
            continue
        pace = _pace(item, definition, _ready(past, code, days), days)
        if item.examined_on is not None:
            takes = _lag(days.number(item.examined_on), item.satisfied_on, days)
            pace = replace(pace, share=(takes,))
            recorded.timed.add(code)
        elif item.satisfied_on is not None and definition.mode is ItemMode.APPLICATION:
            recorded.spared.add(code)
        recorded.paces[code] = pace
    return recorded


def _other_kind(then: ItemDefinition, now: ItemDefinition) -> bool:
    """Whether a milestone is now examined, or an examined item is now a milestone."""
    return (then.mode is ItemMode.MILESTONE) is not (now.mode is ItemMode.MILESTONE)


def _ready(past: PastProject, code: str, days: _Days) -> int:
    """The first day on which people could act: all prerequisites were satisfied."""
    definition = past.scenario.item[code]
    before = [
        past.items[prerequisite].satisfied_on
        for prerequisite in definition.after
        if prerequisite in past.items
    ]
    numbers = [days.number(on) for on in before if on is not None]
    return max(numbers, default=days.number(past.registered_on))


def _pace(item: PastItem, definition: ItemDefinition, ready: int, days: _Days) -> ItemPace:
    """The pace of people in an item; steps its mode did not have keep the usual pace."""
    usual = ItemPace(correction=0)
    if definition.mode is ItemMode.MILESTONE or item.examined_on is None:
        # Recorded as it happened, or found not to be needed.
        usual = replace(usual, record=(_lag(ready, item.satisfied_on, days),))
    if item.examined_on is None:
        return replace(usual, apply=(_NOT_YET,))
    if item.received_on is None:
        return usual
    received = days.number(item.received_on)
    if item.deemed:
        intake = WINDOW + 1
    else:
        # Accepted too late, and nobody said that silence had accepted: what counts is the day.
        received = max(received, days.number(item.examined_on) - WINDOW)
        intake = days.number(item.examined_on) - received
    return replace(usual, apply=(max(0, received - ready),), intake=(intake,))


def _lag(since: int, until: date | None, days: _Days) -> int:
    return _NOT_YET if until is None else max(0, days.number(until) - since)


def _moments(case: Case, position: int, past: PastProject, days: _Days) -> Moments:
    then = past.items.get(case.network.nodes[position].code, PastItem())
    opened, examined = case.opened[position], case.accepted[position]
    decided = case.decided[position]
    if opened == NEVER:
        return Moments()
    decided_on = None if decided == NEVER else days.day(decided, then.satisfied_on)
    opened_on = days.day(opened, then.opened_on)
    if examined == NEVER:
        return Moments(opened_on, None, decided_on)
    examined_on = days.day(examined, then.examined_on)
    clocks = _clocks(then, examined, decided_on, days) or (_clock(examined_on, decided_on),)
    return Moments(opened_on, examined_on, decided_on, clocks)


def _clock(examined_on: date, decided_on: date | None) -> tuple[ClockEvent, ...]:
    started = ClockStarted(examined_on)
    return (started,) if decided_on is None else (started, ClockStopped(decided_on))


def _clocks(
    then: PastItem, examined: int, decided_on: date | None, days: _Days
) -> tuple[tuple[ClockEvent, ...], ...]:
    """The recorded clocks, shifted with the item; the round that succeeded stops with the decision."""
    if then.examined_on is None:
        return ()
    moved = examined - days.number(then.examined_on)

    def shifted(event: ClockEvent) -> ClockEvent:
        if (
            isinstance(event, ClockStopped)
            and event.on == then.satisfied_on
            and decided_on is not None
        ):
            return replace(event, on=decided_on)
        on = days.day(days.number(event.on) + moved, event.on)
        if isinstance(event, ClockStarted) and event.statutory_on is not None:
            by_law = days.day(days.number(event.statutory_on) + moved, event.statutory_on)
            return replace(event, on=on, statutory_on=by_law)
        return replace(event, on=on)

    return tuple(tuple(shifted(event) for event in history) for history in then.clocks)
