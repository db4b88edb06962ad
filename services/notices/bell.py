"""Waiting for PostgreSQL notifications: LISTEN on a connection of its own."""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg2
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

#: A wake-up was written: the relay listens.
WAKE_UPS = "kaigong_wake_ups"
#: Prefect runs were scheduled: workers listen.
RUNS = "kaigong_runs"


def ring(connection: Connection, channel: str) -> None:
    """Announce on ``channel`` when the transaction of ``connection`` commits."""
    connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})


class Bell:
    """Waits for announcements on one channel. Belongs to one thread.

    While PostgreSQL is down it only pauses: its callers poll
    afterwards anyway, and a notification only makes that sooner.
    """

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._raw: Any = None

    def wait(self, seconds: float) -> bool:
        """Block until a notification; ``False`` if ``seconds`` passed first."""
        deadline = time.monotonic() + seconds
        try:
            return self._listen(deadline)
        except (psycopg2.Error, DBAPIError, OSError):
            self._raw = None
            time.sleep(max(0.0, deadline - time.monotonic()))
            return False

    def _listen(self, deadline: float) -> bool:
        if self._raw is None:
            self._raw = self._connect()
            return True  # whatever was announced before it listened was not heard
        self._raw.poll()
        while not self._raw.notifies:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            select.select([self._raw], [], [], left)
            self._raw.poll()
        self._raw.notifies.clear()
        return True

    def _connect(self) -> Any:
        pooled = self._engine.raw_connection()
        raw: Any = pooled.driver_connection
        pooled.detach()
        raw.autocommit = True
        with raw.cursor() as cursor:
            cursor.execute(f'LISTEN "{self._channel}"')
        return raw
