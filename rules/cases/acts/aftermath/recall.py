"""Recall 撤回 (Licensing Law art. 8): nobody did wrong, but law or circumstances changed.

A grant in force is not changed at will: it takes one of two grounds and the public interest, and the
holder's loss is compensated. It is no mark in the credit record. That the holder is heard first, and
that the head decides, is [D], as with a revocation.
"""

from __future__ import annotations

from models.cases import commands as c
from models.cases.commitment import BY_CHANGE, CheckState, EndGround
from models.cases.states import ClockKind, ItemState
from models.errors import KaigongError
from rules.cases.acts.aftermath.commitment import GRANTED
from rules.cases.acts.aftermath.ending import close_with, concerned, end_grant
from rules.cases.acts.aftermath.hearing import (
    NobodyTold,
    check_heard,
    in_state,
    iso,
    may_announce,
    stop,
    tell_holder,
)
from rules.cases.acts.basis import APPROVAL_VOIDED
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Record, Situation, stays
from rules.cases.declarations.event import EventKind, document_falls, with_values
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.commitment import open_check


class LossNotNamed(KaigongError):
    template = "compensation: {item} is recalled for what its holder does not answer for; say how the loss is compensated, or that none arose (Licensing Law art. 8)."
    field = "compensation"


class CheckFirst(KaigongError):
    template = "item: what {item} rests on is still to be checked by {check_due}; record what the check found first, which may end the grant for another reason."
    field = "item"


def announce(draft: Draft, command: c.AnnounceRecall) -> None:
    """Tell the holder what changed; it may state its case, and be heard."""
    code, ground = command.item, command.ground
    check_nothing_doubted(draft, code)
    until = tell_holder(draft, code, ground, command.facts, command.evidence)
    details = {"ground": ground.value, "facts": command.facts, "until": iso(until)}
    draft.record("RecallAnnounced", code, **details, evidence=command.evidence)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "recall_announced", code, **details, evidence=command.evidence)


def check_nothing_doubted(draft: Draft, code: str) -> None:
    """A grant whose commitment is not checked yet may have been got by a false one: that comes first."""
    commitment = open_check(draft, code)
    if commitment is not None and commitment.told_on is None:
        raise CheckFirst(item=code, check_due=iso(commitment.check_due))


def recall(draft: Draft, command: c.RecallApproval) -> None:
    """The head recalls the grant after the holder was heard, or leaves it standing."""
    commitment = in_state(draft, command.item, CheckState.TOLD)
    if commitment.ground not in BY_CHANGE:
        raise NobodyTold(item=command.item)
    check_heard(draft, commitment)
    for kind in (ClockKind.DEFENCE, ClockKind.REVOCATION):
        stop(draft, command.item, kind, "decided")
    if not command.recalled:
        close_with(draft, commitment, CheckState.CLEARED, command.reason)
        leave(draft, command.item, command.reason)
        return
    if not command.compensation:
        raise LossNotNamed(item=command.item)
    close_with(draft, commitment, CheckState.RECALLED, command.reason)
    details = {"reason": command.reason, "compensation": command.compensation}
    end_grant(draft, command.item, commitment.ground, **details)
    for audience in concerned(draft, command.item):
        draft.tell(
            audience, "approval_recalled", command.item, ground=commitment.ground.value, **details
        )


def leave(draft: Draft, code: str, reason: str) -> None:
    """The grant stands, after its holder was told that it might be recalled or cancelled."""
    draft.change(code)
    draft.record("GrantLeftStanding", code, reason=reason)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "grant_left_standing", code, reason=reason)


def told_of(situation: Situation, grounds: frozenset[EndGround]) -> bool:
    """Whether the holder was told that its grant may end on one of these grounds."""
    commitment = open_check(situation.facts, situation.code)
    if commitment is None or commitment.state is not CheckState.TOLD:
        return False
    return commitment.ground in grounds


def _recall_told(situation: Situation) -> bool:
    return told_of(situation, BY_CHANGE)


def _a_decision(situation: Situation) -> c.RecallApproval:
    return c.RecallApproval(item=situation.code, recalled=False, reason="-")


def _a_notice(situation: Situation) -> c.AnnounceRecall:
    ground = EndGround.CIRCUMSTANCES_CHANGED
    return c.AnnounceRecall(item=situation.code, ground=ground, facts="-", evidence="-")


#: Of a recall or a cancellation that was announced and not decided.
EVENTS = (
    EventKind(
        "GrantLeftStanding",
        "{item} is left standing: {reason}",
        notices=("grant_left_standing",),
    ),
)
ANNOUNCE_RECALL = Act(
    command=c.AnnounceRecall,
    label="Tell the holder that it may be recalled",
    perform=announce,
    roles=roles.DECIDERS,
    transitions=stays(*GRANTED),
    place=492,
    offered=may_announce,
    sample=_a_notice,
    paper="recall_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=262,
        folded=True,
        danger=True,
        hint="Only where law or circumstances changed and the public interest asks for it; the loss is compensated (art. 8). The holder is told first.",
    ),
    events=(
        EventKind(
            "RecallAnnounced",
            "The holder of {item} was told that it may be recalled ({ground}): {facts}",
            reads={"ground": EndGround},
        ),
    ),
    notices=("recall_announced",),
)
RECALL = Act(
    command=c.RecallApproval,
    proof=True,
    label="Decide on the recall",
    perform=recall,
    roles=roles.HEAD,
    transitions={state: (ItemState.RECALLED, state) for state in GRANTED},
    place=494,
    offered=_recall_told,
    sample=_a_decision,
    paper="recall_decision",
    writes=(Record.REVOCATION,),
    form=Form(place=292, danger=True),
    events=(
        EventKind(
            "ApprovalRecalled",
            "{item} recalled: {reason}. Compensation: {compensation}",
            reads={"ground": EndGround},
            item_change=with_values(document_issued=False),
            follow=document_falls,
        ),
        APPROVAL_VOIDED,
    ),
    notices=("approval_recalled", "grant_left_standing"),
)
