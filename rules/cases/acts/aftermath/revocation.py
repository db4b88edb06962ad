"""Revocation 撤销 (Licensing Law art. 69): the holder is told and heard first, the head decides.

What is told, stated and heard is the same for every end of a grant (:mod:`rules.cases.acts.aftermath.hearing`).
"""

from __future__ import annotations

from typing import Any

from config.texts import Word, context_of
from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.commitment import (
    BY_CHANGE,
    BY_DECEPTION,
    BY_FORMALITY,
    BY_HOLDER,
    COMMITMENTS,
    CheckState,
    CommitmentFacts,
    EndGround,
)
from models.cases.states import ClockKind, ItemState
from models.errors import KaigongError
from rules.cases.acts.aftermath.commitment import GRANTED, check_is
from rules.cases.acts.aftermath.ending import close_with, concerned, end_grant
from rules.cases.acts.aftermath.hearing import (
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


class OutcomeNotPossible(KaigongError):
    template = "outcome: {outcome} is not possible for {item} now; possible are: {possible}."
    field = "outcome"


class NotAssessed(KaigongError):
    template = "item: the holder of {item} was told of a recall or a cancellation; the head decides on that without an assessment."
    field = "item"


class NotByDeception(KaigongError):
    template = "outcome: what was got by deception is not put right: {item} is revoked, or nothing is to it (Licensing Law art. 69(2))."
    field = "outcome"


class NothingProposed(KaigongError):
    template = "item: the revocation of {item} was not proposed; tell the holder, hear it, assess it first (hearing_not_offered)."
    field = "item"


class CompensationMissing(KaigongError):
    template = "compensation: {item} is revoked for what the authority did; say how lawful interests are compensated (Licensing Law art. 69(4))."
    field = "compensation"


class NoCompensation(KaigongError):
    template = "compensation: what the holder of {item} answers for is not compensated (Licensing Law art. 69(4)); leave it empty."
    field = "compensation"


def announce(draft: Draft, command: c.AnnounceRevocation) -> None:
    """Tell the holder the facts, the ground and the evidence; it may state its case, and be heard."""
    code, ground = command.item, command.ground
    until = tell_holder(draft, code, ground, command.facts, command.evidence)
    details = {"ground": ground.value, "facts": command.facts, "until": iso(until)}
    draft.record("RevocationAnnounced", code, **details, evidence=command.evidence)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "revocation_announced", code, **details, evidence=command.evidence)


def assess(draft: Draft, command: c.AssessCommitment) -> None:
    """What becomes of it after the holder was heard, or after what was to be put right."""
    commitment = in_state(draft, command.item, CheckState.TOLD, CheckState.RECTIFY)
    if commitment.ground in BY_CHANGE | BY_FORMALITY:
        raise NotAssessed(item=command.item)
    outcome = CheckState(command.outcome)
    possible = _OUTCOMES[commitment.state]
    if outcome not in possible:
        names = [_word(state) for state in possible]
        raise OutcomeNotPossible(outcome=_word(outcome), item=command.item, possible=names)
    if outcome is CheckState.RECTIFY and commitment.ground in BY_DECEPTION:
        raise NotByDeception(item=command.item)
    if outcome is CheckState.REVOKE_PROPOSED:
        check_heard(draft, commitment)
    values = _arrive(draft, commitment, outcome)
    draft.change(command.item)
    draft.enter(COMMITMENTS, commitment, state=outcome, reason=command.reason, **values)
    until = values.get("rectify_until")
    details = {"outcome": outcome.value, "reason": command.reason, "until": iso(until)}
    draft.record("CommitmentAssessed", command.item, **details)
    head = f"department_head:{draft.items[command.item].department}"
    heads = (head,) if outcome is CheckState.REVOKE_PROPOSED else ()
    for audience in ("enterprise", "steward", *heads):
        draft.tell(audience, "commitment_assessed", command.item, **details)


_OUTCOMES = {
    CheckState.TOLD: (CheckState.CLEARED, CheckState.RECTIFY, CheckState.REVOKE_PROPOSED),
    CheckState.RECTIFY: (CheckState.RECTIFIED, CheckState.REVOKE_PROPOSED),
}


def _arrive(draft: Draft, commitment: CommitmentFacts, outcome: CheckState) -> dict[str, Any]:
    """Stop and start the clocks of an outcome; the values that it sets."""
    code = commitment.item
    for kind in (ClockKind.DEFENCE, ClockKind.REVOCATION_HEARING, ClockKind.COMMITMENT_RECTIFY):
        stop(draft, code, kind, outcome.value)
    if outcome is CheckState.RECTIFY:
        clock = ClockFacts(
            code, ClockKind.COMMITMENT_RECTIFY, commitment.round, iso(commitment.told_on)
        )
        limit = draft.context.policy.commitment.rectification
        return {"rectify_until": draft.start_clock(clock, promised=limit).due_on}
    if outcome is CheckState.REVOKE_PROPOSED:
        return {}
    stop(draft, code, ClockKind.REVOCATION, outcome.value)
    return {"closed_on": draft.today}


def revoke(draft: Draft, command: c.RevokeLicence) -> None:
    """The head decides: revoked with all that follows, or kept for the public interest (art. 69(3))."""
    commitment = open_check(draft, command.item)
    if (
        commitment is None
        or commitment.state is not CheckState.REVOKE_PROPOSED
        or commitment.ground is None
    ):
        raise NothingProposed(item=command.item)
    check_heard(draft, commitment)
    stop(draft, command.item, ClockKind.REVOCATION, "decided")
    if not command.revoked:
        _keep(draft, commitment, command.reason)
        return
    _check_compensation(command, commitment.ground)
    close_with(draft, commitment, CheckState.REVOKED, command.reason)
    details = {"reason": command.reason, "compensation": command.compensation}
    end_grant(draft, command.item, commitment.ground, **details)
    for audience in concerned(draft, command.item):
        draft.tell(
            audience, "approval_revoked", command.item, ground=commitment.ground.value, **details
        )


def _keep(draft: Draft, commitment: CommitmentFacts, reason: str) -> None:
    state = CheckState.KEPT_FOR_PUBLIC_INTEREST
    draft.change(commitment.item)
    draft.enter(COMMITMENTS, commitment, state=state, reason=reason, closed_on=draft.today)
    draft.record("RevocationForgone", commitment.item, reason=reason)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "revocation_forgone", commitment.item, reason=reason)


def _check_compensation(command: c.RevokeLicence, ground: EndGround) -> None:
    """Lawful interests are compensated where the holder does not answer for it (art. 69(4))."""
    if ground in BY_HOLDER and command.compensation:
        raise NoCompensation(item=command.item)
    if ground not in BY_HOLDER and not command.compensation:
        raise CompensationMissing(item=command.item)


def _word(state: CheckState) -> Word:
    return Word(state.value, context_of(CheckState))


# --- what is offered ----------------------------------------------------------------------------


def _to_assess(situation: Situation) -> bool:
    commitment = open_check(situation.facts, situation.code)
    revoked = commitment is not None and commitment.ground not in BY_CHANGE | BY_FORMALITY
    return revoked and check_is(
        situation.facts, situation.code, CheckState.TOLD, CheckState.RECTIFY
    )


def _proposed(situation: Situation) -> bool:
    return check_is(situation.facts, situation.code, CheckState.REVOKE_PROPOSED)


def _an_assessment(situation: Situation) -> c.AssessCommitment:
    """A sample that is possible whatever the period: what was suspected did not hold."""
    rectify = check_is(situation.facts, situation.code, CheckState.RECTIFY)
    outcome = "rectified" if rectify else "cleared"
    return c.AssessCommitment(item=situation.code, outcome=outcome, reason="-")


def _a_revocation(situation: Situation) -> c.RevokeLicence:
    """A sample for either ground: kept, so that no compensation is asked for."""
    return c.RevokeLicence(item=situation.code, revoked=False, reason="-")


# --- the acts -----------------------------------------------------------------------------------

APPROVAL_REVOKED = EventKind(
    "ApprovalRevoked",
    "{item} revoked: {reason}",
    reads={"ground": EndGround},
    item_change=with_values(document_issued=False),
    follow=document_falls,
)
ANNOUNCE = Act(
    command=c.AnnounceRevocation,
    label="Tell the holder that it may be revoked",
    perform=announce,
    roles=roles.DECIDERS,
    transitions=stays(*GRANTED),
    place=450,
    offered=may_announce,
    paper="revocation_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=260,
        folded=True,
        danger=True,
        hint="The holder is told first, and may state its case; nothing is revoked before.",
    ),
    events=(
        EventKind(
            "RevocationAnnounced",
            "The holder of {item} was told that it may be revoked ({ground}): {facts}",
            reads={"ground": EndGround},
        ),
    ),
    notices=("revocation_announced",),
)
ASSESS = Act(
    command=c.AssessCommitment,
    label="Assess what was doubted",
    perform=assess,
    roles=roles.DECIDERS,
    transitions=stays(*GRANTED),
    place=480,
    offered=_to_assess,
    sample=_an_assessment,
    form=Form(place=280),
    events=(
        EventKind(
            "CommitmentAssessed",
            "What was doubted of {item} was assessed: {outcome}. {reason}",
            reads={"outcome": CheckState},
        ),
    ),
    notices=("commitment_assessed",),
)
REVOKE = Act(
    command=c.RevokeLicence,
    proof=True,
    label="Decide on the revocation",
    perform=revoke,
    roles=roles.HEAD,
    transitions={state: (ItemState.REVOKED, state) for state in GRANTED},
    place=490,
    offered=_proposed,
    sample=_a_revocation,
    paper="revocation_decision",
    writes=(Record.REVOCATION, Record.FALSE_COMMITMENT),
    form=Form(place=290, danger=True),
    events=(
        APPROVAL_REVOKED,
        APPROVAL_VOIDED,
        EventKind("RevocationForgone", "{item} is not revoked, for the public interest: {reason}"),
    ),
    notices=("approval_revoked", "revocation_forgone"),
)
