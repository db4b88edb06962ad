"""Writes ``docs/scenario-fields.md`` from the definition itself: every field with an example in use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from config.scenario_files import CATALOGUE, scenario_paths
from models.scenario_file import Catalogue, ScenarioFile
from rules.scenario_reading.yaml_source import read_yaml

PAGE = Path(__file__).parents[2] / "docs" / "scenario-fields.md"
HEAD = """\
# Fields of a scenario

Every field that a scenario file may have, from the definition that reads it: what it means, what it may hold, what
it is when it is left out, and an example from the shipped scenarios or the catalogue. How fields belong together is
told in [scenarios.md](scenarios.md); editors read the same from
[`scenario.schema.json`](../config/scenarios/scenario.schema.json). This page is written by `make docs`.
"""
#: Examples of what no shipped scenario uses.
EXAMPLES: Final[Mapping[tuple[str, str], object]] = {
    ("ScenarioFile", "warnings"): {"yellow": {"percent": 30}, "head_after": 1},
    ("ScenarioFile", "materials"): [
        {"key": "fence_plan", "name": {"zh": "围挡方案", "en": "Fence plan"}}
    ],
    ("ScenarioFile", "documents"): [
        {"key": "fence_opinion", "number_pattern": "围挡〔{year}〕{seq}号"}
    ],
    ("ScenarioFile", "departments"): [
        {"key": "park_office", "name": {"zh": "园办", "en": "Park office"}}
    ],
    ("DocumentDefinition", "template"): "planning_permit_page",
    ("FormChoice", "key"): "open_cut",
    ("FormChoice", "name"): {"zh": "放坡开挖", "en": "Open cut"},
    ("FormField", "unit"): {"zh": "米", "en": "m"},
    ("FormField", "choices"): [{"key": "open_cut", "name": {"zh": "放坡开挖", "en": "Open cut"}}],
    ("FormField", "required"): False,
    ("ItemDefinition", "when"): "project.investment >= 1000",
    ("ItemDefinition", "joint_handling"): True,
    ("ItemDefinition", "yellow"): {"working_days": 2},
    ("ItemUse", "department"): "admin_approval_bureau",
    ("ItemUse", "counted"): False,
    ("ItemUse", "supervised_by"): "housing_construction_bureau",
    ("ItemUse", "when_basis_voided"): "void",
    ("ItemUse", "yellow"): {"working_days": 2},
    ("WarningsDefinition", "yellow"): {"percent": 30},
    ("WarningsDefinition", "head_after"): 1,
    ("WarningsDefinition", "supervision_after"): 3,
    ("WarningsDefinition", "source"): "[D]",
    ("YellowDefinition", "percent"): 30,
    ("YellowDefinition", "working_days"): 2,
}
#: Names under which definitions stand in the page.
TITLES: Final[Mapping[str, str]] = {
    "ScenarioFile": "The file",
    "ItemUse": "An item picked from the catalogue",
    "ItemDefinition": "An own item",
}
#: Definitions that say the same fields the same way.
ITEMS: Final = ("ItemUse", "ItemDefinition")
LONGEST: Final = 70

Schema = Mapping[str, Any]


def fields_page() -> str:
    """The Markdown page of all fields."""
    schema = ScenarioFile.model_json_schema()
    used = _examples(schema)
    parts = [HEAD]
    for name, definition in _definitions(schema):
        title = TITLES.get(name, name.removesuffix("Definition"))
        parts.append(f"## {title}\n\n{_joined(definition.get('description', ''))}\n")
        parts.append("| field | holds | left out | meaning | example |")
        parts.append("| --- | --- | --- | --- | --- |")
        parts += [_row(name, field, definition, schema, used) for field in definition["properties"]]
        parts.append("")
    return "\n".join(parts)


def _definitions(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The objects of a file, the file itself first."""
    yield "ScenarioFile", schema
    for name, definition in schema["$defs"].items():
        if "properties" in definition:
            yield name, definition


def _row(
    name: str,
    field: str,
    definition: Schema,
    schema: Schema,
    used: Mapping[tuple[str, str], object],
) -> str:
    said = definition["properties"][field]
    required = field in definition.get("required", ())
    example = used.get((name, field))
    cells = (
        f"`{field}`",
        _holds(said, schema),
        "required" if required else _default(said.get("default")),
        _joined(said.get("description", "")),
        f"`{_flow(example)}`" if example is not None else "",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _holds(said: Schema, schema: Schema) -> str:
    """What kind of value a field takes."""
    if "$ref" in said:
        return _named(said["$ref"], schema)
    options = said.get("anyOf") or said.get("oneOf")
    if options:
        kinds = [_holds(one, schema) for one in options if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in said:
        return ", ".join(f"`{one}`" for one in said["enum"])
    if said.get("type") == "array":
        return f"list of {_holds(said['items'], schema)}"
    kind = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    bounds = [f"≥ {said['minimum']}"] if "minimum" in said else []
    bounds += [f"≤ {said['maximum']}"] if "maximum" in said else []
    return " ".join((kind.get(said.get("type", ""), str(said.get("type"))), *bounds))


def _named(reference: str, schema: Schema) -> str:
    name = reference.rsplit("/", 1)[-1]
    definition = schema["$defs"][name]
    if "enum" in definition:
        return ", ".join(f"`{one}`" for one in definition["enum"])
    title = TITLES.get(name, name.removesuffix("Definition"))
    return f"[{title}](#{title.lower().replace(' ', '-')})"


def _default(value: object) -> str:
    if value is None or value in ([], {}, ""):
        return "—"
    return f"`{_flow(value)}`"


def _flow(value: object) -> str:
    """A value in one line, as one could write it in YAML."""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    if isinstance(value, dict | list):
        dumped = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000)
        text = dumped.strip()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _joined(text: str) -> str:
    return " ".join(text.split())


def _examples(schema: Schema) -> dict[tuple[str, str], object]:
    """Definition and field → the first value that a shipped file gives it."""
    found: dict[tuple[str, str], object] = {}
    catalogue = Catalogue.model_json_schema()
    for path in scenario_paths(CATALOGUE):
        _look(_content(path), catalogue, catalogue, "Catalogue", found)
    for path in scenario_paths():
        _look(_content(path), schema, schema, "ScenarioFile", found)
    for place, value in EXAMPLES.items():
        found.setdefault(place, value)
    for (name, field), value in list(found.items()):
        # What a catalogue says of an item, and a pick of it, an own item says the same way.
        if name == "CatalogueItem":
            found.setdefault(("ItemDefinition", field), value)
    for (name, field), value in list(found.items()):
        for same in ITEMS if name in ITEMS else ():
            found.setdefault((same, field), value)
    return found


def _content(path: Path) -> Any:
    return read_yaml(path.read_bytes()).data


def _look(
    value: Any, said: Schema, schema: Schema, name: str, found: dict[tuple[str, str], object]
) -> None:
    """Walk a file beside its schema and keep what stands in each field first."""
    if isinstance(value, list):
        for one in value:
            _look(one, said.get("items", {}), schema, name, found)
        return
    said, name = _object(value, said, schema, name)
    if not isinstance(value, dict) or "properties" not in said:
        return
    for field, inner in value.items():
        below = said["properties"].get(field)
        if below is not None:
            found.setdefault((name, field), inner)
            _look(inner, _list_or_object(below), schema, name, found)


def _list_or_object(said: Schema) -> Schema:
    """The option of a field that holds more than one value."""
    options = [one for one in said.get("anyOf", ()) if one.get("type") != "null"]
    return options[0] if options else said


def _object(value: Any, said: Schema, schema: Schema, name: str) -> tuple[Schema, str]:
    options = said.get("oneOf") or said.get("anyOf")
    if options:
        picked = "ItemUse" if isinstance(value, dict) and "use" in value else "ItemDefinition"
        references = {one["$ref"].rsplit("/", 1)[-1]: one for one in options if "$ref" in one}
        said = references.get(picked) or next(iter(references.values()), {})
    if "$ref" in said:
        name = said["$ref"].rsplit("/", 1)[-1]
        return schema["$defs"][name], name
    return said, name


if __name__ == "__main__":
    PAGE.write_text(fields_page(), encoding="utf-8")
