"""An entry of the log as the fold reads it, and the plain values that events carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from models.cases.outcome import Event


class Happened(NamedTuple):
    """One entry of the log: the day in Beijing time, who acted, and what followed."""

    on: date
    actor: str
    role: str
    event: Event


def listed(data: Mapping[str, object], name: str) -> list[Any]:
    """The list that an event carries under a name; empty when it carries none."""
    entries: Any = data.get(name) or []
    return list(entries)
