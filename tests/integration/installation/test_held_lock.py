"""One held row stops one project for a while, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

import psycopg2
import pytest

from models.cases import commands as c
from models.errors import KaigongError
from services import unit_of_work
from services.cases.acts import execute
from services.unit_of_work import AT_ONCE, Busy, Database, ProjectBusy
from tests.support.people import CLERK
from tests.support.play import moment
from tests.support.run.waiting import PATIENCE_SECONDS, until

SECONDS = 1
_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
def small(ledger, monkeypatch) -> Iterator[Database]:
    """The ledger's database through a pool of its own, with short waits."""
    monkeypatch.setattr(unit_of_work, "WAIT_SECONDS", float(SECONDS))
    monkeypatch.setattr(unit_of_work, "LOCK_SECONDS", SECONDS)
    url = ledger.database.engine.url.render_as_string(hide_password=False)
    with closing(Database(url, pool_size=5)) as database:
        yield database


@pytest.fixture
def patient(ledger) -> Iterator[Database]:
    """The ledger's database through a small pool in which nobody gives up waiting."""
    url = ledger.database.engine.url.render_as_string(hide_password=False)
    with closing(Database(url, pool_size=5)) as database:
        yield database


@contextmanager
def held(database: Database, code: str) -> Iterator[None]:
    """Somebody who has the row of a project and does not go on."""
    url = database.engine.url
    raw = psycopg2.connect(host=url.query["host"], dbname=url.database, user=url.username)
    try:
        with raw.cursor() as cursor:
            cursor.execute("SELECT 1 FROM project WHERE code = %s FOR UPDATE", (code,))
            yield
    finally:
        # The server says that the row is free; of a connection that is closed it hears by and by.
        with suppress(psycopg2.OperationalError):  # somebody has ended it
            raw.rollback()
        raw.close()


def test_25_acts_on_a_held_project_are_told_so_and_it_goes_on_afterwards(ledger, small):
    stuck = ledger.register()
    command = c.AcceptApplication(item="A1")

    def act(code: str) -> type[BaseException] | None:
        try:
            execute(small, code, command, CLERK, moment(ledger.today))
        except Exception as error:  # noqa: BLE001 - what it was is looked at below
            return type(error)
        return None

    with held(small, stuck), ThreadPoolExecutor(26) as threads:
        acts = [threads.submit(act, stuck) for _ in range(25)]
        assert {answer.result(PATIENCE_SECONDS) for answer in acts} == {ProjectBusy}
    assert act(stuck) is not ProjectBusy


def test_whoever_waits_for_a_held_project_keeps_no_connection_from_others(ledger, patient):
    """As many as may wait for the row do; everybody else reads and acts, without a word of being busy."""
    stuck, other = ledger.register(), ledger.register()
    command = c.AcceptApplication(item="A1")

    def act(code: str) -> None:
        with suppress(KaigongError):  # nothing was applied for
            execute(patient, code, command, CLERK, moment(ledger.today))

    with ThreadPoolExecutor(26) as threads:
        with held(patient, stuck):
            acts = [threads.submit(act, stuck) for _ in range(25)]
            until(lambda: ledger.scalar(_WAITING) == AT_ONCE)
            with patient.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
            with pytest.raises(KaigongError) as refused:
                execute(patient, other, command, CLERK, moment(ledger.today))
            assert not isinstance(refused.value, Busy)
            assert not any(waiting.done() for waiting in acts)
        for waiting in acts:
            waiting.result(PATIENCE_SECONDS)


def test_a_pool_without_a_free_connection_says_so(small):
    free = threading.Event()
    taken = threading.Barrier(11)

    def keep() -> None:
        with small.reading():
            taken.wait(PATIENCE_SECONDS)
            free.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(10) as threads:
        for _ in range(10):
            threads.submit(keep)
        taken.wait(PATIENCE_SECONDS)
        with pytest.raises(Busy), small.reading():
            pass
        with pytest.raises(Busy), small.transaction():
            pass
        free.set()


def test_a_turn_that_nobody_holds_is_forgotten(small):
    with small.turn("a project"):
        assert len(small._turns) == 1
    assert len(small._turns) == 0
