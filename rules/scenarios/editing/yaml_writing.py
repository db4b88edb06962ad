"""Values as YAML, the way the shipped scenarios are laid out: an entry on one line where it fits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

#: A line longer than this is laid out over several.
WIDEST = 112
#: Words that YAML in any of its versions reads as text; everything else is quoted.
_PLAIN = re.compile(
    r"[A-Za-z\u00b7\u2014-\u2026\u3001-\u9fff\uff01-\uff5e][\w\u00b7\u2014-\u2026\u3001-\uff5e ./()%+-]*"
)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})


def scalar(value: Any) -> str:
    """One value; a text is quoted unless no reader could take it for something else."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and not value.endswith(" ")
        return (
            value
            if plain and value.lower() not in _WORDS
            else json.dumps(value, ensure_ascii=False)
        )
    return json.dumps(value)


def on_one_line(value: Any) -> str:
    """A value of any kind within one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {on_one_line(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(on_one_line(element) for element in value) + "]"
    return scalar(value)


def field_lines(key: str, value: Any, indent: int) -> Iterator[str]:
    """A field of a mapping as lines; ``indent`` is how far in its name stands."""
    margin, line = " " * indent, on_one_line(value)
    listed = isinstance(value, list | tuple) and any(
        isinstance(element, Mapping) for element in value
    )
    if not listed and (fits(line, indent + len(key) + 2) or not isinstance(value, Mapping)):
        yield f"{margin}{key}: {line}"
        return
    yield f"{margin}{key}:"
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from field_lines(name, inner, indent + 2)
        return
    for element in value:
        yield from entry_lines(element, indent + 2)


def entry_lines(value: Any, indent: int) -> Iterator[str]:
    """An entry of a list as lines, from its dash on."""
    margin = " " * indent
    if not isinstance(value, Mapping) or is_short(value, indent + 2):
        yield f"{margin}- {on_one_line(value)}"
        return
    lines = [line for name, inner in value.items() for line in field_lines(name, inner, indent + 2)]
    yield f"{margin}- {lines[0].lstrip()}"
    yield from lines[1:]


def is_short(value: Mapping[str, Any], indent: int) -> bool:
    """Whether a mapping is laid out on one line."""
    nested = any(
        isinstance(inner, list | tuple) and any(isinstance(part, Mapping) for part in inner)
        for inner in value.values()
    )
    return not nested and fits(on_one_line(value), indent)


def fits(line: str, indent: int) -> bool:
    """Whether a text has room on a line that begins with so many other letters."""
    return indent + len(line) <= WIDEST
