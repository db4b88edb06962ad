"""Where a project stands among others: what lists order and count by, derived from its clocks and items.

It changes with an act, or with a new calendar, and never with a day that passes: the light 红黄绿 of a
moment follows from the instants at which it turns. It is kept in the project's own row, no fact.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from models.clock.values import ZONE

#: The day, and the instant, of what does not come.
NEVER: Final = date(9999, 12, 31)
NEVER_AT: Final = datetime(9999, 12, 31, tzinfo=UTC)
#: Classes of how long before its red day a project turns yellow, in natural days, each by its longest:
#: with it the yellow ones among those that are due next are found by index.
LEADS: Final = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 128, 32767)


@dataclass(frozen=True, slots=True)
class Standing:
    """When a project's light turns, what falls due next, and whom it waits for."""

    yellow_at: datetime = NEVER_AT
    """From when on the light of any of its open clocks is yellow."""
    red_on: date = NEVER
    """First day on which one of them is overdue."""
    next_due_on: date | None = None
    """The next last day that people work to."""
    lead: int = 0
    """Class of the time from yellow to red: one of :data:`LEADS`."""
    waits_for_applicant: bool = False
    waits_for_department: bool = False


def lead_of(yellow_at: datetime, red_on: date) -> int:
    """The class of the time between two turns of a light; 0 where it is never yellow."""
    days = (red_on - yellow_at.astimezone(ZONE).date()).days
    return LEADS[min(bisect_left(LEADS, days), len(LEADS) - 1)]


def lead_sql(yellow_at: str, red_on: str) -> str:
    """The same in SQL."""
    days = f"{red_on} - CAST({yellow_at} AT TIME ZONE '{ZONE.key}' AS date)"
    classes = " ".join(f"WHEN {days} <= {lead} THEN {lead}" for lead in LEADS[:-1])
    return f"CASE {classes} ELSE {LEADS[-1]} END"
