"""Where the files of a run lie: in memory where the machine has room for them there, else on its disk.

To copy a database is to make six hundred small files, which takes six times as long on a disk.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

import psutil

#: Linux keeps a file system in memory here; containers often give it 64 MB.
MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are made with names that nobody guesses
#: What a whole run writes, three times over.
ROOM_BYTES = 4 * 1024**3
PREFIX = "kaigong-test-"
LOCK = "run.lock"
#: A folder this young may not have been locked yet by whoever made it.
YOUNG_SECONDS = 60


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run, and the lock that says that the run lives."""

    path: Path
    lock: IO[str]

    @classmethod
    def new(cls) -> Self:
        """A folder of this run alone; what killed runs left in memory is taken away first."""
        place = MEMORY if has_room(MEMORY) else None
        if place is not None:
            sweep(place)
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        lock = (path / LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return cls(path, lock)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self.lock.close()


def has_room(place: Path) -> bool:
    """Whether a run fits there, and into the memory that is free."""
    if not place.is_dir():
        return False
    free = min(shutil.disk_usage(place).free, psutil.virtual_memory().available)
    return free >= ROOM_BYTES


def sweep(place: Path) -> None:
    """Remove the folders of runs that were killed: nobody holds their lock."""
    for lock in place.glob(f"{PREFIX}*/{LOCK}"):
        # Another run may do the same; somebody else's folder is closed to us.
        with suppress(OSError):
            if time.time() - lock.stat().st_mtime > YOUNG_SECONDS and _is_free(lock):
                shutil.rmtree(lock.parent, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    with lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
