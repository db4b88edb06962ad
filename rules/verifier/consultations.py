"""Consultations: others are asked, once each, lawfully, and in time for the promise."""

from __future__ import annotations

from collections.abc import Iterator

from models.definition import ConsultDefinition, ItemDefinition, ItemMode, ScenarioDefinition
from models.findings import Finding, Path
from rules.verifier.codes.consultations import (
    CONSULTATION_OUT_OF_PLACE,
    CONSULTATION_TOO_LONG,
    CONSULTED_DECIDER,
    CONSULTED_TWICE,
    SILENCE_ON_STATUTORY_OPINION,
)
from rules.verifier.codes.names import UNKNOWN_DEPARTMENT
from rules.verifier.limits import is_longer, limit_text


def check_consultations(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every department that an item asks can be asked, and its silence means what it may mean."""
    for index, item in enumerate(scenario.items):
        if item.consults and item.mode is ItemMode.MILESTONE:
            path: Path = ("items", index, "consults")
            yield Finding(CONSULTATION_OUT_OF_PLACE, path, {"item": item.code})
        asked: set[str] = set()
        for position, one in enumerate(item.consults):
            at: Path = ("items", index, "consults", position)
            if one.department in asked:
                params = {"item": item.code, "department": one.department}
                yield Finding(CONSULTED_TWICE, (*at, "department"), params)
            asked.add(one.department)
            yield from _check(scenario, at, item, one)


def _check(
    scenario: ScenarioDefinition, at: Path, item: ItemDefinition, one: ConsultDefinition
) -> Iterator[Finding]:
    params: dict[str, object] = {"item": item.code, "department": one.department}
    if one.department not in scenario.department:
        known = {"name": one.department, "known": list(scenario.department)}
        yield Finding(UNKNOWN_DEPARTMENT, (*at, "department"), known)
    if one.department == item.department:
        yield Finding(CONSULTED_DECIDER, (*at, "department"), params)
    if one.silence_is_consent and one.by_statute:
        more = params | {"basis": one.basis}
        yield Finding(SILENCE_ON_STATUTORY_OPINION, (*at, "silence_is_consent"), more)
    if item.promised is not None and is_longer(one.limit, item.promised):
        more = params | {"promised": limit_text(item.promised), "limit": limit_text(one.limit)}
        yield Finding(CONSULTATION_TOO_LONG, (*at, "limit"), more)
