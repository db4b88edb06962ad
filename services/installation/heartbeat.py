"""Whether the deadline watch still goes round, and as of when lights and warnings are.

Its schedule, the pool or every worker may stand still while all else runs: people go on deciding, and
nobody is warned. The watch writes down when it was done; doctor, health endpoints and pages read it.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, text

WATCH: Final = "deadline-watch"
#: It goes round every five minutes: three rounds that did not come are no accident.
STILL_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class LastWatch:
    """The last deadline watch that came to its end."""

    done_at: datetime
    as_of: datetime
    """The moment that it went by."""
    machine: str
    seconds: int
    """How long ago, by the clock of the database."""

    @property
    def stands_still(self) -> bool:
        """Whether those that should have come since did not."""
        return self.seconds > STILL_AFTER.total_seconds()


def beat(connection: Connection, as_of: datetime) -> None:
    """Write down that a deadline watch came to its end."""
    connection.execute(_BEAT, {"work": WATCH, "as_of": as_of, "machine": platform.node()})


def last_watch(connection: Connection) -> LastWatch | None:
    """``None`` where none ever came to its end."""
    row = connection.execute(_LAST, {"work": WATCH}).one_or_none()
    return None if row is None else LastWatch(row.done_at, row.as_of, row.machine, row.seconds)


#: The moment as of which lights and warnings are, for a larger query; nothing while the watch goes round.
STANDS_SINCE: Final = (
    f"SELECT as_of FROM heartbeat WHERE work = '{WATCH}'"  # noqa: S608 - our own words
    f" AND done_at < now() - interval '{STILL_AFTER.total_seconds():.0f} seconds'"
)
_BEAT = text(
    "INSERT INTO heartbeat (work, done_at, as_of, machine)"
    " VALUES (:work, clock_timestamp(), :as_of, :machine)"
    " ON CONFLICT (work) DO UPDATE SET done_at = excluded.done_at, as_of = excluded.as_of,"
    " machine = excluded.machine"
)
_LAST = text(
    "SELECT done_at, as_of, machine, extract(epoch FROM now() - done_at)::int AS seconds"
    " FROM heartbeat WHERE work = :work"
)
