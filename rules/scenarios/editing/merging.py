"""Two people at the same entry: each writes what they changed, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.scenarios.editing.changes import Values, with_fields

#: What tells the entries of a list apart.
_NAMES = ("material", "key", "code")


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed, each to something else; ``None``: taken out."""

    path: tuple[str, ...]
    """The field; within a list, the list, the name of the entry and its field."""
    theirs: Any
    mine: Any


@dataclass(slots=True)
class Merge:
    """What somebody kept meanwhile, with what I changed; where both changed a field, mine."""

    entry: Values = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def merge(before: Values, theirs: Values, mine: Values) -> Merge:
    """Bring together two entries that were both made from ``before``.

    Lists take in what either added and lose what either took out.
    """
    result = Merge()
    result.entry = _entry(result, (), before, theirs, mine)
    return result


def _entry(
    result: Merge, path: tuple[str, ...], before: Values, theirs: Values, mine: Values
) -> Values:
    changed = {
        name: _value(result, (*path, name), before.get(name), theirs.get(name), mine.get(name))
        for name in dict.fromkeys((*before, *mine))
    }
    return with_fields(theirs, changed)


def _value(result: Merge, path: tuple[str, ...], before: Any, theirs: Any, mine: Any) -> Any:
    if same(before, mine):
        return theirs
    if same(before, theirs) or same(theirs, mine):
        return mine
    versions = (before, theirs, mine)
    if all(_is_plain(value) for value in versions):
        return _together(*(value or [] for value in versions))
    named = [_by_name(value) for value in versions]
    if all(entries is not None for entries in named):
        return _entries(result, path, *(entries or {} for entries in named))
    result.clashes.append(Clash(path, theirs, mine))
    return mine


def _together(before: Sequence[Any], theirs: Sequence[Any], mine: Sequence[Any]) -> list[Any]:
    """What they have without what I took out, then what I added."""
    kept = [value for value in theirs if value in mine or value not in before]
    return [*kept, *(value for value in mine if value not in before and value not in kept)]


def _entries(
    result: Merge,
    path: tuple[str, ...],
    before: Mapping[str, Values],
    theirs: Mapping[str, Values],
    mine: Mapping[str, Values],
) -> list[Values]:
    entries = []
    for name in dict.fromkeys((*theirs, *mine)):
        versions = [listed.get(name) for listed in (before, theirs, mine)]
        if all(entry is not None for entry in versions):
            entry = _entry(result, (*path, name), *(entry or {} for entry in versions))
        else:
            entry = _value(result, (*path, name), *versions)
        entries.append(entry)
    return [entry for entry in entries if entry is not None]


def _is_plain(value: Any) -> bool:
    """Whether it is a list of texts and numbers, or none yet."""
    return value is None or (
        isinstance(value, list) and not any(isinstance(entry, dict | list) for entry in value)
    )


def _by_name(value: Any) -> dict[str, Values] | None:
    """A list of entries by their names; ``None`` where it is none or a name is there twice."""
    if value is None:
        return {}
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return None
    named = {
        str(entry[name]): entry
        for entry in value
        for name in [next((name for name in _NAMES if name in entry), None)]
        if name is not None
    }
    return named if len(named) == len(value) else None


def same(value: Any, other: Any) -> bool:
    """Equality that tells 1 from true."""
    return as_text(value) == as_text(other)


def as_text(value: Any) -> str:
    """A value as one text, whatever the order of its fields."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
