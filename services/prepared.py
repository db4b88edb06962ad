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

from sqlalchemy import Connection, CursorResult

_PARAMETER = re.compile(r"(?<!:):([a-z_]+)\b")


class Prepared:
    """A statement with named parameters (``:name``), each of a declared SQL type."""

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        self._order = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
        positions = {name: f"${number}" for number, name in enumerate(self._order, start=1)}
        body = _PARAMETER.sub(lambda found: positions[found.group(1)], sql)
        self._name = "kg_" + hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()[:16]
        declared = ", ".join(types[name] for name in self._order)
        self._prepare = f"PREPARE {self._name} ({declared}) AS {body}"
        self._execute = f"EXECUTE {self._name} ({', '.join(['%s'] * len(self._order))})"

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it; prepared first on a connection that has not seen it."""
        known: set[str] = connection.info.setdefault("prepared", set())
        if self._name not in known:
            connection.exec_driver_sql(self._prepare)
            known.add(self._name)
        return connection.exec_driver_sql(
            self._execute, tuple(values[name] for name in self._order)
        )
