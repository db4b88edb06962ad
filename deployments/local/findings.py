"""What a look at a part of an installation comes to: how it is, and what to do where it is not up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a part is."""

    UP = "up"
    #: Not needed, or not needed yet.
    NOTE = "note"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: how it is, in a few words, and what to do where it is not up.

    ``detail`` and ``remedy`` are sentences to translate, filled with ``values``.
    """

    part: str
    state: State
    detail: str
    remedy: str = ""
    values: tuple[tuple[str, object], ...] = ()

    def sentence(self, text_of: str, translate: Callable[[str], str]) -> str:
        """The detail or the remedy in the language of ``translate``."""
        return translate(text_of).format(**dict(self.values)) if text_of else ""


def finding(part: str, state: State, detail: str, remedy: str = "", /, **values: object) -> Finding:
    """What a look at a part came to; ``values`` fill the sentences."""
    return Finding(part, state, detail, remedy, tuple(values.items()))
