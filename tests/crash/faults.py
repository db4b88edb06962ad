"""What can go wrong: each fault begins, lasts for some seconds, and ends as it would in life."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import psutil
import psycopg2
from sqlalchemy import text

from services.timing import read_clock_file, write_clock_file
from tests.crash.system import PARTS, System, kill

LOCK = text("SELECT id FROM project ORDER BY id DESC LIMIT 3 FOR UPDATE")


@dataclass(frozen=True)
class Fault:
    """A kind of fault."""

    name: str
    during: Callable[[System], Iterator[None]]
    """A generator: before its ``yield`` the fault begins, after it the fault ends."""
    possible: Callable[[System], bool] = lambda _: True
    """Whether this machine lets it be tried."""

    @contextmanager
    def on(self, system: System) -> Iterator[None]:
        """The fault lasts as long as the block."""
        yield from self.during(system)


def _killed(part: str) -> Callable[[System], Iterator[None]]:
    def during(system: System) -> Iterator[None]:
        kill(system.process(part))
        yield

    return during


def _frozen(part: str) -> Callable[[System], Iterator[None]]:
    """A part that neither works nor dies: as behind a network that drops every packet."""

    def during(system: System) -> Iterator[None]:
        process = system.process(part)
        with suppress(psutil.Error):
            if process is not None:
                process.suspend()
        yield
        with suppress(psutil.Error):
            if process is not None:
                process.resume()

    return during


def _supervisor_killed(system: System) -> Iterator[None]:
    system.kill_supervisor()
    yield
    system.start()


def _all_killed(system: System) -> Iterator[None]:
    """As when the machine loses its power."""
    system.kill_supervisor()
    for part in (*PARTS, "PostgreSQL"):
        kill(system.process(part))
    yield
    system.start()


def _cable_cut(system: System) -> Iterator[None]:
    system.cable.cut()
    yield
    system.cable.mend()


def _connections_exhausted(system: System) -> Iterator[None]:
    with ExitStack() as stack:
        with suppress(psycopg2.OperationalError):
            while True:
                mine = psycopg2.connect(
                    dbname="kaigong", user="postgres", host=str(system.postgres.home)
                )
                stack.callback(mine.close)
        yield


def _lock_held(system: System) -> Iterator[None]:
    """Somebody holds the newest projects and does not let go."""
    with system.database.engine.connect() as connection:
        connection.execute(LOCK)
        yield
        connection.rollback()


def _receiver_fails(system: System) -> Iterator[None]:
    """The outbox fills: whoever gets the notices answers with errors."""
    system.hook.status = 503
    yield
    system.hook.status = 200


def _clock_jumps(by: timedelta) -> Callable[[System], Iterator[None]]:
    def during(system: System) -> Iterator[None]:
        before = read_clock_file(system.clock_file)
        write_clock_file(system.clock_file, before + by)
        yield
        # The people of the trial may have gone on to the next day meanwhile.
        if read_clock_file(system.clock_file) == before + by:
            write_clock_file(system.clock_file, before)

    return during


def _disk_full(system: System) -> Iterator[None]:
    ballast = system.folder / "ballast"
    free = shutil.disk_usage(system.folder).free
    with ballast.open("wb") as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, free)
    yield
    ballast.unlink()


def _on_a_small_disk(system: System) -> bool:
    """Whether the folder is a file system of its own, which nobody else minds being full."""
    return os.path.ismount(system.folder)


FAULTS: tuple[Fault, ...] = (
    *(Fault(f"{part} killed", _killed(part)) for part in (*PARTS, "PostgreSQL")),
    *(Fault(f"{part} frozen", _frozen(part)) for part in PARTS),
    Fault("supervisor killed", _supervisor_killed),
    Fault("everything killed", _all_killed),
    Fault("network cut", _cable_cut, possible=lambda system: system.with_cable),
    Fault("connections exhausted", _connections_exhausted),
    Fault("lock held", _lock_held),
    Fault("outbox full", _receiver_fails),
    Fault("clock 40 days ahead", _clock_jumps(timedelta(days=40))),
    Fault("clock a day behind", _clock_jumps(timedelta(days=-1))),
    Fault("disk full", _disk_full, possible=_on_a_small_disk),
)


def drawn(dice: random.Random, system: System, count: int) -> list[Fault]:
    """``count`` faults that can be tried here, in the order in which they come."""
    return dice.choices([fault for fault in FAULTS if fault.possible(system)], k=count)


def befall(
    system: System, faults: list[Fault], dice: random.Random, stopped: Callable[[], bool]
) -> list[str]:
    """One fault after the other, each for one to four seconds; answers what happened."""
    happened: list[str] = []
    for fault in faults:
        _pause(dice.uniform(0.5, 3.0), stopped)
        if stopped() and happened:
            break
        with fault.on(system):
            happened.append(fault.name)
            time.sleep(dice.uniform(1.0, 4.0))
    return happened


def _pause(seconds: float, stopped: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not stopped():
        time.sleep(0.05)
