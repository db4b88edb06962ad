"""A case under examination whose basis fell waits for it, and goes on the day it stands again [D].

Nobody is pressed into denying what may be grantable next week; which of the two lawful ways is taken
(wait, or deny with reasons, art. 38) is the district's policy.
"""

from __future__ import annotations

from models.cases import commands as c
from models.cases.states import UNDER_EXAMINATION, ClockKind, ItemState
from models.clock.values import BASIS_FALLEN, ClockResumed, ClockSuspended
from models.errors import KaigongError
from models.installation.policy import BasisFalls
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.basis import fallen, is_held


class NothingToAwait(KaigongError):
    template = "item: {item} waits for nothing that it builds on; let it be decided."
    field = "item"


class HeldAlready(KaigongError):
    template = "item: the limit of {item} is held already, until what it builds on stands again."
    field = "item"


def settle(draft: Draft) -> None:
    """Hold the limits of cases whose basis does not stand, and release those whose basis does again."""
    for code, item in list(draft.items.items()):
        if item.state not in UNDER_EXAMINATION:
            continue
        missing = fallen(draft.scenario, draft.items, code)
        clock = draft.clock(code, ClockKind.DECISION)
        if clock is None or is_held(clock) is bool(missing):
            continue
        if not missing:
            _go_on(draft, code)
        elif draft.context.policy.basis_falls is BasisFalls.WAIT:
            _hold(draft, code, missing)


def await_basis(draft: Draft, command: c.AwaitBasis) -> None:
    """Hold the limit at the applicant's request: one of the two lawful ways."""
    missing = fallen(draft.scenario, draft.items, command.item)
    clock = draft.clock(command.item, ClockKind.DECISION)
    if not missing or clock is None:
        raise NothingToAwait(item=command.item)
    if is_held(clock):
        raise HeldAlready(item=command.item)
    _hold(draft, command.item, missing, command.reason)


def _hold(draft: Draft, code: str, missing: tuple[str, ...], reason: str = "") -> None:
    clock = draft.clock(code, ClockKind.DECISION)
    if clock is not None:
        held = ClockSuspended(on=draft.today, ref=BASIS_FALLEN, procedure=BASIS_FALLEN)
        draft.update_clock(clock, held)
    draft.change(code)
    draft.record("BasisAwaited", code, missing=list(missing), reason=reason)
    for audience in _concerned(draft, code):
        draft.tell(audience, "basis_awaited", code, waiting=list(missing))


def _go_on(draft: Draft, code: str) -> None:
    clock = draft.clock(code, ClockKind.DECISION)
    due_on = None
    if clock is not None:
        resumed = ClockResumed(on=draft.today, ref=BASIS_FALLEN)
        due_on = draft.update_clock(clock, resumed).due_on
    draft.change(code)
    draft.record("BasisStandsAgain", code)
    last_day = due_on.isoformat() if due_on else None
    for audience in _concerned(draft, code):
        draft.tell(audience, "basis_stands_again", code, due_on=last_day)


def _concerned(draft: Draft, code: str) -> tuple[str, ...]:
    return ("enterprise", "steward", f"department:{draft.items[code].department}")


def _may_ask(situation: Situation) -> bool:
    facts, code = situation.facts, situation.code
    clock = facts.clocks.get((code, ClockKind.DECISION, situation.item.round, ""))
    asked = situation.context.policy.basis_falls is BasisFalls.ON_REQUEST
    return asked and not is_held(clock) and bool(fallen(facts.scenario, facts.items, code))


#: What follows from the facts after whichever act.
EVENTS = (
    EventKind(
        "BasisAwaited",
        "{item} waits until this stands again: {missing}; its limit is held",
        reads={"missing": Reading.ITEMS},
        notices=("basis_awaited",),
    ),
    EventKind(
        "BasisStandsAgain",
        "What {item} builds on stands again: its limit goes on",
        notices=("basis_stands_again",),
    ),
)
AWAIT_BASIS = Act(
    command=c.AwaitBasis,
    label="Ask to wait for what it builds on",
    perform=await_basis,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    transitions=stays(ItemState.ACCEPTED),
    place=325,
    offered=_may_ask,
    form=Form(
        place=105,
        hint="What it builds on does not stand at present. The time to decide is held until it does.",
    ),
)
