"""The log of a project as it is shown to someone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from rules.cases.calendar_change import KIND
from rules.cases.context import ZONE
from services.cases.views.sight import Seen
from services.cases.views.values.project_records import EventRow

EVENT_LIMIT = 500
#: Events with which a paper is handed in.
HANDED_IN = frozenset({"MaterialSubmitted", "FixedOnTheSpot"})
#: Events with which somebody decides on papers.
DECIDED = frozenset(
    {
        *("ItemApproved", "ItemDenied", "PreliminaryOpinionIssued", "FoundNotRequired"),
        *("ApplicationRefused", "DeficiencyCured"),
    }
)
PAPERS = HANDED_IN | DECIDED
#: What a warning keeps of the letter that it put down.
_OF_LETTERS = frozenset({"supervision", "reply_by"})


@dataclass(frozen=True, slots=True)
class CalendarMove:
    """Effect of a new calendar or policy on a project."""

    on: date
    """The day in Beijing time."""
    data: Mapping[str, Any]
    """The event as it stands in the log."""


def read_events(connection: Connection, project_id: int, last: int) -> Sequence[Row[Any]]:
    """The newest entries of the log, newest first, every change of the calendar, and every paper that
    was handed in or decided on. One query.

    ``last`` is the number of the newest entry.
    """
    values = {"id": project_id, "after": last - EVENT_LIMIT, "kinds": [KIND, *PAPERS]}
    return connection.execute(_EVENTS, values).all()


def was_handed_in(connection: Connection, project_id: int, material: str, sha256: str) -> bool:
    """Whether this very file was handed in under this name of a paper, at any time."""
    values = {"id": project_id, "kinds": list(HANDED_IN), "material": material, "sha256": sha256}
    return connection.execute(_HANDED_IN, values).one_or_none() is not None


def event_rows(rows: Iterable[Row[Any]], last: int, names: Mapping[str, str]) -> Iterator[EventRow]:
    """The newest entries as lines; ``names`` are people by login."""
    for row in rows:
        if row.seq > last - EVENT_LIMIT:
            name = names.get(row.actor)
            yield EventRow(row.seq, row.at, row.kind, row.item, row.actor, name, row.role, row.data)


def paper_rows(rows: Iterable[Row[Any]], names: Mapping[str, str]) -> Iterator[EventRow]:
    """Every event that is about papers, the oldest first."""
    for row in reversed(tuple(rows)):
        if row.kind in PAPERS:
            name = names.get(row.actor)
            yield EventRow(row.seq, row.at, row.kind, row.item, row.actor, name, row.role, row.data)


def calendar_moves(rows: Iterable[Row[Any]]) -> Iterator[CalendarMove]:
    """What calendars did to a project, in the order in which it happened."""
    for row in reversed(tuple(rows)):
        if row.kind == KIND:
            yield CalendarMove(row.at.astimezone(ZONE).date(), row.data)


def readable(events: Iterable[EventRow], seen: Seen) -> Iterator[EventRow]:
    """The entries that somebody sees, without the letters to others and the answers to them."""
    hidden = frozenset(number for number in seen.facts.supervision if not seen.task(number))
    for event in events:
        answers = event.kind == "SupervisionReplied" and event.data["number"] in hidden
        if answers or not seen.event(event):
            continue
        yield replace(event, data=_without_letter(event.data, hidden)) if hidden else event


def _without_letter(data: Mapping[str, Any], hidden: frozenset[int]) -> Mapping[str, Any]:
    """Data of a warning without its supervision letter."""
    if not data.get("reply_by") or not hidden & {task["number"] for task in data["supervision"]}:
        return data
    return {name: value for name, value in data.items() if name not in _OF_LETTERS}


_EVENTS = text(
    "SELECT seq, at, kind, item, actor, role, data FROM case_event WHERE project_id = :id"
    " AND (seq > :after OR kind = ANY(:kinds)) ORDER BY seq DESC"
)
_HANDED_IN = text(
    "SELECT 1 FROM case_event WHERE project_id = :id AND kind = ANY(:kinds)"
    " AND data->>'material' = :material AND data->>'sha256' = :sha256 LIMIT 1"
)
