"""Attributes of a project as a person reads them: the question, and the answer in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.definition import AttributeDefinition, ScenarioDefinition
from models.facts import AttributeValue
from models.values import Text


@dataclass(frozen=True, slots=True)
class Particular:
    """What was said of a project: the attribute and its value."""

    definition: AttributeDefinition
    value: AttributeValue


def particulars(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> tuple[Particular, ...]:
    """Everything that was said of a project, in the order of its scenario."""
    return tuple(Particular(one, attributes.get(one.key)) for one in scenario.attributes)


def attribute_name(scenario: ScenarioDefinition, key: str) -> Text:
    """The question; its key where a later version no longer asks it."""
    found = next((one for one in scenario.attributes if one.key == key), None)
    return found.name if found else Text(zh=key, en=key)


def attribute_value(value: AttributeValue, translate: Callable[[str], str]) -> str:
    """The answer in words; a number that is whole has no decimal places."""
    if isinstance(value, bool):
        return translate("yes" if value else "no")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or value == "":
        return "–"
    return choice_word(value, translate) if isinstance(value, str) else str(value)


def choice_word(choice: str, translate: Callable[[str], str]) -> str:
    """One of the answers to choose from: a scenario gives them keys, the languages have the words."""
    key = f"choice: {choice}"
    found = translate(key)
    return choice.replace("_", " ") if found == key else found


def corrections(
    scenario: ScenarioDefinition,
    corrected: Sequence[Mapping[str, Any]],
    language: str,
    translate: Callable[[str], str],
) -> list[str]:
    """What an event says was corrected, each as a question with the answers before and after."""
    colon = "：" if language.startswith("zh") else ": "
    return [
        f"{attribute_name(scenario, one['attribute']).in_language(language)}{colon}"
        f"{attribute_value(one['before'], translate)} → {attribute_value(one['after'], translate)}"
        for one in corrected
    ]
