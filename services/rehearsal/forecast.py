"""Rehearsals for the portal, simulated in a separate process so that requests do not block."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from rules.clock.calendar import WorkingCalendar
from rules.rehearsal import Forecast, Options, simulate
from services.wording.names import department_name, item_name

#: The most projects that the portal simulates; the command line takes more.
MOST_PROJECTS: Final = 10_000
#: Seconds after which a rehearsal is given up; 10,000 projects take a few.
PATIENCE: Final = 90
#: How far a rehearsal steps back behind everything else that the machine does.
_NICE: Final = 10


class RehearsalTooLong(KaigongError):
    template = "projects: the rehearsal took longer than {seconds} seconds and was given up; take fewer projects."
    field = "projects"


class RehearsalFailed(KaigongError):
    template = "The rehearsal did not come to its end; try it with fewer projects."


def forecast_apart(
    scenario: ScenarioDefinition,
    calendar: WorkingCalendar,
    projects: int,
    seed: int,
    options: Options,
) -> Forecast:
    """The forecast of :func:`rules.rehearsal.simulate`, computed in a process of its own.

    Raises what the simulation raises, :class:`RehearsalTooLong` and :class:`RehearsalFailed`.
    """
    request = pickle.dumps((scenario, calendar, projects, seed, options))
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, timeout=PATIENCE, check=True
        )
    except subprocess.TimeoutExpired as fault:
        raise RehearsalTooLong(seconds=PATIENCE) from fault
    except subprocess.CalledProcessError as fault:
        raise RehearsalFailed from fault
    answer = pickle.loads(done.stdout)  # noqa: S301 - written by our own process
    if isinstance(answer, Forecast):
        return answer
    refusal, params = answer
    raise refusal(**params)


def forecast_view(
    scenario: ScenarioDefinition, forecast: Forecast, language: str
) -> Mapping[str, Any]:
    """The forecast as plain JSON values, with names beside keys."""
    values = forecast.as_dict()
    values["distribution"] = [list(bar) for bar in forecast.distribution]
    values["promise"] = {
        "days": values.pop("promised_days"),
        "share": values.pop("within_promise"),
    }
    item, department = values.pop("costliest_item"), values.pop("bottleneck")
    days = {item_forecast.item: item_forecast.path_days for item_forecast in forecast.items}
    waiting = {
        department_forecast.department: department_forecast
        for department_forecast in forecast.departments
    }
    values["costliest_item"] = item and {
        "item": item,
        "name": item_name(scenario, item).in_language(language),
        "days": days[item],
    }
    values["bottleneck"] = department and {
        "department": department,
        "name": department_name(scenario, department).in_language(language),
        "waiting_days": waiting[department].waiting_days,
        "days": waiting[department].path_days,
    }
    return values


def _answer(asked: bytes) -> bytes:
    """Result of the separate process: the forecast, or the refusal and its values."""
    scenario, calendar, projects, seed, options = pickle.loads(asked)  # noqa: S301 - our own process
    try:
        return pickle.dumps(simulate(scenario, calendar, projects, seed, options))
    except KaigongError as refusal:
        return pickle.dumps((type(refusal), refusal.params))


if __name__ == "__main__":
    os.nice(_NICE)
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read()))
