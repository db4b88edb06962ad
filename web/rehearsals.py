"""Limit on concurrent rehearsals: one per person, and a total per process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import TooOften

AT_ONCE = 2


class OwnRehearsalRuns(TooOften):
    template = (
        "A rehearsal of yours is still running; wait until it is done, it takes some seconds."
    )


class RehearsalsBusy(TooOften):
    template = "Other people's rehearsals are running; try again in some seconds."


class Rehearsals:
    """The logins whose rehearsals run in this process."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._running: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, login: str) -> Iterator[None]:
        """Hold a slot for one rehearsal of a person. Raises a refusal when none is free."""
        with self._lock:
            if login in self._running:
                raise OwnRehearsalRuns
            if len(self._running) >= self._at_once:
                raise RehearsalsBusy
            self._running.add(login)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(login)
