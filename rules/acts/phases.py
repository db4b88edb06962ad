"""What a permit of one phase brings with it: the promise of the next one, its lapse, and violations."""

from __future__ import annotations

from models import commands as c
from models.errors import KaigongError
from models.facts import ClockFacts
from models.states import ClockKind
from models.supervision import SupervisionCause, SupervisionKind
from rules import phases
from rules.acts.supervision import open_task
from rules.draft import Draft
from rules.timers import ClockStopped, limit_of


class NotAPhase(KaigongError):
    """item: {item} is no permit of one phase; there is no work beyond it."""

    field = "item"


class NextPhaseGranted(KaigongError):
    """item: {next} was granted: the work is permitted as a whole, nothing is beyond {item} any more."""

    field = "item"


class ViolationOutOfTime(KaigongError):
    """happened_on: {value} is not between the grant ({first}) and today ({today}); give the day on which it was found."""

    field = "happened_on"


class PhaseNotLapsed(KaigongError):
    """item: the next phase after {item} can be applied for until {due_on}; nothing lapsed."""

    field = "item"


class PhaseLapsed(KaigongError):
    """item: {item} had to be applied for by {due_on}, after {before}; it is barred here, turn to the department."""

    field = "item"


def promise(draft: Draft, item: str, *, subject: str = "") -> None:
    """From the grant on the next phase has to be applied for within the period that was promised."""
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
    said = {"next": declared.item, "due_on": clock.due_on.isoformat() if clock.due_on else None}
    draft.record("NextPhasePromised", item, **said)
    draft.tell("enterprise", "next_phase_promised", item, **said)
    draft.tell("steward", "next_phase_promised", item, **said)


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
    said = {
        "next": declared.item if declared else None,
        "due_on": clock.due_on.isoformat() if clock and clock.due_on else None,
    }
    draft.record("PhaseLapsed", item, **said)
    for audience in _concerned(draft, item):
        draft.tell(audience, "phase_lapsed", item, **said)
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
    said = {"happened_on": on.isoformat(), "reason": command.finding}
    draft.record("ViolationRecorded", item, **said)
    for audience in _concerned(draft, item):
        draft.tell(audience, "violation_recorded", item, **said)
    kind, cause = SupervisionKind.STOP_WORK, SupervisionCause.VIOLATION
    open_task(draft, kind, cause, item, reason=command.finding)


def _concerned(draft: Draft, item: str) -> tuple[str, ...]:
    definition = draft.definition(item)
    officers = (
        f"department_head:{draft.items[item].department}",
        f"department:{definition.supervising}",
    )
    return ("enterprise", "steward", *officers)
