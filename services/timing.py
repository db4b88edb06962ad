"""The current time: the one place that asks the machine.

Everything that acts takes ``now`` as an argument; only the edges (a request, a command, a task) ask
here. A rehearsal lets a file tell the time (``KAIGONG_CLOCK_FILE``), so that months pass in minutes;
``kaigong doctor`` says so where that is the case.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pendulum

from config.settings import get_settings
from models.errors import InvalidInput
from rules.cases.context import ZONE


def now() -> datetime:
    """The current moment in UTC: the machine's, or a rehearsal's."""
    clock_file = get_settings().clock_file
    return datetime.now(UTC) if clock_file is None else read_clock_file(clock_file)


def read_clock_file(path: Path) -> datetime:
    """The moment in a rehearsal's clock file: an ISO time, in Beijing time unless it has a zone."""
    text = path.read_text(encoding="utf-8").strip()
    moment = pendulum.parse(text, tz=ZONE, exact=False)
    if not isinstance(moment, pendulum.DateTime):
        raise InvalidInput(
            field="KAIGONG_CLOCK_FILE",
            value=text,
            remedy="Write a moment such as 2026-01-12T09:00.",
        )
    # A plain value: subclasses of datetime are refused where facts become JSON.
    return datetime.fromtimestamp(moment.timestamp(), UTC)


def write_clock_file(path: Path, moment: datetime) -> None:
    """Set a rehearsal's clock atomically: readers get the old time or the new."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(moment.isoformat(), encoding="utf-8")
    draft.replace(path)
