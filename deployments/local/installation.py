"""A whole installation on this machine, from an empty folder to an answering portal and back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psycopg2

from config.settings import Settings
from deployments.local import prefect_server
from deployments.local.database import prepare
from deployments.local.postgres import Postgres
from deployments.local.process import check_port_free
from deployments.local.process_table import (
    Place,
    deployments,
    first_data,
    first_parts,
    second_parts,
)
from deployments.local.supervisor import Ended, Supervisor, only_one
from models.errors import Unavailable

TROUBLE_PAUSE_SECONDS = 15.0
#: Between looks whether Prefect's database is still there.
PREFECT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Reports:
    """Receivers of progress reports; each is called a few times a minute at most."""

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
        place = _place(settings, postgres, demo=demo)
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
        keeper.own_prefect = place.prefect_database_url is not None
        keeper.deploy = lambda: supervisor.run_once(deployments(place))
        yield supervisor, place


def _embedded(settings: Settings, stack: ExitStack, reports: Reports) -> Postgres | None:
    if settings.database_url is not None and settings.prefect_api_url is not None:
        return None
    reports.step("Starting PostgreSQL")
    return stack.enter_context(Postgres.of(settings))


def _place(settings: Settings, postgres: Postgres | None, *, demo: bool) -> Place:
    database_url = prepare(settings, postgres)
    if settings.prefect_api_url is not None:
        return Place(settings, database_url, None, demo=demo)
    # Before any process reads it: whoever reaches the port of Prefect must not be let in.
    settings.make_prefect_credentials()
    _of(postgres).ensure_database(prefect_server.DATABASE)
    url = _of(postgres).url(prefect_server.DATABASE, driver="asyncpg")
    return Place(settings, database_url, url, demo=demo)


def _of(postgres: Postgres | None) -> Postgres:
    assert postgres is not None, "started because one of the two URLs is not set"  # noqa: S101
    return postgres


class _Keeper:
    """Starts the embedded PostgreSQL again when it died under its users."""

    def __init__(self, postgres: Postgres | None, reports: Reports) -> None:
        self._postgres = postgres
        self._reports = reports
        self._next_look = 0.0
        self._prefect_looked_at = time.monotonic()
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="prefect-database")
        self._bringing: Future[bool] | None = None
        self.own_prefect = False
        """Whether the Prefect server is ours, and its database in our PostgreSQL."""
        self.deploy: Callable[[], None] = lambda: None

    def look(self) -> None:
        if self._postgres is None or time.monotonic() < self._next_look:
            return
        try:
            self._postgres.ensure_running()
            self._look_at_prefect(self._postgres)
        except Unavailable as error:
            # A full disk may be freed: tell, and try again.
            self._reports.trouble(error)
            self._next_look = time.monotonic() + TROUBLE_PAUSE_SECONDS

    def _look_at_prefect(self, postgres: Postgres) -> None:
        """Make Prefect's database again where somebody dropped it, with the deployments.

        It takes a while, in which every other part is looked after.
        """
        if self._bringing is not None:
            if self._bringing.done():
                brought, self._bringing = self._bringing, None
                if brought.result():
                    self._reports.step("Prefect's database was dropped: it is made again")
                    self.deploy()
        elif self.own_prefect and time.monotonic() > self._prefect_looked_at + PREFECT_SECONDS:
            self._prefect_looked_at = time.monotonic()
            # A PostgreSQL that went just now is the next look's.
            with suppress(psycopg2.OperationalError):
                if not postgres.has_database(prefect_server.DATABASE):
                    self._bringing = self._aside.submit(prefect_server.bring_back, postgres)
