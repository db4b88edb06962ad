"""Texts that people see, in their language.

Code is written in English; ``config/locales/<language>.po`` holds the translations (one standard
gettext file per language, in a fixed order). A sentence is filed under itself. A word that code
has for something of its own, e.g. a state or an act, is a :class:`Word`: filed under its context
(``msgctxt``) too, so that the same English may mean different things in different places, and so
that what a person typed is never taken for a word. Chinese (``zh-CN``) is the default language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, Self

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LANGUAGE = "zh-CN"
LANGUAGES = ("zh-CN", "en")

#: Contexts of words beside those of enumerations, which are named like their class.
ANY_WORD: Final = "word"
ACT: Final = "act"
CLOCK: Final = "clock kind"
FIELD: Final = "field"
CHOICE: Final = "choice"
SCENARIO_FIELD: Final = "scenario field"
REMARK: Final = "remark"

#: What a translation is filed under: its context, "" for a sentence, and the English text.
Entry = tuple[str, str]

_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Word(str):
    """An English word of ours: whoever shows it translates it within its context.

    Nothing else is marked so: a text that is no ``Word`` is shown as somebody typed it.
    """

    __slots__ = ("context",)
    context: str

    def __new__(cls, english: str, context: str = ANY_WORD) -> Self:
        """``english`` within ``context``."""
        word = super().__new__(cls, english)
        word.context = context
        return word

    def __reduce__(self) -> tuple[type[Word], tuple[str, str]]:
        return type(self), (str(self), self.context)

    @classmethod
    def of(cls, value: StrEnum) -> Self:
        """The code of a state, role or the like."""
        return cls(value.value, context_of(type(value)))


def context_of(enumeration: type[StrEnum]) -> str:
    """The context of an enumeration's words: ``item state`` for ``ItemState``."""
    return _INNER_CAPITAL.sub(" ", enumeration.__name__).lower()


def entry_of(text: str) -> Entry:
    """What the translation of a sentence or a :class:`Word` is filed under."""
    return getattr(text, "context", ""), " ".join(text.split())


def catalogue_file(language: str) -> Path:
    """The gettext file of a language."""
    return LOCALES / f"{language.replace('-', '_')}.po"


@cache
def catalogue(language: str) -> Mapping[Entry, str]:
    """The translations into one language; empty for English."""
    path = catalogue_file(language)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {
            (message.context or "", message.id): str(message.string)
            for message in read_po(file)
            if isinstance(message.id, str) and message.id and message.string
        }


def translator(language: str = DEFAULT_LANGUAGE) -> Callable[[str], str]:
    """A function that translates a sentence or a :class:`Word`; what has no translation stays English."""
    known = catalogue(language)
    return lambda text: known.get(entry_of(text), str(text))


def negotiate(preferred: str | None) -> str:
    """The supported language nearest to an ``Accept-Language`` header or a user's choice."""
    for part in (preferred or "").split(","):
        tag = part.split(";")[0].strip().lower()
        for language in LANGUAGES:
            if tag and tag.split("-")[0] == language.split("-")[0].lower():
                return language
    return DEFAULT_LANGUAGE


def colon(language: str) -> str:
    """What stands between a name and what is said of it, as the language writes it."""
    return "：" if language.startswith("zh") else ": "
