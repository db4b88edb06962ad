"""Keeps the parts of one installation running: starts them in order, restarts what dies, stops all.

One supervisor for one data folder: a lock says so, and the kernel gives it back when the supervisor
is killed. The parts of a killed supervisor live on; the next one stops them first.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from deployments.local.process import Part, Process, keep_small
from models.errors import Unavailable

TICK_SECONDS = 0.25
#: A part that dies again soon is started after 1, 2, 4, … seconds, at most 30.
LONGEST_PAUSE_SECONDS = 30.0
#: A part that ran so long has recovered: its next death counts as the first.
RECOVERED_SECONDS = 60.0
LEFTOVER_STOP_SECONDS = 30.0
#: How long the number of a supervisor that holds the folder is waited for.
NUMBER_SECONDS = 2.0


class AlreadyRunning(Unavailable):
    template = "Kaigong already runs on the data folder {folder} (process {pid}). Stop that one, or choose another folder with --data-dir."


class DataFolderNotWritable(Unavailable):
    template = "The data folder {folder} cannot be written ({reason}). Put that right, or choose another folder with --data-dir."


@dataclass(frozen=True, slots=True)
class Ended:
    """Report of a part that was found dead."""

    part: str
    exit_code: int
    again_in_seconds: float


@dataclass(slots=True)
class _Kept:
    process: Process
    failures: int = 0
    started_at: float = 0.0
    #: When it is started again; ``None`` while it runs.
    due_at: float | None = None


class Supervisor:
    """Holds the running parts; made inside :func:`only_one`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        on_ended: Callable[[Ended], None],
        on_tick: Callable[[], None] = lambda: None,
    ) -> None:
        self.data_dir = data_dir
        self._on_ended = on_ended
        self._on_tick = on_tick
        self._kept: list[_Kept] = []

    @property
    def parts(self) -> dict[str, int | None]:
        """Name and process number of every part; ``None`` while it is down."""
        return {kept.process.part.name: kept.process.pid for kept in self._kept}

    def start(self, parts: Sequence[Part]) -> None:
        """Starts parts that do not need each other and returns when all of them are ready.

        Raises ``Unavailable`` when one cannot start.
        """
        wave = []
        for part in parts:
            kept = _Kept(Process(part, self._log(part)))
            self._kept.append(kept)
            wave.append(kept)
            self._launch(kept)
        for kept in wave:
            kept.process.wait_ready(lambda: self._look_after_all(but=wave))

    def run_once(self, job: Part) -> None:
        """Runs a job to its end; raises ``PartFailed`` when that is not exit code 0."""
        process = Process(job, self._log(job))
        process.start()
        try:
            process.wait_done(self._look_after_all)
        finally:
            process.stop()

    def watch(self, stopped: Callable[[], bool]) -> None:
        """Restarts what dies until ``stopped`` says so."""
        while not stopped():
            self._look_after_all()
            time.sleep(TICK_SECONDS)

    def _look_after_all(self, but: Sequence[_Kept] = ()) -> None:
        """Restarts what died, all but those that are just starting."""
        self._on_tick()
        for kept in self._kept:
            if kept not in but:
                self._look_after(kept)
                keep_small(kept.process.log)

    def stop(self) -> None:
        """Stops the parts, the last started first; those started together stop together."""
        groups: dict[bool, list[_Kept]] = {False: [], True: []}
        for kept in self._kept:
            groups[kept.process.part.stops_last].append(kept)
        for group in groups.values():
            if group:
                with ThreadPoolExecutor(len(group)) as pool:
                    list(pool.map(lambda kept: kept.process.stop(), group))
        self._kept.clear()
        self._note()

    def _log(self, part: Part) -> Path:
        return self.data_dir / "logs" / f"{part.name.lower().replace(' ', '-')}.log"

    def _look_after(self, kept: _Kept) -> None:
        now = time.monotonic()
        if kept.due_at is not None:
            if now >= kept.due_at:
                self._launch_again(kept)
        elif (exit_code := kept.process.exit_code) is not None:
            pause = self._pause(kept, exit_code, now)
            kept.due_at = now + pause
            self._on_ended(Ended(kept.process.part.name, exit_code, pause))

    @staticmethod
    def _pause(kept: _Kept, exit_code: int, now: float) -> float:
        """Seconds until a dead part is started again: none after an end of its own will."""
        if now - kept.started_at > RECOVERED_SECONDS:
            kept.failures = 0
        if exit_code == 0 and kept.failures == 0:
            kept.failures = 1
            return 0.0
        kept.failures += 1
        return float(min(2.0 ** (kept.failures - 1), LONGEST_PAUSE_SECONDS))

    def _launch_again(self, kept: _Kept) -> None:
        try:
            self._launch(kept)
        except OSError as error:
            # No memory or no process number left just now: as if it had died at once.
            pause = self._pause(kept, error.errno or 1, time.monotonic())
            kept.due_at = time.monotonic() + pause
            self._on_ended(Ended(kept.process.part.name, error.errno or 1, pause))

    def _launch(self, kept: _Kept) -> None:
        kept.process.start()
        kept.started_at, kept.due_at = time.monotonic(), None
        self._note()

    def _note(self) -> None:
        """Record the running processes, for the next supervisor in case this one is killed."""
        running = [
            {"pid": pid, "created": psutil.Process(pid).create_time()}
            for pid in self.parts.values()
            if pid is not None and psutil.pid_exists(pid)
        ]
        _write_whole(_notes(self.data_dir), json.dumps(running))


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Holds the data folder for one supervisor; raises ``AlreadyRunning`` for a second one.

    What a killed supervisor left running is stopped before the block begins.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "up.lock").open("a+")
    except OSError as error:
        raise DataFolderNotWritable(folder=str(data_dir), reason=error.strerror) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(folder=str(data_dir), pid=_holder(lock)) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(psutil.Process().pid))
        lock.flush()
        stop_leftovers(data_dir)
        yield


def _holder(lock: IO[str]) -> str:
    """Who holds the folder: one that came a moment ago may not have written its number yet."""
    deadline = time.monotonic() + NUMBER_SECONDS
    while True:
        lock.seek(0)
        number = lock.read().strip()
        if number.isdigit() and psutil.pid_exists(int(number)):
            return number
        if time.monotonic() > deadline:
            return "?"
        time.sleep(0.01)


def stop_leftovers(data_dir: Path) -> int:
    """Stops the parts of a supervisor that was killed; answers how many there were."""
    leftovers = []
    # A machine that lost power may have left an empty file: then nothing of ours lives on either.
    with suppress(FileNotFoundError, ValueError):
        for note in json.loads(_notes(data_dir).read_text()) or ():
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(note["pid"])
                # The number alone may be someone else's by now.
                if process.create_time() == note["created"]:
                    process.terminate()
                    leftovers.append(process)
    _, stubborn = psutil.wait_procs(leftovers, LEFTOVER_STOP_SECONDS)
    for process in stubborn:
        process.kill()
    _notes(data_dir).unlink(missing_ok=True)
    return len(leftovers)


def _write_whole(path: Path, content: str) -> None:
    """Write a file so that after a loss of power it is the one before or this one, never half of it."""
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _notes(data_dir: Path) -> Path:
    return data_dir / "parts.json"
