"""How long a rehearsal takes: projects of industrial-simple, on one core.

python -m bench.simulation [--projects N] [--seed N] [--json]
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from time import perf_counter

from rules.rehearsal import Options, simulate
from services.clock.working_calendar import working_calendar
from services.scenarios.scenario_files import shipped

GOAL_SECONDS = 30.0
BEGINS = date(2026, 11, 2)


def main() -> None:
    """Time one rehearsal and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    scenario = shipped()["industrial-simple"].definition
    assert scenario is not None
    calendar = working_calendar()
    began = perf_counter()
    forecast = simulate(scenario, calendar, chosen.projects, chosen.seed, Options(BEGINS))
    seconds = round(perf_counter() - began, 2)
    if chosen.json:
        print(json.dumps({"projects": forecast.projects, "seconds": seconds}))
        return
    days = forecast.counted_days
    print(f"{forecast.projects} projects in {seconds} s (goal at 10000: {GOAL_SECONDS:.0f} s)")
    print(f"counted working days p50 {days.p50}, p80 {days.p80}, p95 {days.p95}")


if __name__ == "__main__":
    main()
