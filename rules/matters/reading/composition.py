"""A kind over the life that it picks and the kind that it extends: maps merge, lists replace, ``off`` removes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: What a kind writes in place of an act, a state or a clock of its life that it does without.
OFF: Final = "off"
#: Maps of a kind whose entries may be taken out.
_TAKEN_OUT: Final = frozenset({"acts", "states", "clocks"})


def composed(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """The layers over one another, the last one on top."""
    whole: dict[str, Any] = {}
    for layer in layers:
        whole = _over(whole, layer, taken_out=False, top=True)
    return whole


def _over(
    below: Mapping[str, Any], above: Mapping[str, Any], *, taken_out: bool, top: bool = False
) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        if taken_out and value == OFF:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _over(merged[key], value, taken_out=top and key in _TAKEN_OUT)
        else:
            merged[key] = value
    return merged
