"""The tabs of a project's page, each read on its own and in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from services.cases.pages.deadlines import ExplainedClock, explained_promises
from services.cases.pages.history import Entry, time_line
from services.cases.pages.project_tabs.frame import Tab, frame_of, framed
from services.cases.views.parts import documents
from services.cases.views.parts.path import PathRow, path_row
from services.cases.views.project_reading import Reading, read
from services.cases.views.values.project_records import EventRow
from services.cases.visits import read_until
from services.people.viewer import Viewer
from services.unit_of_work import Database

#: Entries of the log that the trail shows before all of them are asked for, and those of the overview.
SHOWN_ENTRIES, NEWEST_ENTRIES = 30, 3


@dataclass(frozen=True, slots=True)
class Overview(Tab):
    """Where the project stands: its path, its time, who has it, what happened last."""

    path: PathRow
    newest: tuple[Entry, ...]
    """What others did since the viewer last looked; where nothing, what happened last."""
    new: int
    """How much others did since then; nothing for who looks for the first time."""
    head: int
    """Number of the newest event, which the viewer sees now."""


@dataclass(frozen=True, slots=True)
class PapersTab(Tab):
    """Its papers: what is needed now, what is there, what comes later."""

    photos: frozenset[str]
    """Keys of the papers that are a phone's photo."""


@dataclass(frozen=True, slots=True)
class ClockTab(Tab):
    """The time of a project: what is promised to it, what is counted, what runs late."""

    promises: tuple[ExplainedClock, ...]
    """What the scenario promises to the project, with the reason for every day."""


@dataclass(frozen=True, slots=True)
class TrailTab(Tab):
    """What happened in the project."""

    time_line: tuple[Entry, ...]
    """Newest first."""
    earlier_entries: int
    """How many entries are left out."""
    new_entries: int | None
    """How many of the entries shown came after the viewer last looked; ``None``: they never did, or none."""


def plain_tab(database: Database, viewer: Viewer, project: str) -> Tab:
    """Its items or its documents; ``NotFound`` where the viewer may see no such project.

    As every tab five queries, and one for each calendar or scenario that this process has not read yet.
    """
    return Tab(framed(database, viewer, project)[0])


def overview(database: Database, viewer: Viewer, project: str) -> Overview:
    """Where a project stands. One query more than :func:`plain_tab`."""
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
        until = read_until(connection, viewer.account.login, project)
    frame, new = frame_of(reading, viewer), _new(reading, viewer, until)
    shown = time_line((new or reading.events)[:NEWEST_ENTRIES], frame.words, reading.names)
    head = reading.events[0].seq if reading.events else 0
    return Overview(frame, path_row(reading, frame.project), shown, len(new), head)


def _new(reading: Reading, viewer: Viewer, until: int | None) -> tuple[EventRow, ...]:
    """What others did after the event ``until``, newest first; nothing on a first visit."""
    if until is None:
        return ()
    login = viewer.account.login
    return tuple(row for row in reading.events if row.seq > until and row.actor != login)


def papers_tab(database: Database, viewer: Viewer, project: str) -> PapersTab:
    """The papers of a project. One query more than :func:`plain_tab`."""
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
        photos = documents.photos(connection, reading.facts)
    return PapersTab(frame_of(reading, viewer), photos)


def clock_tab(database: Database, viewer: Viewer, project: str) -> ClockTab:
    """The time of a project. Queries and refusal as :func:`plain_tab`."""
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
        promises = explained_promises(connection, reading, viewer)
    return ClockTab(frame_of(reading, viewer), promises)


def trail_tab(
    database: Database, viewer: Viewer, project: str, *, whole_log: bool = False
) -> TrailTab:
    """What happened in a project. One query more than :func:`plain_tab`."""
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
        until = read_until(connection, viewer.account.login, project)
    frame, events = frame_of(reading, viewer), reading.events
    if not whole_log:
        events = events[:SHOWN_ENTRIES]
    entries = time_line(events, frame.words, reading.names)
    new = None if until is None else sum(row.seq > until for row in events)
    return TrailTab(frame, entries, len(reading.events) - len(events), new or None)
