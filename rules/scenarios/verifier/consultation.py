"""Consultations: each department once, lawfully, and in time for the promise."""

from __future__ import annotations

from collections.abc import Iterator

from models.findings import Finding, Path
from models.scenarios.definition import (
    ConsultDefinition,
    ItemDefinition,
    ItemMode,
    ScenarioDefinition,
)
from rules.scenarios.verifier.codes.consultation import (
    CONSULTATION_OUT_OF_PLACE,
    CONSULTATION_TOO_LONG,
    CONSULTED_DECIDER,
    CONSULTED_TWICE,
    SILENCE_ON_STATUTORY_OPINION,
)
from rules.scenarios.verifier.codes.names import UNKNOWN_DEPARTMENT
from rules.scenarios.verifier.limits import is_longer, limit_text


def check_consultations(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Consulted departments exist and are distinct, and silence is consent only where lawful."""
    for index, item in enumerate(scenario.items):
        if item.consults and item.mode is ItemMode.MILESTONE:
            path: Path = ("items", index, "consults")
            yield Finding(CONSULTATION_OUT_OF_PLACE, path, {"item": item.code})
        asked: set[str] = set()
        for position, consultation in enumerate(item.consults):
            at: Path = ("items", index, "consults", position)
            if consultation.department in asked:
                params = {"item": item.code, "department": consultation.department}
                yield Finding(CONSULTED_TWICE, (*at, "department"), params)
            asked.add(consultation.department)
            yield from _check(scenario, at, item, consultation)


def _check(
    scenario: ScenarioDefinition, at: Path, item: ItemDefinition, consultation: ConsultDefinition
) -> Iterator[Finding]:
    params: dict[str, object] = {"item": item.code, "department": consultation.department}
    if consultation.department not in scenario.department:
        known = {"name": consultation.department, "known": list(scenario.department)}
        yield Finding(UNKNOWN_DEPARTMENT, (*at, "department"), known)
    if consultation.department == item.department:
        yield Finding(CONSULTED_DECIDER, (*at, "department"), params)
    if consultation.silence_is_consent and consultation.by_statute:
        more = params | {"basis": consultation.basis}
        yield Finding(SILENCE_ON_STATUTORY_OPINION, (*at, "silence_is_consent"), more)
    if item.promised is not None and is_longer(consultation.limit, item.promised):
        more = params | {
            "promised": limit_text(item.promised),
            "limit": limit_text(consultation.limit),
        }
        yield Finding(CONSULTATION_TOO_LONG, (*at, "limit"), more)
