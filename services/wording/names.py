"""Names of departments, materials and documents of a scenario, with fallbacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.scenarios.definition import ScenarioDefinition, Text
from rules.cases.clocks.kinds import LAPSED_TOO_EARLY, NOT_MADE_GOOD, PHASE_LAPSED
from rules.cases.instruments.corrections import named_in
from services.wording.promise_words import promise_name


def department_name(scenario: ScenarioDefinition, key: str) -> Text:
    """The name of a department; its key if the scenario does not describe it."""
    department = scenario.department.get(key)
    return department.name if department else Text(zh=key, en=key)


def material_name(scenario: ScenarioDefinition, key: str) -> Text:
    """The name of a material; its key where a later version no longer has it."""
    material = scenario.material.get(key)
    return material.name if material else Text(zh=key, en=key)


def subject_name(scenario: ScenarioDefinition, key: str) -> Text:
    """The name of what a clock is about: a paper, a department that is asked, or a promise."""
    if key in scenario.material:
        return material_name(scenario, key)
    if key in scenario.department:
        return department_name(scenario, key)
    promised = any(promise.named == key for promise in scenario.all_promises)
    return promise_name(scenario, key) if promised else material_name(scenario, key)


def document_name(scenario: ScenarioDefinition, kind: str) -> Text:
    """The name of a kind of document."""
    document = scenario.document.get(kind)
    return document.name if document else Text(zh=kind, en=kind)


def left_out(scenario: ScenarioDefinition, reason: str) -> tuple[Text, ...]:
    """Papers named in the reason of an automatic voiding; empty for a reason typed by a person."""
    if not reason.startswith(NOT_MADE_GOOD):
        return ()
    keys = reason.removeprefix(NOT_MADE_GOOD).split(", ")
    return tuple(material_name(scenario, key) for key in keys)


def reason_words(reason: str, translate: Callable[[str], str]) -> str:
    """A reason as typed; the reason of an automatic voiding is translated."""
    return translate(reason) if reason in (PHASE_LAPSED, LAPSED_TOO_EARLY) else reason


def field_name(scenario: ScenarioDefinition, item: str, key: str) -> Text:
    """The name of a field of an item's form; its key where a later version no longer has it."""
    definition = scenario.item.get(item)
    field = definition.field.get(key) if definition else None
    return field.name if field else Text(zh=key, en=key)


def faults(scenario: ScenarioDefinition, notice: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """Papers, then fields, named in a notice of corrections, each with its fault.

    ``notice`` holds the event's data or the notice's params, with the item.
    """
    named, definition = named_in(notice), scenario.item.get(notice["item"])
    papers = [(material_name(scenario, key), fault) for key, fault in named["materials"].items()]
    # In the order of the form: the log keeps them by their keys.
    order = list(definition.field) if definition else []
    keys = sorted(named["fields"], key=lambda key: order.index(key) if key in order else len(order))
    fields = [(field_name(scenario, notice["item"], key), named["fields"][key]) for key in keys]
    return papers + fields


def names_of(*scenarios: ScenarioDefinition) -> dict[str, Text]:
    """Code or key → name; for a key in several scenarios the last one's."""
    known: dict[str, Text] = {}
    for scenario in scenarios:
        named: tuple[Mapping[str, Any], ...] = (
            scenario.department,
            scenario.document,
            scenario.material,
            scenario.stage,
            scenario.item,
        )
        for definitions in named:
            known |= {key: definition.name for key, definition in definitions.items()}
    return known


def names_with_codes(*scenarios: ScenarioDefinition) -> dict[str, Text]:
    """:func:`names_of` with item codes before the names, to find them in the picture."""
    items = {item.code: item.name for scenario in scenarios for item in scenario.items}
    coded = {
        code: Text(zh=f"{code} {name.zh}", en=f"{code} {name.en}") for code, name in items.items()
    }
    return names_of(*scenarios) | coded


def names_beside(language: str, names: Mapping[str, Text]) -> dict[str, str]:
    """Names for authors of scenarios: item codes before the name, other keys after it."""
    return {
        key: f"{key} {name.in_language(language)}"
        if key[:1].isupper()
        else f"{name.in_language(language)} ({key})"
        for key, name in names.items()
    }


def item_name(scenario: ScenarioDefinition, code: str) -> Text:
    """The name of an item; its code where a later version no longer has it."""
    definition = scenario.item.get(code)
    return definition.name if definition else Text(zh=code, en=code)
