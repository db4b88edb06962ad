"""What waits for which department in a project 待办: the one place that says it; inboxes are made from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from models.cases.clock import ClockFacts
from models.cases.commitment import COMMITMENTS
from models.cases.consultation import ConsultationState
from models.cases.duty import Duty, DutyBand
from models.cases.facts import ItemFacts, NamedParts, ProjectFacts
from models.cases.standing import NEVER
from models.cases.states import (
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    ProjectState,
    VoidingState,
)
from models.cases.supervision import SupervisionFacts, SupervisionKind, SupervisionState

#: In these the department that decides has something to do.
_IN_HAND = frozenset(
    {ItemState.RECEIVED, ItemState.ACCEPTED, ItemState.SUSPENDED, ItemState.PRELIMINARY}
)
Key = tuple[str, str, bool]


def changed_duties(
    before: ProjectFacts, after: ProjectFacts, rows: Mapping[Any, Iterable[Any]]
) -> Iterator[Duty]:
    """The duties that an act brought, moved or ended; ``rows`` are the rows that it changed."""
    if before.state is not after.state:
        codes = {*before.items, *after.items}
    else:
        codes = {code for changed in rows.values() for row in changed if (code := _item_of(row))}
        codes |= before.items.keys() - after.items.keys()
    known, now = duties(before, codes), duties(after, codes)
    yield from (duty for key, duty in now.items() if known.get(key) != duty)
    yield from (
        replace(known[key], band=None, to_accept=False) for key in known.keys() - now.keys()
    )


def _item_of(row: Any) -> str | None:
    """The item that a row is about; ``None`` for what is about no item."""
    return row.code if isinstance(row, ItemFacts) else getattr(row, "item", None)


def duties(facts: ProjectFacts, codes: Collection[str]) -> dict[Key, Duty]:
    """What waits for departments about some of the items of a project."""
    if facts.state is not ProjectState.ACTIVE:
        return {}
    items = [facts.items[code] for code in codes if code in facts.items]
    return {duty.key: duty for item in items for duty in _of_item(facts, item)}


def _of_item(facts: NamedParts, item: ItemFacts) -> Iterator[Duty]:
    clocks = [
        clock
        for clock in facts.clocks.values()
        if clock.item == item.code
        # An objection is to the round that was voided, whatever was begun since.
        and (clock.round == item.round or clock.kind == ClockKind.APPEAL_DECISION)
        and clock.state is not ClockState.STOPPED
    ]
    tasks = [
        task
        for task in facts.supervision.values()
        if task.item == item.code and task.state is SupervisionState.OPEN
    ]
    yield from letters(tasks)
    asked = {
        clock.subject: clock.due_on
        for clock in clocks
        if clock.kind == ClockKind.CONSULTATION and clock.state is ClockState.RUNNING
    }
    due_on = first_day(clock.due_on for clock in clocks)
    for department in sorted(set(_waited_for(facts, item, clocks, tasks))):
        until = asked.get(department) or due_on
        looks = item.state is ItemState.RECEIVED or _is_pre_checked(clocks)
        to_accept = looks and department == item.department
        yield Duty(item.code, department, False, _band(item), until, to_accept)


def _is_pre_checked(clocks: Iterable[ClockFacts]) -> bool:
    """Whether the window, too, looks at a project that has no code yet."""
    return any(clock.kind == ClockKind.PRE_CHECK for clock in clocks)


def letters(tasks: Iterable[SupervisionFacts]) -> Iterator[Duty]:
    """The letters to be answered among open tasks of supervision of one item, the first of each department."""
    until: dict[tuple[str, str], date] = {}
    for task in tasks:
        if task.kind is SupervisionKind.LETTER:
            key = (task.item, task.department)
            until[key] = min(until.get(key, NEVER), task.due_on or NEVER)
    for (item, department), day in until.items():
        yield Duty(item, department, True, DutyBand.LETTER, day)


def first_day(days: Iterable[date | None]) -> date:
    """The first of several last days; ``NEVER`` where there is none."""
    return min((day for day in days if day is not None), default=NEVER)


def _band(item: ItemFacts) -> DutyBand:
    if item.state is ItemState.SUSPENDED:
        return DutyBand.SUSPENDED
    delivered_only = item.state is ItemState.GRANTED and not item.re_examination
    return DutyBand.TO_DELIVER if delivered_only else DutyBand.TO_DO


def _waited_for(
    facts: NamedParts,
    item: ItemFacts,
    clocks: Iterable[ClockFacts],
    tasks: Iterable[SupervisionFacts],
) -> Iterator[str]:
    """The departments that have something to do about an item, beside answering letters."""
    if _decides(facts, item, clocks):
        yield item.department
    for consultation in facts.consultations.values():
        if consultation.item == item.code and consultation.state is ConsultationState.ASKED:
            yield consultation.department
    for task in tasks:
        if task.kind not in (SupervisionKind.INSPECTION, SupervisionKind.LETTER):
            yield task.department
    line = facts.lines.get(item.code)
    if line is not None:
        lead = line.lead_on and line.answered_on is None and line.acknowledged_on is None
        if lead or (line.connect_from and line.connected_on is None):
            yield line.department


def _decides(facts: NamedParts, item: ItemFacts, clocks: Iterable[ClockFacts]) -> bool:
    """Whether the department that decides an item has something to do about it."""
    if item.state in _IN_HAND or item.re_examination:
        return True
    if item.state is ItemState.CONDITIONALLY_GRANTED and _to_verify(facts, item):
        return True
    running = {clock.kind for clock in clocks if clock.state is ClockState.RUNNING}
    if running & {ClockKind.RESULT_NOTICE, ClockKind.PRE_CHECK}:
        return True
    if ClockKind.DELIVERY in running and item.document_issued:
        return True
    if any(
        v.item == item.code and v.state is VoidingState.APPEALED for v in facts.voidings.values()
    ):
        return True
    checks = facts.of(COMMITMENTS).values()
    return any((m.item, m.round) == (item.code, item.round) and m.is_open for m in checks)


def _to_verify(facts: NamedParts, item: ItemFacts) -> bool:
    return any(
        (d.item, d.round, d.state) == (item.code, item.round, DeficiencyState.SUBMITTED)
        for d in facts.deficiencies.values()
    )
