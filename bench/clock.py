"""What a deadline costs. Ceilings: ten years in under 50 µs, 10,000 due dates in under 0.1 s.

    python -m bench.clock [--json]

Exit code 1 when a ceiling is passed. Processor time, best of several rounds: others may use the
machine meanwhile.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter, process_time

from models.clock.values import (
    ClockEvent,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockSuspended,
    ClockTerms,
    Limit,
    Thresholds,
)
from rules.clock import (
    OpenClock,
    deadline,
    explain,
    project_clock,
    read_clock,
    reproject,
    rung_dates,
)
from rules.installation.policy import LADDER
from services.clock.working_calendar import working_calendar

ROUNDS = 7
TERMS = ClockTerms(statutory=Limit(20), promised=Limit(10), extension=Limit(10))
CEILINGS = {"deadline over ten years, µs": 50.0, "10,000 due dates, s": 0.1}


def best(run: Callable[[], object], times: int) -> float:
    """Seconds of processor time of one call: the best of the rounds."""
    seconds = []
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(times):
            run()
        seconds.append((process_time() - began) / times)
    return min(seconds)


def history(start: date, *, suspended: bool) -> list[ClockEvent]:
    if not suspended:
        return [ClockStarted(start)]
    day = timedelta(1)
    return [ClockStarted(start), ClockSuspended(start + 3 * day), ClockResumed(start + 9 * day)]


def measure() -> dict[str, float]:
    began = perf_counter()
    calendar = working_calendar()
    deadline(calendar, date(2026, 1, 5), Limit(20))
    noticed = perf_counter() - began
    began = perf_counter()
    deadline(calendar, date(2026, 1, 5), Limit(2480))
    every = perf_counter() - began

    start = date(2026, 1, 5)
    starts = [start + timedelta(days=i % 1000) for i in range(10_000)]
    plain = [history(day, suspended=False) for day in starts]
    cut = [history(day, suspended=True) for day in starts]
    clocks = [OpenClock(i, TERMS, tuple(events)) for i, events in enumerate(plain)]
    view = project_clock(TERMS, cut[0], calendar, ClockPolicy())
    ten_years = Limit(2480)
    micro = 1e6
    return {
        "calendar of the noticed years, ms": noticed * 1e3,
        "calendar of 99 years (once, with its library), ms": every * 1e3,
        "deadline of 20 working days, µs": micro
        * best(lambda: deadline(calendar, start, Limit(20)), 5000),
        "deadline over ten years, µs": micro
        * best(lambda: deadline(calendar, start, ten_years), 5000),
        "10,000 due dates, s": best(
            lambda: [project_clock(TERMS, events, calendar, ClockPolicy()) for events in plain], 1
        ),
        "10,000 due dates with a suspension, s": best(
            lambda: [project_clock(TERMS, events, calendar, ClockPolicy()) for events in cut], 1
        ),
        "reading on a day (light, remaining), µs": micro
        * best(lambda: read_clock(view, date(2026, 1, 20), calendar, Thresholds()), 2000),
        "dates of the warning ladder, µs": micro
        * best(lambda: rung_dates(view, calendar, LADDER, Thresholds()), 2000),
        "explanation of 20 working days, µs": micro
        * best(lambda: explain(TERMS, cut[0], calendar, ClockPolicy(), statutory=True), 500),
        "10,000 clocks on a changed calendar, s": best(
            lambda: reproject(clocks, calendar, calendar, ClockPolicy()), 1
        ),
    }


def main() -> int:
    figures = measure()
    if "--json" in sys.argv:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            ceiling = f"   (ceiling {CEILINGS[name]:g})" if name in CEILINGS else ""
            print(f"{value:12.4f}  {name}{ceiling}")
    return int(any(figures[name] > ceiling for name, ceiling in CEILINGS.items()))


if __name__ == "__main__":
    sys.exit(main())
