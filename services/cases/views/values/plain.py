"""A view as plain JSON values."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter


def as_json(value: Any) -> Any:
    """A view as plain JSON values."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")
