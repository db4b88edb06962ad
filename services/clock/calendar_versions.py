"""The calendar in force, and every earlier version of it.

The newest row says which is in force. A machine brings a new one by having notices that were never
seen before; a machine whose notices are older than that works with what the database says.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import orjson
from sqlalchemy import Connection, text

from models.errors import NotFound
from models.tables import calendar_version
from rules.cases.context import Context
from rules.clock.calendar import WorkingCalendar
from rules.clock.calendar_content import calendar_of, content_of
from services.seals import sealed


def in_force(connection: Connection, context: Context) -> Context:
    """The context on the calendar in force; this machine's own becomes it when it is a new one."""
    own = context.calendar
    newest = connection.execute(_NEWEST).scalar_one_or_none()
    if newest == own.version:
        return context
    if newest is not None and connection.execute(_KNOWN, {"version": own.version}).one_or_none():
        return replace(context, calendar=calendar(connection, newest))
    bring_into_force(connection, context)
    return context


def bring_into_force(connection: Connection, context: Context) -> None:
    """Make the context's calendar the one in force, if it is not."""
    # Two machines that bring the same one wait for each other here.
    connection.execute(_LOCK)
    if connection.execute(_NEWEST).scalar_one_or_none() != context.calendar.version:
        values = {
            "version": context.calendar.version,
            "now": context.now,
            "by": context.actor.login,
            "content": _content(context.calendar),
        }
        connection.execute(_ADD, values)


def on_calendar(connection: Connection, context: Context, version: str | None) -> Context:
    """The context on the calendar that a project's dates were made with."""
    if version is None or version == context.calendar.version:
        return context
    return replace(context, calendar=calendar(connection, version))


def calendar(connection: Connection, version: str) -> WorkingCalendar:
    """A calendar that was in force at some time. Raises ``NotFound``."""
    known = _KEPT.get(version)
    if known is None:
        content = connection.execute(_CONTENT, {"version": version}).scalar_one_or_none()
        if content is None:
            raise NotFound(
                field="calendar",
                value=version,
                remedy="It was never in force here; 'kaigong clock recompute' makes all dates anew.",
            )
        known = _KEPT[version] = calendar_of(content)
    return known


def outdated_projects(connection: Connection) -> int:
    """Number of open projects whose dates were made with another calendar than the one in force."""
    return int(connection.execute(_OUTDATED).scalar_one())


#: Calendars by version; a version's content never changes.
_KEPT: dict[str, WorkingCalendar] = {}


@lru_cache(maxsize=4)
def _content(calendar: WorkingCalendar) -> str:
    return orjson.dumps(content_of(calendar)).decode()


#: Any number that nothing else locks.
_LOCK = text("SELECT pg_advisory_xact_lock(4203371)")
_NEWEST = text("SELECT version FROM calendar_version ORDER BY id DESC LIMIT 1")
_KNOWN = text("SELECT 1 FROM calendar_version WHERE version = :version LIMIT 1")
_CONTENT = text("SELECT content FROM calendar_version WHERE version = :version LIMIT 1")
_ADD = sealed(
    calendar_version,
    "INSERT INTO calendar_version (version, in_force_since, made_by, content)"
    " VALUES (:version, :now, :by, CAST(:content AS jsonb))",
)
_OUTDATED = text(
    "SELECT count(*) FROM project WHERE state = 'active' AND calendar IS DISTINCT FROM"
    " (SELECT version FROM calendar_version ORDER BY id DESC LIMIT 1)"
)
