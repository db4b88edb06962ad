"""Names of departments, materials and documents of a scenario, whatever it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.definition import ScenarioDefinition, Text
from rules.corrections import named_in
from rules.expiry import NOT_MADE_GOOD


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


def left_out(scenario: ScenarioDefinition, reason: str) -> tuple[Text, ...]:
    """The papers that the reason of an automatic voiding names; none where a person gave the reason."""
    if not reason.startswith(NOT_MADE_GOOD):
        return ()
    keys = reason.removeprefix(NOT_MADE_GOOD).split(", ")
    return tuple(material_name(scenario, key) for key in keys)


def with_names(
    translate: Callable[[str], str], scenario: ScenarioDefinition, language: str
) -> Callable[[str], str]:
    """``translate``, with the codes and keys of a scenario replaced by their names.

    A refusal names items and materials by code; a person reads their names.
    """
    known = names_of(scenario)

    def translated(sentence: str) -> str:
        found = known.get(sentence)
        return found.in_language(language) if found else translate(sentence)

    return translated


def field_name(scenario: ScenarioDefinition, item: str, key: str) -> Text:
    """The name of a field of an item's form; its key where a later version no longer has it."""
    definition = scenario.item.get(item)
    found = definition.field.get(key) if definition else None
    return found.name if found else Text(zh=key, en=key)


def faults(scenario: ScenarioDefinition, notice: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """What a notice of corrections named: papers, then fields, each with what is wrong with it.

    ``notice`` is the event or what was told of it, with the item it is about.
    """
    named, definition = named_in(notice), scenario.item.get(notice["item"])
    papers = [(material_name(scenario, key), said) for key, said in named["materials"].items()]
    # In the order of the form: the log keeps them by their keys.
    order = list(definition.field) if definition else []
    keys = sorted(named["fields"], key=lambda key: order.index(key) if key in order else len(order))
    fields = [(field_name(scenario, notice["item"], key), named["fields"][key]) for key in keys]
    return papers + fields


def names_of(*scenarios: ScenarioDefinition) -> dict[str, Text]:
    """What the codes and keys of scenarios are called; the last one that has a key names it."""
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
    """The same, with the codes of items before their names: people look them up in the picture."""
    items = {item.code: item.name for one in scenarios for item in one.items}
    coded = {
        code: Text(zh=f"{code} {name.zh}", en=f"{code} {name.en}") for code, name in items.items()
    }
    return names_of(*scenarios) | coded


def names_beside(language: str, names: Mapping[str, Text]) -> dict[str, str]:
    """Names for people who have to write the keys: codes of items stand before, keys behind them."""
    return {
        key: f"{key} {name.in_language(language)}"
        if key[:1].isupper()
        else f"{name.in_language(language)} ({key})"
        for key, name in names.items()
    }


def item_name(scenario: ScenarioDefinition, code: str) -> Text:
    """The name of an item; its code where a later version no longer has it."""
    found = scenario.item.get(code)
    return found.name if found else Text(zh=code, en=code)
