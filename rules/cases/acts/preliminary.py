"""The limit to decide while there is a preliminary opinion only: held, and due again after the cure."""

from __future__ import annotations

from models.cases.states import ClockKind, ItemState
from models.clock.values import PRELIMINARY_OPINION, ClockResumed, ClockSuspended
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.draft import Draft
from rules.cases.instruments import preliminary
from rules.cases.timers import held_by


def blocking(draft: Draft, item: str) -> tuple[str, ...]:
    """Missing or unverified materials that may change the result."""
    facts, owed = draft.items[item], draft.open_deficiencies(item)
    return preliminary.blocking(draft.definition(item), facts, draft.materials, owed)


def hold(draft: Draft, item: str) -> None:
    """Hold the limit to decide: what is out now is the applicant's time [D]."""
    clock = draft.clock(item, ClockKind.DECISION)
    if clock is not None:
        held = ClockSuspended(
            on=draft.today, ref=PRELIMINARY_OPINION, procedure=PRELIMINARY_OPINION
        )
        draft.update_clock(clock, held)


def go_on(draft: Draft, item: str) -> None:
    """The decision is due again when nothing is out any more that may change it."""
    clock = draft.clock(item, ClockKind.DECISION)
    held = clock is not None and held_by(clock, PRELIMINARY_OPINION)
    if clock is None or not held or blocking(draft, item):
        return
    clock = draft.update_clock(clock, ClockResumed(on=draft.today, ref=PRELIMINARY_OPINION))
    due_on = clock.due_on.isoformat() if clock.due_on else None
    draft.record("DecisionDueAgain", item, due_on=due_on)
    department = draft.items[item].department
    for audience in (f"department:{department}", "enterprise", "steward"):
        draft.tell(audience, "decision_due_again", item, due_on=due_on)


def start_again(draft: Draft, item: str) -> None:
    """A restored opinion has a limit to decide of its own round [D], held while it leaves points open."""
    if draft.items[item].state is not ItemState.PRELIMINARY:
        return
    draft.start_decision_clock(item, on=draft.today)
    if blocking(draft, item):
        hold(draft, item)


#: With whichever act the last open point was settled.
EVENTS = (
    EventKind(
        "DecisionDueAgain",
        "Nothing is out any more that may change the decision on {item}: it is due on {due_on}",
        reads={"due_on": Reading.DAY},
        notices=("decision_due_again",),
    ),
)
