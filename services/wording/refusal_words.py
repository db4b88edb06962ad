"""Sentences of refusals for pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.errors import NAMELESS, KaigongError
from models.values import Text


def plain(
    error: KaigongError, translate: Callable[[str], str], names: Mapping[str, Text] = NAMELESS
) -> str:
    """The sentence for a page, without the leading field name that programs need.

    ``names`` stand in place of the codes and keys of a scenario.
    """
    sentence = error.sentence(translate, names)
    return sentence.removeprefix(f"{error.field}: ") if error.field else sentence
