"""Grace 宽限: nobody loses a right by a last day of which nobody reminded them.

After a standstill of the watch the reminder comes first, with a period of its own [D]; only then time
acts as it does on any other day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from models.cases import commands as c
from models.cases.clock import CLOCKS, ClockFacts
from models.cases.deficiencies import DEFICIENCIES
from models.cases.states import OPEN_DEFICIENCY, ClockKind, ItemState
from models.clock.values import ClockRenewed
from models.errors import KaigongError
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.draft import Draft
from rules.cases.timers import appended, derived

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed

#: The rung that the reminder stands for.
REMINDER = "yellow"


class NothingToRemind(KaigongError):
    template = "item: no last day of {item} passed without a reminder; there is nothing to give."
    field = "item"


def give_grace(draft: Draft, command: c.GiveGrace) -> None:
    """Remind of last days that passed, and give what the district leaves for it."""
    clocks = [
        draft.clock(command.item, command.clock, subject) for subject in command.subjects or ("",)
    ]
    passed = [clock for clock in clocks if clock is not None and _has_passed(draft, clock)]
    if not passed:
        raise NothingToRemind(item=command.item)
    before = min(clock.due_on for clock in passed if clock.due_on)
    until = [_renewed(draft, clock) for clock in passed]
    draft.change(command.item)
    details = {
        "due_on": before.isoformat(),
        "until": max(until).isoformat(),
        "clock": command.clock,
    }
    draft.record("GraceGiven", command.item, subjects=list(command.subjects), **details)
    for audience in ("enterprise", "steward"):
        draft.tell(
            audience, "grace_given", command.item, materials=list(command.subjects), **details
        )


def _has_passed(draft: Draft, clock: ClockFacts) -> bool:
    return clock.due_on is not None and clock.due_on < draft.today


def _renewed(draft: Draft, clock: ClockFacts) -> date:
    """The last day that a clock has now; whoever owes by it has been reminded of that day."""
    by = draft.context.policy.grace
    event = ClockRenewed(on=draft.today, by=by, reason="not reminded")
    renewed = appended(clock, event, draft.context)
    last_day = renewed.due_on or draft.today
    draft.enter(CLOCKS, derived(reminded(renewed, last_day, draft.today), draft.context))
    owed = draft.deficiencies.get((clock.item, clock.round, clock.subject))
    if clock.kind == ClockKind.MAKE_UP and owed is not None and owed.state in OPEN_DEFICIENCY:
        draft.enter(DEFICIENCIES, owed, due_on=last_day)
    return last_day


def reminded(clock: ClockFacts, last_day: date, on: date) -> ClockFacts:
    """The clock after a reminder of a last day."""
    return replace(
        clock,
        warned=(*clock.warned, REMINDER),
        warned_for=(*clock.warned_for, last_day),
        warned_on=(*clock.warned_on, on),
    )


def _reminded(replayed: Replayed, happened: Happened) -> None:
    data: Any = happened.event.data
    for subject in data["subjects"] or ("",):
        key = (happened.event.item, data["clock"], data["round"], subject)
        clock = replayed.clocks[key]
        last_day = clock.due_on or happened.on
        replayed.clocks[key] = reminded(clock, last_day, happened.on)


GIVE_GRACE = Act(
    command=c.GiveGrace,
    label="Remind, and give a period of grace",
    perform=give_grace,
    roles=roles.SYSTEM,
    transitions=stays(ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED, ItemState.PRELIMINARY),
    place=305,
    events=(
        EventKind(
            "GraceGiven",
            "{item}: nobody was reminded of {due_on} in time; there is time until {until}",
            reads={"due_on": Reading.DAY, "until": Reading.DAY},
            follow=_reminded,
        ),
    ),
    notices=("grace_given",),
)
