"""The bell rings for what was committed, and a broken connection is only a pause."""

from __future__ import annotations

import time

from sqlalchemy import create_engine, text

from services.notices.bell import Bell, ring
from tests.support.run.waiting import PATIENCE_SECONDS, until


def test_rings_for_committed_announcements_only(postgres_url: str):
    engine = create_engine(postgres_url)
    bell = Bell(engine, "test_bell")
    assert bell.wait(0)  # it has only just begun to listen
    assert not bell.wait(0.05)
    with engine.connect() as connection:
        ring(connection, "test_bell")
        connection.rollback()
    assert not bell.wait(0.05)
    with engine.begin() as connection:
        ring(connection, "test_bell")
        ring(connection, "another")
    assert bell.wait(PATIENCE_SECONDS)
    assert not bell.wait(0.05)
    engine.dispose()


def test_listens_again_after_a_cut_connection(postgres_url: str):
    engine = create_engine(postgres_url)
    bell = Bell(engine, "test_bell")
    bell.wait(0)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    begun = time.monotonic()
    assert not bell.wait(0.1)
    assert time.monotonic() - begun >= 0.1
    until(lambda: bell.wait(0.1))  # anything may have been missed meanwhile
    with engine.begin() as connection:
        ring(connection, "test_bell")
    assert bell.wait(PATIENCE_SECONDS)
    engine.dispose()
