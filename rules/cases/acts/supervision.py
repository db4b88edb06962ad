"""Supervision 监管 of what was permitted: opened by grants, lapses and violations, closed by officers;
and the answer to a supervision letter 督办函.

Quality and safety supervision begin with the grant of the permit that they are merged into (合并办理,
S:004); from one phase to the next it is handed over in order.
"""

from __future__ import annotations

from config.texts import Word
from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.states import ItemState
from models.cases.supervision import (
    SUPERVISION,
    SupervisionCause,
    SupervisionFacts,
    SupervisionKind,
    SupervisionState,
)
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Business, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments import phases, supervision_letters
from rules.cases.timers import limit_of
from rules.clock import deadline


class NoSuchTask(KaigongError):
    template = "number: {item} has no open supervision task {number}; open are: {open}."
    field = "number"


class NoSuchLetter(KaigongError):
    template = "number: {department} has no unanswered supervision letter {number} about {item}; unanswered are: {open}."
    field = "number"


class DoneBeforeLetter(KaigongError):
    template = "until: {until} is before the day of the supervision letter ({written}), when {item} was not done; say by when it is, or when it was done since."
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
    details = {"due_on": due_on.isoformat()}
    draft.tell(f"department:{department}", "supervision_inspection", item, **details)


def open_task(
    draft: Draft,
    kind: SupervisionKind,
    cause: SupervisionCause,
    item: str,
    **more: object,
) -> int:
    """Open a task for the supervising department; returns its number."""
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
    draft.enter(SUPERVISION, task, **more)
    draft.record("SupervisionOpened", item, number=number, task=kind.value, cause=cause.value)
    return number


def complete(draft: Draft, command: c.CompleteSupervision) -> None:
    """Close a task with what was done, found or handed over."""
    open_ = {task.number: task for task in phases.open_tasks(draft.supervision, command.item)}
    task = open_.get(command.number)
    if task is None:
        known = [str(number) for number in open_] or [Word("none")]
        raise NoSuchTask(item=command.item, number=command.number, open=known)
    draft.change(command.item)
    draft.enter(
        SUPERVISION,
        task,
        state=SupervisionState.DONE,
        closed_on=draft.today,
        closed_by=draft.context.actor.login,
        note=command.note,
    )
    details = {"task": task.kind.value, "note": command.note}
    draft.record("SupervisionDone", command.item, number=task.number, **details)
    draft.tell("steward", "supervision_done", command.item, **details)
    if task.kind is SupervisionKind.STOP_WORK:
        draft.tell("enterprise", "supervision_done", command.item, **details)
    if task.kind is SupervisionKind.INSPECTION:
        inspect(draft, command.item)


def reply(draft: Draft, command: c.ReplyToSupervision) -> None:
    """Answer a supervision letter: why the deadline was missed, what is done, and by when."""
    own = draft.context.actor.department
    open_ = {
        letter.number: letter
        for letter in supervision_letters.unanswered(draft.supervision, command.item)
        if letter.department == own
    }
    letter = open_.get(command.number)
    if letter is None:
        known = [str(number) for number in open_] or [Word("none")]
        raise NoSuchLetter(item=command.item, number=command.number, department=own, open=known)
    if command.until < letter.opened_on:
        raise DoneBeforeLetter(until=command.until, item=command.item, written=letter.opened_on)
    draft.change(command.item)
    draft.enter(
        SUPERVISION,
        letter,
        state=SupervisionState.DONE,
        closed_on=draft.today,
        closed_by=draft.context.actor.login,
        reason=command.cause,
        note=command.measures,
        until=command.until,
    )
    details = {"why": command.cause, "measures": command.measures, "late": letter.late(draft.today)}
    until = command.until.isoformat()
    draft.record("SupervisionReplied", command.item, number=letter.number, until=until, **details)
    for audience in ("leader", "steward"):
        replied = {"answered_by": letter.department, "until": until, **details}
        draft.tell(audience, "supervision_replied", command.item, **replied)


def _drop_inspections(draft: Draft, item: str) -> None:
    """Drop the inspections of the previous phase."""
    for task in phases.open_tasks(draft.supervision, item):
        if task.kind is SupervisionKind.INSPECTION:
            _drop(draft, task)


def drop_stop_work(draft: Draft, item: str, cause: SupervisionCause) -> None:
    """Drop the orders to stop the work on an item that no longer have their ground."""
    for task in phases.open_tasks(draft.supervision, item):
        if task.kind is SupervisionKind.STOP_WORK and task.cause is cause:
            _drop(draft, task)


def _drop(draft: Draft, task: SupervisionFacts) -> None:
    draft.enter(SUPERVISION, task, state=SupervisionState.DROPPED, closed_on=draft.today)
    draft.record("SupervisionDropped", task.item, number=task.number, task=task.kind.value)


def _supervising(_: ProjectFacts, item: ItemDefinition) -> str:
    return item.supervising


def written_to(facts: ProjectFacts, code: str) -> tuple[str, ...]:
    """Departments that have a supervision letter about an item to answer."""
    letters = supervision_letters.unanswered(facts.supervision, code)
    return tuple(letter.department for letter in letters)


def _own_letters(situation: Situation) -> list[SupervisionFacts]:
    letters = supervision_letters.unanswered(situation.facts.supervision, situation.code)
    return [letter for letter in letters if letter.department == situation.actor.department]


def _a_reply(situation: Situation) -> c.ReplyToSupervision:
    """A sample reply by the addressed department."""
    number = _own_letters(situation)[0].number
    details = {"cause": "-", "measures": "-", "until": situation.today}
    return c.ReplyToSupervision(item=situation.code, number=number, **details)


def _a_completion(situation: Situation) -> c.CompleteSupervision:
    number = phases.open_tasks(situation.facts.supervision, situation.code)[0].number
    return c.CompleteSupervision(item=situation.code, number=number, note="-")


_TASK = {"task": SupervisionKind, "cause": SupervisionCause}
#: What becomes of supervision, whichever act it came of.
EVENTS = (
    EventKind(
        "SupervisionBegun",
        "Supervision of quality and safety began with {item}",
        notices=("supervision_begun",),
    ),
    EventKind(
        "SupervisionOpened",
        "Supervision of {item}: {task}, {cause}",
        reads=_TASK,
        notices=("supervision_handover", "supervision_inspection"),
    ),
    EventKind(
        "SupervisionDropped", "Supervision of {item}, {task} not needed any more", reads=_TASK
    ),
)
COMPLETE_SUPERVISION = Act(
    command=c.CompleteSupervision,
    label="Close a supervision task",
    perform=complete,
    roles=roles.EXAMINERS,
    business=Business(responsible=_supervising),
    # A task stays to be done whatever becomes of the permit that it was opened for.
    transitions=stays(
        *(
            state
            for state in ItemState
            if state not in (ItemState.CONCLUDED, ItemState.NOT_REQUIRED)
        )
    ),
    place=380,
    offered=lambda situation: bool(phases.open_tasks(situation.facts.supervision, situation.code)),
    sample=_a_completion,
    form=Form(place=200, template="complete_supervision", whole=True),
    events=(
        EventKind("SupervisionDone", "Supervision of {item}, {task} closed: {note}", reads=_TASK),
    ),
    notices=("supervision_done",),
)
REPLY_TO_SUPERVISION = Act(
    command=c.ReplyToSupervision,
    label="Answer a supervision letter",
    perform=reply,
    roles=roles.HEAD,
    business=Business(asked=written_to),
    # A letter is answered whatever became of the item, or the project, meanwhile.
    after_closing=True,
    transitions=stays(*ItemState),
    place=390,
    offered=lambda situation: bool(_own_letters(situation)),
    sample=_a_reply,
    form=Form(place=10, template="reply_to_supervision", whole=True),
    events=(
        EventKind(
            "SupervisionReplied",
            "Supervision letter about {item} answered. Cause: {why} Measures: {measures} Done by: {until}",
            reads={"until": Reading.DAY},
        ),
    ),
    notices=("supervision_replied",),
)
