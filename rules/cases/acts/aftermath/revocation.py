"""Revocation 撤销 (Licensing Law art. 69): the holder is told and heard first, the head decides.

Art. 36 speaks of the examination; that the holder is heard before a revocation as well, and the
lengths of the periods, are [D].
"""

from __future__ import annotations

from datetime import date
from typing import Any

from config.texts import Word, context_of
from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.commitment import (
    BY_DECEPTION,
    BY_HOLDER,
    COMMITMENTS,
    CheckState,
    CommitmentFacts,
    RevocationGround,
)
from models.cases.deficiencies import DEFICIENCIES
from models.cases.states import ClockKind, ClockState, DeficiencyState, ItemState
from models.cases.supervision import SupervisionCause, SupervisionKind
from models.errors import KaigongError
from rules.cases.acts.aftermath.commitment import GRANTED, check_is
from rules.cases.acts.basis import APPROVAL_VOIDED, fall, review_dependents
from rules.cases.acts.supervision import open_task
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Record, Situation, stays
from rules.cases.declarations.event import EventKind, Reading, document_falls, with_values
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.commitment import commitment_of, open_check

#: States from which a revocation may be announced: also where the check had found nothing yet.
_BEFORE_NOTICE = (CheckState.DUE, CheckState.UNDER_CHECK, CheckState.SUSPECTED)


class RevocationUnderWay(KaigongError):
    template = "item: the holder of {item} was told already on {told_on}; go on with that."
    field = "item"


class NobodyTold(KaigongError):
    template = "item: the holder of {item} was not told of a revocation, or it is decided; there is nothing to state or to assess."
    field = "item"


class HearingTooLate(KaigongError):
    template = "hearing: a hearing about {item} could be asked for until {until}; what you state is still taken."
    field = "hearing"


class NoHearingAsked(KaigongError):
    template = "item: no hearing about {item} was asked for, or it was held."
    field = "item"


class HearingBeforeRequest(KaigongError):
    template = "held_on: {value} is not between the day the hearing was asked for ({asked_on}) and today ({today})."
    field = "held_on"


class DefenceNotOver(KaigongError):
    template = "item: the holder of {item} may state its case until {until}; decide after that day."
    field = "item"


class HearingNotHeld(KaigongError):
    template = "item: a hearing about {item} was asked for on {asked_on}; hold it before this is decided (hearing_not_offered)."
    field = "item"


class OutcomeNotPossible(KaigongError):
    template = "outcome: {outcome} is not possible for {item} now; possible are: {possible}."
    field = "outcome"


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
    code = command.item
    known = commitment_of(draft, code)
    if known is not None and known.is_open and known.state not in _BEFORE_NOTICE:
        raise RevocationUnderWay(item=code, told_on=str(known.told_on))
    draft.stop_clock(code, ClockKind.COMMITMENT_CHECK, reason="holder told")
    until = _defence(draft, code, known)
    row = known or CommitmentFacts(code, draft.items[code].round, CheckState.TOLD)
    draft.change(code)
    draft.enter(
        COMMITMENTS,
        row,
        **_NOTHING_SAID,
        state=CheckState.TOLD,
        ground=command.ground,
        suspicion=command.facts,
        evidence=command.evidence,
        told_on=draft.today,
        statement_until=until,
        closed_on=None,
    )
    details = {"ground": command.ground.value, "facts": command.facts, "until": _iso(until)}
    draft.record("RevocationAnnounced", code, **details, evidence=command.evidence)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "revocation_announced", code, **details, evidence=command.evidence)


#: A notice that is given anew finds nothing said to it yet.
_NOTHING_SAID: dict[str, Any] = dict.fromkeys(
    (
        "statement",
        "stated_on",
        "hearing_asked_on",
        "hearing_held_on",
        "hearing_record",
        "rectify_until",
        "reason",
    )
)


def _defence(draft: Draft, code: str, known: CommitmentFacts | None) -> date | None:
    """Start the holder's period, and the department's where it does not run yet; the holder's last day.

    A grant that was cleared and is doubted anew has clocks of that name behind it.
    """
    round_, limits = draft.items[code].round, draft.context.policy.commitment
    again = f"from {draft.today}" if known is not None and known.told_on is not None else ""
    if draft.running(code, ClockKind.REVOCATION) is None:
        clock = ClockFacts(code, ClockKind.REVOCATION, round_, again)
        draft.start_clock(clock, promised=limits.decision)
    defence = ClockFacts(code, ClockKind.DEFENCE, round_, again)
    return draft.start_clock(defence, promised=limits.defence).due_on


def state_defence(draft: Draft, command: c.StateDefence) -> None:
    """Keep what the holder says; its period runs on to its last day all the same."""
    commitment = _in_state(draft, command.item, CheckState.TOLD)
    if command.hearing:
        _ask_for_hearing(draft, commitment)
    values = {"hearing_asked_on": draft.today} if command.hearing else {}
    draft.change(command.item)
    draft.enter(
        COMMITMENTS, commitment, statement=command.statement, stated_on=draft.today, **values
    )
    details = {"statement": command.statement, "hearing": command.hearing}
    draft.record("DefenceStated", command.item, **details)
    department = draft.items[command.item].department
    for audience in (f"department:{department}", f"department_head:{department}"):
        draft.tell(audience, "defence_stated", command.item, **details)


def _ask_for_hearing(draft: Draft, commitment: CommitmentFacts) -> None:
    until = _last_day_to_state(draft, commitment)
    if until is not None and draft.today > until:
        raise HearingTooLate(item=commitment.item, until=_iso(until))
    if commitment.hearing_asked_on is None:
        clock = ClockFacts(
            commitment.item,
            ClockKind.REVOCATION_HEARING,
            commitment.round,
            _iso(commitment.told_on),
        )
        draft.start_clock(clock, promised=draft.context.policy.commitment.hearing)


def hold_hearing(draft: Draft, command: c.HoldRevocationHearing) -> None:
    """The holder was heard; what was said there goes with the decision."""
    commitment = _in_state(draft, command.item, CheckState.TOLD)
    asked_on = commitment.hearing_asked_on
    if asked_on is None or commitment.hearing_held_on is not None:
        raise NoHearingAsked(item=command.item)
    if not asked_on <= command.held_on <= draft.today:
        days = {"value": _iso(command.held_on), "today": _iso(draft.today)}
        raise HearingBeforeRequest(asked_on=_iso(asked_on), **days)
    _stop(draft, command.item, ClockKind.REVOCATION_HEARING, "held")
    draft.change(command.item)
    values = {"hearing_held_on": command.held_on, "hearing_record": command.record}
    draft.enter(COMMITMENTS, commitment, **values)
    details = {"held_on": _iso(command.held_on), "record": command.record}
    draft.record("RevocationHeard", command.item, **details)
    draft.tell("enterprise", "revocation_heard", command.item, held_on=details["held_on"])


def assess(draft: Draft, command: c.AssessCommitment) -> None:
    """What becomes of it after the holder was heard, or after what was to be put right."""
    commitment = _in_state(draft, command.item, CheckState.TOLD, CheckState.RECTIFY)
    outcome = CheckState(command.outcome)
    possible = _OUTCOMES[commitment.state]
    if outcome not in possible:
        names = [_word(state) for state in possible]
        raise OutcomeNotPossible(outcome=_word(outcome), item=command.item, possible=names)
    if outcome is CheckState.RECTIFY and commitment.ground in BY_DECEPTION:
        raise NotByDeception(item=command.item)
    if outcome is CheckState.REVOKE_PROPOSED:
        _check_heard(draft, commitment)
    values = _arrive(draft, commitment, outcome)
    draft.change(command.item)
    draft.enter(COMMITMENTS, commitment, state=outcome, reason=command.reason, **values)
    until = values.get("rectify_until")
    details = {"outcome": outcome.value, "reason": command.reason, "until": _iso(until)}
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
        _stop(draft, code, kind, outcome.value)
    if outcome is CheckState.RECTIFY:
        clock = ClockFacts(
            code, ClockKind.COMMITMENT_RECTIFY, commitment.round, _iso(commitment.told_on)
        )
        limit = draft.context.policy.commitment.rectification
        return {"rectify_until": draft.start_clock(clock, promised=limit).due_on}
    if outcome is CheckState.REVOKE_PROPOSED:
        return {}
    _stop(draft, code, ClockKind.REVOCATION, outcome.value)
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
    _check_heard(draft, commitment)
    _stop(draft, command.item, ClockKind.REVOCATION, "decided")
    if not command.revoked:
        _keep(draft, commitment, command.reason)
        return
    _check_compensation(command, commitment.ground)
    draft.enter(
        COMMITMENTS,
        commitment,
        state=CheckState.REVOKED,
        reason=command.reason,
        closed_on=draft.today,
    )
    _fall(draft, commitment, command)
    details = {"reason": command.reason, "ground": commitment.ground.value}
    for audience in ("enterprise", "steward", f"department:{draft.items[command.item].department}"):
        draft.tell(audience, "approval_revoked", command.item, **details)
    if draft.definition(command.item).supervised_by is not None:
        kind, cause = SupervisionKind.STOP_WORK, SupervisionCause.REVOCATION
        open_task(draft, kind, cause, command.item, reason=command.reason)
    review_dependents(draft, command.item)


def _fall(draft: Draft, commitment: CommitmentFacts, command: c.RevokeLicence) -> None:
    for owed in draft.open_deficiencies(commitment.item):
        draft.enter(DEFICIENCIES, owed, state=DeficiencyState.LAPSED, closed_on=draft.today)
    fall(
        draft,
        commitment.item,
        command.reason,
        None,
        ground=commitment.ground,
        compensation=command.compensation,
    )


def _keep(draft: Draft, commitment: CommitmentFacts, reason: str) -> None:
    state = CheckState.KEPT_FOR_PUBLIC_INTEREST
    draft.change(commitment.item)
    draft.enter(COMMITMENTS, commitment, state=state, reason=reason, closed_on=draft.today)
    draft.record("RevocationForgone", commitment.item, reason=reason)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "revocation_forgone", commitment.item, reason=reason)


def _check_compensation(command: c.RevokeLicence, ground: RevocationGround) -> None:
    """Lawful interests are compensated where the holder does not answer for it (art. 69(4))."""
    if ground in BY_HOLDER and command.compensation:
        raise NoCompensation(item=command.item)
    if ground not in BY_HOLDER and not command.compensation:
        raise CompensationMissing(item=command.item)


def _check_heard(draft: Draft, commitment: CommitmentFacts) -> None:
    """The period to state the case is over, and a hearing that was asked for was held."""
    until = _last_day_to_state(draft, commitment)
    if until is not None and draft.today <= until:
        raise DefenceNotOver(item=commitment.item, until=_iso(until))
    if commitment.hearing_asked_on is not None and commitment.hearing_held_on is None:
        raise HearingNotHeld(item=commitment.item, asked_on=_iso(commitment.hearing_asked_on))


def _last_day_to_state(draft: Draft, commitment: CommitmentFacts) -> date | None:
    """By its clock, which a new calendar counts anew; no earlier than the holder was told."""
    clock = draft.running(commitment.item, ClockKind.DEFENCE)
    counted = clock.due_on if clock is not None else None
    days = [day for day in (counted, commitment.statement_until) if day is not None]
    return max(days, default=None)


def _in_state(draft: Draft, code: str, *states: CheckState) -> CommitmentFacts:
    commitment = open_check(draft, code)
    if commitment is None or commitment.state not in states:
        raise NobodyTold(item=code)
    return commitment


def _stop(draft: Draft, code: str, kind: str, reason: str) -> None:
    """Stop the clock of a kind, whatever its subject."""
    clock = draft.running(code, kind)
    if clock is not None and clock.state is ClockState.RUNNING:
        draft.stop_clock(code, kind, clock.subject, reason)


def _word(state: CheckState) -> Word:
    return Word(state.value, context_of(CheckState))


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


# --- what is offered ----------------------------------------------------------------------------


def _may_announce(situation: Situation) -> bool:
    commitment = open_check(situation.facts, situation.code)
    return commitment is None or commitment.state in _BEFORE_NOTICE


def _told(situation: Situation) -> bool:
    return check_is(situation.facts, situation.code, CheckState.TOLD)


def _to_assess(situation: Situation) -> bool:
    return check_is(situation.facts, situation.code, CheckState.TOLD, CheckState.RECTIFY)


def _to_hear(situation: Situation) -> bool:
    commitment = open_check(situation.facts, situation.code)
    asked = commitment is not None and commitment.hearing_asked_on is not None
    return asked and commitment is not None and commitment.hearing_held_on is None


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
    reads={"ground": RevocationGround},
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
    offered=_may_announce,
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
            reads={"ground": RevocationGround},
        ),
    ),
    notices=("revocation_announced",),
)
STATE_DEFENCE = Act(
    command=c.StateDefence,
    label="State your case",
    perform=state_defence,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    transitions=stays(*GRANTED),
    place=460,
    offered=_told,
    form=Form(place=15, template="state_defence"),
    events=(EventKind("DefenceStated", "The holder of {item} stated its case: {statement}"),),
    notices=("defence_stated",),
)
HOLD_HEARING = Act(
    command=c.HoldRevocationHearing,
    label="Record the hearing on the revocation",
    perform=hold_hearing,
    roles=roles.DECIDERS,
    transitions=stays(*GRANTED),
    place=470,
    offered=_to_hear,
    form=Form(place=270),
    events=(
        EventKind(
            "RevocationHeard",
            "Hearing on the revocation of {item} held on {held_on}: {record}",
            reads={"held_on": Reading.DAY},
        ),
    ),
    notices=("revocation_heard",),
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
