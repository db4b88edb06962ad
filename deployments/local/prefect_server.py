"""A Prefect server of our own on this machine, on the embedded PostgreSQL.

Its settings were measured: the ones that differ from Prefect's own stand in ``settings`` with the
reason. It listens on loopback only; its database can be deleted and rebuilt from ours.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.settings import child_environment
from deployments.local.postgres import Postgres
from deployments.local.process import Part, Process, answers, check_port_free
from models.errors import Unavailable

HOST = "127.0.0.1"
DATABASE = "prefect"
NAME = "Prefect server"


class NotBroughtBack(Unavailable):
    template = "Prefect's database was dropped and could not be made again: {reason}"


def home(data_dir: Path) -> Path:
    """Prefect's own folder: profiles and settings of the person who calls us stay out of it."""
    return data_dir / "prefect"


def settings(database_url: str, *, port: int, auth: str | None) -> dict[str, str]:
    """Environment of the server, for a URL with the asyncpg driver."""
    chosen = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url,
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        # Nobody outside is told anything, and no page of another site may call the API.
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{port}",
        # Its pages are seen under the portal's address alone, signed in there and read only.
        "PREFECT_SERVER_UI_SERVE_BASE": "/prefect",
        "PREFECT_SERVER_UI_API_URL": "/prefect/api",
        # Projects wait for months without a timeout: looking for expired pauses among ten thousand
        # of them takes more than half a core and never finds one.
        "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
        # No automation is used.
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        # Task runs and events come in bursts of wake-ups: fewer, larger writes.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "50",
        # Runs that ended 90 days ago go: every minute brings one, and the ledger is ours.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        # A machine that is busy while everything starts is no reason to give up.
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        "PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT": "30",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }
    if auth:
        chosen["PREFECT_SERVER_API_AUTH_STRING"] = auth
    return chosen


def bring_back(postgres: Postgres, name: str = DATABASE) -> bool:
    """Create Prefect's database again with its tables, where it was dropped; whether it was.

    A server that runs finds it with its next request. What stood in it comes back from ours: the
    deployments with the next wake-up or ``kaigong deploy``, the runs with ``kaigong reconcile``.
    """
    if postgres.has_database(name):
        return False
    postgres.ensure_database(name)
    url = postgres.url(name, driver="asyncpg")
    others = {k: v for k, v in child_environment().items() if not k.startswith("PREFECT_")}
    environment = {
        **others,
        "PREFECT_HOME": str(home(postgres.home.parent)),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": url,
    }
    command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        postgres.drop_database(name)
        reason = (done.stderr.strip() or done.stdout.strip() or "—").splitlines()[-1]
        raise NotBroughtBack(reason=reason)
    return True


def client_environment(data_dir: Path, api_url: str, auth: str | None = None) -> dict[str, str]:
    """Environment of a process that talks to the server: worker, relay, commands."""
    chosen = {
        "PREFECT_HOME": str(home(data_dir)),
        "PREFECT_API_URL": api_url,
        "DO_NOT_TRACK": "1",
    }
    if auth:
        chosen["PREFECT_API_AUTH_STRING"] = auth
    return chosen


def part(data_dir: Path, database_url: str, *, port: int, auth: str | None) -> Part:
    """The server as a part of the supervisor's table."""
    return Part(
        name=NAME,
        command=(
            *(sys.executable, "-m", "prefect", "server", "start"),
            *("--host", HOST, "--port", str(port)),
        ),
        environment={
            "PREFECT_HOME": str(home(data_dir)),
            **settings(database_url, port=port, auth=auth),
        },
        # A person's own Prefect variables would point the server at itself or elsewhere.
        without=("PREFECT_",),
        ready=lambda: answers(f"http://{HOST}:{port}/api/health"),
        stops_last=True,
    )


@contextmanager
def running(postgres: Postgres, data_dir: Path, *, port: int) -> Iterator[Mapping[str, str]]:
    """A server for the length of the block; yields the environment of its clients."""
    check_port_free(HOST, port, NAME, "--prefect-port")
    postgres.ensure_database(DATABASE)
    url = postgres.url(DATABASE, driver="asyncpg")
    auth = f"kaigong:{secrets.token_urlsafe(24)}"
    log = data_dir / "logs" / "prefect-server.log"
    process = Process(part(data_dir, url, port=port, auth=auth), log)
    process.start()
    try:
        process.wait_ready()
        yield client_environment(data_dir, f"http://{HOST}:{port}/api", auth)
    finally:
        process.stop()
