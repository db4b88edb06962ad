"""The security log 安全日志: written with what it tells, in the same transaction where there is one.

Every entry is also a line of the program's own log, for whoever gathers logs elsewhere. Entries are
never changed; those that are older than the district keeps them (``security.log_months``) are removed by
the deadline watch, none before six months are over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, text

from config.logs import get_logger
from models import plain_text
from models.people.actor import Actor, Role
from models.people.security import LEAST_MONTHS, Origin, SecurityEvent
from models.tables import security_event
from rules.cases.context import ZONE
from services.seals import sealed
from services.unit_of_work import Database

log = get_logger()

PAGE_SIZE: Final = 50
#: The administrator, and leaders: auditors have their role.
READERS: Final = frozenset({Role.ADMINISTRATOR, Role.LEADER})
#: Signs of an address or a text of a request that are kept.
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    id: int
    at: datetime
    kind: SecurityEvent
    actor: str | None
    subject: str | None
    address: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; everything that is empty is left open."""

    text: str = ""
    """Part of a login, an address or a detail."""
    kind: SecurityEvent | None = None
    since: date | None = None
    until: date | None = None
    number: int = 1


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, newest first."""

    rows: tuple[Entry, ...]
    number: int
    more: bool


def note(
    connection: Connection,
    kind: SecurityEvent,
    origin: Origin,
    *,
    subject: str | None = None,
    **detail: Any,
) -> None:
    """Write an entry with what it tells: both are there, or neither."""
    kept = {name: _brief(value) for name, value in detail.items() if value not in (None, "", ())}
    values = {
        "kind": kind.value,
        "actor": origin.actor,
        "subject": subject,
        "address": _brief(origin.address),
        "detail": orjson.dumps(kept).decode(),
    }
    connection.execute(_NOTE, values)
    log.info("security_event", **{**values, "detail": kept})


def record(
    database: Database,
    kind: SecurityEvent,
    origin: Origin,
    *,
    subject: str | None = None,
    **detail: Any,
) -> None:
    """Write an entry about what leaves no row of its own."""
    with database.transaction() as connection:
        note(connection, kind, origin, subject=subject, **detail)


def log_page(database: Database, search: Search) -> LogPage:
    """A page of what was looked for."""
    values = {
        "text": f"%{plain_text.in_pattern(search.text.strip())}%",
        "kind": search.kind.value if search.kind else None,
        "since": search.since,
        "until": search.until,
        "zone": str(ZONE),
        "limit": PAGE_SIZE + 1,
        "offset": (search.number - 1) * PAGE_SIZE,
    }
    with database.reading() as connection:
        rows = tuple(
            Entry(r.id, r.at, SecurityEvent(r.kind), r.actor, r.subject, r.address, r.detail)
            for r in connection.execute(_PAGE, values)
        )
    return LogPage(rows[:PAGE_SIZE], search.number, more=len(rows) > PAGE_SIZE)


def may_read(actor: Actor) -> bool:
    """Whether the log is for somebody."""
    return actor.role in READERS


def forget_old(database: Database, months: int) -> int:
    """Remove what is older than the district keeps it, never what is younger than six months."""
    with database.transaction() as connection:
        return connection.execute(_FORGET, {"months": max(months, LEAST_MONTHS)}).rowcount


def _brief(value: Any) -> Any:
    return value[:LONGEST] if isinstance(value, str) else value


_NOTE = sealed(
    security_event,
    "INSERT INTO security_event (kind, actor, subject, address, detail)"
    " VALUES (:kind, :actor, :subject, :address, CAST(:detail AS jsonb))",
)
_PAGE = text(
    "SELECT id, at, kind, actor, subject, address, detail FROM security_event"
    " WHERE (CAST(:kind AS text) IS NULL OR kind = :kind)"
    " AND (CAST(:since AS date) IS NULL OR at >= CAST(:since AS timestamp) AT TIME ZONE :zone)"
    " AND (CAST(:until AS date) IS NULL"
    " OR at < (CAST(:until AS timestamp) + interval '1 day') AT TIME ZONE :zone)"
    " AND (:text = '%%' OR actor ILIKE :text OR subject ILIKE :text OR address ILIKE :text"
    " OR detail::text ILIKE :text) ORDER BY id DESC LIMIT :limit OFFSET :offset"
)
_FORGET = sealed(
    security_event,
    "DELETE FROM security_event WHERE at <= statement_timestamp() - make_interval(months => :months)",
)
