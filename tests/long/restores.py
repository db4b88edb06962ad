"""What is lost with a machine, and brought back on an empty one: by a backup, and to a moment.

``python -m tests.long.restores [PROJECTS]`` tries it by itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import text

from config.settings import Settings
from deployments.local.database import DATABASE, prepare
from deployments.local.postgres import Postgres
from tests.long.record import Result
from tests.support.ledger import Ledger

STEP = "restores on an empty machine"
PROJECTS = 1000
#: Registered after the base backup, and found again by the archive alone.
LATER = 50
KAIGONG = Path(sys.executable).with_name("kaigong")
ARCHIVED_SECONDS = 120.0


class Machine:
    """A data folder, and the command on it; the archive lies beside it, as on another disk."""

    def __init__(self, place: Path, name: str) -> None:
        self.settings = Settings(data_dir=place / name, wal_archive=place / "archive")

    def kaigong(self, *arguments: str, fails: bool = False) -> tuple[dict[str, Any], float]:
        """The document that a command prints, and the seconds that it took."""
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("KAIGONG_", "PREFECT_"))},
            "KAIGONG_DATA_DIR": str(self.settings.data_dir),
            "KAIGONG_WAL_ARCHIVE": str(self.settings.wal_archive),
        }
        began = monotonic()
        done = subprocess.run(
            [KAIGONG, *arguments, "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == fails, (arguments, done.stdout[-500:], done.stderr)
        return (json.loads(done.stdout) if done.stdout else {}), monotonic() - began


def run(projects: int = PROJECTS) -> Result:
    """Back up while people register, spoil the ledger, and bring it back both ways."""
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="kaigong-restore-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        first = Machine(place, "first")
        with Postgres.of(first.settings) as server:
            prepare(first.settings, server)
            with closing(Ledger(server.url(DATABASE))) as ledger:
                moment = _lost(first, server, ledger, place, projects)
        took = _brought_back(place, moment, projects)
    return Result(STEP, took, passed=True, seconds=monotonic() - began)


def _lost(
    machine: Machine, server: Postgres, ledger: Ledger, place: Path, projects: int
) -> datetime:
    """Backups of both kinds, work after them, and the moment before somebody spoilt the ledger."""
    _register(ledger, projects)
    machine.kaigong("backup", "create", str(place / "backup"))
    machine.kaigong("backup", "base", str(place / "base"))
    _register(ledger, LATER)
    time.sleep(0.01)
    moment = datetime.now(UTC)
    time.sleep(0.01)
    with ledger.database.transaction() as connection:
        connection.execute(text("DELETE FROM notice"))
    machine.kaigong("audit", "verify", fails=True)
    _wait_archived(server)
    return moment


def _register(ledger: Ledger, count: int) -> None:
    for _ in range(count):
        ledger.register()


def _wait_archived(server: Postgres) -> None:
    """The segment that is being written is closed and copied, as it would be within a minute."""
    with server._connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_switch_wal())")
        (segment,) = cursor.fetchone() or ("",)
    deadline = monotonic() + ARCHIVED_SECONDS
    assert server.archive is not None
    while not (server.archive.folder / f"{segment}.gz").exists():
        assert monotonic() < deadline, segment
        time.sleep(0.1)


def _brought_back(place: Path, moment: datetime, projects: int) -> str:
    """Restore on machines where nothing was, and say what it took."""
    by_dump, dumped = Machine(place, "second").kaigong("restore", str(place / "backup"))
    assert by_dump["projects"] == projects, by_dump
    third = Machine(place, "third")
    until = ("--until", moment.isoformat())
    to_moment, carried = third.kaigong("restore", str(place / "base"), *until)
    assert to_moment["projects"] == projects + LATER, to_moment
    assert third.kaigong("audit", "verify")[0]["ok"]
    never = ("--until", "2999-01-01")
    Machine(place, "fourth").kaigong("restore", str(place / "base"), *never, fails=True)
    return (
        f"{projects} projects: `kaigong restore` took {dumped:.1f} s, with `--until` and an archive"
        f" {carried:.1f} s for {projects + LATER}; what was spoilt afterwards was whole"
    )


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else PROJECTS).figures)
