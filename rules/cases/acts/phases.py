"""Permits in phases: the promise of the next phase, its lapse, and violations."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.states import ClockKind, ItemState
from models.cases.supervision import SupervisionCause, SupervisionKind
from models.errors import KaigongError
from rules.cases.acts.supervision import open_task
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Record, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments import phases
from rules.cases.timers import ClockStopped, limit_of


class NotAPhase(KaigongError):
    template = "item: {item} is no permit of one phase; there is no work beyond it."
    field = "item"


class NextPhaseGranted(KaigongError):
    template = "item: {next} was granted: the work is permitted as a whole, nothing is beyond {item} any more."
    field = "item"


class ViolationOutOfTime(KaigongError):
    template = "happened_on: {value} is not between the grant ({first}) and today ({today}); give the day on which it was found."
    field = "happened_on"


class PhaseNotLapsed(KaigongError):
    template = (
        "item: the next phase after {item} can be applied for until {due_on}; nothing lapsed."
    )
    field = "item"


class PhaseLapsed(KaigongError):
    template = "item: {item} had to be applied for by {due_on}, after {before}; it is barred here, turn to the department."
    field = "item"


def promise(draft: Draft, item: str, *, subject: str = "") -> None:
    """Start the period promised for applying for the next phase."""
    definition = draft.definition(item)
    declared = definition.next_phase
    if declared is None or not phases.owes_application(draft.scenario, draft.items, item):
        return
    facts = draft.items[item]
    clock = draft.start_clock(
        ClockFacts(item, ClockKind.NEXT_PHASE, facts.round, subject),
        promised=limit_of(declared.within),
        on=facts.decided_on,
    )
    details = {"next": declared.item, "due_on": clock.due_on.isoformat() if clock.due_on else None}
    draft.record("NextPhasePromised", item, **details)
    draft.tell("enterprise", "next_phase_promised", item, **details)
    draft.tell("steward", "next_phase_promised", item, **details)


def check_not_barred(draft: Draft, item: str) -> None:
    """Refuse the next phase where the district bars it once the promise lapsed [D]."""
    for before in phases.declared_before(draft.scenario, item):
        declared, clock = draft.definition(before).next_phase, phases.promise(draft.before, before)
        bars = declared is not None and declared.bars
        if bars and clock is not None and phases.is_late(clock, draft.today):
            due_on = clock.due_on.isoformat() if clock.due_on else "-"
            raise PhaseLapsed(item=item, before=before, due_on=due_on)


def keep_promise(draft: Draft, item: str) -> None:
    """The next phase was applied for: that is what had been promised."""
    for before in phases.declared_before(draft.scenario, item):
        clock = phases.promise(draft.before, before)
        if clock is not None:
            draft.update_clock(clock, ClockStopped(on=draft.today, reason="applied for"))
            draft.record("NextPhaseApplied", before, next=item)


def break_promise(draft: Draft, item: str) -> None:
    """Taken back, it was not applied for: the promise is open again, with the last day it had."""
    for before in phases.phases_before(draft.scenario, draft.items, item):
        promise(draft, before, subject=f"round {draft.items[item].round}")


def lapse(draft: Draft, command: c.LapsePhase) -> None:
    """The period is over: stop the work, say so to everyone [D]. The promise stays open and red."""
    item = command.item
    clock = phases.promise(draft.before, item)
    if not phases.is_late(clock, draft.today) or phases.has_lapsed(draft.before, item):
        due_on = clock.due_on.isoformat() if clock and clock.due_on else "-"
        raise PhaseNotLapsed(item=item, due_on=due_on)
    declared = draft.definition(item).next_phase
    draft.change(item)
    details = {
        "next": declared.item if declared else None,
        "due_on": clock.due_on.isoformat() if clock and clock.due_on else None,
    }
    draft.record("PhaseLapsed", item, **details)
    for audience in _concerned(draft, item):
        draft.tell(audience, "phase_lapsed", item, **details)
    open_task(draft, SupervisionKind.STOP_WORK, SupervisionCause.LAPSE, item)


def record_violation(draft: Draft, command: c.RecordViolation) -> None:
    """Work beyond the permitted phase 超阶段施工, dealt with strictly (S:004): the work is stopped."""
    item, facts = command.item, draft.items[command.item]
    declared = draft.definition(item).next_phase
    if declared is None:
        raise NotAPhase(item=item)
    if not phases.is_underway(draft.scenario, draft.items, item):
        raise NextPhaseGranted(item=item, next=declared.item)
    first, on = facts.decided_on or draft.today, command.happened_on
    if not first <= on <= draft.today:
        days = {"first": first.isoformat(), "today": draft.today.isoformat()}
        raise ViolationOutOfTime(value=on.isoformat(), **days)
    draft.change(item)
    details = {"happened_on": on.isoformat(), "reason": command.finding}
    draft.record("ViolationRecorded", item, **details)
    for audience in _concerned(draft, item):
        draft.tell(audience, "violation_recorded", item, **details)
    kind, cause = SupervisionKind.STOP_WORK, SupervisionCause.VIOLATION
    open_task(draft, kind, cause, item, reason=command.finding)


def _concerned(draft: Draft, item: str) -> tuple[str, ...]:
    definition = draft.definition(item)
    officers = (
        f"department_head:{draft.items[item].department}",
        f"department:{definition.supervising}",
    )
    return ("enterprise", "steward", *officers)


_NEXT = {"next": Reading.ITEM, "due_on": Reading.DAY}
#: The promise of the next phase, whichever act it came of.
EVENTS = (
    EventKind(
        "NextPhasePromised",
        "{next} has to be applied for by {due_on}",
        reads=_NEXT,
        notices=("next_phase_promised",),
    ),
    EventKind("NextPhaseApplied", "{next} was applied for, as promised with {item}", reads=_NEXT),
)
LAPSE_PHASE = Act(
    command=c.LapsePhase,
    label="Let the phase lapse",
    perform=lapse,
    roles=roles.SYSTEM,
    transitions=stays(ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED),
    place=360,
    writes=(Record.BROKEN_PHASE,),
    events=(
        EventKind(
            "PhaseLapsed",
            "{next} was not applied for by {due_on}; work on {item} was ordered to stop",
            reads=_NEXT,
        ),
    ),
    notices=("phase_lapsed",),
)
RECORD_VIOLATION = Act(
    command=c.RecordViolation,
    label="Record work beyond the phase",
    perform=record_violation,
    roles=roles.EXAMINERS,
    transitions=stays(ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED),
    place=370,
    offered=lambda situation: phases.is_underway(
        situation.facts.scenario, situation.facts.items, situation.code
    ),
    writes=(Record.BROKEN_PHASE,),
    form=Form(
        place=130,
        folded=True,
        danger=True,
        hint="The work is ordered to stop; the enterprise, its steward and the head of the department are told.",
    ),
    events=(
        EventKind(
            "ViolationRecorded",
            "Work beyond {item} found on {happened_on}: {reason}",
            reads={"happened_on": Reading.DAY},
        ),
    ),
    notices=("violation_recorded",),
)
