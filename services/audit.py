"""Whether the ledger is as it was written: chains whole, and rows that say what the log says.

One snapshot of the database is walked project by project, so nobody's work disturbs the answer and
the memory needed is that of one project. Four things are looked at, and each is told in a sentence:
an event that was altered, one that is missing, an end that is not the one the project remembers,
and a row that differs from what its events tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from sqlalchemy import Connection, text

from models.actor import SYSTEM
from models.errors import KaigongError, NotFound
from rules.context import Context
from rules.replay import Difference, differences, replay
from services import scenarios, timing
from services.calendars.versions import on_calendar
from services.event_log import GENESIS, Head, LoggedEvent, happened, read_log
from services.policy import context_for
from services.rows import mappings
from services.store import COMMON, StoredProject, load
from services.unit_of_work import Database


class Broken(KaigongError):
    """project: {project}: the ledger is not as it was written."""

    field = "project"
    seq: int
    """Number of the first event that is not as it should be."""

    def __init__(self, *, project: str, seq: int, **params: object) -> None:
        self.seq = seq
        super().__init__(field="project", project=project, seq=seq, **params)


class EventAltered(Broken):
    """project: {project}: event {seq} ({kind}) was altered: its hash is not the one it was written with."""


class EventMissing(Broken):
    """project: {project}: event {seq} is missing; the next one in the log is {found}."""


class EndCutOff(Broken):
    """project: {project}: the log ends at event {seq}, but the project remembers {remembered} events and another end."""


class RowDiffers(Broken):
    """project: {project}: {part} {key}: {name} is {row}, but the events up to {seq} say {log}."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was found."""

    events: int
    projects: int
    broken: tuple[Broken, ...] = ()
    """The first fault of each project that has one."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.broken

    @property
    def first_broken(self) -> Broken | None:
        """The first fault there is."""
        return self.broken[0] if self.broken else None


Entry = tuple[LoggedEvent, bytes]


def verify(database: Database, project: str | None = None) -> AuditReport:
    """Walk the log of one project, or of all; ``NotFound`` when there is no such project."""
    context = context_for(SYSTEM, timing.now())
    events = projects = 0
    broken: list[Broken] = []
    with database.snapshot() as connection:
        for project_id, code, head, log in _logs(connection, project):
            projects, events = projects + 1, events + len(log)
            fault = _chain_fault(code, head, log) or _row_fault(
                connection, project_id, code, log, context
            )
            if fault is not None:
                broken.append(fault)
    if project is not None and not projects:
        raise NotFound(field="project", value=project, remedy="Look it up in the list of projects.")
    return AuditReport(events, projects, tuple(broken))


def _logs(
    connection: Connection, project: str | None
) -> Iterator[tuple[int, str, Head, list[Entry]]]:
    """Each project with the head that it remembers and its events, in order."""
    rows = connection.execute(_PROJECTS, {"code": project}).all()
    only = rows[0].id if project is not None and rows else None
    by_project = groupby(read_log(connection, only), key=lambda entry: entry[0].project_id)
    current = next(by_project, None) if rows else None
    for row in rows:
        log: list[Entry] = []
        if current is not None and current[0] == row.id:
            log = list(current[1])
            current = next(by_project, None)
        yield row.id, row.code, Head(row.event_count, bytes(row.event_hash)), log


def _chain_fault(code: str, head: Head, log: list[Entry]) -> Broken | None:
    before = Head(0, GENESIS)
    for logged, hash_ in log:
        if logged.seq != before.seq + 1:
            return EventMissing(project=code, seq=before.seq + 1, found=logged.seq)
        if logged.hashed(before.hash) != hash_:
            return EventAltered(project=code, seq=logged.seq, kind=logged.kind)
        before = Head(logged.seq, hash_)
    if before != head:
        return EndCutOff(project=code, seq=before.seq, remembered=head.seq)
    return None


def _row_fault(
    connection: Connection, project_id: int, code: str, log: list[Entry], context: Context
) -> Broken | None:
    stored = load(connection, project_id, history=True)
    facts, context = stored.facts, on_calendar(connection, context, stored.calendar)
    moved = any(logged.kind == "ScenarioMigrated" for logged, _ in log)
    versions = scenarios.released(connection, facts.scenario.key) if moved else {}
    replayed = replay(facts.scenario, (happened(logged) for logged, _ in log), versions)
    for found in chain(differences(facts, replayed, context), _hidden(stored)):
        return _told(code, len(log), found)
    return None


def _hidden(stored: StoredProject) -> Iterator[Difference]:
    """Rows that no act would read, because the project does not say that it has them."""
    there = {name for name in mappings() if name not in COMMON and getattr(stored.facts, name)}
    if not there <= stored.parts:
        named, needed = sorted(stored.parts), sorted(stored.parts | there)
        yield Difference("project", "", "parts", str(named), str(needed))


def _told(code: str, seq: int, found: Difference) -> RowDiffers:
    shown = {
        name: value if isinstance(value, (int, str)) else str(value)
        for name, value in (("row", found.row), ("log", found.log))
    }
    return RowDiffers(
        project=code, seq=seq, part=found.part, key=found.key, name=found.name, **shown
    )


_PROJECTS = text(
    "SELECT id, code, event_count, event_hash FROM project"
    " WHERE CAST(:code AS text) IS NULL OR code = :code ORDER BY id"
)
