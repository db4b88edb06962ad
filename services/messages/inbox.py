"""What people see of their notices: the inbox in the portal, and the receipts of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from config.notice_templates import Letter, alert_templates
from services.messages import sql
from services.messages import texts as notice_texts
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One notice to one person, in their language."""

    id: int
    """Number of the delivery: what :func:`mark_read` takes, and ``before`` of the next page."""
    project: str | None
    """Project code; ``None`` for what concerns the whole installation."""
    item: str | None
    page: str | None
    """Where in the portal it is dealt with; ``None`` for what has no page."""
    template: str
    alert: bool
    """Whether it is a warning or another alert."""
    letter: Letter
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one notice on one channel."""

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
        told: str | None = row.params.get("page")
        return told
    return f"/projects/{row.code}" + (f"/items/{row.item}" if row.item else "")


def unread_count(database: Database, login: str) -> int:
    """How many notices a person has not read."""
    with database.reading() as connection:
        return int(connection.execute(sql.UNREAD, {"login": login}).scalar_one())


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
    """What became of the newest notices of a project, on every channel."""
    with database.reading() as connection:
        rows = connection.execute(sql.RECEIPTS, {"project": project_id, "limit": limit})
        return tuple(Receipt(*row) for row in rows)
