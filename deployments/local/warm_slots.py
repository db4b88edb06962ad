"""Where a warm worker's flow runs take place: a few threads, each with a loop and clients of its own.

A wake-up lasts a fraction of a second; starting an interpreter, or only an HTTP client with its
certificates, would cost more than the work itself. So the clients stay open from run to run. A
thread is needed because Prefect's engine blocks the loop that it runs on for moments.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import AsyncExitStack
from contextvars import Context, copy_context
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow

_Job = tuple[Flow[..., Any], FlowRun, Future[State[Any] | None]]


class WarmSlots:
    """A fixed number of threads that run flows, started with ``with`` and joined at its end.

    They are not an executor's: each closes its own loop and clients when it ends, for which an
    executor has no place, and a run that hangs must not keep the worker from ending.
    """

    def __init__(self, count: int) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        # A new thread knows nothing of Prefect's settings in this one: it gets a copy.
        self._context = copy_context()
        self._threads = [
            threading.Thread(target=self._serve, name=f"kaigong-slot-{number}", daemon=True)
            for number in range(count)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=5)

    async def run(self, flow: Flow[..., Any], flow_run: FlowRun) -> State[Any] | None:
        """The state the run ended in, or ``None`` where the server called it off."""
        done: Future[State[Any] | None] = Future()
        self._jobs.put((flow, flow_run, done))
        return await asyncio.wrap_future(done)

    def _serve(self) -> None:
        with asyncio.Runner() as runner:
            clients = _Clients(self._context.copy())
            while (job := self._jobs.get()) is not None:
                flow, flow_run, done = job
                try:
                    context = clients.context(runner)
                    done.set_result(runner.run(_run(flow, flow_run), context=context))
                except BaseException as error:  # noqa: BLE001 - the caller gets it
                    done.set_exception(error)
            clients.close(runner)


class _Clients:
    """Prefect's clients of one thread, opened at the first run: the server may start after us."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stack: AsyncExitStack | None = None

    def context(self, runner: asyncio.Runner) -> Context:
        """A fresh context for one run in which Prefect finds the open clients."""
        if self._stack is None:
            self._stack = runner.run(self._open(), context=self._context)
        return self._context.copy()

    def close(self, runner: asyncio.Runner) -> None:
        if self._stack is not None:
            runner.run(self._stack.aclose(), context=self._context)

    @staticmethod
    async def _open() -> AsyncExitStack:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(AsyncClientContext())
            stack.enter_context(SyncClientContext())
            return stack.pop_all()


async def _run(flow: Flow[..., Any], flow_run: FlowRun) -> State[Any] | None:
    # For a run of a deployment the engine opens a thread and a websocket of its own, to be told
    # when somebody suspends the run in mid-flow. That is four fifths of what a wake-up costs, and
    # a wake-up is over before anybody could. It looks at this copy only; the run keeps its own.
    flow_run = flow_run.model_copy(update={"deployment_id": None})
    try:
        outcome: Any = run_flow(flow, flow_run=flow_run, return_type="state")
        state: State[Any] = await outcome if flow.isasync else outcome
    except (Abort, Pause):
        # The server says that the run is not ours to run; whose it is, it knows.
        return None
    return state
