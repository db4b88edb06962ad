"""The relay from the outbox to Prefect: reads wake-ups from our database and resumes the flows.

A wake-up is a row, written with the decision that caused it, one per project. The row stays until
the *flow* has recorded that it evaluated that version of the facts; the relay only moves the time
of its next attempt. So nothing is lost when the run is busy, the worker is killed or Prefect is
down: the attempt comes again. One relay is enough; two do no harm, each step is idempotent.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import PrefectException, PrefectHTTPStatusError
from prefect.logging import get_logger
from sqlalchemy.exc import SQLAlchemyError

from flows.project_runs import LIFECYCLE, Carried, Grace, NotDeployed, ProjectRuns, RunBook
from models.cases.wake_ups import WakeUp
from models.errors import Unavailable

#: Faults that pass: Prefect or PostgreSQL is down, restarting or slow.
PASSING = (httpx.HTTPError, OSError, SQLAlchemyError, Unavailable, PrefectException, NotDeployed)

logger = get_logger("kaigong.relay")


class WakeUps(RunBook, Protocol):
    """The wake-ups in our database. Each call is one short transaction."""

    def pending(self, limit: int) -> Sequence[WakeUp]:
        """Wake-ups whose time has come, oldest first, one per project."""

    def postponed(self, project_id: str, seconds: float) -> None:
        """The wake-up comes again after ``seconds``, unless the flow evaluates it before that."""

    def scheduled(self) -> None:
        """Runs are ready: workers may look at once instead of at their next poll."""


class Bell(Protocol):
    """A notification of new wake-ups, ahead of the next poll."""

    def wait(self, seconds: float) -> bool:
        """Block until it rings; ``False`` when ``seconds`` went by first."""


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """How the relay behaves; times in seconds."""

    deployment: str = LIFECYCLE
    batch: int = 100
    at_once: int = 4
    #: Between looks at the table when nobody rings: while a run was busy, and otherwise.
    busy_seconds: float = 0.3
    idle_seconds: float = 2.0
    #: A scheduled run has this long to evaluate before it is looked at again, doubled each time.
    evaluate_seconds: float = 15.0
    slowest_seconds: float = 300.0
    #: The longest pause while Prefect or PostgreSQL is down; the first is half a second.
    down_seconds: float = 15.0
    grace: Grace = field(default_factory=Grace)


class Relay:
    """Carries wake-ups to one Prefect server."""

    def __init__(self, wake_ups: WakeUps, runs: ProjectRuns, options: RelayOptions) -> None:
        self._wake_ups = wake_ups
        self._runs = runs
        self._options = options
        self._places = asyncio.Semaphore(options.at_once)

    async def sweep(self) -> list[Carried]:
        """Carry every wake-up that is due now; what became of each."""
        due = await asyncio.to_thread(self._wake_ups.pending, self._options.batch)
        if not due:
            return []
        known = await self._runs.look(wake_up.run.flow_run_id for wake_up in due)
        done = await asyncio.gather(*(self._carry(wake_up, known) for wake_up in due))
        if any(carried.scheduled for carried in done):
            await asyncio.to_thread(self._wake_ups.scheduled)
        return list(done)

    async def _carry(self, wake_up: WakeUp, known: Mapping[UUID, FlowRun]) -> Carried:
        project = wake_up.run
        async with self._places:
            try:
                run = known.get(project.flow_run_id) if project.flow_run_id else None
                carried = await self._runs.carry(project, run)
            except PrefectHTTPStatusError:
                # Prefect answers, but not to this: the others must not wait for it.
                logger.exception("Prefect refused the wake-up of %s", project.name)
                carried = Carried.BUSY
            again = self._again(carried, wake_up.attempts)
            await asyncio.to_thread(self._wake_ups.postponed, project.project_id, again)
        return carried

    def _again(self, carried: Carried, attempts: int) -> float:
        """Seconds until the wake-up is looked at again; the flow usually deletes it before."""
        options = self._options
        first = options.evaluate_seconds if carried.scheduled else options.busy_seconds
        slowest = options.slowest_seconds if carried.scheduled else options.evaluate_seconds
        return float(min(first * 2 ** min(attempts, 12), slowest))

    async def work(self, stop: asyncio.Event, bell: Bell) -> None:
        """Sweep until ``stop`` is set: at the bell's ring, else at every poll."""
        faults = 0
        while not stop.is_set():
            try:
                done = await self.sweep()
                faults = 0
                if len(done) < self._options.batch:
                    pause = self._options.idle_seconds
                    if Carried.BUSY in done:
                        pause = self._options.busy_seconds
                    await asyncio.to_thread(bell.wait, pause)
            except PASSING as error:
                faults += 1
                pause = min(2.0 ** min(faults - 2, 12), self._options.down_seconds)
                logger.warning("Wake-ups wait, again in %.0f s: %s", pause, error)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await stop.wait()


async def relay(
    wake_ups: WakeUps,
    bell: Bell,
    stop: asyncio.Event,
    options: RelayOptions | None = None,
    deploy: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Run a relay until ``stop`` is set; Prefect may come and go meanwhile."""
    options = options or RelayOptions()
    while not stop.is_set():
        try:
            async with get_client() as client:
                runs = ProjectRuns(client, wake_ups, options.deployment, options.grace, deploy)
                await Relay(wake_ups, runs, options).work(stop, bell)
        except PASSING as error:
            # Opening the client asks the server for its version.
            logger.warning("Prefect is not there yet: %s", error)
            await asyncio.to_thread(bell.wait, options.idle_seconds)


def main(
    wake_ups: WakeUps,
    bell: Bell,
    options: RelayOptions | None = None,
    deploy: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """The relay as a process: until SIGTERM or SIGINT."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await relay(wake_ups, bell, stop, options, deploy)

    asyncio.run(until_signal())
