"""The simulation: seeded projects through a scenario, department by department, day by day.

The model is that of :mod:`rules.cases.decide` in numbers: the same items open on the same days when the
same people act, and the same days are counted (a test plays every act of simulated projects through
``decide``). Left out are denials, deferred materials and special procedures.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterable, Sequence
from math import ceil

from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from rules.clock.calendar import WorkingCalendar
from rules.rehearsal.forecast import Forecast, forecast
from rules.rehearsal.network import Network, network
from rules.rehearsal.options import Options
from rules.rehearsal.run import Case, Desk, Run, Step
from rules.rehearsal.sampled_attributes import drawn, possible_attributes


def simulate(
    scenario: ScenarioDefinition,
    calendar: WorkingCalendar,
    projects: int,
    seed: int,
    options: Options,
) -> Forecast:
    """The forecast for ``projects`` projects; the same seed gives the same answer, always.

    The scenario has to be sound (:func:`rules.scenarios.verifier.verify`). Raises
    :class:`rules.clock.calendar.OutsideCalendar` when the projects run longer than the calendar.
    """
    cases = _cases(scenario, projects, seed, options)
    desks = _desks(scenario, cases, options)
    run = Run(desks)
    for case in cases:
        run.expect(case)
    # Nothing in a run is a circle of references: collecting garbage would only cost time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        run.run()
    finally:
        if collecting:
            gc.enable()
    days = _working_days(calendar, options, max(case.completed for case in cases))
    return forecast(scenario, cases, desks, days, seed, calendar)


def simulate_one(
    scenario: ScenarioDefinition,
    calendar: WorkingCalendar,
    seed: int,
    options: Options,
) -> tuple[Forecast, tuple[Step, ...], dict[str, AttributeValue]]:
    """One project with every act of it, in order; ``Step.day`` is the ordinal of a date."""
    trace: list[Step] = []
    cases = _cases(scenario, 1, seed, options)
    desks = _desks(scenario, cases, options)
    run = Run(desks, trace)
    run.expect(cases[0])
    run.run()
    days = _working_days(calendar, options, max(step.day for step in trace))
    steps = tuple(step._replace(day=days[step.day]) for step in trace)
    attributes = next(iter(_attributes(scenario, 1, seed, options)))
    return forecast(scenario, cases, desks, days, seed, calendar), steps, attributes


def _cases(scenario: ScenarioDefinition, projects: int, seed: int, options: Options) -> list[Case]:
    departments = _departments(scenario)
    networks: dict[tuple[AttributeValue, ...], Network] = {}
    cases = []
    for number, attributes in enumerate(_attributes(scenario, projects, seed, options)):
        kind = tuple(attributes.values())
        if kind not in networks:
            networks[kind] = network(scenario, departments, attributes, options.paces)
        registered = number * options.over // projects
        pace = random.Random(f"{seed}/{number}")  # noqa: S311 - a rehearsal
        cases.append(Case.new(networks[kind], pace, registered))
    return cases


def _attributes(
    scenario: ScenarioDefinition, projects: int, seed: int, options: Options
) -> Iterable[dict[str, AttributeValue]]:
    possible = possible_attributes(scenario)
    names = tuple(attribute.key for attribute in scenario.attributes)
    pace = random.Random(f"{seed}/attributes")  # noqa: S311 - a rehearsal
    for _ in range(projects):
        values = drawn(scenario, possible, options.attributes, pace)
        yield dict(zip(names, values, strict=True))


def _departments(scenario: ScenarioDefinition) -> dict[str, int]:
    keys = dict.fromkeys(item.department for item in scenario.items)
    return {key: position for position, key in enumerate(keys)}


def _desks(scenario: ScenarioDefinition, cases: Sequence[Case], options: Options) -> list[Desk]:
    """A desk per department; without a given capacity it is staffed for its expected acts."""
    departments = _departments(scenario)
    expected = [0] * len(departments)
    for case in cases:
        for department, acts in case.network.acts.items():
            expected[department] += acts
    return [
        Desk(options.capacities.get(key) or _staffed(expected[position], options))
        for key, position in departments.items()
    ]


def _staffed(acts: int, options: Options) -> int:
    return max(1, ceil(acts / options.over / options.usage))


def _working_days(calendar: WorkingCalendar, options: Options, last: int) -> list[int]:
    """Ordinals of the working days from the beginning on, up to position ``last``."""
    ordinal = options.begins.toordinal() - 1
    days = []
    for _ in range(last + 1):
        ordinal = calendar.nth(ordinal, 1)
        days.append(ordinal)
    return days
