"""What ran and what was owed when an approval fell runs on, and is owed again, in its restored round."""

from __future__ import annotations

from datetime import date, timedelta

from models.cases.clock import ClockFacts
from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.facts import VoidingFacts
from models.cases.states import FALLEN_DEFICIENCY, ClockKind, DeficiencyState
from rules.cases.acts.papers import await_verification, renew
from rules.cases.acts.preliminary import start_again
from rules.cases.draft import Draft
from rules.cases.instruments.completeness import provided
from rules.cases.legal_dates import given
from rules.clock import STATUTORY_CLOCKS


def fallen_debts(draft: Draft, voiding: VoidingFacts) -> list[DeficiencyFacts]:
    """Deficiencies that were open when the approval was voided."""
    return [
        deficiency
        for deficiency in draft.deficiencies.values()
        if (deficiency.item, deficiency.round) == voiding.key
        and deficiency.state in FALLEN_DEFICIENCY
    ]


def run_again(draft: Draft, voiding: VoidingFacts, owed: list[DeficiencyFacts]) -> None:
    """Reopen the deficiencies, and the clocks that ran on."""
    for deficiency in owed:
        _owe_again(draft, voiding, deficiency)
    start_again(draft, voiding.item)
    if voiding.before["delivery"]:
        delivery = ClockFacts(voiding.item, ClockKind.DELIVERY, draft.items[voiding.item].round)
        draft.start_clock(delivery, statutory=STATUTORY_CLOCKS["delivery"].terms.statutory)


def _owe_again(draft: Draft, voiding: VoidingFacts, fallen: DeficiencyFacts) -> None:
    """Owe a paper again, with a period of its own [D]; what was voided too early runs on as it was.

    What had come in time has come in time; what came since is there from today on.
    """
    item, material = voiding.item, fallen.material
    clock = _run_on(draft, voiding, fallen) if voiding.early else _begin(draft, item, material)
    in_time = fallen.submitted_on if fallen.state is DeficiencyState.UNVERIFIED else None
    came_on = in_time or (draft.today if provided(draft.materials, material) else None)
    owed = DeficiencyFacts(
        item,
        clock.round,
        material,
        DeficiencyState.SUBMITTED if came_on else DeficiencyState.OPEN,
        owner=fallen.owner,
        opened_on=draft.today,
        due_on=clock.due_on,
        submitted_on=came_on,
    )
    draft.enter(DEFICIENCIES, owed)
    if came_on:
        await_verification(draft, clock)


def _begin(draft: Draft, item: str, material: str) -> ClockFacts:
    clock = ClockFacts(item, ClockKind.MAKE_UP, draft.items[item].round, material)
    return draft.start_clock(clock, promised=draft.context.policy.make_up)


def _run_on(draft: Draft, voiding: VoidingFacts, owed: DeficiencyFacts) -> ClockFacts:
    """The period as it was, and from today at least what was left of it when it was voided."""
    context, policy = draft.context, draft.context.policy
    last = voiding.early.get(owed.material)
    until = date.fromisoformat(last) if last is not None else owed.due_on or draft.today
    began = owed.opened_on or voiding.voided_on
    clock = draft.start_clock(
        ClockFacts(voiding.item, ClockKind.MAKE_UP, draft.items[voiding.item].round, owed.material),
        promised=given(context.calendar, began, until, policy.make_up),
        on=began,
    )
    return renew(draft, clock, voiding.voided_on - timedelta(1), until, "voided too early")
