"""Supervision 监管 of what was permitted: opened by grants, lapses and violations, closed by officers;
and the answer to a supervision letter 督办函.

Quality and safety supervision begin with the grant of the permit that they are merged into (合并办理,
S:004); from one phase to the next it is handed over in order.
"""

from __future__ import annotations

from models import commands as c
from models.errors import KaigongError
from models.supervision import (
    SupervisionCause,
    SupervisionFacts,
    SupervisionKind,
    SupervisionState,
)
from rules import phases, supervision_letters
from rules.clock import deadline
from rules.draft import Draft
from rules.timers import limit_of


class NoSuchTask(KaigongError):
    """number: {item} has no open supervision task {number}; open are: {open}."""

    field = "number"


class NoSuchLetter(KaigongError):
    """number: {department} has no unanswered supervision letter {number} about {item}; unanswered are: {open}."""

    field = "number"


class DoneBeforeLetter(KaigongError):
    """until: {until} is before the day of the supervision letter ({written}), when {item} was not done; say by when it is, or when it was done since."""

    field = "until"


def begin(draft: Draft, item: str) -> None:
    """With its grant a permit is supervised; what was supervised in the phase before is handed over."""
    definition = draft.definition(item)
    if definition.supervised_by is not None:
        draft.record("SupervisionBegun", item, department=definition.supervising)
        draft.tell(f"department:{definition.supervising}", "supervision_begun", item)
    for before in phases.phases_before(draft.scenario, draft.items, item):
        _drop_inspections(draft, before)
        number = open_task(draft, SupervisionKind.HANDOVER, SupervisionCause.GRANT, item)
        department = draft.supervision[number].department
        draft.tell(f"department:{department}", "supervision_handover", item, because=before)
    inspect(draft, item)


def inspect(draft: Draft, item: str) -> None:
    """Open the next inspection of a phase, where the scenario declares a rhythm [D]."""
    declared = draft.definition(item).next_phase
    if declared is None or not phases.is_underway(draft.scenario, draft.items, item):
        return
    every = limit_of(declared.inspection_every)
    if every is None:
        return
    due_on = deadline(draft.context.calendar, draft.today, every)
    kind, cause = SupervisionKind.INSPECTION, SupervisionCause.RHYTHM
    number = open_task(draft, kind, cause, item, due_on=due_on)
    department = draft.supervision[number].department
    said = {"due_on": due_on.isoformat()}
    draft.tell(f"department:{department}", "supervision_inspection", item, **said)


def open_task(
    draft: Draft,
    kind: SupervisionKind,
    cause: SupervisionCause,
    item: str,
    **more: object,
) -> int:
    """Open a task for the department that supervises an item; answers its number."""
    number = max(draft.supervision, default=0) + 1
    task = SupervisionFacts(
        number,
        kind,
        cause,
        item,
        draft.items[item].round,
        draft.definition(item).supervising,
        SupervisionState.OPEN,
        draft.today,
    )
    draft.change_supervision(task, **more)
    draft.record("SupervisionOpened", item, number=number, task=kind.value, cause=cause.value)
    return number


def complete(draft: Draft, command: c.CompleteSupervision) -> None:
    """Close a task with what was done, found or handed over."""
    open_ = {one.number: one for one in phases.open_tasks(draft.supervision, command.item)}
    task = open_.get(command.number)
    if task is None:
        known = [str(number) for number in open_] or ["none"]
        raise NoSuchTask(item=command.item, number=command.number, open=known)
    draft.change(command.item)
    draft.change_supervision(
        task,
        state=SupervisionState.DONE,
        closed_on=draft.today,
        closed_by=draft.context.actor.login,
        note=command.note,
    )
    said = {"task": task.kind.value, "note": command.note}
    draft.record("SupervisionDone", command.item, number=task.number, **said)
    draft.tell("steward", "supervision_done", command.item, **said)
    if task.kind is SupervisionKind.STOP_WORK:
        draft.tell("enterprise", "supervision_done", command.item, **said)
    if task.kind is SupervisionKind.INSPECTION:
        inspect(draft, command.item)


def reply(draft: Draft, command: c.ReplyToSupervision) -> None:
    """Answer a supervision letter: why the deadline was missed, what is done, and by when."""
    own = draft.context.actor.department
    open_ = {
        one.number: one
        for one in supervision_letters.unanswered(draft.supervision, command.item)
        if one.department == own
    }
    letter = open_.get(command.number)
    if letter is None:
        known = [str(number) for number in open_] or ["none"]
        raise NoSuchLetter(item=command.item, number=command.number, department=own, open=known)
    if command.until < letter.opened_on:
        raise DoneBeforeLetter(until=command.until, item=command.item, written=letter.opened_on)
    draft.change(command.item)
    draft.change_supervision(
        letter,
        state=SupervisionState.DONE,
        closed_on=draft.today,
        closed_by=draft.context.actor.login,
        reason=command.cause,
        note=command.measures,
        until=command.until,
    )
    said = {"why": command.cause, "measures": command.measures, "late": letter.late(draft.today)}
    until = command.until.isoformat()
    draft.record("SupervisionReplied", command.item, number=letter.number, until=until, **said)
    for audience in ("leader", "steward"):
        replied = {"answered_by": letter.department, "until": until, **said}
        draft.tell(audience, "supervision_replied", command.item, **replied)


def _drop_inspections(draft: Draft, item: str) -> None:
    """The next phase has supervision of its own: the rhythm of the phase before ends."""
    for task in phases.open_tasks(draft.supervision, item):
        if task.kind is SupervisionKind.INSPECTION:
            draft.change_supervision(task, state=SupervisionState.DROPPED, closed_on=draft.today)
            draft.record("SupervisionDropped", item, number=task.number, task=task.kind.value)
