"""Migrated databases that tests are lent one after the other, each as empty as the first one found it.

A copy of the template costs a tenth of a second of copying, of filling caches and of dropping; to
delete what one test wrote takes some thousandths. A database is only lent again if nobody is connected
to it and its tables, columns, triggers and functions are those of the template still.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg2
from psycopg2.extensions import connection as Connected  # noqa: N812

from deployments.local.postgres import Postgres
from services.unit_of_work import open_database

#: Rows that were deleted stay in their files: after so many tests a database has done its duty.
USES = 30
TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""
SEQUENCES = """
    SELECT format('%I.%I', schemaname, sequencename), start_value FROM pg_sequences ORDER BY 1"""
#: What a test may have changed besides rows; ``xmin`` is the transaction that wrote an entry.
CATALOGS = (
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_extension",
    "pg_index",
    "pg_namespace",
    "pg_proc",
    "pg_trigger",
    "pg_type",
)
SETTINGS = """
    SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
    WHERE d.datname = current_database()"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@dataclass
class Lent:
    """One database, and what it was like when it was copied."""

    name: str
    kept: tuple[str, ...]
    """Tables in which migrations left rows."""
    state: tuple[object, ...]
    wipe: str
    uses: int = 0


@dataclass
class Databases:
    """The databases of one process of the run."""

    server: Postgres
    template: str
    patience: float = 2.0
    """Seconds in which whoever has closed a connection is gone from the server."""
    idle: list[Lent] = field(default_factory=list)

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The address of a database for the length of the block, migrated and without a row."""
        lent = self.idle.pop() if self.idle else self._copied()
        yield self.server.url(lent.name)
        # What a pool remembers of versions that never change is not true of the next test's rows.
        open_database.cache_clear()
        if self._wiped(lent):
            self.idle.append(lent)
        else:
            self.server.drop_database(lent.name)

    def _copied(self) -> Lent:
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.server.copy_database(self.template, name)
        with self.server._connection(name) as connection:
            tables = [str(table) for (table,) in _answers(connection, TABLES)]
            kept = tuple(
                table for table in tables if _answers(connection, f"SELECT 1 FROM {table} LIMIT 1")
            )
            emptied = [table for table in tables if table not in kept]
            sequences = _answers(connection, SEQUENCES)
            return Lent(name, kept, _state(connection, kept), _wipe(emptied, sequences))

    def _wiped(self, lent: Lent) -> bool:
        """Whether the database could be made what it was before it was lent."""
        lent.uses += 1
        if lent.uses == USES:
            return False
        try:
            with self.server._connection(lent.name) as connection:
                if not _left_alone(connection, self.patience):
                    return False
                if _state(connection, lent.kept) != lent.state:
                    return False
                connection.cursor().execute(lent.wipe)
        except psycopg2.Error:  # it was dropped, renamed, or is closed to us
            return False
        return True


def _left_alone(connection: Connected, seconds: float) -> bool:
    """Whether nobody else is connected, or soon will not be: a server ends a connection by and by."""
    deadline = time.monotonic() + seconds
    while _answers(connection, OTHERS) != [(0,)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _answers(connection: Connected, query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _state(connection: Connected, kept: tuple[str, ...]) -> tuple[object, ...]:
    sums = " UNION ALL ".join(
        f"SELECT count(*), sum(xmin::text::bigint) FROM {name}" for name in (*CATALOGS, *kept)
    )
    return (*_answers(connection, sums), *_answers(connection, SETTINGS))


def _wipe(tables: list[str], sequences: list[tuple[object, ...]]) -> str:
    """The statements that delete every row and begin to count anew; no trigger hears of it."""
    deleted = [f"DELETE FROM {table}" for table in tables]
    counted = [f"SELECT setval('{name}', {start}, false)" for name, start in sequences]
    return "; ".join(["SET session_replication_role = replica", *deleted, *counted])
