"""Counting what a test asks of the database, at the driver: what goes past SQLAlchemy counts too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2.extensions
from sqlalchemy import event

from services.unit_of_work import Database

#: By this a connection that rested is asked whether it still lives.
PING = "SELECT 1"
#: What is no question: a transaction begins with its first statement and ends by one of these.
NOT_COUNTED = (PING, "COMMIT", "ROLLBACK")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent to a database meanwhile, on any of its connections."""
    seen: list[str] = []

    class Cursor(psycopg2.extensions.cursor):
        def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's name
            if query not in NOT_COUNTED:
                seen.append(str(query))
            super().execute(query, vars)

    def count(connection: Any, *_rest: Any) -> None:
        connection.cursor_factory = Cursor

    def leave(connection: Any, *_rest: Any) -> None:
        if connection is not None:
            connection.cursor_factory = None

    event.listen(database.engine, "checkout", count)
    event.listen(database.engine, "checkin", leave)
    try:
        yield seen
    finally:
        event.remove(database.engine, "checkout", count)
        event.remove(database.engine, "checkin", leave)
