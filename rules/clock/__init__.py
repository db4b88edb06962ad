"""The legal clock: due dates from append-only events over a working calendar. Pure.

``deadline`` computes one date; ``project_clock`` reads a clock's events; ``read_clock``, ``level`` and
``rung_dates`` say what it means on a day; ``explain`` gives the reason for every day; ``append`` is
the only way to a longer history; ``reproject`` compares two calendars.
"""

from rules.clock.acts import append, check_extension
from rules.clock.explanation import describe, explain
from rules.clock.lights import (
    DEFAULT_LADDER,
    DEFAULT_THRESHOLDS,
    ClockReading,
    KnownDates,
    ladder_dates,
    level,
    next_crossing,
    reached,
    read_clock,
    rung_dates,
    yellow_on,
)
from rules.clock.projection import (
    DEFAULT_POLICY,
    BrokenHistory,
    deadline,
    notice_end,
    project_clock,
    read_history,
)
from rules.clock.reprojection import Movement, OpenClock, Reprojection, reproject
from rules.clock.spans import (
    Path,
    counted_critical_path,
    counted_spans,
    counted_working_days,
    longest_path,
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
    "DEFAULT_LADDER",
    "DEFAULT_POLICY",
    "DEFAULT_THRESHOLDS",
    "PUBLIC_NOTICE",
    "STATUTORY_CLOCKS",
    "BrokenHistory",
    "ClockReading",
    "KnownDates",
    "Movement",
    "OpenClock",
    "Path",
    "Reprojection",
    "StatutoryClock",
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
    "ladder_dates",
    "level",
    "longest_path",
    "next_crossing",
    "notice_end",
    "project_clock",
    "promise_is_lawful",
    "reached",
    "read_clock",
    "read_history",
    "reproject",
    "rung_dates",
    "stage_working_days",
    "union",
    "yellow_on",
]
