"""Stages of utilities: one application, one survey with everyone, connection after acceptance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.findings import Finding, Path
from models.scenarios.definition import ItemDefinition, ItemMode, ScenarioDefinition, StageKind
from models.scenarios.joint import AbsenceRule
from rules.scenarios.utility_items import is_application, is_reply
from rules.scenarios.verifier.analysis.graph import ancestors
from rules.scenarios.verifier.codes.utilities import (
    ABSENCE_WITHOUT_LINES,
    CONNECTION_BEFORE_ACCEPTANCE,
    LEADS_UNKNOWN_ITEM,
    LEADS_WITHOUT_LINES,
    LINE_OUTSIDE_REPLY,
    LINE_OUTSIDE_SURVEY,
    NO_REPLY,
    NO_SURVEY,
    SECOND_APPLICATION,
    SECOND_LINE,
    SECOND_REPLY,
    SECOND_SURVEY,
)


def check_utilities(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """What the stage kind promises: 一口受理、一次踏勘、一站办理."""
    before = ancestors(scenario)
    positions = {item.code: index for index, item in enumerate(scenario.items)}
    yield from _check_absence(scenario)
    for index, stage in enumerate(scenario.stages):
        items = [item for item in scenario.items if item.stage == stage.key]
        if stage.leads is not None:
            yield from _check_leads(scenario, ("stages", index, "leads"), stage.leads.on, items)
        if stage.kind is not StageKind.UTILITY_HOOKUPS:
            continue
        yield from _check_one_application(positions, items)
        yield from _check_survey(positions, items)
        yield from _check_lines(positions, items)
        yield from _check_reply(scenario, positions, items)
        yield from _check_connection(scenario, positions, items, before)


def _check_leads(
    scenario: ScenarioDefinition, at: Path, on: str, items: list[ItemDefinition]
) -> Iterator[Finding]:
    if on not in scenario.item:
        yield Finding(LEADS_UNKNOWN_ITEM, (*at, "on"), {"name": on, "known": list(scenario.item)})
    if all(item.utility is None for item in items):
        yield Finding(LEADS_WITHOUT_LINES, at, {})


def _check_one_application(
    positions: dict[str, int], items: list[ItemDefinition]
) -> Iterator[Finding]:
    first, *others = [item.code for item in items if is_application(item)] or [""]
    for code in others:
        params = {"item": code, "first": first}
        yield Finding(SECOND_APPLICATION, ("items", positions[code]), params)


def _check_survey(positions: dict[str, int], items: list[ItemDefinition]) -> Iterator[Finding]:
    """Where there is a joint application, its lines share exactly one survey."""
    application = next((item for item in items if is_application(item)), None)
    surveys = [item for item in items if item.site_visit is not None]
    for survey in surveys[1:]:
        params = {"item": survey.code, "first": surveys[0].code}
        path = ("items", positions[survey.code], "site_visit")
        yield Finding(SECOND_SURVEY, path, params)
    if application is None:
        return
    if not surveys:
        at = ("items", positions[application.code])
        yield Finding(NO_SURVEY, at, {"item": application.code})
        return
    for line in items:
        if line.utility is not None and surveys[0].code not in line.after:
            params = {"item": line.code, "survey": surveys[0].code}
            at = ("items", positions[line.code])
            yield Finding(LINE_OUTSIDE_SURVEY, at, params)


def _check_lines(positions: dict[str, int], items: list[ItemDefinition]) -> Iterator[Finding]:
    """A utility and its department have at most one line."""
    first: dict[tuple[str, str], str] = {}
    for item in items:
        if item.utility is None:
            continue
        first_code = first.setdefault((item.utility, item.department), item.code)
        if first_code != item.code:
            params = {
                "utility": item.utility.value,
                "department": item.department,
                "first": first_code,
            }
            at = ("items", positions[item.code], "utility")
            yield Finding(SECOND_LINE, at, {"item": item.code, **params})


def _check_reply(
    scenario: ScenarioDefinition, positions: dict[str, int], items: list[ItemDefinition]
) -> Iterator[Finding]:
    """Where there is a joint application, its lines are answered with exactly one reply."""
    application = next((item for item in items if is_application(item)), None)
    lines = [item.code for item in items if item.utility is not None]
    if application is None or not lines:
        return
    replies = [item for item in items if is_reply(item, scenario)]
    if not replies:
        at = ("items", positions[application.code])
        yield Finding(NO_REPLY, at, {"item": application.code})
        return
    for other in replies[1:]:
        params = {"item": other.code, "first": replies[0].code}
        yield Finding(SECOND_REPLY, ("items", positions[other.code]), params)
    for code in lines:
        if code not in replies[0].after:
            params = {"item": code, "reply": replies[0].code}
            yield Finding(
                LINE_OUTSIDE_REPLY, ("items", positions[replies[0].code], "after"), params
            )


def _check_absence(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Absence may be excused only for utilities, so the visit has to concern at least one."""
    for index, item in enumerate(scenario.items):
        visit = item.site_visit
        if visit is None or visit.absence is AbsenceRule.REFUSED:
            continue
        followers = [scenario.item[code] for code in scenario.dependents[item.code]]
        parts = [scenario.item[code] for code in scenario.parts.get(item.code, ())]
        visited = parts or [follower for follower in followers if follower.stage == item.stage]
        if all(line.utility is None for line in visited):
            path = ("items", index, "site_visit", "absence")
            yield Finding(ABSENCE_WITHOUT_LINES, path, {"item": item.code})


def _check_connection(
    scenario: ScenarioDefinition,
    positions: dict[str, int],
    items: list[ItemDefinition],
    before: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """Connections follow the acceptance."""
    accepted = {
        item.code
        for item in scenario.items
        if item.stage in scenario.stage
        and scenario.stage[item.stage].kind is StageKind.JOINT_ACCEPTANCE
        and item.mode is ItemMode.APPLICATION
    }
    connections = [item for item in items if item.mode is ItemMode.MILESTONE]
    for item in connections if accepted else ():
        if item.code in before and not accepted & before[item.code]:
            params = {"item": item.code, "acceptance": sorted(accepted)}
            path = ("items", positions[item.code], "after")
            yield Finding(CONNECTION_BEFORE_ACCEPTANCE, path, params)
