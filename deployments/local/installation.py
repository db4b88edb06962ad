"""A whole installation on this machine, from an empty folder to an answering portal and back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from config.settings import Settings
from deployments.local import prefect_server
from deployments.local.database import DATABASE
from deployments.local.parts import Place, deployments, first_data, first_parts, second_parts
from deployments.local.postgres import Postgres
from deployments.local.process import check_port_free
from deployments.local.supervisor import Ended, Supervisor, only_one
from models import migrations
from models.errors import Unavailable

TROUBLE_PAUSE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Reports:
    """Whom to tell what happens; each is called at most some times a minute."""

    step: Callable[[str], None]
    ended: Callable[[Ended], None]
    trouble: Callable[[Unavailable], None]


@contextmanager
def installation(
    settings: Settings, reports: Reports, *, demo: bool = False
) -> Iterator[tuple[Supervisor, Place]]:
    """Everything runs inside the block; at its end everything stops, in order.

    Raises ``Unavailable`` when a part cannot start, and ``AlreadyRunning`` for a second installation
    on the same data folder.
    """
    with ExitStack() as stack:
        stack.enter_context(only_one(settings.data_dir))
        check_port_free(settings.host, settings.port, "portal", "--port")
        if settings.prefect_api_url is None:
            check_port_free(
                prefect_server.HOST, settings.prefect_port, prefect_server.NAME, "--prefect-port"
            )
        postgres = _embedded(settings, stack, reports)
        place = _place(settings, postgres)
        migrations.upgrade(place.database_url)
        keeper = _Keeper(postgres, reports)
        supervisor = Supervisor(settings.data_dir, on_ended=reports.ended, on_tick=keeper.look)
        stack.callback(supervisor.stop)
        reports.step("Loading what is not there yet: scenarios, demonstration")
        supervisor.run_once(first_data(place, demo=demo))
        reports.step("Starting the portal and the Prefect server")
        supervisor.start(first_parts(place))
        supervisor.run_once(deployments(place))
        reports.step("Starting the worker and the relay")
        supervisor.start(second_parts(place))
        yield supervisor, place


def _embedded(settings: Settings, stack: ExitStack, reports: Reports) -> Postgres | None:
    if settings.database_url is not None and settings.prefect_api_url is not None:
        return None
    reports.step("Starting PostgreSQL")
    return stack.enter_context(Postgres(settings.data_dir))


def _place(settings: Settings, postgres: Postgres | None) -> Place:
    database_url = settings.database_url or _of(postgres).ensure_database(DATABASE)
    if settings.prefect_api_url is not None:
        return Place(settings, database_url, None)
    _of(postgres).ensure_database(prefect_server.DATABASE)
    url = _of(postgres).url(prefect_server.DATABASE, driver="asyncpg")
    return Place(settings, database_url, url)


def _of(postgres: Postgres | None) -> Postgres:
    assert postgres is not None, "started because one of the two URLs is not set"  # noqa: S101
    return postgres


class _Keeper:
    """Starts the embedded PostgreSQL again when it died under its users."""

    def __init__(self, postgres: Postgres | None, reports: Reports) -> None:
        self._postgres = postgres
        self._reports = reports
        self._next_look = 0.0

    def look(self) -> None:
        if self._postgres is None or time.monotonic() < self._next_look:
            return
        try:
            self._postgres.ensure_running()
        except Unavailable as error:
            # A full disk may be freed: tell, and try again.
            self._reports.trouble(error)
            self._next_look = time.monotonic() + TROUBLE_PAUSE_SECONDS
