"""Sending of letters: several channels in parallel, the letters of one channel in sequence.

Independent of the database. A channel that hangs, fails or is invalid keeps no other
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
from services.notices.channels import Channel

#: A channel that failed so often in a row is left alone until its letters are due again.
FAILURES_IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed letter to be sent to one channel."""

    id: int
    attempts: int
    """Including this attempt."""
    claimed_until: datetime
    key: str
    """Idempotency key of the letter, the same at every attempt."""
    url: str | None
    letter: Letter | None
    problem: str = ""
    """Why the channel or the letter is missing."""


class Result(Enum):
    """Result of a delivery."""

    SENT = "sent"
    FAILED = "failed"
    """Tried, or skipped because its channel just failed; counts as an attempt."""
    HOPELESS = "hopeless"
    """The channel no longer exists; retrying cannot help."""
    UNTOUCHED = "untouched"
    """Not attempted for lack of time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A delivery with its result."""

    delivery: Delivery
    result: Result
    reason: str | None = None


def run(
    deliveries: Sequence[Delivery], *, at_once: int, seconds: float, patience: float
) -> Iterator[Outcome]:
    """Send deliveries and yield the outcome of each as soon as it is known.

    No letter is begun after ``seconds``; one that is still on its way ``patience`` seconds later
    counts as failed, and its thread is left behind.
    """
    senders = _Senders(deliveries, time.monotonic() + seconds)
    senders.start(at_once)
    left = {delivery.id: delivery for delivery in deliveries}
    until = time.monotonic() + seconds + patience
    while left:
        try:
            outcome = senders.outcomes.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            break
        del left[outcome.delivery.id]
        yield outcome
    for delivery in left.values():
        begun = delivery.id in senders.begun
        yield Outcome(delivery, Result.FAILED if begun else Result.UNTOUCHED, "no answer in time")


class _Senders:
    """Threads that share the deliveries; each takes all letters of one channel."""

    def __init__(self, deliveries: Sequence[Delivery], until: float) -> None:
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self.begun: set[int] = set()
        self._until = until
        self._batches: SimpleQueue[list[Delivery]] = SimpleQueue()
        # What failed before goes last: a channel that is down keeps fresh letters waiting least.
        by_channel: dict[str | None, list[Delivery]] = {}
        for delivery in sorted(deliveries, key=lambda delivery: (delivery.attempts, delivery.id)):
            by_channel.setdefault(delivery.url, []).append(delivery)
        for batch in by_channel.values():
            self._batches.put(batch)
        self._count = len(by_channel)

    def start(self, at_once: int) -> None:
        for number in range(min(at_once, self._count)):
            # Daemons: one that hangs must not keep the process from ending. An executor waits for
            # its threads, at the latest when the interpreter ends.
            threading.Thread(target=self._work, name=f"notices-{number}", daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                deliveries = self._batches.get_nowait()
            except Empty:
                return
            for outcome in self._take(deliveries):
                self.outcomes.put(outcome)

    def _take(self, deliveries: Sequence[Delivery]) -> Iterator[Outcome]:
        channel, failures, reason = None, 0, ""
        for delivery in deliveries:
            if delivery.url is None:
                yield Outcome(delivery, Result.HOPELESS, delivery.problem)
            elif delivery.letter is None:
                yield Outcome(delivery, Result.FAILED, delivery.problem)
            elif failures >= FAILURES_IN_A_ROW:
                yield Outcome(delivery, Result.FAILED, reason)
            elif time.monotonic() > self._until:
                yield Outcome(delivery, Result.UNTOUCHED)
            else:
                self.begun.add(delivery.id)
                try:
                    channel = channel or Channel(delivery.url)
                    problem = channel.send(delivery.letter, delivery.key)
                except KaigongError as error:
                    problem = str(error)
                except Exception as error:  # noqa: BLE001 - whatever a channel does, others go on
                    # Its words may hold parts of the address.
                    problem = type(error).__name__
                failures = failures + 1 if problem else 0
                reason = problem or ""
                yield Outcome(delivery, Result.FAILED if problem else Result.SENT, problem)
