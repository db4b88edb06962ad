"""Cancellation 注销 (Licensing Law art. 70): the formal end of a grant that has no object, holder or
time any more.

The law states neither a hearing nor a defence for it. Where the holder is there and can say that it is
not so (70(1), (5), (6)), it is told first and may state its case [D]; where a record or a decision of
others says it already (70(2), (3), (4)), that is named as evidence. What was revoked or recalled is
cancelled by the decision that did so, and needs no act of its own.
"""

from __future__ import annotations

from models.cases import commands as c
from models.cases.commitment import BY_FORMALITY, TOLD_FIRST, CheckState, CommitmentFacts, EndGround
from models.cases.states import ClockKind, ItemState
from models.errors import KaigongError
from rules.cases.acts.aftermath.commitment import GRANTED
from rules.cases.acts.aftermath.ending import close_with, concerned, end_grant
from rules.cases.acts.aftermath.hearing import check_heard, iso, may_announce, stop, tell_holder
from rules.cases.acts.aftermath.recall import check_nothing_doubted, leave, told_of
from rules.cases.acts.basis import APPROVAL_VOIDED
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Record, Situation, stays
from rules.cases.declarations.event import EventKind, document_falls, with_values
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.commitment import open_check


class TellFirst(KaigongError):
    template = "ground: the holder of {item} can say something about this ground; tell it first, and decide when its time to state its case is over."
    field = "ground"


class AnotherEnd(KaigongError):
    template = "ground: the holder of {item} was told on {told_on} that the grant may end for another reason; decide on that first."
    field = "ground"


class EvidenceMissing(KaigongError):
    template = (
        "evidence: name the record or the decision by which {item} is cancelled, with its number."
    )
    field = "evidence"


class NothingToLeave(KaigongError):
    template = (
        "cancelled: nobody was told that {item} may be cancelled; it stands without a decision."
    )
    field = "cancelled"


def announce(draft: Draft, command: c.AnnounceCancellation) -> None:
    """Tell the holder why its grant may be cancelled; it may state its case."""
    code, ground = command.item, command.ground
    check_nothing_doubted(draft, code)
    until = tell_holder(draft, code, ground, command.facts, command.evidence)
    details = {"ground": ground.value, "facts": command.facts, "until": iso(until)}
    draft.record("CancellationAnnounced", code, **details, evidence=command.evidence)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "cancellation_announced", code, **details, evidence=command.evidence)


def cancel(draft: Draft, command: c.CancelLicence) -> None:
    """The head cancels the grant, or leaves it standing after what its holder stated."""
    code, announced = command.item, _announced(draft, command)
    if announced is None:
        _check_at_once(command)
    else:
        check_heard(draft, announced)
        for kind in (ClockKind.DEFENCE, ClockKind.REVOCATION):
            stop(draft, code, kind, "decided")
        state = CheckState.CANCELLED if command.cancelled else CheckState.CLEARED
        close_with(draft, announced, state, command.reason)
    if not command.cancelled:
        leave(draft, code, command.reason)
        return
    details = {"reason": command.reason, "evidence": command.evidence}
    end_grant(draft, code, command.ground, **details)
    for audience in concerned(draft, code):
        draft.tell(audience, "approval_cancelled", code, ground=command.ground.value, **details)


def _announced(draft: Draft, command: c.CancelLicence) -> CommitmentFacts | None:
    """What the holder was told of, which has to be the same ground."""
    commitment = open_check(draft, command.item)
    if commitment is None or commitment.told_on is None:
        return None
    if commitment.ground is not command.ground:
        raise AnotherEnd(item=command.item, told_on=iso(commitment.told_on))
    return commitment


def _check_at_once(command: c.CancelLicence) -> None:
    if not command.cancelled:
        raise NothingToLeave(item=command.item)
    if command.ground in TOLD_FIRST:
        raise TellFirst(item=command.item)
    if not command.evidence:
        raise EvidenceMissing(item=command.item)


def _may_cancel(situation: Situation) -> bool:
    return may_announce(situation) or told_of(situation, BY_FORMALITY)


def _a_decision(situation: Situation) -> c.CancelLicence:
    """A sample that is possible: what was announced is left standing, else its holder has ended."""
    commitment = open_check(situation.facts, situation.code)
    if commitment is not None and commitment.ground in BY_FORMALITY:
        ground, cancelled = commitment.ground, False
    else:
        ground, cancelled = EndGround.BODY_ENDED, True
    return c.CancelLicence.model_validate(
        {
            "item": situation.code,
            "ground": ground,
            "reason": "-",
            "evidence": "-",
            "cancelled": cancelled,
        }
    )


def _a_notice(situation: Situation) -> c.AnnounceCancellation:
    ground = EndGround.EXPIRED
    return c.AnnounceCancellation(item=situation.code, ground=ground, facts="-", evidence="-")


ANNOUNCE_CANCELLATION = Act(
    command=c.AnnounceCancellation,
    label="Tell the holder that it may be cancelled",
    perform=announce,
    roles=roles.DECIDERS,
    transitions=stays(*GRANTED),
    place=496,
    offered=may_announce,
    sample=_a_notice,
    paper="cancellation_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=264,
        folded=True,
        danger=True,
        hint="Where the holder can say that it is not so. A holder that died or ended, and a penalty decided elsewhere, need no notice: the head cancels on the record.",
    ),
    events=(
        EventKind(
            "CancellationAnnounced",
            "The holder of {item} was told that it may be cancelled ({ground}): {facts}",
            reads={"ground": EndGround},
        ),
    ),
    notices=("cancellation_announced",),
)
CANCEL = Act(
    command=c.CancelLicence,
    proof=True,
    label="Decide on the cancellation",
    perform=cancel,
    roles=roles.HEAD,
    transitions={state: (ItemState.CANCELLED, state) for state in GRANTED},
    place=498,
    offered=_may_cancel,
    sample=_a_decision,
    paper="cancellation_decision",
    writes=(Record.REVOCATION,),
    form=Form(place=294, folded=True, danger=True),
    events=(
        EventKind(
            "ApprovalCancelled",
            "{item} cancelled ({ground}): {reason}",
            reads={"ground": EndGround},
            item_change=with_values(document_issued=False),
            follow=document_falls,
        ),
        APPROVAL_VOIDED,
    ),
    notices=("approval_cancelled", "grant_left_standing"),
)
