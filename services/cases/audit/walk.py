"""Audit of the ledger: hash chains are unbroken, rows agree with the log, nothing else was touched.

One snapshot of the database is walked project by project, so nobody's work disturbs the answer and
the memory needed is that of one project. How each table is audited is said in its declaration
(:mod:`models.tables.audit`): folded from the log, hashed in a chain, or sealed by whoever wrote it.
Every fault is told, whatever else is broken: one that hides the others helps whoever made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, text

from config.logs import get_logger
from config.settings import get_settings
from models.errors import KaigongError, NotFound
from models.people.actor import SYSTEM
from services import timing
from services.cases.audit.faults import Broken, NotComparable, ProjectGone
from services.cases.audit.records import AsFound, as_found, file_faults, record_faults
from services.cases.audit.rows import (
    Entry,
    chain_faults,
    rows_against_log,
    sealed_as_found,
)
from services.cases.audit.signed import Anchored, anchor_book
from services.cases.audit.standing import STANDING
from services.installation.policy import context_for
from services.ledger.event_log import Head, read_log
from services.unit_of_work import Database

log = get_logger()


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Result of an audit."""

    events: int
    projects: int
    broken: tuple[Broken, ...] = ()
    """Every fault: those of projects in order, then those of the installation."""
    anchored: Anchored | None = None
    """Up to when everything was signed; ``None`` where nothing ever was."""
    as_found: AsFound | None = None
    """What an upgrade sealed as it was found: earlier states of it are not provable."""
    matters: int = 0
    """Matters that were audited beside the projects."""

    @property
    def ok(self) -> bool:
        """Whether no fault was detected."""
        return not self.broken

    @property
    def first_broken(self) -> Broken | None:
        """The first fault; ``None`` without any."""
        return self.broken[0] if self.broken else None


def verify(database: Database, project: str | None = None) -> AuditReport:
    """Audit one project, or everything; ``NotFound`` when there is no such project."""
    with database.snapshot() as connection:
        return audit(connection, project)


def audit(connection: Connection, project: str | None = None) -> AuditReport:
    """The same for what the transaction of a connection sees."""
    rows = connection.execute(_PROJECTS, {"code": project}).all()
    if project is not None and not rows:
        remedy = "Look it up in the list of projects."
        raise NotFound(field="project", value=project, remedy=remedy)
    walk = _Audit(connection, rows, rows[0].id if project is not None else None)
    faults = tuple(walk.faults())
    return AuditReport(walk.events, len(rows), faults, walk.book.newest, as_found(connection))


class _Audit:
    """One walk over one snapshot."""

    def __init__(self, connection: Connection, rows: Sequence[Row[Any]], only: int | None) -> None:
        self._connection, self._rows, self._only = connection, rows, only
        self._context = context_for(SYSTEM, timing.now())
        self._sealed = sealed_as_found(connection)
        self.book = anchor_book(connection, get_settings())
        self.events = 0

    def faults(self) -> Iterator[Broken]:
        """Every fault there is."""
        codes = {row.id: row.code for row in self._rows}
        for number, row, entries in self._logs():
            self.events += len(entries)
            if row is None:
                yield ProjectGone(project=f"#{number}", seq=len(entries))
            else:
                yield from self._of_project(row, entries)
        yield from record_faults(self._connection, codes, self._only)
        yield from file_faults(self._connection, self._only)
        if self._only is None:
            yield from self.book.gone()
            yield from self.book.of_seals(self._connection)
        yield from self.book.faults

    def _logs(self) -> Iterator[tuple[int, Row[Any] | None, list[Entry]]]:
        """Each project with its events, in order; without its row where that is gone."""
        by_project = groupby(
            read_log(self._connection, self._only), key=lambda entry: entry[0].owner
        )
        current = next(by_project, None)
        for row in self._rows:
            while current is not None and current[0] < row.id:
                yield current[0], None, list(current[1])
                current = next(by_project, None)
            entries: list[Entry] = []
            if current is not None and current[0] == row.id:
                entries = list(current[1])
                current = next(by_project, None)
            yield row.id, row, entries
        while current is not None:
            yield current[0], None, list(current[1])
            current = next(by_project, None)

    def _of_project(self, row: Row[Any], entries: list[Entry]) -> Iterator[Broken]:
        head = Head(row.event_count, bytes(row.event_hash))
        yield from chain_faults(row.code, head, entries)
        hashes = {entry.seq: hash_ for entry, hash_ in entries}
        yield from self.book.of_project(row.id, row.code, hashes)
        try:
            findings = list(
                rows_against_log(self._connection, row, entries, self._sealed, self._context)
            )
        except Exception as fault:  # told as a fault of this project; the others go on
            log.exception("project_not_comparable", project=row.code)
            reason = str(fault) if isinstance(fault, KaigongError) else type(fault).__name__
            findings = [NotComparable(project=row.code, seq=len(entries), reason=reason)]
        yield from findings


_PROJECTS = text(
    f"SELECT id, code, event_count, event_hash, {', '.join(STANDING)} FROM project"  # noqa: S608
    " WHERE CAST(:code AS text) IS NULL OR code = :code ORDER BY id"
)
