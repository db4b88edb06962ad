"""The installation that is broken: ``kaigong up`` on a folder of its own, and what belongs to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Self

import httpx
import psutil

from config.settings import set_environment
from deployments.local.database import DATABASE
from deployments.local.postgres import Postgres
from rules.cases.context import ZONE
from services.timing import write_clock_file
from services.unit_of_work import Database, open_database
from tests.crash.network import Cable
from tests.support.places import ROOT
from tests.support.receivers import Hook, hook
from tests.support.run.ports import free_port

#: Seconds without a word after which a start has failed: more than a part may take to answer.
START_SECONDS = 300.0
READY = "Ctrl-C stops everything"
DISK_MB = 1500
FIRST_DAY = date(2026, 1, 12)
#: Name of a part → a word of its command line.
PARTS = {
    "portal": "uvicorn",
    "relay": "relay",
    "worker": "worker",
    "Prefect server": "prefect",
}


class System:
    """A running installation; ``with_cable`` its database lies behind a cable that can be cut."""

    def __init__(self, folder: Path, hook: Hook, *, with_cable: bool = True) -> None:
        self.folder = folder
        self.hook = hook
        self.with_cable = with_cable
        # Beside the folder: the disk that a trial fills must not stop the trial itself.
        self.clock_file = folder.with_name(f"{folder.name}-clock")
        self.port, self.prefect_port = free_port(), free_port()
        self.postgres = Postgres(folder)
        self._up: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_clock_file(self.clock_file, datetime.combine(FIRST_DAY, clock_time(9), ZONE))
        if self.with_cable:
            self.postgres.start()
            self.postgres.ensure_database(DATABASE)
            self.cable = Cable(self.postgres.home / ".s.PGSQL.5432")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.database.close()
        if self.with_cable:
            self.cable.close()
            self.postgres.stop()

    @property
    def database(self) -> Database:
        """The ledger, past the cable."""
        return open_database(self.postgres.url(DATABASE))

    @property
    def portal(self) -> str:
        """Address of the portal."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def up(self) -> subprocess.Popen[bytes]:
        """The supervisor that was started last."""
        assert self._up is not None
        return self._up

    @property
    def log(self) -> Path:
        """What ``kaigong up`` prints."""
        return self.folder / "up.log"

    def start(self) -> None:
        """Start everything; returns when every part runs. Fails when nothing is told of for long."""
        before = self.log.read_text().count(READY) if self.log.exists() else 0
        length = 0
        with self.log.open("ab") as log:
            self._up = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "up"],
                env=self.environment(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while (told := self.log.read_text(errors="replace")).count(READY) == before:
            assert self._up.poll() is None, told[-3000:]
            if len(told) > length:
                length, deadline = len(told), time.monotonic() + START_SECONDS
            assert time.monotonic() < deadline, told[-3000:]
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop everything in order."""
        if self._up is not None and self._up.poll() is None:
            self._up.terminate()
            self._up.wait(120)

    def kill_supervisor(self) -> None:
        """End ``kaigong up`` at once; its parts live on."""
        assert self._up is not None
        self._up.kill()
        self._up.wait()

    def answers(self) -> bool:
        """Whether the portal answers."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.portal}/healthz", timeout=2, trust_env=False).is_success
        return False

    def process(self, part: str) -> psutil.Process | None:
        """The process of a part, or ``None`` while it does not run."""
        if part == "PostgreSQL":
            return _postmaster(self.postgres.cluster / "postmaster.pid")
        with suppress(FileNotFoundError, ValueError):
            for note in json.loads((self.folder / "parts.json").read_text()):
                with suppress(psutil.Error):
                    process = psutil.Process(note["pid"])
                    if PARTS[part] in " ".join(process.cmdline()[1:6]):
                        return process
        return None

    def environment(self) -> dict[str, str]:
        mine = ("KAIGONG_", "PREFECT_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        return kept | {
            "COLUMNS": "200",
            "KAIGONG_LANGUAGE": "en",
            "KAIGONG_DATA_DIR": str(self.folder),
            **self._through_the_cable(),
            "KAIGONG_PORT": str(self.port),
            "KAIGONG_PREFECT_PORT": str(self.prefect_port),
            "KAIGONG_CLOCK_FILE": str(self.clock_file),
            "KAIGONG_SECOND_FACTOR": "false",
            "KAIGONG_NOTICE_NETWORKS": '["127.0.0.0/8"]',
            "KAIGONG_NOTICE_URLS": json.dumps([self.hook.url]),
        }

    def _through_the_cable(self) -> dict[str, str]:
        if not self.with_cable:
            return {}
        address = f"127.0.0.1:{self.cable.port}"
        return {"KAIGONG_DATABASE_URL": f"postgresql+psycopg2://postgres@{address}/{DATABASE}"}


def _postmaster(pid_file: Path) -> psutil.Process | None:
    with suppress(OSError, ValueError, psutil.Error):
        return psutil.Process(int(pid_file.read_text().splitlines()[0]))
    return None


def kill(process: psutil.Process | None) -> bool:
    """Kill a process; whether there was one."""
    if process is None:
        return False
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGKILL)
    return True


@contextmanager
def breakable(folder: Path) -> Iterator[System]:
    """An installation to break, on a small disk of its own where that is possible."""
    set_environment(
        KAIGONG_DATA_DIR=str(folder),
        KAIGONG_CLOCK_FILE=str(folder.with_name(f"{folder.name}-clock")),
    )
    with ExitStack() as stack:
        stack.callback(set_environment, KAIGONG_DATA_DIR="", KAIGONG_CLOCK_FILE="")
        stack.enter_context(small_disk(folder, DISK_MB))
        yield stack.enter_context(System(folder, stack.enter_context(hook())))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A file system of its own at ``folder`` where this user may mount one; yields whether it is."""
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = (
        mount is not None
        and os.geteuid() == 0
        and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
