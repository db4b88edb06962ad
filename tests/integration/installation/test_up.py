"""``kaigong up`` as a person runs it: everything starts, survives, stops and loses nothing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import psutil
import pytest

from config.settings import Settings
from deployments.local.health import State, examine
from deployments.local.postgres import Postgres

KAIGONG = Path(sys.executable).with_name("kaigong")
pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("up"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


class Installation:
    """One data folder and two ports; started and stopped like a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.prefect_port = free_port(), free_port()
        self.output = folder.with_suffix(".txt")
        self.process: subprocess.Popen[str] | None = None
        self.environment = {
            **os.environ,
            "KAIGONG_LANGUAGE": "en",
            "KAIGONG_DATA_DIR": str(folder),
            "KAIGONG_PORT": str(self.port),
            "KAIGONG_PREFECT_PORT": str(self.prefect_port),
        }

    def start(self, *arguments: str) -> None:
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [KAIGONG, "up", *arguments],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(
            lambda: "Ctrl-C" in self.output.read_text() or self.process.poll() is not None, 150
        )
        assert self.process.poll() is None, self.output.read_text()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(90)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [KAIGONG, *arguments],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=90,
        )

    def healthy(self) -> bool:
        """What ``kaigong doctor`` says, without a process each time that somebody asks."""
        ports = {"port": self.port, "prefect_port": self.prefect_port}
        settings = Settings(data_dir=self.folder, **ports)
        findings = examine(settings, datetime.now(ZoneInfo(settings.timezone)).date())
        return all(finding.state is not State.DOWN for finding in findings)

    def parts(self) -> list[psutil.Process]:
        notes = json.loads((self.folder / "parts.json").read_text())
        return [psutil.Process(note["pid"]) for note in notes if psutil.pid_exists(note["pid"])]

    def part(self, word: str) -> psutil.Process | None:
        """The running part whose command has the word; ``None`` while it is down."""
        for process in self.parts():
            with contextlib.suppress(psutil.Error):
                if word in process.cmdline():
                    return process
        return None


@pytest.fixture(scope="module")
def installation(new_folder):
    found = Installation(new_folder() / "data")
    yield found
    if found.process and found.process.poll() is None:
        found.stop()


@pytest.fixture
def running(installation):
    if installation.process is None or installation.process.poll() is not None:
        installation.start()
    return installation


def test_it_prints_the_addresses_and_every_part_is_up(running):
    text = running.output.read_text()
    assert f"http://127.0.0.1:{running.port}" in text
    assert f"http://127.0.0.1:{running.port}/prefect/" in text
    wait_until(running.healthy)
    doctor = running.run("doctor", "--json")
    assert doctor.returncode == 0, doctor.stdout
    assert {part["state"] for part in json.loads(doctor.stdout)["parts"]} <= {"up", "note"}


def test_a_second_one_on_the_same_data_is_refused(running):
    answer = running.run("up")
    assert answer.returncode == 2
    assert str(running.folder) in answer.stderr
    assert f"process {running.process.pid}" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_taken_port_is_one_sentence(running, tmp_path):
    answer = running.run("up", "--data-dir", str(tmp_path), "--prefect-port", str(free_port()))
    assert answer.returncode == 2
    assert re.search(rf"Port {running.port} .*--port", answer.stderr)


@pytest.mark.parametrize("word", ["deployments.portal:create_app", "worker", "relay"])
def test_what_is_killed_comes_back(running, word):
    before = wait_until(lambda: running.part(word))
    before.kill()
    wait_until(lambda: (now := running.part(word)) and now.pid != before.pid)
    wait_until(running.healthy)


def test_postgresql_comes_back_under_its_users(running):
    server = Postgres(running.folder)
    server._process().kill()
    wait_until(server.running)
    wait_until(lambda: httpx.get(f"http://127.0.0.1:{running.port}/readyz").is_success)


def test_it_stops_cleanly_and_the_next_start_takes_up(running):
    parts = running.parts()
    # As a process group gets them, when somebody in a hurry stops it.
    for number in [signal.SIGTERM, signal.SIGINT] * 10:
        running.process.send_signal(number)
    assert running.stop(signal.SIGTERM) == 0
    assert not Postgres(running.folder).running()
    wait_until(
        lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in parts)
    )
    running.start()
    wait_until(running.healthy)


def test_after_kill_9_the_next_start_cleans_up(running):
    parts = running.parts()
    running.process.kill()
    running.process.wait()
    assert all(process.is_running() for process in parts)
    running.start()
    assert not {process.pid for process in parts} & {process.pid for process in running.parts()}
    wait_until(running.healthy)
