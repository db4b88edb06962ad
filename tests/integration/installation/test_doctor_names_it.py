"""What holds an installation up is named by the doctor, with what mends it."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, closing

import psycopg2
from sqlalchemy import create_engine, text

from config.settings import Settings
from deployments.local import health, waiting
from deployments.local.findings import Finding, State
from deployments.local.health import database_findings
from tests.integration.installation.test_held_lock import held
from tests.support.ledger import Ledger, as_owner
from tests.support.run.waiting import until


def findings(ledger: Ledger) -> dict[str, Finding]:
    return {found.part: found for found in database_findings(Settings(database_url=ledger.url))}


def test_who_holds_what_others_wait_for_is_named(ledger, monkeypatch):
    monkeypatch.setattr(waiting, "HELD_SECONDS", 0)
    code = ledger.register()
    assert "locks" not in findings(ledger)
    update = text("UPDATE project SET version = version WHERE code = :code")
    with ExitStack() as stack:
        stack.enter_context(held(ledger.database, code))

        def wait() -> None:
            with ledger.database.transaction() as connection:
                connection.execute(update, {"code": code})

        waiter = threading.Thread(target=wait)
        waiter.start()
        stack.callback(waiter.join)
        while "locks" not in (named := findings(ledger)):
            assert waiter.is_alive()
            time.sleep(0.02)
        lock = named["locks"]
        assert lock.state is State.DOWN
        values = dict(lock.values)
        assert str(values["pid"]) in lock.sentence(lock.remedy, str)
        # What it says to do is what ends it.
        with as_owner(ledger.url) as owner:
            owner.execute(text(f"SELECT pg_terminate_backend({values['pid']})"))
        waiter.join()
    assert "locks" not in findings(ledger)


def test_work_that_nobody_takes_is_named(ledger):
    ledger.register()
    fresh = findings(ledger)
    assert "relay" not in fresh
    with as_owner(ledger.url) as owner:
        owner.execute(text("UPDATE wake_up SET requested_at = now() - interval '1 hour'"))
    left = findings(ledger)
    assert left["relay"].state is State.DOWN
    assert dict(left["relay"].values)["count"] == 1
    # Its act was weeks ago by the clock of the machine.
    assert left["notices"].state is State.NOTE


def test_that_all_connections_are_taken_is_told_from_a_server_that_is_down(ledger):
    name, few = ledger.database.engine.url.database, 2
    host = str(ledger.database.engine.url.query["host"])
    with as_owner(ledger.url) as owner:
        owner.execute(text("CREATE ROLE crowded LOGIN CONNECTION LIMIT 2"))
    try:
        with ExitStack() as stack:
            for _ in range(few):
                mine = psycopg2.connect(dbname=name, user="crowded", host=host)
                stack.enter_context(closing(mine))
            url = f"postgresql+psycopg2://crowded@/{name}?host={host}"
            [taken] = list(database_findings(Settings(database_url=url)))
            assert (taken.state, taken.remedy) == (State.DOWN, health.ALL_TAKEN)
    finally:
        with as_owner(ledger.url) as owner:
            owner.execute(text("DROP ROLE crowded"))
    [down] = list(database_findings(Settings(database_url="postgresql://nobody@127.0.0.1:9/none")))
    assert (down.state, down.remedy) == (State.DOWN, health.NO_ANSWER)


def test_what_waits_in_another_database_of_the_server_is_not_ours(
    ledger, postgres_url, monkeypatch
):
    monkeypatch.setattr(waiting, "HELD_SECONDS", 0)
    engine, lock = create_engine(postgres_url), text("SELECT pg_advisory_xact_lock(1)")
    with engine.connect() as asker, engine.connect() as watcher, engine.connect() as holder:
        holder.execute(lock)
        waiter = threading.Thread(target=asker.execute, args=(lock,))
        waiter.start()
        until(lambda: watcher.scalar(_WAITS))
        assert "locks" not in findings(ledger)
        holder.rollback()
        waiter.join()
    engine.dispose()


_WAITS = text(
    "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE d.datname = current_database() AND NOT l.granted"
)
