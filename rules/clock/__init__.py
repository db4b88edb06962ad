"""The legal clock: due dates from append-only events over a working calendar. Pure.

``deadline`` computes one date; ``project_clock`` reads a clock's events; ``read_clock``, ``level`` and
``rung_dates`` say what it means on a day; ``explain`` gives the reason for every day; ``append`` is
the only way to a longer history; ``reproject`` compares two calendars.
"""

from rules.clock.appending import append, check_extension
from rules.clock.explanation import describe, explain
from rules.clock.lights import (
    ClockReading,
    Given,
    KnownDates,
    after_late_ones,
    known_dates,
    ladder_dates,
    level,
    light_on,
    next_crossing,
    reached,
    read_clock,
    rung_dates,
    statutory_yellow_at,
    yellow_at,
    yellow_on,
)
from rules.clock.projection import (
    BrokenHistory,
    deadline,
    notice_end,
    project_clock,
    read_history,
    renewed_until,
)
from rules.clock.reprojection import Movement, OpenClock, Reprojection, reproject
from rules.clock.spans import (
    Path,
    counted_critical_path,
    counted_spans,
    counted_working_days,
    longest_path,
    spans_run,
    stage_working_days,
    union,
)
from rules.clock.statutes import (
    PUBLIC_NOTICE,
    STATUTORY_CLOCKS,
    StatutoryClock,
    as_working_days,
    deemed_accepted_on,
    promise_is_lawful,
)

__all__ = [
    "PUBLIC_NOTICE",
    "STATUTORY_CLOCKS",
    "BrokenHistory",
    "ClockReading",
    "Given",
    "KnownDates",
    "Movement",
    "OpenClock",
    "Path",
    "Reprojection",
    "StatutoryClock",
    "after_late_ones",
    "append",
    "as_working_days",
    "check_extension",
    "counted_critical_path",
    "counted_spans",
    "counted_working_days",
    "deadline",
    "deemed_accepted_on",
    "describe",
    "explain",
    "known_dates",
    "ladder_dates",
    "level",
    "light_on",
    "longest_path",
    "next_crossing",
    "notice_end",
    "project_clock",
    "promise_is_lawful",
    "reached",
    "read_clock",
    "read_history",
    "renewed_until",
    "reproject",
    "rung_dates",
    "spans_run",
    "stage_working_days",
    "statutory_yellow_at",
    "union",
    "yellow_at",
    "yellow_on",
]
