"""One held row stops one project for a while, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest

from models.cases import commands as c
from services import unit_of_work
from services.cases.acts import execute
from services.unit_of_work import Busy, Database, ProjectBusy
from tests.support.people import CLERK
from tests.support.play import moment

SECONDS = 1


@pytest.fixture
def small(ledger, monkeypatch) -> Iterator[Database]:
    """The ledger's database through a pool of its own, with short waits."""
    monkeypatch.setattr(unit_of_work, "WAIT_SECONDS", float(SECONDS))
    monkeypatch.setattr(unit_of_work, "LOCK_SECONDS", SECONDS)
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
        raw.close()


def test_25_acts_on_a_held_project_leave_the_portal_to_everybody_else(ledger, small):
    stuck, other = ledger.register(), ledger.register()
    command = c.AcceptApplication(item="A1")

    def act(code: str) -> type[BaseException] | None:
        try:
            execute(small, code, command, CLERK, moment(ledger.today))
        except Exception as error:  # noqa: BLE001 - what it was is looked at below
            return type(error)
        return None

    with held(small, stuck), ThreadPoolExecutor(26) as threads:
        acts = [threads.submit(act, stuck) for _ in range(25)]
        time.sleep(SECONDS / 4)
        began = time.monotonic()
        with small.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
        assert act(other) is not ProjectBusy
        assert time.monotonic() - began < SECONDS
        assert {answer.result(30) for answer in acts} == {ProjectBusy}
    assert act(stuck) is not ProjectBusy


def test_a_pool_without_a_free_connection_says_so(small):
    free = threading.Event()

    def keep() -> None:
        with small.reading():
            free.wait(30)

    with ThreadPoolExecutor(10) as threads:
        for _ in range(10):
            threads.submit(keep)
        time.sleep(0.2)
        with pytest.raises(Busy), small.reading():
            pass
        with pytest.raises(Busy), small.transaction():
            pass
        free.set()


def test_a_turn_that_nobody_holds_is_forgotten(small):
    with small.turn("a project"):
        assert len(small._turns) == 1
    assert len(small._turns) == 0
