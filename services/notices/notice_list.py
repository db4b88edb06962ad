"""Views of notices: a person's inbox in the portal, and the receipts of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from config.notice_templates import Letter, alert_templates
from services.notices import sql
from services.notices import texts as notice_texts
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
class Receipt:
    """Delivery status of one notice on one channel."""

    created_at: datetime
    template: str
    item: str | None
    audience: str
    account: str | None
    """``None`` for the installation's own alert channels."""
    channel: str
    """``portal``, or the channel's kind and place, never its address."""
    state: str
    """``pending``, ``sent`` or ``failed``."""
    attempts: int
    sent_at: datetime | None
    read_at: datetime | None
    next_attempt_at: datetime | None
    detail: str | None
    """Why the last attempt failed."""


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """One page of a person's notices."""

    notices: tuple[InboxEntry, ...]
    """Newest first."""
    older: int | None
    """``before`` of the next page; ``None`` on the last one."""


def notices_page(
    database: Database, login: str, language: str, before: int | None = None
) -> NoticesPage:
    """A page of a person's notices, those older than the number ``before``. One query."""
    entries = inbox(database, login, language, before=before, limit=PAGE_SIZE + 1)
    shown = entries[:PAGE_SIZE]
    return NoticesPage(shown, shown[-1].id if len(entries) > PAGE_SIZE else None)


def inbox(
    database: Database,
    login: str,
    language: str,
    *,
    unread: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> tuple[InboxEntry, ...]:
    """A person's notices, newest first: all of them, or the unread ones."""
    values = {"login": login, "unread": unread, "before": before, "limit": limit}
    with database.reading() as connection:
        rows = connection.execute(sql.INBOX, values).all()
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


def mark_read(
    database: Database, login: str, now: datetime, ids: Sequence[int] | None = None
) -> int:
    """Mark a person's notices as read, all of them or those of ``ids``; how many were unread.

    Numbers of other people's notices change nothing.
    """
    values = {"login": login, "now": now, "ids": None if ids is None else list(ids)}
    with database.transaction() as connection:
        return connection.execute(sql.READ, values).rowcount


def receipts(database: Database, project_id: int, limit: int = 200) -> tuple[Receipt, ...]:
    """Delivery status of the newest notices of a project, on every channel."""
    with database.reading() as connection:
        rows = connection.execute(sql.RECEIPTS, {"project": project_id, "limit": limit})
        return tuple(Receipt(*row) for row in rows)
