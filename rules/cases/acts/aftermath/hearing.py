"""The holder of a grant is told before it is ended, may state its case, and is heard if it asks for it.

The same for a revocation (art. 69), a recall (art. 8) and those cancellations (art. 70) that the holder
can say something about. Art. 36 speaks of the examination; that the holder is heard before an end as
well, and the lengths of the periods, are [D].
"""

from __future__ import annotations

from datetime import date
from typing import Any

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.commitment import (
    BY_FORMALITY,
    COMMITMENTS,
    CheckState,
    CommitmentFacts,
    EndGround,
)
from models.cases.states import ClockKind, ClockState
from models.errors import KaigongError
from rules.cases.acts.aftermath.commitment import GRANTED, check_is
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.commitment import commitment_of, open_check

#: States from which an end may be announced: also where the check had found nothing yet.
BEFORE_NOTICE = (CheckState.DUE, CheckState.UNDER_CHECK, CheckState.SUSPECTED)


class RevocationUnderWay(KaigongError):
    template = "item: the holder of {item} was told already on {told_on}; go on with that."
    field = "item"


class NobodyTold(KaigongError):
    template = "item: the holder of {item} was not told of such an end of the grant, or it is decided; there is nothing to state or to assess."
    field = "item"


class HearingTooLate(KaigongError):
    template = "hearing: a hearing about {item} could be asked for until {until}; what you state is still taken."
    field = "hearing"


class NoHearingOffered(KaigongError):
    template = "hearing: before {item} is cancelled no hearing is held (Licensing Law art. 70 states none); state your case without it."
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


def tell_holder(
    draft: Draft, code: str, ground: EndGround, facts: str, evidence: str
) -> date | None:
    """Enter what the holder is told, and start its period; its last day to state its case."""
    known = commitment_of(draft, code)
    if known is not None and known.is_open and known.state not in BEFORE_NOTICE:
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
        ground=ground,
        suspicion=facts,
        evidence=evidence,
        told_on=draft.today,
        statement_until=until,
        closed_on=None,
    )
    return until


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
    commitment = in_state(draft, command.item, CheckState.TOLD)
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
    if commitment.ground in BY_FORMALITY:
        raise NoHearingOffered(item=commitment.item)
    until = _last_day_to_state(draft, commitment)
    if until is not None and draft.today > until:
        raise HearingTooLate(item=commitment.item, until=iso(until))
    if commitment.hearing_asked_on is None:
        clock = ClockFacts(
            commitment.item,
            ClockKind.REVOCATION_HEARING,
            commitment.round,
            iso(commitment.told_on),
        )
        draft.start_clock(clock, promised=draft.context.policy.commitment.hearing)


def hold_hearing(draft: Draft, command: c.HoldRevocationHearing) -> None:
    """The holder was heard; what was said there goes with the decision."""
    commitment = in_state(draft, command.item, CheckState.TOLD)
    asked_on = commitment.hearing_asked_on
    if asked_on is None or commitment.hearing_held_on is not None:
        raise NoHearingAsked(item=command.item)
    if not asked_on <= command.held_on <= draft.today:
        days = {"value": iso(command.held_on), "today": iso(draft.today)}
        raise HearingBeforeRequest(asked_on=iso(asked_on), **days)
    stop(draft, command.item, ClockKind.REVOCATION_HEARING, "held")
    draft.change(command.item)
    values = {"hearing_held_on": command.held_on, "hearing_record": command.record}
    draft.enter(COMMITMENTS, commitment, **values)
    details = {"held_on": iso(command.held_on), "record": command.record}
    draft.record("RevocationHeard", command.item, **details)
    draft.tell("enterprise", "revocation_heard", command.item, held_on=details["held_on"])


def check_heard(draft: Draft, commitment: CommitmentFacts) -> None:
    """The period to state the case is over, and a hearing that was asked for was held."""
    until = _last_day_to_state(draft, commitment)
    if until is not None and draft.today <= until:
        raise DefenceNotOver(item=commitment.item, until=iso(until))
    if commitment.hearing_asked_on is not None and commitment.hearing_held_on is None:
        raise HearingNotHeld(item=commitment.item, asked_on=iso(commitment.hearing_asked_on))


def _last_day_to_state(draft: Draft, commitment: CommitmentFacts) -> date | None:
    """By its clock, which a new calendar counts anew; no earlier than the holder was told."""
    clock = draft.running(commitment.item, ClockKind.DEFENCE)
    counted = clock.due_on if clock is not None else None
    days = [day for day in (counted, commitment.statement_until) if day is not None]
    return max(days, default=None)


def in_state(draft: Draft, code: str, *states: CheckState) -> CommitmentFacts:
    """What the holder was told of, where it is in one of these states; refused with ``NobodyTold``."""
    commitment = open_check(draft, code)
    if commitment is None or commitment.state not in states:
        raise NobodyTold(item=code)
    return commitment


def stop(draft: Draft, code: str, kind: str, reason: str) -> None:
    """Stop the clock of a kind, whatever its subject."""
    clock = draft.running(code, kind)
    if clock is not None and clock.state is ClockState.RUNNING:
        draft.stop_clock(code, kind, clock.subject, reason)


def iso(day: date | None) -> str:
    """A day as events have it; empty where there is none."""
    return day.isoformat() if day is not None else ""


# --- what is offered ----------------------------------------------------------------------------


def may_announce(situation: Situation) -> bool:
    """Whether the holder of a grant was not told of anything that is still open."""
    commitment = open_check(situation.facts, situation.code)
    return commitment is None or commitment.state in BEFORE_NOTICE


def _told(situation: Situation) -> bool:
    return check_is(situation.facts, situation.code, CheckState.TOLD)


def _to_hear(situation: Situation) -> bool:
    commitment = open_check(situation.facts, situation.code)
    asked = commitment is not None and commitment.hearing_asked_on is not None
    return asked and commitment is not None and commitment.hearing_held_on is None


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
    label="Record the hearing",
    perform=hold_hearing,
    roles=roles.DECIDERS,
    transitions=stays(*GRANTED),
    place=470,
    offered=_to_hear,
    form=Form(place=270),
    events=(
        EventKind(
            "RevocationHeard",
            "Hearing about {item} held on {held_on}: {record}",
            reads={"held_on": Reading.DAY},
        ),
    ),
    notices=("revocation_heard",),
)
