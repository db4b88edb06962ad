"""A real Prefect server on the embedded PostgreSQL, one for the session, and real workers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_SERVER_EPHEMERAL_ENABLED,
    temporary_settings,
)

from deployments.local.postgres import Postgres
from tests.flows.ledger import Ledger

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
SERVER_SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "0.2",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "DO_NOT_TRACK": "1",
}


@dataclass
class Stack:
    """Where the parts of one test session are."""

    folder: Path
    postgres: Postgres
    port: int
    server: subprocess.Popen[bytes] | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")},
            **SERVER_SETTINGS,
            "PREFECT_HOME": str(self.folder / "prefect-home"),
            "PREFECT_API_URL": self.api,
            "PREFECT_API_DATABASE_CONNECTION_URL": self.postgres.url("prefect", driver="asyncpg"),
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def start_server(self) -> None:
        self.postgres.ensure_database("prefect")
        command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port"]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, *command, str(self.port)],
                env=self.environment(),
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.healthy, START_SECONDS)

    def healthy(self) -> bool:
        assert self.server is not None
        assert self.server.poll() is None, (self.folder / "server.log").read_text()[-3000:]
        try:
            return httpx.get(f"{self.api}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def stop_server(self) -> None:
        end(self.server)
        self.server = None


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What ``condition`` answers as soon as that is true; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(0.05)
    return answer


def end(process: subprocess.Popen[bytes] | None, number: int = signal.SIGTERM) -> None:
    if process is not None and process.poll() is None:
        process.send_signal(number)
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("prefect")
    with Postgres(folder / "pg", durable=False) as postgres:
        stack = Stack(folder, postgres, free_port())
        try:
            stack.start_server()
            yield stack
        finally:
            stack.stop_server()


@pytest.fixture(scope="session", autouse=True)
def prefect_settings(stack: Stack) -> Iterator[None]:
    """This process talks to the server of the session, whatever the machine's own profile says."""
    settings = {
        PREFECT_API_URL: stack.api,
        PREFECT_HOME: stack.folder / "prefect-home",
        PREFECT_SERVER_EPHEMERAL_ENABLED: False,
    }
    with temporary_settings(updates=settings):
        yield


@pytest.fixture
async def client() -> AsyncIterator[PrefectClient]:
    async with get_client() as client:
        yield client
