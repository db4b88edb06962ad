"""The table of processes that make one installation on one machine. A new part is a line here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from config.settings import Settings
from deployments.local import prefect_server
from deployments.local.prefect_client import worker_alive
from deployments.local.process import START_SECONDS, Part, answers


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts find each other."""

    settings: Settings
    #: URL of our database, for psycopg2.
    database_url: str
    #: URL of Prefect's database, for asyncpg; ``None`` where the Prefect server is someone else's.
    prefect_database_url: str | None
    demo: bool = False
    environment: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        auth = settings.prefect_credentials
        variables = {
            "KAIGONG_DATA_DIR": str(settings.data_dir),
            "KAIGONG_DATABASE_URL": self.database_url,
            # The owner's rights are for migrations alone: no part has them.
            "KAIGONG_DATABASE_OWNER_URL": "",
            **prefect_server.client_environment(settings.data_dir, settings.prefect_url, auth),
        }
        if self.demo and "second_factor" not in settings.model_fields_set:
            # Who plays with a demonstration has no app for its people.
            variables["KAIGONG_SECOND_FACTOR"] = "false"
        object.__setattr__(self, "environment", variables)


def first_data(place: Place, *, demo: bool) -> Part:
    """The job that loads what an installation starts with; repeating it changes nothing."""
    # Playing the weeks behind the demonstration takes some seconds, more on a busy machine.
    arguments = ["--demo"] if demo else []
    return _command(place, "load", *arguments, name="first data", start_seconds=600.0)


def first_parts(place: Place) -> list[Part]:
    """Parts that need the database alone."""
    parts = [_portal(place)]
    if place.prefect_database_url is not None:
        settings = place.settings
        parts.append(
            prefect_server.part(
                settings.data_dir,
                place.prefect_database_url,
                port=settings.prefect_port,
                auth=settings.prefect_credentials,
            )
        )
    return parts


def deployments(place: Place) -> Part:
    """The job that makes the Prefect server have the flows; repeating it changes nothing."""
    return _command(place, "deploy", name="deployments")


def second_parts(place: Place) -> list[Part]:
    """Parts that need the Prefect server and the deployments on it."""
    return [
        # A worker lets its runs finish, which may take a minute.
        _command(place, "worker", stop_seconds=70.0, ready=lambda: worker_alive(place.settings)),
        _command(place, "relay"),
    ]


def _portal(place: Place) -> Part:
    settings = place.settings
    return Part(
        name="portal",
        command=(
            *(sys.executable, "-m", "uvicorn", "deployments.portal:create_app", "--factory"),
            *("--host", settings.host, "--port", str(settings.port)),
            # The application itself knows which proxies it trusts.
            *("--no-proxy-headers", "--no-server-header", "--no-access-log"),
            *("--timeout-graceful-shutdown", "20"),
        ),
        environment=place.environment,
        ready=lambda: answers(f"http://{reachable(settings.host)}:{settings.port}/healthz"),
    )


def _command(
    place: Place,
    command: str,
    *arguments: str,
    name: str | None = None,
    start_seconds: float = START_SECONDS,
    stop_seconds: float = 30.0,
    ready: Callable[[], bool] | None = None,
) -> Part:
    """One of our own commands as a part."""
    return Part(
        name=name or command,
        command=(sys.executable, "-m", "cli.main", command, *arguments),
        environment=place.environment,
        start_seconds=start_seconds,
        stop_seconds=stop_seconds,
        ready=ready,
    )


def reachable(host: str) -> str:
    """An address under which this machine reaches a server that listens on ``host``."""
    if host in {"0.0.0.0", ""}:
        return "127.0.0.1"
    return f"[{'::1' if host == '::' else host}]" if ":" in host else host
