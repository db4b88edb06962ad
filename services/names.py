"""Names of departments, materials and documents of a scenario, whatever it leaves out."""

from __future__ import annotations

from models.definition import ScenarioDefinition, Text


def department_name(scenario: ScenarioDefinition, key: str) -> Text:
    """The name of a department; its key where the scenario does not describe it."""
    found = scenario.department.get(key)
    return found.name if found else Text(zh=key, en=key)


def material_name(scenario: ScenarioDefinition, key: str) -> Text:
    """The name of a material; its key where a later version no longer has it."""
    found = scenario.material.get(key)
    return found.name if found else Text(zh=key, en=key)


def document_name(scenario: ScenarioDefinition, kind: str) -> Text:
    """The name of a kind of document."""
    found = scenario.document.get(kind)
    return found.name if found else Text(zh=kind, en=kind)


def item_name(scenario: ScenarioDefinition, code: str) -> Text:
    """The name of an item; its code where a later version no longer has it."""
    found = scenario.item.get(code)
    return found.name if found else Text(zh=code, en=code)
