"""The lease of a run: one holder at a time, and gone with its process."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from services.cases.run_leases import alive, hold
from tests.support.run.waiting import until

HOLDER = """
import sys
from uuid import UUID
from sqlalchemy import create_engine
from services.cases.run_leases import hold
with hold(create_engine(sys.argv[1]), UUID(sys.argv[2])) as held:
    print(held, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url, pool_size=1, max_overflow=1)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("run", [UUID(int=number) for number in range(4)])
def test_held_for_the_length_of_the_block(engine: Engine, run: UUID):
    assert not alive(engine, run)
    with hold(engine, run) as held:
        assert held
        assert alive(engine, run)
        assert not alive(engine, uuid4())
    assert not alive(engine, run)


def test_a_second_holder_waits_and_then_is_told(engine: Engine):
    run = uuid4()
    with hold(engine, run), hold(engine, run, wait_seconds=0.1) as second:
        assert not second
    with hold(engine, run, wait_seconds=0.1) as again:
        assert again
    # What the waiting set up does not stay with a pooled connection.
    with engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "0"


def test_given_back_after_an_error(engine: Engine):
    run = uuid4()
    with pytest.raises(ZeroDivisionError), hold(engine, run):
        _ = 1 / 0
    assert not alive(engine, run)


def test_gone_when_its_process_is_killed(engine: Engine, postgres_url: str):
    run = uuid4()
    command = [sys.executable, "-c", HOLDER, postgres_url, str(run)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as holder:  # type: ignore[call-overload]
        assert holder.stdout.readline() == b"True\n"
        assert alive(engine, run)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        until(lambda: not alive(engine, run))


def test_given_up_quietly_when_the_database_cut_the_connection(engine: Engine):
    run = uuid4()
    with hold(engine, run), engine.connect() as other:
        other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert not alive(engine, run)
