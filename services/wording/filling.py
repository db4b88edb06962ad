"""How forms are filled in and papers made out 填写说明: as the scenario says, else by their kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from config.texts import colon
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.forms import FieldType, FormField
from rules.cases.instruments.corrections import named_in

#: Where the scenario says nothing of its own.
FILLING: Final[Mapping[FieldType, str]] = {
    FieldType.TEXT: "in full, as in the certificate or register that it comes from",
    FieldType.INTEGER: "a whole number, without its unit",
    FieldType.DECIMAL: "a number, without its unit",
    FieldType.BOOLEAN: "yes or no",
    FieldType.DATE: "year, month and day",
    FieldType.CHOICE: "one of the answers that are listed",
    FieldType.CREDIT_CODE: "18 characters, as on the business licence",
}
HANDED_IN: Final = (
    "complete and legible, in one file, signed or sealed where the paper provides for it"
)


def how_to_fill(field: FormField, translate: Callable[[str], str], language: str) -> str:
    """How a field of a form is filled in."""
    if field.instructions is not None:
        return field.instructions.in_language(language)
    text = translate(FILLING[field.type])
    return f"{text} ({field.unit.in_language(language)})" if field.unit else text


def how_to_hand_in(
    scenario: ScenarioDefinition, key: str, translate: Callable[[str], str], language: str
) -> str:
    """How a paper is made out."""
    material = scenario.material.get(key)
    if material is not None and material.instructions is not None:
        return material.instructions.in_language(language)
    return translate(HANDED_IN)


def instructions(
    scenario: ScenarioDefinition,
    item: str,
    notice: Mapping[str, Any],
    translate: Callable[[str], str],
    language: str,
) -> list[str]:
    """For each paper and field that a notice of corrections names: how it is made out."""
    named, definition = named_in(notice), scenario.item.get(item)
    between = colon(language)
    sentences = []
    for key in named["materials"]:
        material = scenario.material.get(key)
        name = material.name.in_language(language) if material else key
        sentences.append(name + between + how_to_hand_in(scenario, key, translate, language))
    for key in named["fields"] if definition is not None else ():
        field = definition.field.get(key)  # type: ignore[union-attr]
        if field is not None:
            how = how_to_fill(field, translate, language)
            sentences.append(field.name.in_language(language) + between + how)
    return sentences
