"""What time it is: the one place that asks the machine.

Everything that acts takes ``now`` as an argument; only the edges (a request, a command, a task) ask
here. A rehearsal lets a file tell the time (``KAIGONG_CLOCK_FILE``), so that months pass in minutes;
``kaigong doctor`` says so where that is the case.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from config.settings import get_settings


def now() -> datetime:
    """The current moment in UTC: the machine's, or a rehearsal's."""
    clock_file = get_settings().clock_file
    return datetime.now(UTC) if clock_file is None else read_clock_file(clock_file)


def read_clock_file(path: Path) -> datetime:
    """The moment that a rehearsal's file tells: an ISO time with its offset."""
    return datetime.fromisoformat(path.read_text(encoding="utf-8").strip()).astimezone(UTC)


def write_clock_file(path: Path, moment: datetime) -> None:
    """Set a rehearsal's clock; whoever reads meanwhile gets the old time or the new, never half."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(moment.isoformat(), encoding="utf-8")
    draft.replace(path)
