"""Acts of time: what the law provides when clocks have ended without action, in the order of the legal dates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from rules.cases.clocks.declaration import ClockDeclaration
from rules.cases.clocks.registry import KINDS

#: Rungs of the ladder that remind of a last day before it is over.
REMINDERS = frozenset({"yellow"})
#: Kind of clock and item of an act of time.
Done = tuple[str, str]


class DueAct(NamedTuple):
    """An act of time that is due: what, because of which kind of clock, and the legal day it follows on."""

    command: c.ProjectCommand
    kind: str
    item: str
    fell_due_on: date


def expired(facts: ProjectFacts, item: str, today: date) -> c.ProjectCommand | None:
    """The act of time on an item that fell due first.

    ``None`` when no clock has run out, or somebody did something after all.
    """
    due = (act for act in due_acts(facts, today) if act.item == item)
    return next((act.command for act in due), None)


def ended(
    kind: ClockDeclaration, facts: ProjectFacts, item: str, today: date
) -> c.ProjectCommand | None:
    """What follows from the clocks of one kind that have run out on an item; ``None``: nothing."""
    due = (act for act in due_acts(facts, today) if (act.kind, act.item) == (kind.key, item))
    return next((act.command for act in due), None)


def next_act(facts: ProjectFacts, today: date, done: Collection[Done] = ()) -> DueAct | None:
    """The act of time that fell due first, of those not ``done`` yet.

    What was due earlier is done first, whatever the items are called; of one day the basis before what
    builds on it. So a late watch writes the same as one that looked every day.
    """
    due = due_acts(facts, today)
    return next((act for act in due if (act.kind, act.item) not in done), None)


def due_acts(facts: ProjectFacts, today: date) -> Iterator[DueAct]:
    """The acts of time that are due in a project as it stands, in the order of their legal dates."""
    if facts.state is not ProjectState.ACTIVE:
        return
    order = {item.code: at for at, item in enumerate(facts.scenario.items)}
    depth = _depths(facts)
    kinds = {key: at for at, key in enumerate(KINDS)}
    groups = _groups(facts, today)
    for (kind, item), clocks in sorted(
        groups.items(),
        key=lambda group: (
            _last_day(group[1]),
            kinds[group[0][0]],
            depth.get(group[0][1], 0),
            order.get(group[0][1], 0),
        ),
    ):
        end = KINDS[kind].end
        if end is None:
            continue
        if end.reminds and not any(map(was_reminded, clocks)):
            command: c.ProjectCommand | None = _grace(clocks)
        else:
            command = end.command(facts, clocks, today)
        if command is not None:
            yield DueAct(command, kind, item, _last_day(clocks))


def was_reminded(clock: ClockFacts) -> bool:
    """Whether a reminder of its last day was given before that day."""
    return any(
        rung in REMINDERS and last_day == clock.due_on and on < last_day
        for rung, last_day, on in clock.given
    )


def _grace(clocks: Sequence[ClockFacts]) -> c.GiveGrace:
    """The reminder that comes first, with time to follow it."""
    subjects = tuple(sorted(clock.subject for clock in clocks if clock.subject))
    return c.GiveGrace(item=clocks[0].item, clock=str(clocks[0].kind), subjects=subjects)


def _groups(facts: ProjectFacts, today: date) -> dict[Done, list[ClockFacts]]:
    """Of each kind and item the clocks that ran out first: what ran out later is later."""
    groups: dict[Done, list[ClockFacts]] = {}
    for clock in facts.clocks.values():
        declared = KINDS.get(clock.kind)
        if declared is None or declared.end is None:
            continue
        if declared.end.is_due(facts, clock, today):
            groups.setdefault((clock.kind, clock.item), []).append(clock)
    return {
        about: [clock for clock in clocks if clock.due_on == _last_day(clocks)]
        for about, clocks in groups.items()
    }


def _last_day(clocks: Sequence[ClockFacts]) -> date:
    return min(clock.due_on for clock in clocks if clock.due_on is not None)


def _depths(facts: ProjectFacts) -> dict[str, int]:
    """How many items lie under each one: what another one builds on has fewer."""
    depths: dict[str, int] = {}

    def depth(code: str) -> int:
        if code not in depths:
            depths[code] = 0
            definition = facts.scenario.item.get(code)
            after = definition.after if definition is not None else ()
            depths[code] = max((depth(earlier) + 1 for earlier in after), default=0)
        return depths[code]

    for item in facts.scenario.items:
        depth(item.code)
    return depths
