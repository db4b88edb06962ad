"""After a voiding: the appeal against it, its correction, and the approval that is cured after all.

A restored approval is a round of its own with the dates of the round that was voided: nothing that
was written in between is rewritten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models import commands as c
from models.errors import KaigongError
from models.facts import ClockFacts, DeficiencyFacts, VoidingFacts, restored_values
from models.states import (
    RESTORABLE,
    SATISFIED,
    ClockKind,
    DeficiencyState,
    ItemState,
    VoidingState,
)
from rules.acts.papers import fill_from_document
from rules.acts.phases import promise
from rules.clock import STATUTORY_CLOCKS
from rules.completeness import MaterialsMissing, missing, provided
from rules.draft import Draft

_PENDING = frozenset({VoidingState.STANDING, VoidingState.APPEALED})
_FALLEN = frozenset({DeficiencyState.EXPIRED, DeficiencyState.LAPSED})


class NothingVoided(KaigongError):
    """item: no voiding of {item} is open to this; look at its history."""

    field = "item"


class AppealTooLate(KaigongError):
    """item: the voiding of {item} could be appealed against until {until}; apply for it anew."""

    field = "item"


class NotAppealed(KaigongError):
    """item: nobody appealed against the voiding of {item}; there is nothing to decide."""

    field = "item"


class BasisStillVoided(KaigongError):
    """item: {item} builds on {missing}, which does not stand; restore that first."""

    field = "item"


class NotCured(KaigongError):
    """item: {missing} of {item} were not handed in yet; without them nothing is reinstated."""

    field = "item"


def appeal(draft: Draft, command: c.AppealVoiding) -> None:
    """The applicant objects to the voiding, while the period to appeal runs."""
    voiding = _voiding(draft, command.item, frozenset({VoidingState.STANDING}))
    _check_in_time(draft, voiding)
    draft.change(command.item)
    draft.change_voiding(
        voiding,
        state=VoidingState.APPEALED,
        grounds=command.reason,
        appealed_on=draft.today,
    )
    draft.record("VoidingAppealed", command.item, voided_round=voiding.round, reason=command.reason)
    department = draft.items[command.item].department
    draft.tell(
        f"department_head:{department}", "voiding_appealed", command.item, reason=command.reason
    )
    draft.tell("steward", "voiding_appealed", command.item, reason=command.reason)


def decide_appeal(draft: Draft, command: c.DecideAppeal) -> None:
    """The head upholds the appeal and corrects the voiding, or dismisses it."""
    voiding = _voiding(draft, command.item, _PENDING)
    if voiding.state is not VoidingState.APPEALED:
        raise NotAppealed(item=command.item)
    if command.upheld:
        _restore(draft, voiding, command.reason, cured=False)
        return
    draft.change(command.item)
    draft.change_voiding(voiding, state=VoidingState.DISMISSED, closed_on=draft.today)
    draft.record("AppealDismissed", command.item, reason=command.reason)
    draft.tell("enterprise", "appeal_dismissed", command.item, reason=command.reason)
    draft.tell("steward", "appeal_dismissed", command.item, reason=command.reason)


def reinstate(draft: Draft, command: c.ReinstateApproval) -> None:
    """Cured after the voiding, while the period to appeal runs: the head reinstates it [D]."""
    voiding = _voiding(draft, command.item, _PENDING)
    _check_in_time(draft, voiding)
    owed = [found.material for found in _fallen(draft, voiding)]
    lacking = [key for key in owed if not provided(draft.materials, key)]
    if lacking:
        raise NotCured(item=command.item, missing=lacking)
    _restore(draft, voiding, command.reason, cured=True)


def _voiding(draft: Draft, item: str, states: frozenset[VoidingState]) -> VoidingFacts:
    """The latest voiding of an item, if no later round was decided since."""
    own = [found for found in draft.voidings.values() if found.item == item]
    latest = max(own, key=lambda found: found.round, default=None)
    if latest is None or latest.state not in states or not _restorable(draft, latest):
        raise NothingVoided(item=item)
    return latest


def _restorable(draft: Draft, voiding: VoidingFacts) -> bool:
    facts = draft.items[voiding.item]
    return facts.state in RESTORABLE and facts.round <= voiding.round + 1


def _check_in_time(draft: Draft, voiding: VoidingFacts) -> None:
    if draft.today > voiding.appeal_until:
        raise AppealTooLate(item=voiding.item, until=voiding.appeal_until.isoformat())


def _fallen(draft: Draft, voiding: VoidingFacts) -> list[DeficiencyFacts]:
    """What was still owed when the approval was voided."""
    return [
        found
        for found in draft.deficiencies.values()
        if (found.item, found.round) == voiding.key and found.state in _FALLEN
    ]


def _restore(draft: Draft, voiding: VoidingFacts, reason: str, *, cured: bool) -> None:
    code, before = voiding.item, voiding.before
    definition = draft.definition(code)
    fallen = [one for one in definition.after if draft.items[one].state not in SATISFIED]
    if fallen:
        raise BasisStillVoided(item=code, missing=fallen)
    lacking = _lacking(draft, voiding)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=code)
    draft.stop_clocks(code, "approval restored")
    owed = [] if cured else _fallen(draft, voiding)
    state = ItemState(before["state"])
    if state is ItemState.CONDITIONALLY_GRANTED and not owed:
        state = ItemState.GRANTED
    round_ = draft.items[code].round + 1
    fresh: dict[str, Any] = {
        "opened_on": None, "received_on": None, "accepted_on": None, "decided_on": None,
        "correction_notices": 0, "deferred": (), "commitment": None, "handler": None,
        "document_issued": False, "verified_by": (), "form": {}, "corrections": {},
    }  # fmt: skip
    values = fresh | restored_values(before)
    draft.change(code, state=state, round=round_, **values)
    _run_again(draft, voiding, owed)
    closed = VoidingState.REINSTATED if cured else VoidingState.CORRECTED
    draft.change_voiding(voiding, state=closed, closed_on=draft.today)
    draft.record(
        "ApprovalRestored",
        code,
        restored=dict(before),
        voided_round=voiding.round,
        cured=cured,
        reason=reason,
    )
    said = {"reason": reason, "materials": [deficiency.material for deficiency in owed]}
    draft.tell("enterprise", "approval_restored", code, **said)
    draft.tell("steward", "approval_restored", code, **said)
    draft.tell(f"department:{draft.items[code].department}", "approval_restored", code, **said)
    if definition.document and state is not ItemState.PRELIMINARY:
        fill_from_document(draft, definition.document)
    _release(draft, code, reason)
    if state is not ItemState.PRELIMINARY:
        promise(draft, code)


def _run_again(draft: Draft, voiding: VoidingFacts, owed: list[DeficiencyFacts]) -> None:
    """What was still owed is owed again, for a period of its own [D]; so is the delivery."""
    code = voiding.item
    round_ = draft.items[code].round
    for deficiency in owed:
        material = deficiency.material
        clock = draft.start_clock(
            ClockFacts(code, ClockKind.MAKE_UP, round_, material),
            promised=draft.context.policy.make_up,
        )
        there = provided(draft.materials, material)
        draft.change_deficiency(
            DeficiencyFacts(
                code,
                round_,
                material,
                DeficiencyState.SUBMITTED if there else DeficiencyState.OPEN,
                owner=deficiency.owner,
                opened_on=draft.today,
                due_on=clock.due_on,
                submitted_on=draft.today if there else None,
            )
        )
    if voiding.before["delivery"]:
        delivery = ClockFacts(code, ClockKind.DELIVERY, round_)
        draft.start_clock(delivery, statutory=STATUTORY_CLOCKS["delivery"].terms.statutory)


def _release(draft: Draft, code: str, reason: str) -> None:
    """What was built on it stands as it did: nothing is examined again, what fell with it is back."""
    for other, facts in list(draft.items.items()):
        if code in facts.re_examination:
            draft.lift(other, code)
    draft.release(code)
    for voiding in list(draft.voidings.values()):
        stands = voiding.because == code and voiding.state in _PENDING
        if stands and _restorable(draft, voiding) and _can_stand(draft, voiding):
            _restore(draft, voiding, reason, cured=False)


def _can_stand(draft: Draft, voiding: VoidingFacts) -> bool:
    after = draft.definition(voiding.item).after
    return all(draft.items[one].state in SATISFIED for one in after) and not _lacking(
        draft, voiding
    )


def _lacking(draft: Draft, voiding: VoidingFacts) -> tuple[str, ...]:
    """Papers that were there when it was granted and were returned since."""
    as_it_was = replace(draft.items[voiding.item], **restored_values(voiding.before))
    return missing(draft.definition(voiding.item), as_it_was, draft.materials)
