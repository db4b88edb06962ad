"""Letters on their way: several channels at once, the letters of one channel one after the other.

Nothing here knows the database. A channel that hangs, fails or cannot be understood keeps no other
waiting; after two failures in a row the rest of its letters is left for later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from queue import Empty, SimpleQueue

from config.notice_templates import Letter
from models.errors import KaigongError
from services.messages.channels import Channel

#: A channel that failed so often in a row is left alone until its letters are due again.
FAILURES_IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Errand:
    """One letter to be taken to one channel by whoever claimed it."""

    id: int
    attempts: int
    """This attempt included."""
    claimed_until: datetime
    key: str
    """The letter's own, the same at every attempt."""
    url: str | None
    letter: Letter | None
    problem: str = ""
    """Why there is no channel or no letter."""


class Result(Enum):
    """What became of an errand."""

    SENT = "sent"
    FAILED = "failed"
    """Tried, or its channel was just seen to fail; it counts as an attempt."""
    HOPELESS = "hopeless"
    """There is no such channel any more; trying again cannot help."""
    UNTOUCHED = "untouched"
    """There was no time for it."""


@dataclass(frozen=True, slots=True)
class Done:
    """An errand with what became of it."""

    errand: Errand
    result: Result
    reason: str | None = None


def run(
    errands: Sequence[Errand], *, at_once: int, seconds: float, patience: float
) -> Iterator[Done]:
    """Run errands, answering each as soon as it is done.

    No letter is begun after ``seconds``; one that is still on its way ``patience`` seconds later
    counts as failed, and its thread is left behind.
    """
    crowd = _Crowd(errands, time.monotonic() + seconds)
    crowd.start(at_once)
    left = {errand.id: errand for errand in errands}
    until = time.monotonic() + seconds + patience
    while left:
        try:
            done = crowd.done.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            break
        del left[done.errand.id]
        yield done
    for errand in left.values():
        begun = errand.id in crowd.begun
        yield Done(errand, Result.FAILED if begun else Result.UNTOUCHED, "no answer in time")


class _Crowd:
    """Threads that share the errands; each takes all letters of one channel."""

    def __init__(self, errands: Sequence[Errand], until: float) -> None:
        self.done: SimpleQueue[Done] = SimpleQueue()
        self.begun: set[int] = set()
        self._until = until
        self._rounds: SimpleQueue[list[Errand]] = SimpleQueue()
        # What failed before goes last: a channel that is down keeps fresh letters waiting least.
        by_channel: dict[str | None, list[Errand]] = {}
        for errand in sorted(errands, key=lambda e: (e.attempts, e.id)):
            by_channel.setdefault(errand.url, []).append(errand)
        for errands_of_one in by_channel.values():
            self._rounds.put(errands_of_one)
        self._count = len(by_channel)

    def start(self, at_once: int) -> None:
        for number in range(min(at_once, self._count)):
            # Daemons: one that hangs must not keep the process from ending.
            threading.Thread(target=self._work, name=f"notices-{number}", daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                errands = self._rounds.get_nowait()
            except Empty:
                return
            for done in self._take(errands):
                self.done.put(done)

    def _take(self, errands: Sequence[Errand]) -> Iterator[Done]:
        channel, failures, reason = None, 0, ""
        for errand in errands:
            if errand.url is None:
                yield Done(errand, Result.HOPELESS, errand.problem)
            elif errand.letter is None:
                yield Done(errand, Result.FAILED, errand.problem)
            elif failures >= FAILURES_IN_A_ROW:
                yield Done(errand, Result.FAILED, reason)
            elif time.monotonic() > self._until:
                yield Done(errand, Result.UNTOUCHED)
            else:
                self.begun.add(errand.id)
                try:
                    channel = channel or Channel(errand.url)
                    problem = channel.send(errand.letter, errand.key)
                except KaigongError as error:
                    problem = str(error)
                except Exception as error:  # noqa: BLE001 - whatever a channel does, others go on
                    # Its words may hold parts of the address.
                    problem = type(error).__name__
                failures = failures + 1 if problem else 0
                reason = problem or ""
                yield Done(errand, Result.FAILED if problem else Result.SENT, problem)
