"""Schema faults: what pydantic refuses, with its place in the file and a remedy."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from models.findings import Finding, FindingKind, Path
from models.scenarios.definition import ItemDefinition
from models.scenarios.file import OWN, PICKED, ItemUse
from rules.scenarios.reading import codes
from rules.scenarios.reading.yaml_source import Source

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "model": "a mapping of fields",
    "dict": "a mapping of fields",
}
_RANGES = {
    "greater_than_equal": "≥ {ge}",
    "greater_than": "> {gt}",
    "less_than_equal": "≤ {le}",
    "less_than": "< {lt}",
    "too_short": "≥ {min_length} (length)",
    "too_long": "≤ {max_length} (length)",
    "string_too_short": "≥ {min_length} (length)",
    "string_too_long": "≤ {max_length} (length)",
}
#: Names of union members in pydantic's locations → the schema they stand for.
_MEMBERS: dict[str | int, str] = {PICKED: ItemUse.__name__, OWN: ItemDefinition.__name__}
_SHOWN = 60


def validated(model: type[Model], source: Source) -> tuple[Model | None, list[Finding]]:
    """The data as a model, or every fault of its shape."""
    try:
        return model.model_validate(source.data), []
    except ValidationError as fault:
        faults = [error for error in fault.errors(include_url=False) if not _follows(error)]
        return None, [_finding(model, source, error) for error in faults]


def _follows(error: Any) -> bool:
    """Whether a list is short only because pydantic set its faulty entries aside."""
    if error["type"] != "too_short" or not isinstance(error["input"], list):
        return False
    return len(error["input"]) >= int(error["ctx"]["min_length"])


def _finding(model: type[BaseModel], source: Source, error: Any) -> Finding:
    path = _path_in(source.data, error["loc"])
    kind, params = _kind_and_params(model, error, path)
    place = source.place(path, of_key=kind is codes.FIELD_UNKNOWN)
    return Finding(kind, path, params, place.line, place.column)


def _kind_and_params(
    model: type[BaseModel], error: Any, path: Path
) -> tuple[FindingKind, dict[str, object]]:
    name, context = error["type"], error.get("ctx") or {}
    field = next((str(part) for part in reversed(path) if isinstance(part, str)), "scenario")
    params: dict[str, object] = {"field": field, "value": _value(error["input"])}
    if name == "missing":
        return codes.FIELD_MISSING, params
    if name == "extra_forbidden":
        return codes.FIELD_UNKNOWN, {**params, "known": known_fields(model, error["loc"])}
    if name in {"enum", "literal_error"}:
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        special = "special_procedures" in path
        kind = codes.SPECIAL_PROCEDURE_UNKNOWN if special else codes.VALUE_NOT_ALLOWED
        return kind, {**params, "allowed": allowed}
    if name == "string_pattern_mismatch":
        return codes.VALUE_MALFORMED, {**params, "pattern": context["pattern"]}
    if name in _RANGES:
        return codes.VALUE_OUT_OF_RANGE, {**params, "range": _RANGES[name].format(**context)}
    expected = _EXPECTED.get(name.split("_")[0], "a value of the right kind")
    return codes.VALUE_WRONG_TYPE, {**params, "expected": expected}


def _value(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _path_in(data: Any, location: tuple[str | int, ...]) -> Path:
    """The location without the names of union members, which are not in the file."""
    path: list[str | int] = []
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if isinstance(data, dict) and (part in data or last):
            path.append(part)
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            path.append(part)
            data = data[part]
    return tuple(path)


def known_fields(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The fields possible where an unknown one stands, the most similar first."""
    schema: Any = _schema(model)
    definitions = schema.get("$defs", {})
    nodes = [schema]
    for part in location[:-1]:
        if part in _MEMBERS:
            nodes = [node for node in nodes if node.get("title") == _MEMBERS[part]]
        else:
            nodes = [child for node in nodes for child in _children(node, part, definitions)]
    fields = list(dict.fromkeys(name for node in nodes for name in node.get("properties", ())))
    near = get_close_matches(str(location[-1]), fields, n=3)
    return near + [name for name in fields if name not in near]


def _children(node: Any, part: str | int, definitions: Any) -> list[Any]:
    child = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    return _resolved(child, definitions) if child else []


def _resolved(node: Any, definitions: Any) -> list[Any]:
    """A schema node with references and unions followed to the objects and lists behind them."""
    if "$ref" in node:
        return _resolved(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    options = node.get("anyOf") or node.get("oneOf")
    if options:
        return [resolved for option in options for resolved in _resolved(option, definitions)]
    return [node]


@lru_cache(maxsize=8)
def _schema(model: type[BaseModel]) -> Any:
    return model.model_json_schema()
