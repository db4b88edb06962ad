"""Forms of items: never on internal items, and with choices exactly for choice fields."""

from __future__ import annotations

from collections.abc import Iterator

from models.findings import Finding, Path
from models.scenarios.definition import ItemMode, ScenarioDefinition
from models.scenarios.forms import FieldType, FormField
from rules.scenarios.verifier.codes.materials import FORM_CHOICES, FORM_NOT_ASKED


def check_forms(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """No internal item has a form, and every choice field has its answers."""
    for index, item in enumerate(scenario.items):
        at: Path = ("items", index, "form")
        if item.form and item.mode is ItemMode.INTERNAL:
            yield Finding(FORM_NOT_ASKED, at, {"item": item.code})
        for position, field in enumerate(item.form):
            if not _choices_fit(field):
                path = (*at, position, "choices")
                yield Finding(FORM_CHOICES, path, {"item": item.code, "name": field.key})


def _choices_fit(field: FormField) -> bool:
    keys = [choice.key for choice in field.choices]
    if field.type is not FieldType.CHOICE:
        return not keys
    return len(keys) > 1 and len(set(keys)) == len(keys)
