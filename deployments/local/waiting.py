"""What waits in the database of an installation and should not: for somebody's lock, or for a part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, text

from deployments.local.findings import Finding, State, finding
from models.migrations import overlap
from rules.cases.context import ZONE
from services.timing import now

#: Acts wait for each other for moments: whoever waits longer waits for somebody who left [D].
HELD_SECONDS = 5
#: A wake-up is carried within seconds, a notice expanded within a minute [D].
LEFT_MINUTES = 10


def held_locks(connection: Connection) -> Iterator[Finding]:
    """Whoever holds what others wait for in this database; asked of what every role may see of others."""
    for pid, waiting, seconds in connection.execute(_HOLDERS, {"seconds": HELD_SECONDS}):
        yield finding(
            "locks",
            State.DOWN,
            "process {pid} of PostgreSQL is waited for by {count} others, for {seconds} s",
            "Acts elsewhere go on. Find out who that is, or end it as the database's owner: SELECT pg_terminate_backend({pid});",
            pid=pid,
            count=waiting,
            seconds=seconds,
        )


def left_undone(connection: Connection) -> Iterator[Finding]:
    """Work that no part has taken for minutes."""
    until = {"until": now() - timedelta(minutes=LEFT_MINUTES), "minutes": LEFT_MINUTES}
    left = connection.execute(_LEFT, until).one()
    if left.wake_ups:
        yield finding(
            "relay",
            State.DOWN,
            "{count} wake-ups are not carried, the oldest since {since}",
            "See that the Prefect server, a worker and a relay run: 'kaigong up', or 'kaigong relay'. Approvals go on.",
            count=left.wake_ups,
            since=f"{left.waking.astimezone(ZONE):%Y-%m-%d %H:%M}",
        )
    if left.notices:
        yield finding(
            "notices",
            State.NOTE,
            "{count} notices are not sent on, the oldest since {since}",
            "See that a worker runs and that the schedule of deliver-notices is not switched off: 'kaigong deploy'.",
            count=left.notices,
            since=f"{left.telling.astimezone(ZONE):%Y-%m-%d %H:%M}",
        )


def overlap_lasts(connection: Connection) -> Iterator[Finding]:
    """Whether what the release before needs is still there, and who needs it."""
    if not overlap.lasts(connection):
        return
    older = overlap.older_connections(connection)
    yield finding(
        "upgrade",
        State.NOTE,
        "an earlier program is still connected, {count} connections"
        if older
        else "what an earlier program needed is still there",
        "Stop it where everybody goes to this one, then run 'kaigong migrate' again."
        if older
        else "Run 'kaigong migrate' again.",
        count=older,
    )


_HOLDERS = text(
    "SELECT holder, count(*), max(extract(epoch FROM clock_timestamp() - w.waitstart))::int"
    " FROM (SELECT pid, min(waitstart) AS waitstart FROM pg_locks WHERE NOT granted"
    " AND waitstart < clock_timestamp() - make_interval(secs => :seconds) GROUP BY pid) w"
    # A lock on a transaction names no database: the session that waits does.
    " JOIN pg_stat_activity a ON a.pid = w.pid AND a.datname = current_database()"
    " CROSS JOIN unnest(pg_blocking_pids(w.pid)) AS holder"
    # Whoever waits too holds up the others only as long as it is held up itself.
    " WHERE holder NOT IN (SELECT pid FROM pg_locks WHERE NOT granted)"
    " GROUP BY holder ORDER BY holder"
)
_LEFT = text(
    # Wake-ups are stamped by the database, notices by the clock of their act.
    "SELECT w.wake_ups, w.waking, n.notices, n.telling FROM"
    " (SELECT count(*) AS wake_ups, min(requested_at) AS waking FROM wake_up"
    " WHERE requested_at < now() - make_interval(mins => :minutes)) w,"
    " (SELECT count(*) AS notices, min(created_at) AS telling FROM notice"
    " WHERE expanded_at IS NULL AND created_at < :until) n"
)
