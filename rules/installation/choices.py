"""How a choice of the district is declared: its value, its bounds, and where the district's file has it.

The model of the file and the reading of it are derived from this: see
:mod:`services.installation.policy_file`.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Choice:
    """What the file says about one field of the policy."""

    at: str | None = None
    """Group and name in the file, ``credit.threshold``; ``None``: the field's own name."""
    least: int | None = None
    most: int | None = None
    read_as: type[Any] | None = None
    """Model of a value that is refused for more than its bounds."""


def choice(
    default: Any,
    *,
    at: str | None = None,
    least: int | None = None,
    most: int | None = None,
    read_as: type[Any] | None = None,
) -> Any:
    """A field of the policy that the district chooses, with what is shipped."""
    declared = {"choice": Choice(at, least, most, read_as)}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=declared)
    return field(default=default, metadata=declared)


def choice_of(of: Field[Any]) -> Choice | None:
    """How a field is chosen; ``None`` where it is none of the district's choices by itself."""
    return cast("Choice | None", of.metadata.get("choice"))
