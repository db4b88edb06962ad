"""What a scenario asks of the installation that it is published in: officers, and pages to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.definition import ItemDefinition, ItemMode, ScenarioDefinition
from models.findings import Finding
from rules.verifier.codes.installation import DEPARTMENT_WITHOUT_OFFICERS, TEMPLATE_MISSING


@dataclass(frozen=True, slots=True)
class Installation:
    """What is known of the place where a scenario is to be used."""

    templates: frozenset[str] | None = None
    """Page templates of documents; ``None``: not looked at."""
    deciding: frozenset[str] | None = None
    """Departments in which somebody's account may decide; ``None``: no accounts are at hand."""


def check_installation(
    scenario: ScenarioDefinition, installation: Installation
) -> Iterator[Finding]:
    """Departments in which nobody may decide, and documents whose page cannot be set."""
    if installation.templates is not None:
        yield from _templates(scenario, installation.templates)
    if installation.deciding is not None:
        yield from _departments(scenario, installation.deciding)


def _templates(scenario: ScenarioDefinition, templates: frozenset[str]) -> Iterator[Finding]:
    for index, document in enumerate(scenario.documents):
        if document.page not in templates:
            params = {
                "document": document.key,
                "template": document.page,
                "known": sorted(templates),
            }
            yield Finding(TEMPLATE_MISSING, ("documents", index, "template"), params)


def _departments(scenario: ScenarioDefinition, deciding: frozenset[str]) -> Iterator[Finding]:
    """One finding per department, at the first item that it decides or is asked about."""
    for key in dict.fromkeys(one for item in scenario.items for one in _acts(item)):
        decided = [
            (index, item.code)
            for index, item in enumerate(scenario.items)
            if key in _acts(item) and item.mode is not ItemMode.MILESTONE
        ]
        if decided and key in scenario.department and key not in deciding:
            name = "department" if scenario.items[decided[0][0]].department == key else "consults"
            path = ("items", decided[0][0], name)
            params = {"department": key, "items": [code for _, code in decided]}
            yield Finding(DEPARTMENT_WITHOUT_OFFICERS, path, params)


def _acts(item: ItemDefinition) -> tuple[str, ...]:
    """Departments whose officers act on an item: who decides, and who is asked."""
    return (item.department, *(one.department for one in item.consults))
