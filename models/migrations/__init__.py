"""Migrations of the ledger's tables: applied under an advisory lock, checked against the tables.

People go on working meanwhile. Each migration is a transaction of its own, and none stands in anybody's
way for longer than :data:`LOCK_SECONDS`: one that does not get a table in that time, because somebody
reads it, gives way to everyone who waits behind it and comes back a little later. The release before
serves until the last of them is done, and after (:mod:`models.migrations.overlap`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg2.errors import DeadlockDetected, LockNotAvailable, QueryCanceled
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from models.errors import Unavailable
from models.migrations import filling, overlap
from models.migrations.roles import Roles, grant

#: Two installations that start at once migrate one after the other.
ADVISORY_LOCK: Final = 4_203_370
#: How long a migration waits for its tables, and everyone else behind it [D]: less than PostgreSQL takes to
#: look for who waits for whom (``deadlock_timeout``, 1 s), so that it never ends an act of somebody.
LOCK_SECONDS: Final = 0.7
#: How long whoever waited behind it has before it comes back.
PAUSE_SECONDS: Final = 1.0
#: What a migration comes back after: somebody holds a table, or waits for what it holds itself.
HELD: Final = (LockNotAvailable, DeadlockDetected, QueryCanceled)
#: How often it comes back before it gives up: some ten minutes.
TRIES: Final = 200


class TablesHeld(Unavailable):
    template = "The database could not be brought to version {revision} in {tries} tries of {seconds} s: somebody holds its tables without a pause. Everything before that version is done; look for a transaction that was left open, end it, and start again."


class DatabaseNewer(Unavailable):
    template = "The database is at version {found}, which this program does not know; its newest is {needed}. Install the version of Kaigong that the other machines run."


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration without a file: scripts stand beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(url: str, tries: int = TRIES, roles: Roles = Roles()) -> None:  # noqa: B008 - frozen
    """Bring a database to the newest version; a database that is there already is left alone.

    Concurrent calls wait for each other. A migration is applied whole or not at all; one that was
    interrupted goes on after the last that was applied. What an earlier program needs stays while one is
    connected, or while something that it wrote was not taken over. Raises :class:`TablesHeld` when one
    did not get its tables in so many ``tries``. ``url`` is the owner's; the other ``roles`` are given
    their rights.
    """
    engine = create_engine(url, poolclass=NullPool)
    with _alone(engine) as connection:
        reached = current_revision(connection)
        if reached is not None:
            check_known(reached)
            if filling.was_interrupted(connection):
                _fill(engine, reached, tries)
        for revision in _steps(connection):
            _apply(engine, revision, tries)
            _fill(engine, revision, tries)
        if overlap.may_end(connection):
            _patiently(engine, overlap.end, head_revision(), tries)
        if any(roles):
            with engine.begin() as granting:
                grant(granting, roles)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Hold the right to migrate, on a connection that is in no transaction meanwhile."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        yield connection


def _steps(connection: Connection) -> list[str]:
    """The revisions to go to, in order: each that is newer; an empty database goes to the newest at once."""
    current = current_revision(connection)
    if current is None:
        return ["head"]
    script = ScriptDirectory.from_config(configuration())
    newer = script.iterate_revisions("head", current)
    return [revision.revision for revision in reversed(list(newer))]


def _apply(engine: Engine, revision: str, tries: int) -> None:
    """Apply one migration, again while somebody holds what it needs."""

    def migrate(connection: Connection) -> None:
        command.upgrade(configuration(connection), revision)
        if _fillings(revision):
            connection.execute(filling.BEGINS)

    _patiently(engine, migrate, revision, tries)


def _fill(engine: Engine, revision: str, tries: int) -> None:
    """Write what a migration leaves for afterwards, batch by batch."""
    for rows in _fillings(revision):
        with engine.connect() as connection:
            batches = list(filling.ranges(connection, rows))
        for batch in batches:
            change = partial(filling.fill, filling=rows, batch=batch)
            _patiently(engine, change, revision, tries, tables=False, bounded=rows.waits)
    if _fillings(revision):
        with engine.begin() as connection:
            connection.execute(filling.ENDS)


def _fillings(revision: str) -> tuple[filling.Filling, ...]:
    """What a migration leaves for afterwards; an empty database, which goes to the head, has no rows."""
    if revision == "head":
        return ()
    script = ScriptDirectory.from_config(configuration()).get_revision(revision)
    fillings: tuple[filling.Filling, ...] = getattr(script.module, filling.NAME, ())
    return fillings


def _patiently(
    engine: Engine,
    change: Callable[[Connection], None],
    revision: str | None,
    tries: int,
    *,
    tables: bool = True,
    bounded: bool = False,
) -> None:
    """One transaction, again while somebody holds what it needs: all ``tables``, or rows within a
    ``bounded`` time.
    """
    for _ in range(tries):
        try:
            with engine.begin() as connection:
                if tables:
                    _take_tables(connection)
                elif bounded:
                    connection.execute(_WITHIN)
                change(connection)
        except OperationalError as error:
            if not isinstance(error.orig, HELD):
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
    raise TablesHeld(revision=revision, tries=tries, seconds=LOCK_SECONDS)


def _take_tables(connection: Connection) -> None:
    """All tables at once, before anything is changed: nobody is met crosswise afterwards."""
    connection.execute(_WITHIN)
    connection.execute(_ALL_TABLES)
    connection.execute(text("SET LOCAL statement_timeout = 0"))


_WITHIN = text(f"SET LOCAL statement_timeout = {LOCK_SECONDS * 1000:.0f}")
#: First the one that every act takes first.
_ALL_TABLES = text(
    "DO $$ DECLARE listed text := (SELECT string_agg(format('%I.%I', schemaname, tablename), ', '"
    " ORDER BY tablename <> 'project', tablename) FROM pg_tables WHERE schemaname = 'public'); BEGIN"
    " IF listed IS NOT NULL THEN EXECUTE 'LOCK TABLE ' || listed || ' IN ACCESS EXCLUSIVE MODE'; END IF;"
    " END $$"
)


def check_known(revision: str) -> None:
    """Raise ``DatabaseNewer`` for a revision of a later program."""
    known = ScriptDirectory.from_config(configuration()).walk_revisions()
    if revision not in {script.revision for script in known}:
        raise DatabaseNewer(found=revision, needed=head_revision() or "—")


def current_revision(connection: Connection) -> str | None:
    """The revision a database is at, or ``None`` when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(configuration()).get_current_head()
