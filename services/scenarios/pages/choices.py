"""What the forms of the editor offer: names of departments and materials, other items, conditions."""

from __future__ import annotations

from typing import Any

from models.scenarios.definition import AttributeDefinition, ScenarioDefinition, Text
from rules.scenarios.editing.changes import Values, code_of, items_of
from services.people.viewer import Viewer
from services.scenarios.proposals import STAGES, by_kind
from services.scenarios.scenario_files import catalogue
from services.wording.condition_words import condition_words


def scenario_name(values: Values) -> Any:
    """The name of the scenario; its key where it has none yet."""
    name = values.get("name")
    fits = isinstance(name, dict) and {"zh", "en"} <= name.keys()
    return name if fits else {"zh": str(values.get("key")), "en": str(values.get("key"))}


def other_items(values: Values, viewer: Viewer) -> list[dict[str, str]]:
    """The items of the text with their names, in the order of the text."""
    catalogue_items = catalogue().item
    items = []
    for item in items_of(values):
        code = code_of(item)
        known = catalogue_items.get(code)
        name: Any = item.get("name") if known is None else known.name.model_dump()
        language = "en" if viewer.language.startswith("en") else "zh"
        words = name.get(language, code) if isinstance(name, dict) else code
        items.append({"code": code, "name": str(words), "stage": str(item.get("stage"))})
    return items


def stage_entries(values: Values) -> list[Values]:
    """The stages of the text that are mappings."""
    return [entry for entry in values.get("stages") or [] if isinstance(entry, dict)]


def department_names(values: Values, viewer: Viewer) -> list[tuple[str, str]]:
    """Departments that can be chosen."""
    return _named(values, "departments", catalogue().departments, viewer)


def material_names(values: Values, viewer: Viewer) -> list[tuple[str, str]]:
    """Materials that can be chosen."""
    return _named(values, "materials", catalogue().materials, viewer)


def _named(values: Values, field: str, entries: Any, viewer: Viewer) -> list[tuple[str, str]]:
    """Keys with names: what the text defines, then the catalogue."""
    language = "en" if viewer.language.startswith("en") else "zh"
    own = [
        (str(entry.get("key")), str((entry.get("name") or {}).get(language, entry.get("key"))))
        for entry in values.get(field) or []
        if isinstance(entry, dict) and isinstance(entry.get("name"), dict)
    ]
    return [*own, *((entry.key, entry.name.in_language(viewer.language)) for entry in entries)]


def ready_conditions(values: Values, viewer: Viewer) -> list[tuple[str, str]]:
    """Conditions that need no writing: each yes-or-no attribute and each choice."""
    conditions: list[str] = []
    for attribute in values.get("attributes") or []:
        if not isinstance(attribute, dict):
            continue
        name = f"project.{attribute.get('key')}"
        if attribute.get("type") == "boolean":
            conditions += [name, f"!{name}"]
        choices = attribute.get("choices") if isinstance(attribute.get("choices"), list) else []
        conditions += [f'{name} == "{choice}"' for choice in choices or []]
    frame = _frame(values)
    return [
        (text, condition_words(text, frame, viewer.language, viewer.translate))
        for text in conditions
    ]


def numbers(values: Values, viewer: Viewer) -> list[tuple[str, str]]:
    """Attributes that are numbers: key and name."""
    return [
        (attribute.key, attribute.name.in_language(viewer.language))
        for attribute in _frame(values).attributes
        if attribute.type in ("integer", "decimal")
    ]


def _frame(values: Values) -> ScenarioDefinition:
    """A scenario with attributes only: enough to word a condition."""
    attributes = []
    for entry in values.get("attributes") or []:
        try:
            attributes.append(AttributeDefinition.model_validate(entry))
        except ValueError:
            continue
    none = Text.model_construct(zh="", en="")
    return ScenarioDefinition.model_construct(
        key="", name=none, attributes=tuple(attributes), stages=(), items=()
    )


def catalogue_choice(values: Values) -> dict[str, Any]:
    """The items of the catalogue that the text does not have, by kind of stage."""
    codes = {code_of(entry) for entry in items_of(values)}
    return {
        "kinds": {
            kind: [item for item in items if item.code not in codes]
            for kind, items in by_kind().items()
        },
        "kind_names": {kind: name for kind, (name, _) in STAGES.items()},
    }
