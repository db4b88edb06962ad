"""A transaction of ours: begun with its first statement, whole or nothing, none left open."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import Connection, event, text

from models.errors import Unavailable
from services.prepared import Prepared
from services.unit_of_work import Database

ADD = text("INSERT INTO enterprise (credit_code, name) VALUES (lpad(:key, 18, '0'), 'new')")
RENAME = text("UPDATE enterprise SET name = :name WHERE credit_code = lpad('a', 18, '0')")
COUNT = text("SELECT count(*) FROM enterprise")
LOCK = Prepared(
    "SELECT name FROM enterprise WHERE credit_code = lpad(:key, 18, '0') FOR UPDATE",
    {"key": "text"},
)
READ = Prepared(
    "SELECT json_build_array(name) FROM enterprise WHERE credit_code = lpad(:key, 18, '0')",
    {"key": "text"},
)


@contextmanager
def listening(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def enterprises(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(COUNT).scalar_one())


def status(connection: Connection) -> int:
    return connection.connection.driver_connection.info.transaction_status


def test_it_begins_with_its_first_statement(database):
    with listening(database) as statements, database.transaction() as connection:
        assert status(connection) == TRANSACTION_STATUS_IDLE
        connection.execute(ADD, {"key": "a"})
        assert status(connection) != TRANSACTION_STATUS_IDLE
        connection.execute(COUNT)
    assert [one.startswith("BEGIN; ") for one in statements] == [True, False]
    assert enterprises(database) == 1


def test_many_rows_may_come_first(database):
    with database.transaction() as connection:
        connection.execute(ADD, [{"key": "a"}, {"key": "b"}])
    assert enterprises(database) == 2


def test_what_raises_leaves_nothing(database):
    def fail() -> None:
        with database.transaction() as connection:
            connection.execute(ADD, {"key": "a"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert enterprises(database) == 0
    with database.reading() as connection:
        assert status(connection) == TRANSACTION_STATUS_IDLE


def test_nothing_done_is_nothing_begun(database):
    with listening(database) as statements, database.transaction():
        pass
    assert statements == []
    assert enterprises(database) == 0


def test_a_point_to_go_back_to_may_come_first(database):
    with database.transaction() as connection:
        point = connection.begin_nested()
        connection.execute(ADD, {"key": "a"})
        point.rollback()
        connection.execute(ADD, {"key": "b"})
    assert enterprises(database) == 1


@pytest.mark.parametrize("last", ["READ", "COMMIT", "ROLLBACK"])
@pytest.mark.parametrize("prepared", [True, False])
def test_a_connection_that_breaks_is_told_and_replaced(database, prepared, last):
    """Wherever it breaks: at a statement, or at the end of a transaction that did what it wanted."""
    kill = text("SELECT pg_terminate_backend(:pid)")

    def read(connection: Connection) -> object:
        return READ.execute(connection, {"key": "a"}) if prepared else connection.execute(COUNT)

    def lose() -> None:
        with database.transaction() as connection:
            read(connection)
            pid = connection.connection.driver_connection.info.backend_pid
            with database.reading() as other:
                other.execute(kill, {"pid": pid})
            if last == "READ":
                read(connection)
            elif last == "ROLLBACK":
                raise LookupError(pid)

    with pytest.raises(LookupError if last == "ROLLBACK" else Unavailable):
        lose()
    with database.transaction() as connection:
        connection.execute(ADD, {"key": "a"})
    assert enterprises(database) == 1


def test_what_is_read_after_a_lock_is_what_the_lock_waited_for(database):
    with database.transaction() as connection:
        connection.execute(ADD, {"key": "a"})

    def rename(name: str) -> str:
        with database.transaction() as connection:
            [before] = READ.execute(connection, {"key": "a"}, after=LOCK)
            connection.execute(RENAME, {"name": name})
            return str(before)

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(rename, "abcdefgh"))
    with database.reading() as connection:
        [last] = READ.execute(connection, {"key": "a"})
    assert sorted([*seen, last]) == sorted(["new", *"abcdefgh"])
