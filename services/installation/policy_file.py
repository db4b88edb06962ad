"""The district's file, derived from the policy: its model, and the choices that it holds.

A choice is declared where rules read it (:mod:`rules.installation.policy`); its name, type and bounds in
the file follow from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import BaseModel, Field, create_model

from models.clock.values import Limit
from models.installation.policy import Period, PolicyGroups
from models.scenarios.limits import LengthDefinition
from models.values import Value
from rules.installation.choices import Choice, choice_of
from rules.installation.policy import Policy


@cache
def policy_file() -> type[BaseModel]:
    """The model of the whole file; the one that is shipped has every field."""
    return policy_model("PolicyFile", PolicyGroups, Policy)


def policy_model(name: str, base: type[Value], of: type[Any]) -> type[BaseModel]:
    """A model with the choices that a dataclass declares, each in its group, beside those of ``base``."""
    grouped: dict[str, dict[str, Any]] = {}
    for path, hint in _declared(of):
        group, _, own = path.rpartition(".")
        grouped.setdefault(group, {})[own] = (hint, ...)
    own_fields = grouped.pop("", {})
    for group, members in grouped.items():
        own_fields[group] = (create_model(group, __base__=Value, **members), ...)
    made: type[BaseModel] = create_model(name, __base__=base, **own_fields)
    return made


def _declared(of: type[Any], group: str = "") -> Iterator[tuple[str, Any]]:
    """Where the file has each choice, and of which type."""
    hints = get_type_hints(of)
    for field in fields(of):
        declared = choice_of(field)
        if declared is not None:
            yield declared.at or f"{group}{field.name}", _type_of(hints[field.name], declared)
        elif is_dataclass(hints[field.name]) and any(map(choice_of, fields(hints[field.name]))):
            yield from _declared(hints[field.name], f"{field.name}.")


def _type_of(hint: Any, declared: Choice) -> Any:
    if declared.read_as is not None:
        return declared.read_as
    if hint is int:
        return Annotated[int, Field(strict=True, ge=declared.least, le=declared.most)]
    if hint is Limit:
        return Period
    return Period | None if Limit in get_args(hint) else hint


def choices(file: Any, of: type[Any] = Policy, group: str = "") -> dict[str, Any]:
    """The fields of the policy that the district chose, as the policy has them."""
    values, hints = {}, get_type_hints(of)
    for field in fields(of):
        declared = choice_of(field)
        if declared is not None:
            path = declared.at or f"{group}{field.name}"
            values[field.name] = _as_limit(_value_at(file, path))
        elif is_dataclass(hints[field.name]) and any(map(choice_of, fields(hints[field.name]))):
            part = hints[field.name]
            values[field.name] = part(**choices(file, part, f"{field.name}."))
    return values


def _value_at(file: Any, path: str) -> Any:
    for name in path.split("."):
        file = getattr(file, name)
    return file


def _as_limit(value: Any) -> Any:
    return Limit(value.days, value.unit) if isinstance(value, LengthDefinition) else value
