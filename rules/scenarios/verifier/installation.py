"""What a scenario asks of the installation that it is published in: officers, and pages to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from models.findings import Finding
from models.scenarios.definition import ItemDefinition, ItemMode, ScenarioDefinition
from rules.installation.policy import Policy
from rules.scenarios.verifier.codes.installation import (
    DEPARTMENT_WITHOUT_OFFICERS,
    TEMPLATE_MISSING,
)


@dataclass(frozen=True, slots=True)
class Installation:
    """The installation in which a scenario is to be used."""

    templates: frozenset[str] | None = None
    """Page templates of documents; ``None``: not looked at."""
    deciding: frozenset[str] | None = None
    """Departments in which somebody's account may decide; ``None``: no accounts are at hand."""
    policy: Policy = field(default_factory=Policy, hash=False)
    """The district's policy; the shipped default where no district is given."""


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
    for key in dict.fromkeys(
        department for item in scenario.items for department in _acting_departments(item)
    ):
        decided = [
            (index, item.code)
            for index, item in enumerate(scenario.items)
            if key in _acting_departments(item) and item.mode is not ItemMode.MILESTONE
        ]
        if decided and key in scenario.department and key not in deciding:
            name = "department" if scenario.items[decided[0][0]].department == key else "consults"
            path = ("items", decided[0][0], name)
            params = {"department": key, "items": [code for _, code in decided]}
            yield Finding(DEPARTMENT_WITHOUT_OFFICERS, path, params)


def _acting_departments(item: ItemDefinition) -> tuple[str, ...]:
    """Departments whose officers act on an item: the deciding and the consulted ones."""
    return (item.department, *(consultation.department for consultation in item.consults))
