"""What is open in a project 交接: the lines of a hand-over list (``domain/stewards`` 2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.cases.agency import LIVE
from models.cases.commitment import COMMITMENTS
from models.cases.consultation import ConsultationState
from models.cases.facts import ProjectFacts
from models.cases.states import (
    OPEN_DEFICIENCY,
    ClockState,
    ItemState,
    ProjectState,
    VoidingState,
)
from models.cases.supervision import SupervisionState
from models.people.handover import OpenKind, OpenWork
from models.values import Text
from rules.cases.clocks.registry import KINDS

#: Nobody has anything to do about an item in these: it waits for another one, or is done with.
_AT_REST = frozenset(
    {ItemState.WAITING, ItemState.GRANTED, ItemState.CONCLUDED, ItemState.NOT_REQUIRED}
)
#: The department that decides has the next move.
_WITH_DEPARTMENT = frozenset(
    {ItemState.RECEIVED, ItemState.ACCEPTED, ItemState.SUSPENDED, ItemState.PRELIMINARY}
)


def open_work(facts: ProjectFacts) -> tuple[OpenWork, ...]:
    """Everything that is open in a project: items first, then limits and whatever somebody is owed.

    Days are those of the facts: handing over moves none. A project that is over has nothing open.
    """
    if facts.state is not ProjectState.ACTIVE:
        return ()
    return (*_items(facts), *_clocks(facts), *_owed(facts), *_asked(facts), *_beside(facts))


def _name(facts: ProjectFacts, item: str) -> Text:
    return facts.definition(item).name


def _items(facts: ProjectFacts) -> Iterator[OpenWork]:
    for item in facts.items.values():
        if item.state in _AT_REST and not item.re_examination:
            continue
        due = [
            clock.due_on
            for clock in facts.clocks.values()
            if (clock.item, clock.round, clock.state) == (item.code, item.round, ClockState.RUNNING)
            and clock.due_on is not None
        ]
        waits_for = item.department if item.state in _WITH_DEPARTMENT else ""
        yield OpenWork(
            kind=OpenKind.ITEM,
            item=item.code,
            name=_name(facts, item.code),
            detail=item.state.value,
            waits_for=waits_for,
            due_on=min(due, default=None),
        )


def _clocks(facts: ProjectFacts) -> Iterator[OpenWork]:
    for clock in facts.clocks.values():
        if clock.state is ClockState.STOPPED:
            continue
        of_project = KINDS[clock.kind].of_project
        yield OpenWork(
            kind=OpenKind.PROMISE if of_project else OpenKind.CLOCK,
            item="" if of_project else clock.item,
            name=_promise(facts, clock.subject) if of_project else _name(facts, clock.item),
            detail=clock.kind,
            due_on=clock.due_on,
        )


def _promise(facts: ProjectFacts, named: str) -> Text:
    names = (promise.name for promise in facts.scenario.promises if promise.named == named)
    return next(names, None) or Text(zh=facts.title, en=facts.title)


def _owed(facts: ProjectFacts) -> Iterator[OpenWork]:
    for owed in facts.deficiencies.values():
        if owed.state in OPEN_DEFICIENCY:
            yield _line(
                facts,
                OpenKind.DEFICIENCY,
                owed.item,
                name=facts.scenario.material[owed.material].name,
                waits_for=owed.owner or "",
                due_on=owed.due_on,
            )
    for check in facts.of(COMMITMENTS).values():
        if check.is_open:
            yield _line(facts, OpenKind.COMMITMENT, check.item)
    for voiding in facts.voidings.values():
        if voiding.state is VoidingState.APPEALED:
            yield _line(facts, OpenKind.APPEAL, voiding.item)


def _asked(facts: ProjectFacts) -> Iterator[OpenWork]:
    for question in facts.consultations.values():
        if question.state is ConsultationState.ASKED:
            yield _line(
                facts,
                OpenKind.CONSULTATION,
                question.item,
                waits_for=question.department,
                due_on=question.due_on,
            )
    for task in facts.supervision.values():
        if task.state is SupervisionState.OPEN:
            kind = OpenKind.LETTER if task.is_letter else OpenKind.SUPERVISION
            yield _line(facts, kind, task.item, waits_for=task.department, due_on=task.due_on)


def _beside(facts: ProjectFacts) -> Iterator[OpenWork]:
    for visit in facts.site_visits.values():
        if visit.held_on is None:
            yield _line(facts, OpenKind.SITE_VISIT, visit.item, due_on=visit.scheduled_for)
    for line in facts.lines.values():
        if line.lead_on is not None and line.connected_on is None:
            yield _line(facts, OpenKind.LINE, line.item, waits_for=line.department)
    for given in facts.authorisations.values():
        if given.state in LIVE:
            yield OpenWork(
                kind=OpenKind.AUTHORISATION,
                name=Text(zh=given.agent, en=given.agent),
                waits_for=given.agent,
                due_on=given.valid_until,
            )


def _line(
    facts: ProjectFacts,
    kind: OpenKind,
    item: str,
    *,
    name: Text | None = None,
    waits_for: str = "",
    due_on: date | None = None,
) -> OpenWork:
    named = name or _name(facts, item)
    return OpenWork(kind=kind, item=item, name=named, waits_for=waits_for, due_on=due_on)
