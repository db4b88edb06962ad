"""One part of an installation as a process: started, ready, stopped."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

from config.settings import child_environment
from config.texts import Word
from models.errors import Unavailable

POLL_SECONDS = 0.1
#: How long a part may take to answer after its start, on a machine that is busy with others.
START_SECONDS = 240.0
LOG_LIMIT_BYTES = 10_000_000
#: The last line of a Python traceback.
ERROR_LINE = re.compile(r"[\w.]*(Error|Exception|Refused|Timeout)\b.*: ")


class PortTaken(Unavailable):
    template = "Port {port} on {host} is used by another program, so {part} cannot start. Stop that program, or choose another port with {option}."


class PartFailed(Unavailable):
    template = "{part} ended while starting (exit code {exit_code}): {reason}. Its log is {log}."


class PartNotReady(Unavailable):
    template = "{part} did not answer within {seconds} seconds. Its log is {log}."


@dataclass(frozen=True, slots=True)
class Part:
    """What to start and how to tell that it is ready; times in seconds."""

    name: str
    command: tuple[str, ...]
    #: Added to our environment; variables named in ``without`` are taken out first.
    environment: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    #: ``None``: ready as soon as it runs.
    ready: Callable[[], bool] | None = None
    start_seconds: float = START_SECONDS
    stop_seconds: float = 30.0
    #: Others need it to finish what is under way.
    stops_last: bool = False


class Process:
    """A part while it runs. It gets no Ctrl-C of ours: whoever started it stops it, in order."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self.log = log
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Number of the process while it runs."""
        return self._popen.pid if self._popen and self._popen.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended; ``None`` while it runs or before it was started."""
        return self._popen.poll() if self._popen else None

    def start(self) -> None:
        """Starts it and does not wait."""
        environment = {
            name: value
            for name, value in child_environment().items()
            if not name.startswith(self.part.without or ("\0",))
        }
        with _open_log(self.log) as log:
            self._popen = subprocess.Popen(
                self.part.command,
                # Modules come from the installation, never from the folder it runs in.
                env={**environment, "PYTHONSAFEPATH": "1", **self.part.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Returns when it answers; raises ``Unavailable`` when it ends or stays silent.

        ``meanwhile`` is called at every look, a few times a second.
        """
        deadline = time.monotonic() + self.part.start_seconds
        while not (ready := self.part.ready is None or self.part.ready()):
            if self.exit_code is not None or time.monotonic() > deadline:
                break
            meanwhile()
            time.sleep(POLL_SECONDS)
        self._check_exit_code(allowed=None)
        if not ready:
            raise PartNotReady(
                part=Word(self.part.name), seconds=self.part.start_seconds, log=str(self.log)
            )

    def wait_done(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Returns when a job has ended well; raises ``Unavailable`` when it fails or takes too long.

        ``meanwhile`` is called at every look, a few times a second.
        """
        deadline = time.monotonic() + self.part.start_seconds
        while self.exit_code is None:
            if time.monotonic() > deadline:
                raise PartNotReady(
                    part=Word(self.part.name), seconds=self.part.start_seconds, log=str(self.log)
                )
            meanwhile()
            time.sleep(POLL_SECONDS)
        self._check_exit_code(allowed=0)

    def _check_exit_code(self, *, allowed: int | None) -> None:
        if self.exit_code != allowed:
            raise PartFailed(
                part=Word(self.part.name),
                exit_code=self.exit_code,
                reason=reason_in(self.log),
                log=str(self.log),
            )

    def ask_to_stop(self) -> None:
        """Sends SIGTERM: finish what is under way, take on nothing new."""
        if self._popen and self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Asks it to stop, waits as long as the part may take, and kills it after that."""
        if self._popen is None:
            return
        self.ask_to_stop()
        try:
            self._popen.wait(self.part.stop_seconds)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()


def answers(url: str) -> bool:
    """Whether an address answers a GET with success within two seconds."""
    try:
        # Plain HTTP on this machine, asked ten times a second: to read the authorities of certificates
        # for it would take most of what asking takes.
        return httpx.get(url, timeout=2.0, trust_env=False, verify=False).is_success  # noqa: S501
    except httpx.HTTPError:
        return False


def check_port_free(host: str, port: int, part: str, option: str) -> None:
    """Raises ``PortTaken``, naming the part that needs the port and the option that moves it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port whose last user has just closed it is free for a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(port=port, host=host, part=part, option=option) from error


def reason_in(log: Path) -> str:
    """Why a part ended, from its log: the last error, else the last line that says something."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()[-200:]]
    filled = [line for line in lines if line]
    errors = [line for line in filled if ERROR_LINE.match(line)]
    return (errors or filled or ["no output"])[-1]


def keep_small(log: Path) -> None:
    """Begins a log anew once it is too long; the part before stays beside it as ``.1``.

    The writer has it open for appending and goes on at the new end: what it writes between the two
    steps here is lost, which a log may.
    """
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        shutil.copyfile(log, log.with_suffix(".1"))
        os.truncate(log, 0)


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    keep_small(path)
    return path.open("ab")
