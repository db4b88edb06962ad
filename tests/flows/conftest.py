"""A real Prefect server on the embedded PostgreSQL, one for these tests, and real workers.

They are gone when these tests are over: idle, they would take a fifth of a processor from the others.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.events.worker import EventsWorker
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from deployments import apply
from deployments.local import prefect_server
from deployments.local.postgres import Postgres
from deployments.local.process import Process
from deployments.local.worker import WorkerOptions, serve
from flows.project_runs import Grace, ProjectRuns
from flows.relay import Relay, RelayOptions
from tests.conftest import run_dir
from tests.flows.ledger import Ledger
from tests.support.places import ROOT
from tests.support.run.patience import be_patient
from tests.support.run.ports import free_port
from tests.support.run.waiting import PATIENCE_SECONDS, within_reason

POOL = "kaigong"
AUTH = "kaigong:the password of the tests"
SAMPLE = "tests.flows.sample.project_lifecycle"
DEPLOYMENTS = """
work_pool: {{name: {pool}, type: kaigong-warm}}
deployments:
  - name: {pool}
    entrypoint: tests.flows.sample.project_lifecycle
"""
_numbers = itertools.count(1)


class Server:
    """The Prefect server of these tests; a test may stop it, lose its database and start it."""

    def __init__(self, postgres: Postgres, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.postgres = postgres
        self.folder = folder
        self.port = free_port()
        self._process: Process | None = None

    @property
    def api(self) -> str:
        return f"http://{prefect_server.HOST}:{self.port}/api"

    @property
    def database(self) -> str:
        return f"prefect_{self.port}"

    def start(self) -> None:
        self.postgres.ensure_database(self.database)
        url = self.postgres.url(self.database, driver="asyncpg")
        part = prefect_server.part(self.folder, url, port=self.port, auth=AUTH)
        # Whole seconds: Prefect cuts the rest off, and would spin at 0.
        quick = {"PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1"}
        part = dataclasses.replace(part, environment={**part.environment, **quick})
        self._process = Process(part, self.folder / "server.log")
        self._process.start()
        self._process.wait_ready()

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()

    def lose_database(self) -> None:
        """Deletes everything Prefect knows, and starts it again."""
        self.stop()
        self.postgres.drop_database(self.database)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.postgres.drop_database(self.database)

    def environment(self, **more: str) -> dict[str, str]:
        """For a worker: only what it needs, and nothing of the person's own Prefect."""
        ours = prefect_server.client_environment(self.folder, self.api, AUTH)
        others = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
        return {**others, **ours, "PYTHONPATH": str(ROOT), **more}


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        be_patient(patch)
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
def server(postgres: Postgres) -> Iterator[Server]:
    name = f"prefect-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with Server(postgres, run_dir() / name) as server:
        yield server


@pytest.fixture(scope="package")
def prefect_settings(server: Server) -> Iterator[None]:
    """This process talks to the server of these tests, whatever the person's profile says."""
    settings = {
        PREFECT_API_URL: server.api,
        PREFECT_API_AUTH_STRING: AUTH,
        PREFECT_HOME: server.folder / "home",
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(updates=settings):
        yield
        # What is still on its way must arrive before the server stops.
        EventsWorker.drain_all()


@pytest.fixture(scope="package")
def ledger(postgres: Postgres) -> Iterator[Ledger]:
    """The sample's database; ``SAMPLE_LEDGER_URL`` leads its flow there."""
    name = f"ledger_{os.getpid()}"
    book = Ledger(postgres.ensure_database(name))
    book.create()
    os.environ["SAMPLE_LEDGER_URL"] = book.url
    yield book
    book.engine.dispose()
    postgres.drop_database(name)


@pytest.fixture
async def client(prefect_settings: None) -> AsyncIterator[PrefectClient]:
    async with get_client() as client:
        yield client


@pytest.fixture
def project_id() -> str:
    return f"P{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def deploy(tmp_path: Path, ledger: Ledger) -> Callable[..., Any]:
    """Applies a ``prefect.yaml`` with the sample flow for the given pool."""

    async def deploy(pool: str = POOL) -> apply.Applied:
        path = tmp_path / f"{pool}.yaml"
        path.write_text(DEPLOYMENTS.format(pool=pool))
        return await apply.apply(path)

    return deploy


@contextmanager
def process(server: Server, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker for the length of the block; killed at its end if it lives."""
    with (server.folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=server.environment(**environment),
            cwd=server.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
        worker.wait()


def warm_worker(server: Server, pool: str, *options: str) -> Any:
    own = ("--idle-seconds", "0.3", "--more-flows", SAMPLE)
    return process(server, "deployments.local.worker", "--pool", pool, *own, *options)


@asynccontextmanager
async def serving(pool: str, **options: Any) -> AsyncIterator[asyncio.Task[None]]:
    """A warm worker in this very process, which spares its start."""
    stop = asyncio.Event()
    options = {"more_flows": frozenset({SAMPLE}), **options}
    chosen = WorkerOptions(pool=pool, idle_seconds=0.3, **options)
    worker = asyncio.create_task(serve(chosen, stop))
    try:
        yield worker
    finally:
        stop.set()
        await worker


@pytest.fixture(scope="package")
def worker(server: Server, ledger: Ledger) -> Iterator[subprocess.Popen[bytes]]:
    """The warm worker that most tests share; it serves the pool ``kaigong``."""
    with warm_worker(server, POOL) as worker:
        yield worker


class Project:
    """One project of a test, with a relay that sees it alone."""

    def __init__(
        self, client: PrefectClient, ledger: Ledger, pool: str, grace: Grace | None = None
    ) -> None:
        self.id = f"P{os.getpid()}-{next(_numbers)}"
        self.client = client
        self.book = Ledger(ledger.url, self.id)
        self.book.open_project(self.id)
        grace = grace or Grace()
        options = RelayOptions(busy_seconds=0.1, idle_seconds=0.3, grace=grace)
        self.runs = ProjectRuns(client, self.book, f"project-lifecycle/{pool}", grace)
        self.relay = Relay(self.book, self.runs, options)

    async def run(self) -> FlowRun:
        """The project's run as Prefect has it now."""
        flow_run_id = self.book.open_runs()[0].flow_run_id
        assert flow_run_id is not None
        return await self.client.read_flow_run(flow_run_id)

    async def relayed(self, condition: Callable[[], Awaitable[Any]]) -> Any:
        """Sweeps until ``condition`` holds, as the relay's loop does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (answer := await condition()):
            assert time.monotonic() < deadline, await self.run()
            await self.relay.sweep()
            await asyncio.sleep(0.05)
        return answer

    async def settled(self) -> FlowRun:
        """The run once the newest facts are evaluated and it waits."""

        async def waits() -> FlowRun | None:
            if not self.book.caught_up(self.id):
                return None
            run = await self.run()
            return run if run.state_name == "Suspended" else None

        run: FlowRun = await self.relayed(waits)
        return run

    async def running(self) -> FlowRun:
        """The run once its flow is in the middle of an evaluation."""

        async def runs() -> FlowRun | None:
            if self.book.open_runs()[0].flow_run_id is None:
                return None
            run = await self.run()
            alive = self.book.lease_alive(run.id)
            return run if alive and run.state_name == "Running" else None

        run: FlowRun = await self.relayed(runs)
        return run

    async def lease_awaited(self) -> bool:
        """Whether a second process stands at the lease."""
        return self.book.lock_awaited()

    async def stages(self) -> dict[str, str]:
        """State names of the stages by key and round."""
        only = FlowRunFilter(id=FlowRunFilterId(any_=[(await self.run()).id]))
        runs = await self.client.read_task_runs(flow_run_filter=only, limit=200)
        return {run.dynamic_key: str(run.state_name) for run in runs}

    async def shows(self, **wanted: str) -> None:
        """Waits until Prefect shows exactly these first rounds."""
        expected = {f"{key}/1": name for key, name in wanted.items()}

        async def shown() -> bool:
            return await self.stages() == expected

        await within_reason(shown)


@pytest.fixture
def project(client: PrefectClient, ledger: Ledger, deploy: Callable[..., Any]) -> Any:
    """Makes a project whose runs go to the given pool."""

    async def project(pool: str = POOL, grace: Grace | None = None) -> Project:
        await deploy(pool)
        return Project(client, ledger, pool, grace)

    return project


async def stages_of(client: PrefectClient, flow_run_id: UUID) -> list[TaskRun]:
    only = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id]))
    return list(await client.read_task_runs(flow_run_filter=only, limit=200))
