"""Attributes of a project in words: the question and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.texts import CHOICE, Word, colon
from models.scenarios.definition import AttributeDefinition, ScenarioDefinition
from models.values import AttributeValue, Text


@dataclass(frozen=True, slots=True)
class Particular:
    """An attribute of a project and its value."""

    definition: AttributeDefinition
    value: AttributeValue


def particulars(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> tuple[Particular, ...]:
    """All attributes of a project with their values, in the order of its scenario."""
    return tuple(
        Particular(attribute, attributes.get(attribute.key)) for attribute in scenario.attributes
    )


def attribute_name(scenario: ScenarioDefinition, key: str) -> Text:
    """The attribute's name; its key if the version no longer has it."""
    attribute = next((attribute for attribute in scenario.attributes if attribute.key == key), None)
    return attribute.name if attribute else Text(zh=key, en=key)


def attribute_value(value: AttributeValue, translate: Callable[[str], str]) -> str:
    """The answer in words; a number that is whole has no decimal places."""
    if isinstance(value, bool):
        return translate(Word("yes" if value else "no"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or value == "":
        return "–"
    return choice_word(value, translate) if isinstance(value, str) else str(value)


def choice_word(choice: str, translate: Callable[[str], str]) -> str:
    """The word for a choice; the key with spaces if there is no translation."""
    translation = translate(Word(choice, CHOICE))
    return choice.replace("_", " ") if translation == choice else translation


def corrections(
    scenario: ScenarioDefinition,
    corrected: Sequence[Mapping[str, Any]],
    language: str,
    translate: Callable[[str], str],
) -> list[str]:
    """The corrections of an event, each as a question with the answers before and after."""
    return [
        f"{attribute_name(scenario, correction['attribute']).in_language(language)}{colon(language)}"
        f"{attribute_value(correction['before'], translate)} → {attribute_value(correction['after'], translate)}"
        for correction in corrected
    ]
