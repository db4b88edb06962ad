"""Appeals against voidings, their correction, and reinstatement of cured approvals.

A restored approval is a round of its own with the dates of the round that was voided: nothing that
was written in between is rewritten. What was granted since stands: then an objection that is upheld
takes back what the voiding left behind, the entry in the credit record and what fell with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.facts import (
    VOIDINGS,
    ItemFacts,
    NamedParts,
    VoidingFacts,
    as_before_any_round,
    restored_values,
)
from models.cases.states import (
    ENDED_BY_DECISION,
    RESTORABLE,
    SATISFIED,
    ClockKind,
    ClockState,
    ItemState,
    VoidingState,
)
from models.cases.supervision import SupervisionCause
from models.clock.values import ClockStopped
from models.errors import KaigongError
from rules.cases.acts.aftermath.commitment import check_again
from rules.cases.acts.aftermath.restoring import fallen_debts, run_again
from rules.cases.acts.papers import fill_from_document
from rules.cases.acts.phases import promise
from rules.cases.acts.supervision import drop_stop_work
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Record, Situation, stays
from rules.cases.declarations.event import EventKind, Variant, document_holds
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.completeness import MaterialsMissing, missing, provided
from rules.cases.instruments.early_voidings import STANDS
from rules.cases.instruments.voidings import PENDING, restorable

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


class NothingVoided(KaigongError):
    template = "item: no voiding of {item} is open to this; look at its history."
    field = "item"


class AppealTooLate(KaigongError):
    template = (
        "item: the voiding of {item} could be appealed against until {until}; apply for it anew."
    )
    field = "item"


class NotAppealed(KaigongError):
    template = "item: nobody appealed against the voiding of {item}; there is nothing to decide."
    field = "item"


class BasisStillVoided(KaigongError):
    template = "item: {item} builds on {missing}, which does not stand; restore that first."
    field = "item"


class NotTooEarly(KaigongError):
    template = "item: by the calendar in force {item} was not voided too early; whoever objects to the voiding appeals."
    field = "item"


class NotReinstated(KaigongError):
    template = "item: {item} was ended by a decision of its own, not voided; what is handed in later does not restore it. Object to it, or apply for it anew."
    field = "item"


class NotCured(KaigongError):
    template = (
        "item: {missing} of {item} were not handed in yet; without them nothing is reinstated."
    )
    field = "item"


def appeal(draft: Draft, command: c.AppealVoiding) -> None:
    """The applicant objects to the voiding, while the period to appeal runs."""
    voiding = _latest(draft, command.item, frozenset({VoidingState.STANDING}))
    _check_in_time(draft, voiding)
    draft.change(command.item)
    draft.enter(
        VOIDINGS,
        voiding,
        state=VoidingState.APPEALED,
        grounds=command.reason,
        appealed_on=draft.today,
    )
    clock = draft.start_clock(
        ClockFacts(command.item, ClockKind.APPEAL_DECISION, voiding.round),
        promised=draft.context.policy.appeal_decision,
    )
    draft.record("VoidingAppealed", command.item, voided_round=voiding.round, reason=command.reason)
    department = draft.items[command.item].department
    details = {"reason": command.reason, "due_on": str(clock.due_on)}
    for audience in (f"department_head:{department}", "steward", "enterprise"):
        draft.tell(audience, "voiding_appealed", command.item, **details)


def decide_appeal(draft: Draft, command: c.DecideAppeal) -> None:
    """The head upholds the appeal and corrects the voiding, or dismisses it."""
    voiding = _open_appeal(draft, command.item)
    if command.upheld:
        _set_right(draft, voiding, command.reason)
        return
    draft.change(command.item)
    _stop_deciding(draft, voiding, "dismissed")
    draft.enter(VOIDINGS, voiding, state=VoidingState.DISMISSED, closed_on=draft.today)
    draft.record("AppealDismissed", command.item, reason=command.reason)
    draft.tell("enterprise", "appeal_dismissed", command.item, reason=command.reason)
    draft.tell("steward", "appeal_dismissed", command.item, reason=command.reason)


def reinstate(draft: Draft, command: c.ReinstateApproval) -> None:
    """Cured after the voiding, while the period to appeal runs: the head reinstates it [D]."""
    voiding = _latest(draft, command.item, PENDING)
    if not restorable(draft, voiding):
        raise NothingVoided(item=command.item)
    if voiding.ground is not None:
        raise NotReinstated(item=command.item)
    _check_in_time(draft, voiding)
    owed = [deficiency.material for deficiency in fallen_debts(draft, voiding)]
    lacking = [key for key in owed if not provided(draft.materials, key)]
    if lacking:
        raise NotCured(item=command.item, missing=lacking)
    _restore(draft, voiding, command.reason, cured=True)


def correct_voiding(draft: Draft, command: c.CorrectVoiding) -> None:
    """The head sets right what was voided too early: it falls away, and the period runs on."""
    stand = _in_order(draft, command.item, STANDS)
    if not stand:
        raise NothingVoided(item=command.item)
    early = next((voiding for voiding in stand if voiding.early), None)
    if early is None:
        raise NotTooEarly(item=command.item)
    _set_right(draft, early, command.reason)


def _in_order(
    parts: NamedParts, item: str, states: frozenset[VoidingState]
) -> tuple[VoidingFacts, ...]:
    """The voidings of an item that are in one of some states, the first one first."""
    own = (v for v in parts.voidings.values() if v.item == item and v.state in states)
    return tuple(sorted(own, key=lambda voiding: voiding.round))


def _latest(draft: Draft, item: str, states: frozenset[VoidingState]) -> VoidingFacts:
    voidings = _in_order(draft, item, states)
    if not voidings:
        raise NothingVoided(item=item)
    return voidings[-1]


def _open_appeal(draft: Draft, item: str) -> VoidingFacts:
    """The objection that waits longest, whatever was decided since it was made."""
    appealed = _in_order(draft, item, frozenset({VoidingState.APPEALED}))
    if not appealed:
        raise (NotAppealed if _in_order(draft, item, PENDING) else NothingVoided)(item=item)
    return appealed[0]


def _set_right(draft: Draft, voiding: VoidingFacts, reason: str) -> None:
    """Restore what should not have been voided, or take back what its voiding left behind: where something
    was granted since, and where it fell by itself and what it builds on does not stand now.
    """
    own = voiding.because is None and voiding.ground is None
    if restorable(draft, voiding) and not (own and _fallen_basis(draft, voiding.item)):
        _restore(draft, voiding, reason, cured=False)
        return
    code = voiding.item
    draft.change(code)
    _stop_deciding(draft, voiding, "upheld")
    drop_stop_work(draft, code, SupervisionCause.REVOCATION)
    draft.enter(VOIDINGS, voiding, state=VoidingState.CORRECTED, closed_on=draft.today)
    waits_for = _fallen_basis(draft, code)
    draft.record("AppealUpheld", code, voided_round=voiding.round, reason=reason, missing=waits_for)
    for audience in ("enterprise", "steward", f"department:{draft.items[code].department}"):
        draft.tell(audience, "appeal_upheld", code, reason=reason, waiting=waits_for)
    if draft.items[code].state in SATISFIED:
        _release(draft, code, reason)


def _stop_deciding(draft: Draft, voiding: VoidingFacts, reason: str) -> None:
    """Stop the time to decide an appeal, which is of the round that was voided."""
    clock = draft.clocks.get((voiding.item, ClockKind.APPEAL_DECISION, voiding.round, ""))
    if clock is not None and clock.state is not ClockState.STOPPED:
        draft.update_clock(clock, ClockStopped(on=draft.today, reason=reason))


def _check_in_time(draft: Draft, voiding: VoidingFacts) -> None:
    if draft.today > voiding.appeal_until:
        raise AppealTooLate(item=voiding.item, until=voiding.appeal_until.isoformat())


def _restore(draft: Draft, voiding: VoidingFacts, reason: str, *, cured: bool) -> None:
    code, before = voiding.item, voiding.before
    definition = draft.definition(code)
    fallen = _fallen_basis(draft, code)
    if fallen:
        raise BasisStillVoided(item=code, missing=fallen)
    lacking = _lacking(draft, voiding)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=code)
    draft.stop_clocks(code, "approval restored")
    _stop_deciding(draft, voiding, "approval restored")
    owed = [] if cured else fallen_debts(draft, voiding)
    state = ItemState(before["state"])
    if state is ItemState.CONDITIONALLY_GRANTED and not owed:
        state = ItemState.GRANTED
    round_ = draft.items[code].round + 1
    values = as_before_any_round() | restored_values(before)
    draft.change(code, state=state, round=round_, **values)
    run_again(draft, voiding, owed)
    closed = VoidingState.REINSTATED if cured else VoidingState.CORRECTED
    draft.enter(VOIDINGS, voiding, state=closed, closed_on=draft.today)
    draft.record(
        "ApprovalRestored",
        code,
        restored=dict(before),
        voided_round=voiding.round,
        cured=cured,
        reason=reason,
    )
    details = {"reason": reason, "materials": [deficiency.material for deficiency in owed]}
    draft.tell("enterprise", "approval_restored", code, **details)
    draft.tell("steward", "approval_restored", code, **details)
    draft.tell(f"department:{draft.items[code].department}", "approval_restored", code, **details)
    drop_stop_work(draft, code, SupervisionCause.REVOCATION)
    if definition.document and state is not ItemState.PRELIMINARY:
        fill_from_document(draft, definition.document)
    if state is not ItemState.PRELIMINARY:
        check_again(draft, code, voiding.round)
    _release(draft, code, reason)
    if state is not ItemState.PRELIMINARY:
        promise(draft, code)


def _fallen_basis(draft: Draft, code: str) -> list[str]:
    after = draft.definition(code).after
    return [other for other in after if draft.items[other].state not in SATISFIED]


def _release(draft: Draft, code: str, reason: str) -> None:
    """Restore the dependents: lift re-examinations and reinstate what was voided with it."""
    for other, facts in list(draft.items.items()):
        if code in facts.re_examination:
            draft.lift(other, code)
    draft.release(code)
    for voiding in list(draft.voidings.values()):
        stands = voiding.because == code and voiding.state in PENDING
        if stands and restorable(draft, voiding) and _can_stand(draft, voiding):
            _restore(draft, voiding, reason, cured=False)


def _can_stand(draft: Draft, voiding: VoidingFacts) -> bool:
    return not _fallen_basis(draft, voiding.item) and not _lacking(draft, voiding)


def _lacking(draft: Draft, voiding: VoidingFacts) -> tuple[str, ...]:
    """Materials present at the grant that were returned since."""
    as_it_was = replace(draft.items[voiding.item], **restored_values(voiding.before))
    return missing(draft.definition(voiding.item), as_it_was, draft.materials)


def _may_object(situation: Situation) -> bool:
    standing = _in_order(situation.facts, situation.code, frozenset({VoidingState.STANDING}))
    return bool(standing) and situation.context.today <= standing[-1].appeal_until


def _is_appealed(situation: Situation) -> bool:
    appealed = frozenset({VoidingState.APPEALED})
    return bool(_in_order(situation.facts, situation.code, appealed))


def _may_be_reinstated(situation: Situation) -> bool:
    pending = _in_order(situation.facts, situation.code, PENDING)
    return bool(pending) and restorable(situation.facts, pending[-1])


def _was_too_early(situation: Situation) -> bool:
    return any(v.early for v in _in_order(situation.facts, situation.code, STANDS))


def _a_dismissal(situation: Situation) -> c.DecideAppeal:
    return c.DecideAppeal(item=situation.code, upheld=False, reason="-")


def _restored(item: ItemFacts, happened: Happened) -> ItemFacts:
    before: Any = happened.event.data["restored"]
    fresh = ItemFacts(item.code, item.stage, item.department, item.state, item.round)
    return replace(fresh, **restored_values(before))


def _document_restored(replayed: Replayed, happened: Happened) -> None:
    if happened.event.data["state"] != ItemState.PRELIMINARY:
        document_holds(replayed, happened)


_RESTORED_FROM = tuple(state for state in ItemState if state in RESTORABLE)
_STANDS_AGAIN = (ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED, ItemState.PRELIMINARY)
#: Nothing that happens to an item takes away the objection to what was voided before.
_ONCE_VOIDED = tuple(state for state in ItemState if state is not ItemState.CONCLUDED)
_SET_RIGHT: Mapping[ItemState, tuple[ItemState, ...]] = {
    state: (state, *(to for to in _STANDS_AGAIN if state in RESTORABLE)) for state in _ONCE_VOIDED
}
APPEAL_UPHELD = EventKind(
    "AppealUpheld",
    "{item} should not have been voided: {reason} What was decided since stands",
    variants=(
        Variant(
            "{item} should not have been voided: {reason} It can be granted anew when what it builds on stands",
            lambda data, _: bool(data.get("missing")),
        ),
    ),
)
APPROVAL_RESTORED = EventKind(
    "ApprovalRestored",
    "{item} restored as it was granted: {reason}",
    item_change=_restored,
    follow=_document_restored,
)

APPEAL_VOIDING = Act(
    command=c.AppealVoiding,
    label="Object to the voiding",
    perform=appeal,
    roles=roles.BINDING,
    for_applicant=ForApplicant.BINDS,
    transitions=stays(*_ONCE_VOIDED),
    place=330,
    offered=_may_object,
    form=Form(place=110, folded=True, template="appeal_voiding"),
    events=(EventKind("VoidingAppealed", "Objection to the voiding of {item}: {reason}"),),
    notices=("voiding_appealed",),
)
CORRECT_VOIDING = Act(
    command=c.CorrectVoiding,
    label="Set the voiding right",
    perform=correct_voiding,
    roles=roles.HEAD,
    transitions=_SET_RIGHT,
    place=345,
    offered=_was_too_early,
    writes=(Record.RESTORING, Record.CREDIT_CORRECTION),
    form=Form(
        place=215,
        hint="By the calendar now in force it was voided before its last day was over. The voiding falls away with its entry in the credit record, and the period runs on.",
    ),
    events=(APPROVAL_RESTORED, APPEAL_UPHELD),
    notices=("approval_restored", "appeal_upheld"),
)
DECIDE_APPEAL = Act(
    command=c.DecideAppeal,
    label="Decide on the objection",
    perform=decide_appeal,
    roles=roles.HEAD,
    transitions=_SET_RIGHT,
    place=340,
    offered=_is_appealed,
    sample=_a_dismissal,
    writes=(Record.RESTORING, Record.CREDIT_CORRECTION),
    form=Form(place=220, template="decide_appeal"),
    events=(
        EventKind("AppealDismissed", "Objection to the voiding of {item} dismissed: {reason}"),
        APPROVAL_RESTORED,
        APPEAL_UPHELD,
    ),
    notices=("appeal_dismissed", "approval_restored", "appeal_upheld"),
)
REINSTATE = Act(
    command=c.ReinstateApproval,
    label="Restore the voided grant",
    perform=reinstate,
    roles=roles.HEAD,
    transitions=dict.fromkeys(
        (state for state in _RESTORED_FROM if state not in ENDED_BY_DECISION),
        (ItemState.GRANTED, ItemState.PRELIMINARY),
    ),
    place=350,
    offered=_may_be_reinstated,
    writes=(Record.RESTORING, Record.CREDIT_CORRECTION),
    form=Form(
        place=120,
        folded=True,
        hint="For what was made good after all, before the time to object is over.",
    ),
    events=(APPROVAL_RESTORED,),
    notices=("approval_restored",),
)
