"""Wrong passwords slow down: so many in so long a time per account and address, then a pause."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from models.errors import KaigongError

TRIES = 8
SECONDS = 300.0
REMEMBERED = 10_000


class TooManyTries(KaigongError):
    """login: too many wrong passwords; wait {minutes} minutes and try again."""

    field = "login"


class Throttle:
    """Counts failures in this process; the oldest entries are forgotten first."""

    def __init__(
        self,
        tries: int = TRIES,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tries = tries
        self._seconds = seconds
        self._clock = clock
        self._failures: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, *keys: str) -> None:
        """Refuse further tries for a while when any of the keys failed too often."""
        with self._lock:
            now = self._clock()
            for key in keys:
                recent = self._recent(key, now)
                if len(recent) >= self._tries:
                    minutes = max(1, round((self._seconds - (now - recent[0])) / 60))
                    raise TooManyTries(minutes=minutes)

    def failed(self, *keys: str) -> None:
        """Remember a failure."""
        with self._lock:
            now = self._clock()
            for key in keys:
                self._failures[key] = [*self._recent(key, now), now]
                self._failures.move_to_end(key)
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, *keys: str) -> None:
        """Forget the failures of whoever got in."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _recent(self, key: str, now: float) -> list[float]:
        return [at for at in self._failures.get(key, ()) if now - at < self._seconds]
