"""What the forms of the editor offer: names of departments and materials, other items, conditions."""

from __future__ import annotations

from typing import Any

from models.definition import AttributeDefinition, ScenarioDefinition, Text
from rules.scenario_editing.changes import Values, code_of, items_of
from services.scenario_admin.files import catalogue
from services.scenario_admin.proposals import STAGES, by_kind
from services.wording.condition_words import condition_words
from web.viewer import Viewer


def scenario_name(values: Values) -> Any:
    """The name of the scenario; its key where it has none yet."""
    found = values.get("name")
    fits = isinstance(found, dict) and {"zh", "en"} <= found.keys()
    return found if fits else {"zh": str(values.get("key")), "en": str(values.get("key"))}


def other_items(values: Values, reader: Viewer) -> list[dict[str, str]]:
    """The items of the text with their names, in the order of the text."""
    known = catalogue().item
    found = []
    for one in items_of(values):
        code = code_of(one)
        name: Any = known[code].name.model_dump() if code in known else one.get("name")
        language = "en" if reader.language.startswith("en") else "zh"
        words = name.get(language, code) if isinstance(name, dict) else code
        found.append({"code": code, "name": str(words), "stage": str(one.get("stage"))})
    return found


def department_names(values: Values, reader: Viewer) -> list[tuple[str, str]]:
    """Departments that can be chosen."""
    return _named(values, "departments", catalogue().departments, reader)


def material_names(values: Values, reader: Viewer) -> list[tuple[str, str]]:
    """Materials that can be chosen."""
    return _named(values, "materials", catalogue().materials, reader)


def _named(values: Values, field: str, known: Any, reader: Viewer) -> list[tuple[str, str]]:
    """Keys with names: what the text defines, then the catalogue."""
    language = "en" if reader.language.startswith("en") else "zh"
    own = [
        (str(one.get("key")), str((one.get("name") or {}).get(language, one.get("key"))))
        for one in values.get(field) or []
        if isinstance(one, dict) and isinstance(one.get("name"), dict)
    ]
    return [*own, *((one.key, one.name.in_language(reader.language)) for one in known)]


def ready_conditions(values: Values, reader: Viewer) -> list[tuple[str, str]]:
    """Conditions that need no writing: each yes-or-no attribute and each choice."""
    found: list[str] = []
    for one in values.get("attributes") or []:
        if not isinstance(one, dict):
            continue
        name = f"project.{one.get('key')}"
        if one.get("type") == "boolean":
            found += [name, f"!{name}"]
        choices = one.get("choices") if isinstance(one.get("choices"), list) else []
        found += [f'{name} == "{choice}"' for choice in choices or []]
    frame = _frame(values)
    return [
        (text, condition_words(text, frame, reader.language, reader.translate)) for text in found
    ]


def numbers(values: Values, reader: Viewer) -> list[tuple[str, str]]:
    """Attributes that are numbers: key and name."""
    known = [one for one in _frame(values).attributes if one.type in ("integer", "decimal")]
    return [(one.key, one.name.in_language(reader.language)) for one in known]


def _frame(values: Values) -> ScenarioDefinition:
    """As much of a scenario as the words of a condition need: its attributes."""
    known = []
    for one in values.get("attributes") or []:
        try:
            known.append(AttributeDefinition.model_validate(one))
        except ValueError:
            continue
    none = Text.model_construct(zh="", en="")
    return ScenarioDefinition.model_construct(
        key="", name=none, attributes=tuple(known), stages=(), items=()
    )


def catalogue_choice(values: Values) -> dict[str, Any]:
    """The items of the catalogue that the text does not have, by kind of stage."""
    there = {code_of(one) for one in items_of(values)}
    return {
        "kinds": {
            kind: [item for item in items if item.code not in there]
            for kind, items in by_kind().items()
        },
        "kind_names": {kind: name for kind, (name, _) in STAGES.items()},
    }
