"""Statements that the server parses and plans once per connection.

The two statements of every act are large, and psycopg2 sends text: without this, the server would
plan them anew for each act. A pooler in transaction mode (PgBouncer) must be told to keep prepared
statements, or be bypassed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import psycopg2
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_PARAMETER = re.compile(r"(?<!:):([a-z_]+)\b")


class Prepared:
    """A statement with named parameters (``:name``), each of a declared SQL type."""

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        self.order = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
        positions = {name: f"${number}" for number, name in enumerate(self.order, start=1)}
        body = _PARAMETER.sub(lambda match: positions[match.group(1)], sql)
        self._name = "kg_" + hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()[:16]
        declared = ", ".join(types[name] for name in self.order)
        self._prepare = f"PREPARE {self._name} ({declared}) AS {body}"
        self.call = f"EXECUTE {self._name} ({', '.join(['%s'] * len(self.order))})"

    def execute(
        self, connection: Connection, values: Mapping[str, Any], *, after: Prepared | None = None
    ) -> Any:
        """Run it; the one value of its first row, ``None`` when it has none.

        It is prepared first on a connection that has not seen it. ``after`` is run before, in the
        same message to the server. It takes the same values; what it answers is dropped. The second
        statement sees what was committed before it began, so that a read after a lock sees what the
        lock waited for.
        """
        statements = (self,) if after is None else (after, self)
        for statement in statements:
            statement.prepare(connection)
        message = "; ".join([statement.call for statement in statements])
        names = [name for statement in statements for name in statement.order]
        return _sent(connection, message, tuple([values[name] for name in names]))

    def prepare(self, connection: Connection) -> None:
        """Have the server parse and plan it, unless it did on this connection."""
        known: set[str] = connection.info.setdefault("prepared", set())
        if self._name not in known:
            connection.exec_driver_sql(self._prepare)
            known.add(self._name)


def _sent(connection: Connection, message: str, parameters: tuple[Any, ...]) -> Any:
    """Send it past SQLAlchemy, whose own work would cost an act as much as the server's answer does.

    Who listens to statements hears of this one as of any other, and the transaction is the same.
    """
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor:
        for listener in connection.dispatch.before_cursor_execute:
            message, parameters = listener(connection, cursor, message, parameters, None, False)
        try:
            cursor.execute(message, parameters)
        except psycopg2.Error as error:
            raise _as_sqlalchemy(connection, message, error, broken=raw.closed != 0) from error
        row = cursor.fetchone() if cursor.description is not None else None
    return row[0] if row is not None else None


def _as_sqlalchemy(
    connection: Connection, message: str, error: psycopg2.Error, *, broken: bool
) -> Exception:
    """The error as everyone else gets it; a connection that broke takes those beside it along."""
    fault: Exception = DBAPIError.instance(
        message,
        None,
        error,
        psycopg2.Error,
        connection_invalidated=broken,
        dialect=connection.dialect,
    )
    if broken:
        connection.invalidate(error)
        connection.engine.dispose(close=False)
    return fault
