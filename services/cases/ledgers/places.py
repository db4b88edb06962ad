"""Where a project lies, in ledgers: the unit's name, and projects of a unit with all that lies below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from models.scenarios.definition import Text

#: Joined to the tables of a source.
PLACE_TABLE: Final = " LEFT JOIN unit u ON u.key = p.place"
PLACE_FIELDS: Final[Mapping[str, str]] = {"place_zh": "u.name_zh", "place_en": "u.name_en"}
#: A district, or a park or town of it.
OF_PLACE: Final = (
    "p.place IN (SELECT n.key FROM unit n WHERE {value} IN (n.key, n.parent)"
    " OR n.parent IN (SELECT m.key FROM unit m WHERE m.parent = {value}))"
)


def place_name(row: Any) -> Text | None:
    """The name of the place of a row; ``None`` for a project that lies nowhere in particular."""
    return None if row.place_zh is None else Text(zh=row.place_zh, en=row.place_en or row.place_zh)
