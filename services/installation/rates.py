"""How often one person, or one address that nobody is known at, may ask within a minute.

The budget holds for all portals of an installation together. A process gives the first tenth of it without
asking anybody, so that an ordinary day asks nothing of the database; whoever wants more is lent it from
the database a tenth at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from sqlalchemy import Connection, text

from models.errors import TooOften
from services.unit_of_work import Database

SECONDS: Final = 60
#: Part of the budget that is given or lent at once.
PART: Final = 10


class TooManyRequests(TooOften):
    template = "More than {limit} requests came from you within a minute. Wait {seconds} seconds, and ask less at once."


@dataclass(slots=True)
class Rates:
    """The budgets of one portal; safe for many threads."""

    database: Database
    limit: int
    clock: Callable[[], float] = time.time
    _minute: int = 0
    _left: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, holder: str) -> None:
        """Count one request; raises :class:`TooManyRequests`."""
        moment = self.clock()
        minute, part = int(moment // SECONDS), max(1, self.limit // PART)
        if self._is_left(holder, minute, part):
            return
        lent = self._borrow(holder, minute, part)
        if not lent:
            seconds = SECONDS - int(moment % SECONDS)
            raise TooManyRequests(limit=self.limit, seconds=seconds)
        with self._lock:
            if minute == self._minute:
                self._left[holder] = self._left.get(holder, 0) + part - 1

    def _is_left(self, holder: str, minute: int, part: int) -> bool:
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._left.clear()
            left = self._left.get(holder, part)
            self._left[holder] = max(0, left - 1)
            return left > 0

    def _borrow(self, holder: str, minute: int, part: int) -> bool:
        values = {"holder": holder, "minute": minute, "part": part, "most": self.limit - part}
        with self.database.transaction() as connection:
            return connection.execute(_BORROW, values).first() is not None


def forget_old_budgets(connection: Connection) -> int:
    """Remove what was lent in minutes that are over; how many rows."""
    minute = int(time.time() // SECONDS)
    return connection.execute(_FORGET, {"minute": minute}).rowcount


_BORROW = text(
    "INSERT INTO request_budget AS kept (holder, minute, lent) SELECT :holder, :minute, :part"
    " WHERE :part <= :most ON CONFLICT (holder) DO UPDATE SET minute = excluded.minute,"
    " lent = CASE WHEN kept.minute = excluded.minute THEN kept.lent ELSE 0 END + :part"
    " WHERE kept.minute < excluded.minute OR kept.lent + :part <= :most RETURNING 1"
)
_FORGET = text("DELETE FROM request_budget WHERE minute < :minute")
