"""The audit of matters: chains unbroken, notices as they were told, rows as the events say; by the code of projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from config.logs import get_logger
from config.texts import Word
from models.errors import KaigongError
from models.people.actor import SYSTEM
from rules.cases.context import Context
from rules.matters.context import MatterContext
from rules.matters.replay import FoldedMatter, differences
from services import timing
from services.cases import audit
from services.cases.audit.faults import Broken, NotComparable, NoticesDiffer, RowDiffers
from services.cases.audit.rows import Entry, chain_faults
from services.clock.calendar_versions import on_calendar
from services.installation.policy import context_for
from services.ledger.event_log import Head, happened, read_log, told
from services.matters.faults import MatterGone, of_a_matter
from services.matters.store import MATTERS, load_matter
from services.unit_of_work import Database

log = get_logger()


def verify_everything(database: Database, project: str | None = None) -> audit.AuditReport:
    """The audit of projects and records, and of matters beside it, in one snapshot; of one project it
    looks at that alone.
    """
    with database.snapshot() as connection:
        report = audit.audit(connection, project)
        if project is not None:
            return report
        walk = _Walk(connection, context_for(SYSTEM, timing.now()))
        faults = tuple(walk.faults())
        return replace(
            report,
            broken=(*report.broken, *faults),
            events=report.events + walk.events,
            matters=walk.matters,
        )


class _Walk:
    """One walk over all matters of a snapshot."""

    def __init__(self, connection: Connection, context: Context) -> None:
        self._connection, self._context = connection, context
        self.events = 0
        self.matters = 0

    def faults(self) -> Iterator[Broken]:
        """Every fault there is."""
        rows = {row.id: row for row in self._connection.execute(_MATTERS)}
        self.matters = len(rows)
        seen = set()
        log_ = read_log(self._connection, chain=MATTERS, streamed=False)
        for number, entries in groupby(log_, key=lambda entry: entry[0].owner):
            seen.add(number)
            logged = list(entries)
            self.events += len(logged)
            row = rows.get(number)
            if row is None:
                yield MatterGone(project=f"#{number}", seq=len(logged))
            else:
                yield from self._of_matter(row, logged)
        for number in rows.keys() - seen:
            yield from self._of_matter(rows[number], [])

    def _of_matter(self, row: Row[Any], entries: list[Entry]) -> Iterator[Broken]:
        head = Head(row.event_count, bytes(row.event_hash))
        faults = list(chain_faults(row.number, head, entries, MATTERS))
        faults += self._notices(row, entries)
        try:
            faults += self._rows(row, entries)
        except Exception as fault:  # told as a fault of this matter; the others go on
            log.exception("matter_not_comparable", matter=row.number)
            reason = str(fault) if isinstance(fault, KaigongError) else type(fault).__name__
            faults.append(NotComparable(project=row.number, seq=len(entries), reason=reason))
        yield from map(of_a_matter, faults)

    def _rows(self, row: Row[Any], entries: list[Entry]) -> Iterator[Broken]:
        stored = load_matter(self._connection, int(row.id))
        context = on_calendar(self._connection, self._context, stored.calendar)
        matter = FoldedMatter()
        for logged, _ in entries:
            matter.fold(happened(logged).event)
        for difference in differences(stored.facts, matter, MatterContext(context)):
            yield RowDiffers(
                project=row.number,
                seq=len(entries),
                part=Word(difference.part),
                key=difference.key,
                name=difference.name,
                row=str(difference.row),
                log=str(difference.log),
            )

    def _notices(self, row: Row[Any], entries: list[Entry]) -> Iterator[Broken]:
        """Acts whose notices are not the ones that their event was hashed with."""
        sent = self._connection.execute(_NOTICES, {"id": row.id}).all()
        for logged, _ in entries:
            own = [tuple(notice) for notice in sent if notice.seq == logged.seq]
            if orjson.loads(logged.data).get("told") != (told(own) if own else None):
                yield NoticesDiffer(project=row.number, seq=logged.seq)


_MATTERS = text("SELECT id, number, event_count, event_hash FROM matter ORDER BY id")
_NOTICES = text(
    "SELECT seq, audience, template, item, params FROM notice WHERE matter_id = :id ORDER BY id"
)
