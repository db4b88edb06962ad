"""Who is running a project's flow right now: a lock in PostgreSQL that dies with its process.

Prefect says Running for ever after a worker was killed, and may hand one run to two workers. The
lease answers both. It is an advisory lock of a session, so the database lets go of it the moment
the process or its connection is gone: nothing has to be renewed, and no clock is compared.
It needs a connection of its own for as long as it is held; a pooler in transaction mode
(PgBouncer) must be bypassed for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

_KEY = "hashtextextended(:run, 7202)"
_WAIT = text("SELECT set_config('lock_timeout', :ms, false)")
_TAKE = text(f"SELECT pg_advisory_lock({_KEY})")
_RELEASE = text(f"SELECT pg_advisory_unlock({_KEY})")
_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks"  # noqa: S608 - no value from outside
    " WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    f" AND ((classid::bigint << 32) | objid::bigint) = {_KEY})"
)
_LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def hold(engine: Engine, flow_run_id: UUID, *, wait_seconds: float = 30.0) -> Iterator[bool]:
    """Hold the lease of a run; yields ``False`` when another process kept it all that time.

    Whoever gets ``False`` leaves the run alone: the holder evaluates the same facts.
    """
    run = {"run": str(flow_run_id)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = _take(connection, run, wait_seconds)
        try:
            yield held
        finally:
            if held:
                _release(connection, run)


def _take(connection: Connection, run: dict[str, str], wait_seconds: float) -> bool:
    connection.execute(_WAIT, {"ms": str(int(wait_seconds * 1000))})
    try:
        connection.execute(_TAKE, run)
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    finally:
        if not connection.invalidated:
            connection.execute(_WAIT, {"ms": "0"})
    return True


def _release(connection: Connection, run: dict[str, str]) -> None:
    try:
        connection.execute(_RELEASE, run)
    except DBAPIError as error:
        # A connection that broke has let go of the lease already.
        if not error.connection_invalidated:
            raise


def alive(engine: Engine, flow_run_id: UUID) -> bool:
    """Whether some process holds the lease of this run."""
    with engine.connect() as connection:
        return bool(connection.execute(_HELD, {"run": str(flow_run_id)}).scalar_one())
