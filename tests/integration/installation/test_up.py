"""``kaigong up`` as a person runs it: everything starts, survives, stops and loses nothing.

What survives is asked by crash trials (``tests/crash``): parts are killed while people act, nobody helps, and
the ledger is asked about every act that was acknowledged.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

from config.settings import Settings, set_environment
from deployments.local.findings import State
from deployments.local.health import examine
from deployments.local.postgres import Postgres
from tests.crash.system import System
from tests.crash.trial import run
from tests.support.receivers import hook
from tests.support.run.ports import free_port
from tests.support.run.waiting import PATIENCE_SECONDS, gone, until

KAIGONG = Path(sys.executable).with_name("kaigong")
pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.xdist_group("up"),
]
#: Seed of a trial → what it draws, here where nothing is mounted and nothing lies behind a cable.
TRIALS = {
    31: ("portal killed", "relay killed"),
    50: ("worker frozen", "PostgreSQL killed"),
    39: ("Prefect server killed", "relay frozen"),
}


class Installation(System):
    """One data folder and two ports; started and stopped like a person would."""

    def stop(self, number: int = signal.SIGINT) -> int:
        self.up.send_signal(number)
        return self.up.wait(PATIENCE_SECONDS)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [KAIGONG, *arguments],
            check=False,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    def healthy(self) -> bool:
        """What ``kaigong doctor`` says, without a process each time that somebody asks."""
        ports = {"port": self.port, "prefect_port": self.prefect_port}
        settings = Settings(data_dir=self.folder, **ports)
        findings = examine(settings, datetime.now(ZoneInfo(settings.timezone)).date())
        return all(finding.state is not State.DOWN for finding in findings)

    def parts(self) -> list[psutil.Process]:
        notes = json.loads((self.folder / "parts.json").read_text())
        live = []
        for note in notes:
            with suppress(psutil.NoSuchProcess):
                live.append(psutil.Process(note["pid"]))
        return live


@pytest.fixture(scope="module")
def installation(new_folder) -> Iterator[Installation]:
    folder = new_folder() / "data"
    before = dict(os.environ)
    set_environment(
        KAIGONG_DATA_DIR=str(folder), KAIGONG_CLOCK_FILE=str(folder.with_name("data-clock"))
    )
    with hook() as receiver, Installation(folder, receiver, with_cable=False) as running:
        yield running
    os.environ.clear()
    set_environment(**before)


@pytest.fixture
def running(installation):
    if installation.up.poll() is not None:
        installation.start()
    return installation


def test_it_prints_the_addresses_and_every_part_is_up(running):
    text = running.log.read_text()
    assert f"http://127.0.0.1:{running.port}" in text
    assert f"http://127.0.0.1:{running.port}/prefect/" in text
    until(running.healthy)
    # It waits five seconds for an answer, which a busy machine may take.
    doctor = until(
        lambda: well if (well := running.run("doctor", "--json")).returncode == 0 else None
    )
    assert {part["state"] for part in json.loads(doctor.stdout)["parts"]} <= {"up", "note"}


def test_a_second_one_on_the_same_data_is_refused(running):
    answer = running.run("up")
    assert answer.returncode == 2
    assert str(running.folder) in answer.stderr
    assert f"process {running.up.pid}" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_taken_port_is_one_sentence(running, tmp_path):
    answer = running.run("up", "--data-dir", str(tmp_path), "--prefect-port", str(free_port()))
    assert answer.returncode == 2
    assert re.search(rf"Port {running.port} .*--port", answer.stderr)


@pytest.mark.parametrize("seed", TRIALS)
def test_a_trial_loses_nothing_and_does_nothing_twice(running, seed):
    outcome = run(running, seed, count=len(TRIALS[seed]))
    assert outcome.faults == TRIALS[seed]
    assert outcome.acknowledged > 0
    assert outcome.wrong == ()


#: What our own parts are called on their command lines, or the module that they are.
OWN_PARTS = ("relay", "worker", "deployments.portal:create_app")


@pytest.mark.parametrize("part", OWN_PARTS)
def test_a_part_takes_ten_signals_at_once_and_comes_again(running, part):
    """As a process group gets them: a handler that waits for a lock of its own would hang for ever."""
    until(running.healthy)
    process = next(process for process in running.parts() if part in process.cmdline())
    for number in [signal.SIGTERM, signal.SIGINT] * 5:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    until(lambda: gone(process))
    until(running.healthy)


def test_it_stops_cleanly_and_the_next_start_takes_up(running):
    parts = running.parts()
    # As a process group gets them, when somebody in a hurry stops it.
    for number in [signal.SIGTERM, signal.SIGINT] * 10:
        running.up.send_signal(number)
    assert running.stop(signal.SIGTERM) == 0
    assert not Postgres(running.folder).running()
    until(lambda: all(gone(part) for part in parts))
    running.start()
    until(running.healthy)


def test_after_kill_9_the_next_start_cleans_up(running):
    parts = running.parts()
    running.up.kill()
    running.up.wait()
    assert all(process.is_running() for process in parts)
    running.start()
    assert not {process.pid for process in parts} & {process.pid for process in running.parts()}
    until(running.healthy)
