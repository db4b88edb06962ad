"""A person's notices in the portal: what the one rule shows them (:mod:`services.people.visibility`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from config.notice_templates import Letter, alert_templates
from models.people.actor import Actor
from models.tables import delivery
from services.notices import texts as notice_texts
from services.people.visibility import Kind, scope
from services.seals import sealed
from services.unit_of_work import Database

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One notice to one person, in their language."""

    id: int
    """Number of the delivery: what :func:`mark_read` takes, and ``before`` of the next page."""
    project: str | None
    """Project code; ``None`` for a notice about the whole installation."""
    item: str | None
    page: str | None
    """Path of its page in the portal; ``None`` if it has none."""
    template: str
    alert: bool
    """Whether it is a warning or another alert."""
    letter: Letter
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """One page of a person's notices."""

    notices: tuple[InboxEntry, ...]
    """Newest first."""
    older: int | None
    """``before`` of the next page; ``None`` on the last one."""


def notices_page(
    database: Database, reader: Actor, language: str, before: int | None = None
) -> NoticesPage:
    """A page of a person's notices, those older than the number ``before``. One query."""
    entries = inbox(database, reader, language, before=before, limit=PAGE_SIZE + 1)
    shown = entries[:PAGE_SIZE]
    return NoticesPage(shown, shown[-1].id if len(entries) > PAGE_SIZE else None)


def inbox(
    database: Database,
    reader: Actor,
    language: str,
    *,
    unread: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> tuple[InboxEntry, ...]:
    """A person's notices, newest first: all of them, or the unread ones."""
    seen, by = scope(reader, Kind.NOTICE, "d.account")
    values = {"unread": unread, "before": before, "limit": limit, **by}
    with database.reading() as connection:
        rows = connection.execute(text(_INBOX.format(seen=seen)), values).all()
        return tuple(
            InboxEntry(
                id=row.delivery_id,
                project=row.code,
                item=row.item,
                page=_page(row),
                template=row.template,
                alert=row.template in alert_templates(),
                letter=notice_texts.write(
                    connection, row, language, notice_texts.reader_of(row.audience)
                ),
                created_at=row.noticed_at,
                read_at=row.read_at,
            )
            for row in rows
        )


def _page(row: Row[Any]) -> str | None:
    if row.code is None:
        page: str | None = row.params.get("page")
        return page
    return f"/projects/{row.code}" + (f"/items/{row.item}" if row.item else "")


def unread_query(reader: Actor) -> tuple[str, dict[str, object]]:
    """How many notices somebody has not read, as SQL with its parameters: the number beside the menu."""
    seen, by = scope(reader, Kind.NOTICE, "d.account", by="notices_of")
    return _UNREAD.format(seen=seen), by


def mark_read(
    database: Database, reader: Actor, now: datetime, ids: Sequence[int] | None = None
) -> int:
    """Mark a person's notices as read, all of them or those of ``ids``; how many were unread.

    Numbers of other people's notices change nothing.
    """
    seen, by = scope(reader, Kind.NOTICE, "d.account")
    values = {"now": now, "ids": None if ids is None else list(ids), **by}
    with database.transaction() as connection:
        return connection.execute(
            sealed(delivery, _READ.format(seen=seen), name="d"), values
        ).rowcount


#: Newest first; ``before`` is the last delivery of the page before.
_INBOX = f"""
SELECT d.id AS delivery_id, d.read_at, {notice_texts.COLUMNS}
FROM delivery d JOIN notice n ON n.id = d.notice_id {notice_texts.JOINS}
WHERE {{seen}} AND d.channel = 'portal' AND (NOT :unread OR d.read_at IS NULL)
    AND (CAST(:before AS bigint) IS NULL OR d.id < :before)
ORDER BY d.id DESC LIMIT :limit
"""  # noqa: S608 - put together from constants
_UNREAD = (
    "SELECT count(*) FROM delivery d WHERE {seen} AND d.channel = 'portal' AND d.read_at IS NULL"
)
_READ = (
    "UPDATE delivery d SET read_at = :now WHERE {seen} AND d.channel = 'portal'"
    " AND d.read_at IS NULL AND (CAST(:ids AS bigint[]) IS NULL OR d.id = ANY(:ids))"
)
