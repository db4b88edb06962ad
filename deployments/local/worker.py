"""The warm worker: a Prefect worker that runs wake-ups in its own process.

The stock process worker starts an interpreter for every run, which costs some four seconds of
processor time; this one needs a twentieth of that. It is an ordinary Prefect worker otherwise: the
same work pool, the same flow code. It polls quickly while there is work and slowly when there is
none, lets runs finish on SIGTERM, and ends by itself after a number of runs so that nothing a
library leaks can grow for months; the supervisor starts it again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Protocol
from uuid import UUID

import anyio
import anyio.abc
import httpx
from prefect import Flow
from prefect.client.schemas.objects import FlowRun
from prefect.flows import load_flow_from_entrypoint
from prefect.logging import get_logger
from prefect.settings import PREFECT_CLIENT_METRICS_ENABLED, temporary_settings
from prefect.workers.base import BaseJobConfiguration, BaseWorker, BaseWorkerResult
from prefect.workers.process import ProcessJobConfiguration, ProcessVariables

from deployments.local.warm_slots import WarmSlots
from deployments.prefect_file import own_entrypoints
from models.errors import NotPermitted

WORKER_TYPE = "kaigong-warm"
#: Options that one word on the command line does not make by itself.
READ_AS: dict[str, Callable[[str], Any]] = {"more_flows": lambda names: frozenset(names.split(","))}
logger = get_logger("kaigong.worker")


class NotOurFlow(NotPermitted):
    """What a deployment names is not run: anyone who reaches the Prefect API could have written it."""

    template = "The deployment {deployment} names {entrypoint}, which is not a flow of Kaigong. Nothing was run."


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How one worker process behaves; all times in seconds."""

    pool: str = "kaigong"
    name: str | None = None
    #: Runs at the same time. A wake-up mostly waits for PostgreSQL and Prefect.
    slots: int = 4
    #: Between looks for work: at least, while runs come in, and at most, when none do.
    busy_seconds: float = 0.2
    idle_seconds: float = 2.0
    heartbeat_seconds: int = 30
    #: After so many runs the process drains and ends with code 0; 0 means never.
    runs_per_process: int = 5000
    #: How long a stopping worker waits for its runs.
    drain_seconds: float = 60.0
    #: Entrypoints that it runs beside the product's own flows; no Prefect server can add one.
    more_flows: frozenset[str] = frozenset()


class WarmResult(BaseWorkerResult):
    """How a run ended; the engine has already told the server all there is to tell."""


class WarmWorker(BaseWorker[ProcessJobConfiguration, ProcessVariables, WarmResult]):
    """A worker that runs flows in threads of its own process.

    It offers the job variables of the stock process worker, so that either type can serve the pool.
    """

    type = WORKER_TYPE
    job_configuration = ProcessJobConfiguration
    job_configuration_variables = ProcessVariables
    _display_name = "Kaigong warm worker"
    _description = "Runs project wake-ups in one warm process."

    def __init__(self, options: WorkerOptions, slots: WarmSlots) -> None:
        super().__init__(
            work_pool_name=options.pool,
            name=options.name or f"warm {socket.gethostname()} {os.getpid()}",
            prefetch_seconds=1,
            limit=options.slots,
            create_pool_if_not_found=True,
            heartbeat_interval_seconds=options.heartbeat_seconds,
        )
        self._slots = slots
        self._entrypoints = own_entrypoints() | options.more_flows
        self._flows: dict[UUID, tuple[float, Flow[..., Any]]] = {}
        self.finished = 0
        self.one_done = asyncio.Event()

    async def _submit_run(self, flow_run: FlowRun) -> None:
        """Take one scheduled run, and run it.

        Prefect's own version describes a place that is yet to be started, in some ten requests.
        Ours needs the one that makes this worker the only one: the step to Pending, which the
        server refuses to a second worker.
        """
        try:
            if await self._propose_pending_state(flow_run):
                await self._run_here(flow_run)
        finally:
            self._release_limit_slot(flow_run.id)
            self._submitting_flow_run_ids.discard(flow_run.id)
            self.one_done.set()

    async def _run_here(self, flow_run: FlowRun) -> None:
        try:
            state = await self._slots.run(await self._flow(flow_run), flow_run)
        except Exception as error:
            # The engine reports what goes wrong inside a run; here the flow did not even begin,
            # or Prefect went away. Where it cannot be told, the lease tells the relay.
            logger.exception("Flow run %r could not be run", flow_run.name)
            await self._propose_crashed_state(flow_run, f"{type(error).__name__}: {error}")
            return
        finally:
            self.finished += 1
        if state is not None and state.is_cancelling():
            await self._mark_flow_run_as_cancelled(flow_run, {"message": "Cancelled in Prefect"})

    @property
    def idle(self) -> bool:
        """Whether no run is under way or being taken."""
        return not self._submitting_flow_run_ids

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: anyio.abc.TaskStatus[Any] | None = None,
    ) -> WarmResult:
        """Prefect's way in for a run that somebody submits to the worker by hand."""
        del configuration
        place = f"{socket.gethostname()}:{os.getpid()}"
        if task_status is not None:
            task_status.started(place)
        await self._run_here(flow_run)
        return WarmResult(status_code=0, identifier=place)

    async def _flow(self, flow_run: FlowRun) -> Flow[..., Any]:
        """The flow's code, imported once; a changed deployment is noticed within a minute."""
        if flow_run.deployment_id is None:
            raise ValueError(flow_run.id)
        known = self._flows.get(flow_run.deployment_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        deployment = await self.client.read_deployment(flow_run.deployment_id)
        if deployment.entrypoint not in self._entrypoints:
            raise NotOurFlow(deployment=deployment.name, entrypoint=deployment.entrypoint or "-")
        flow: Flow[..., Any] = load_flow_from_entrypoint(
            deployment.entrypoint, use_placeholder_flow=False
        )
        self._flows[flow_run.deployment_id] = (time.monotonic() + 60, flow)
        return flow


class Bell(Protocol):
    """A notification that runs were scheduled, ahead of the next poll."""

    def wait(self, seconds: float) -> bool:
        """Block until it rings; ``False`` when ``seconds`` went by first."""


async def serve(options: WorkerOptions, stop: asyncio.Event, bell: Bell | None = None) -> None:
    """Work until ``stop`` is set or the process has done its number of runs; then drain."""
    look = asyncio.Event()
    if bell is not None:
        _listen(bell, asyncio.get_running_loop(), look)
    with WarmSlots(options.slots) as slots:
        async with WarmWorker(options, slots) as worker:
            logger.info("Worker %r looks for work in pool %r", worker.name, options.pool)
            async with anyio.create_task_group() as loops:
                loops.start_soon(_heartbeats, worker, options)
                await _poll(worker, options, stop, look)
                await _drain(worker, options)
                loops.cancel_scope.cancel()
            logger.info("Worker %r did %d runs and ends", worker.name, worker.finished)


def _listen(bell: Bell, loop: asyncio.AbstractEventLoop, look: asyncio.Event) -> None:
    """Set ``look`` in the loop whenever the bell rings; the thread ends with the process."""

    def listen() -> None:
        while not loop.is_closed():
            if bell.wait(10):
                with suppress(RuntimeError):  # the loop closed meanwhile
                    loop.call_soon_threadsafe(look.set)

    # A daemon: the bell cannot be told to stop, and an executor would wait for its next pause.
    threading.Thread(target=listen, name="kaigong-bell", daemon=True).start()


async def _poll(
    worker: WarmWorker, options: WorkerOptions, stop: asyncio.Event, look: asyncio.Event
) -> None:
    pause = options.busy_seconds
    while not stop.is_set() and not _worn(worker, options):
        look.clear()
        try:
            taken = await worker.get_and_submit_flow_runs()
        except (httpx.HTTPError, OSError) as error:
            pause = min(max(pause * 2, 1.0), 30.0)
            logger.warning("Prefect does not answer (%s); again in %.0f s", error, pause)
        else:
            quick = bool(taken) or not worker.idle
            pause = options.busy_seconds if quick else min(pause * 1.5, options.idle_seconds)
        await _first_of(stop, look, pause)


async def _heartbeats(worker: WarmWorker, options: WorkerOptions) -> None:
    while True:
        await asyncio.sleep(options.heartbeat_seconds if worker.backend_id else 1.0)
        try:
            await worker.sync_with_backend()
        except (httpx.HTTPError, OSError) as error:
            logger.warning("Prefect does not take the heartbeat: %s", error)


async def _drain(worker: WarmWorker, options: WorkerOptions) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(options.drain_seconds):
            while not worker.idle:
                worker.one_done.clear()
                await worker.one_done.wait()


async def _first_of(stop: asyncio.Event, look: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in (stop, look)]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


def _worn(worker: WarmWorker, options: WorkerOptions) -> bool:
    return bool(options.runs_per_process) and worker.finished >= options.runs_per_process


def run_worker(options: WorkerOptions, bell: Bell | None = None) -> None:
    """Serve until SIGTERM or SIGINT, or until the process is worn out; the exit code is 0."""
    updates = {PREFECT_CLIENT_METRICS_ENABLED: False}
    with temporary_settings(updates=updates):
        asyncio.run(_until_signal(options, bell))


async def _until_signal(options: WorkerOptions, bell: Bell | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(options, stop, bell)


def main(arguments: list[str] | None = None) -> None:
    """``python -m deployments.local.worker``: each field of the options is an option here."""
    parser = argparse.ArgumentParser(description="Run project wake-ups in one warm process.")
    for field in fields(WorkerOptions):
        kind = READ_AS.get(field.name, str if field.default is None else type(field.default))
        flag = "--" + field.name.replace("_", "-")
        parser.add_argument(flag, type=kind, default=field.default, help="default: %(default)s")
    run_worker(WorkerOptions(**vars(parser.parse_args(arguments))))


if __name__ == "__main__":
    main()
