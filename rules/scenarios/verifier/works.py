"""The works: what the law wants before they begin is there when their commencement is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from models.findings import Finding
from models.scenarios.definition import ItemMode, ScenarioDefinition, WorksEvent
from rules.scenarios.verifier.analysis.graph import ancestors
from rules.scenarios.verifier.codes.works import GATE_AFTER_START, WORKS_OF_NO_MILESTONE


def check_works(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """The commencement and the completion are milestones."""
    for index, item in enumerate(scenario.items):
        if item.works is not None and item.mode is not ItemMode.MILESTONE:
            yield Finding(WORKS_OF_NO_MILESTONE, ("items", index, "works"), {"item": item.code})


def check_gates(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """The commencement waits for what has to be there before; only where the items are in order."""
    starts = [item.code for item in scenario.items if item.works is WorksEvent.COMMENCEMENT]
    before = ancestors(scenario) if starts else {}
    for index, item in enumerate(scenario.items):
        for start in starts if item.before_works else ():
            if item.code not in before[start]:
                params = {"item": item.code, "start": start}
                yield Finding(GATE_AFTER_START, ("items", index, "after"), params)
