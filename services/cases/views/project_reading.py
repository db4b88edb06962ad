"""A project as it is read for a page: one look at the database, in five queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from models.cases.clock import CLOCKS, ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.states import ClockState
from models.enterprises.credit import CreditEntry
from models.people.actor import Actor
from rules.cases.context import Context
from services.cases.views.parts import documents, people
from services.cases.views.parts import events as log
from services.cases.views.sight import Seen, look_up
from services.cases.views.values.project_records import DocumentRow, EventRow
from services.clock.calendar_versions import on_calendar
from services.enterprises import credit
from services.installation.policy import context_for


@dataclass(frozen=True, slots=True)
class Reading:
    """A project as one person may see it, at one moment."""

    facts: ProjectFacts
    """Without the clocks that stopped: no rule needs them."""
    context: Context
    clocks: tuple[ClockFacts, ...]
    """Every clock of every round, the stopped ones too."""
    documents: tuple[DocumentRow, ...]
    events: tuple[EventRow, ...]
    """The newest entries of the log, newest first."""
    papers: tuple[EventRow, ...]
    """Every event with which a paper was handed in or decided on, the oldest first."""
    calendar_moves: tuple[log.CalendarMove, ...]
    """In the order in which they happened."""
    seen: Seen
    """What of it this person sees."""
    names: Mapping[str, str]
    """People by login, the enterprise by ``enterprise:`` and its credit code."""
    standing: tuple[CreditEntry, ...]
    """What counts against the enterprise today."""
    flow_run_id: str | None


def read(connection: Connection, project: int | str, now: datetime, viewer: Actor) -> Reading:
    """Read a project; ``NotFound`` where there is none that the viewer may see."""
    stored, seen = look_up(connection, viewer, project, history=True)
    context = on_calendar(connection, context_for(viewer, now), stored.calendar)
    whole, last = stored.facts, stored.head.seq
    shown = tuple(documents.document_rows(connection, whole.id, viewer))
    rows = log.read_events(connection, whole.id, last)
    names = people.names(connection, whole, rows)
    known = credit.standing(connection, whole.enterprise)
    return Reading(
        facts=_without_stopped(whole),
        context=replace(context, standing=known.entries, kept_on=known.kept_on),
        clocks=tuple(sorted(whole.clocks.values(), key=_by_start)),
        documents=shown,
        events=tuple(log.readable(log.event_rows(rows, last, names), seen)),
        papers=tuple(filter(seen.event, log.paper_rows(rows, names))),
        calendar_moves=tuple(log.calendar_moves(rows)),
        seen=seen,
        names=names,
        standing=tuple(entry for entry in known.entries if entry.counts(context.today)),
        flow_run_id=str(stored.flow_run_id) if stored.flow_run_id else None,
    )


def facts_for(
    connection: Connection, viewer: Actor, now: datetime, project: int | str
) -> tuple[ProjectFacts, Context]:
    """The facts of a project alone, in one query, with what rules are given beside them: whole, for
    rules to decide on and never to be shown as they are. ``NotFound`` where the viewer may see none.
    """
    seen, context = seen_by(connection, viewer, now, project)
    return seen.facts, context


def seen_by(
    connection: Connection, viewer: Actor, now: datetime, project: int | str
) -> tuple[Seen, Context]:
    """The same with what of it the viewer sees."""
    stored, seen = look_up(connection, viewer, project)
    return seen, on_calendar(connection, context_for(viewer, now), stored.calendar)


def _without_stopped(facts: ProjectFacts) -> ProjectFacts:
    clocks = facts.clocks.items()
    running = {key: clock for key, clock in clocks if clock.state is not ClockState.STOPPED}
    return facts.having({CLOCKS: running})


def _by_start(clock: ClockFacts) -> tuple[date, str, str, str]:
    return clock.started_on or date.max, clock.kind, clock.item, clock.subject
