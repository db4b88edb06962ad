"""What a grant on commitment rests on is checked after the decision, within a limit of its own [D]."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.commitment import COMMITMENTS, CheckKind, CheckState, CommitmentFacts
from models.cases.facts import ProjectFacts
from models.cases.states import ClockKind, ItemState
from models.errors import KaigongError
from models.people.delegation import CommitmentList
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Need, Situation, stays
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.commitment import commitment_of, open_check, stands_for

#: On the spot as many officers look as at an application (art. 34) [D].
ON_THE_SPOT = 2
GRANTED = (ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED)
TO_CHECK = (CheckState.DUE, CheckState.UNDER_CHECK)


class NothingToCheck(KaigongError):
    template = (
        "item: {item} rests on no commitment that is still to be checked; look at its history."
    )
    field = "item"


class MoreOfficersCheck(KaigongError):
    template = "officers: {officers} are not enough: on the spot two different officers check {item}, you among them."
    field = "officers"


def rest_on_commitment(draft: Draft, code: str, named: CommitmentList | None = None) -> None:
    """Open the check of what a grant rests on, where a commitment took the place of papers.

    ``named`` is the list by which it was granted at once.
    """
    item = draft.items[code]
    papers = stands_for(draft.definition(code), item, draft.materials)
    if not papers:
        return
    clock = draft.start_clock(
        ClockFacts(code, ClockKind.COMMITMENT_CHECK, item.round),
        promised=draft.context.policy.commitment.check,
    )
    commitment = CommitmentFacts(
        code,
        item.round,
        CheckState.DUE,
        item.commitment,
        papers,
        opened_on=draft.today,
        check_due=clock.due_on,
        list_number=named.number if named else None,
        list_officer=named.officer_name if named else None,
    )
    draft.enter(COMMITMENTS, commitment)


def check_again(draft: Draft, code: str, round_: int) -> None:
    """Open the check anew in a restored round, where it was dropped when the grant fell in ``round_``."""
    before = draft.of(COMMITMENTS).get((code, round_))
    if before is None or before.state is not CheckState.DROPPED:
        return
    rest_on_commitment(draft, code)
    now = commitment_of(draft, code)
    if now is not None:
        values = {"list_number": before.list_number, "list_officer": before.list_officer}
        draft.enter(COMMITMENTS, now, **values)


def begin(draft: Draft, command: c.BeginCommitmentCheck) -> None:
    """Say how it is checked, and by whom."""
    commitment = _to_check(draft, command.item, CheckState.DUE)
    officers, actor = set(command.officers), draft.context.actor.login
    on_the_spot = command.kind is CheckKind.SITE
    if on_the_spot and (len(officers) < ON_THE_SPOT or actor not in officers):
        raise MoreOfficersCheck(officers=sorted(officers), item=command.item)
    draft.change(command.item)
    draft.enter(
        COMMITMENTS, commitment, state=CheckState.UNDER_CHECK, kind=command.kind, checked_by=actor
    )
    details = {"how": command.kind.value, "officers": sorted(officers)}
    draft.record("CommitmentCheckBegan", command.item, **details)


def record(draft: Draft, command: c.RecordCommitmentCheck) -> None:
    """Kept, or suspected: then the holder is told before anything follows from it."""
    commitment = _to_check(draft, command.item, *TO_CHECK)
    draft.stop_clock(command.item, ClockKind.COMMITMENT_CHECK, reason="checked")
    draft.change(command.item)
    values = {"checked_by": draft.context.actor.login, "finding": command.finding}
    if command.kept:
        draft.enter(COMMITMENTS, commitment, state=CheckState.KEPT, closed_on=draft.today, **values)
        draft.record("CommitmentKept", command.item, finding=command.finding)
        draft.tell("enterprise", "commitment_kept", command.item)
        return
    draft.enter(COMMITMENTS, commitment, state=CheckState.SUSPECTED, **values)
    # Until it is decided whether the grant is revoked, the department has a limit of its own [D].
    _start_revocation(draft, command.item)
    draft.record("CommitmentSuspected", command.item, finding=command.finding)
    head = f"department_head:{draft.items[command.item].department}"
    for audience in (head, "steward"):
        draft.tell(audience, "commitment_suspected", command.item, finding=command.finding)


def _start_revocation(draft: Draft, code: str) -> None:
    clock = ClockFacts(code, ClockKind.REVOCATION, draft.items[code].round)
    draft.start_clock(clock, promised=draft.context.policy.commitment.decision)


def settle(draft: Draft) -> None:
    """Close what is not checked any longer: the grant fell, or was given back."""
    for commitment in list(draft.of(COMMITMENTS).values()):
        facts = draft.items.get(commitment.item)
        if facts is None or not commitment.is_open:
            continue
        if facts.round != commitment.round or facts.state not in GRANTED:
            draft.enter(COMMITMENTS, commitment, state=CheckState.DROPPED, closed_on=draft.today)
            draft.record("CommitmentCheckDropped", commitment.item)


def _to_check(draft: Draft, code: str, *states: CheckState) -> CommitmentFacts:
    commitment = commitment_of(draft, code)
    if commitment is None or commitment.state not in states:
        raise NothingToCheck(item=code)
    return commitment


def check_is(facts: ProjectFacts, code: str, *states: CheckState) -> bool:
    """Whether the check of an item's current round is in one of these states."""
    commitment = open_check(facts, code)
    return commitment is not None and commitment.state in states


def _due(situation: Situation) -> bool:
    return check_is(situation.facts, situation.code, CheckState.DUE)


def _open(situation: Situation) -> bool:
    return check_is(situation.facts, situation.code, *TO_CHECK)


def _a_check(situation: Situation) -> c.BeginCommitmentCheck:
    return c.BeginCommitmentCheck(item=situation.code, kind=CheckKind.PAPER)


#: Whichever act it came of.
EVENTS = (
    EventKind("CommitmentCheckDropped", "The commitment of {item} is not checked any longer"),
)
BEGIN_CHECK = Act(
    command=c.BeginCommitmentCheck,
    label="Begin the check of the commitment",
    perform=begin,
    roles=roles.EXAMINERS,
    transitions=stays(*GRANTED),
    place=430,
    offered=_due,
    sample=_a_check,
    needs=(Need.OFFICERS,),
    form=Form(place=240, folded=True),
    events=(
        EventKind(
            "CommitmentCheckBegan",
            "Check of the commitment of {item} began: {how}",
            reads={"how": CheckKind},
        ),
    ),
)
RECORD_CHECK = Act(
    command=c.RecordCommitmentCheck,
    label="Record the check of the commitment",
    perform=record,
    roles=roles.EXAMINERS,
    transitions=stays(*GRANTED),
    place=440,
    offered=_open,
    form=Form(place=250, template="record_commitment_check"),
    events=(
        EventKind("CommitmentKept", "The commitment of {item} was checked and is kept: {finding}"),
        EventKind("CommitmentSuspected", "The commitment of {item} is doubted: {finding}"),
    ),
    notices=("commitment_kept", "commitment_suspected"),
)
