"""Writes ``docs/scenario-fields.md`` from the definition itself: every field with an example in use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from config.scenario_files import CATALOGUE, scenario_paths
from models.scenarios.file import Catalogue, ScenarioFile
from rules.scenarios.reading.yaml_source import read_yaml

PAGE = Path(__file__).parents[2] / "docs" / "scenario-fields.md"
HEAD = """\
# Fields of a scenario

Every field that a scenario file may have, from the definition that reads it: what it means, what it may hold, what
it is when it is left out, and an example from the shipped scenarios or the catalogue. How fields belong together is
told in [scenarios.md](scenarios.md); editors read the same from
[`scenario.schema.json`](../config/scenarios/scenario.schema.json). This page is written by `make docs`.
"""
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
    subschema = definition["properties"][field]
    required = field in definition.get("required", ())
    example = used.get((name, field))
    cells = (
        f"`{field}`",
        _value_type(subschema, schema),
        "required" if required else _default(subschema.get("default")),
        _joined(subschema.get("description", "")),
        f"`{_flow(example)}`" if example is not None else "",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _value_type(subschema: Schema, schema: Schema) -> str:
    """The type of a field's values."""
    if "$ref" in subschema:
        return _named(subschema["$ref"], schema)
    options = subschema.get("anyOf") or subschema.get("oneOf")
    if options:
        kinds = [_value_type(option, schema) for option in options if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in subschema:
        return ", ".join(f"`{value}`" for value in subschema["enum"])
    if subschema.get("type") == "array":
        return f"list of {_value_type(subschema['items'], schema)}"
    kind = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    bounds = [f"≥ {subschema['minimum']}"] if "minimum" in subschema else []
    bounds += [f"≤ {subschema['maximum']}"] if "maximum" in subschema else []
    return " ".join((kind.get(subschema.get("type", ""), str(subschema.get("type"))), *bounds))


def _named(reference: str, schema: Schema) -> str:
    name = reference.rsplit("/", 1)[-1]
    definition = schema["$defs"][name]
    if "enum" in definition:
        return ", ".join(f"`{value}`" for value in definition["enum"])
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


def declared_examples(schema: Schema) -> dict[tuple[str, str], object]:
    """Definition and field → the example that its declaration gives, of what no shipped file uses."""
    return {
        (name, field): subschema["examples"][0]
        for name, definition in _definitions(schema)
        for field, subschema in definition["properties"].items()
        if subschema.get("examples")
    }


def _examples(schema: Schema) -> dict[tuple[str, str], object]:
    """Definition and field → the first value that a shipped file gives it."""
    examples: dict[tuple[str, str], object] = {}
    catalogue = Catalogue.model_json_schema()
    for path in scenario_paths(CATALOGUE):
        _collect(_content(path), catalogue, catalogue, "Catalogue", examples)
    for path in scenario_paths():
        _collect(_content(path), schema, schema, "ScenarioFile", examples)
    for place, value in declared_examples(schema).items():
        examples.setdefault(place, value)
    for (name, field), value in list(examples.items()):
        # What a catalogue says of an item, and a pick of it, an own item says the same way.
        if name == "CatalogueItem":
            examples.setdefault(("ItemDefinition", field), value)
    for (name, field), value in list(examples.items()):
        for same in ITEMS if name in ITEMS else ():
            examples.setdefault((same, field), value)
    return examples


def _content(path: Path) -> Any:
    return read_yaml(path.read_bytes()).data


def _collect(
    value: Any,
    subschema: Schema,
    schema: Schema,
    name: str,
    examples: dict[tuple[str, str], object],
) -> None:
    """Walk a file along its schema and keep the first value of each field."""
    if isinstance(value, list):
        for element in value:
            _collect(element, subschema.get("items", {}), schema, name, examples)
        return
    subschema, name = _object(value, subschema, schema, name)
    if not isinstance(value, dict) or "properties" not in subschema:
        return
    for field, inner in value.items():
        below = subschema["properties"].get(field)
        if below is not None:
            examples.setdefault((name, field), inner)
            _collect(inner, _list_or_object(below), schema, name, examples)


def _list_or_object(subschema: Schema) -> Schema:
    """The option of a nullable field that is not null."""
    options = [option for option in subschema.get("anyOf", ()) if option.get("type") != "null"]
    return options[0] if options else subschema


def _object(value: Any, subschema: Schema, schema: Schema, name: str) -> tuple[Schema, str]:
    options = subschema.get("oneOf") or subschema.get("anyOf")
    if options:
        picked = "ItemUse" if isinstance(value, dict) and "use" in value else "ItemDefinition"
        references = {
            option["$ref"].rsplit("/", 1)[-1]: option for option in options if "$ref" in option
        }
        subschema = references.get(picked) or next(iter(references.values()), {})
    if "$ref" in subschema:
        name = subschema["$ref"].rsplit("/", 1)[-1]
        return schema["$defs"][name], name
    return subschema, name


if __name__ == "__main__":
    PAGE.write_text(fields_page(), encoding="utf-8")
