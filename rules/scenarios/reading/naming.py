"""A scenario's text under another key or version number; everything else in it stays as written."""

from __future__ import annotations

import re

from rules.scenarios.reading.yaml_source import read_yaml

_WORD = re.compile(r"[^\s,}#]+")


def named(source: str, key: str, version: int) -> str:
    """The text with this key and version in place of those that it says.

    A text that cannot be read stays as it is. One without a version gets it below its key.
    """
    text = _with_value(source, "version", str(version))
    if text is None:
        text = _below_key(source, f"version: {version}")
    return _with_value(text, "key", key) or text


def _with_value(source: str, field: str, value: str) -> str | None:
    """The text with another value of a field at its top; ``None`` when it has no such word."""
    read = read_yaml(source)
    if not isinstance(read.data, dict) or not isinstance(read.data.get(field), int | str):
        return None
    place = read.values[(field,)]
    lines = source.splitlines(keepends=True)
    line, start = lines[place.line - 1], place.column - 1
    lines[place.line - 1] = line[:start] + _WORD.sub(value, line[start:], count=1)
    return "".join(lines)


def _below_key(source: str, line: str) -> str:
    place = read_yaml(source).values.get(("key",))
    if place is None:
        return source
    lines = source.splitlines(keepends=True)
    lines.insert(place.line, f"{line}\n")
    return "".join(lines)
