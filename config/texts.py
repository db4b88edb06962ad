"""Texts that people see, in their language.

Code is written with English sentences; ``config/locales/<language>/*.po`` holds their translations
(standard gettext files, several per language so that each part of the system keeps its own).
Chinese (``zh-CN``) is the default language; English is the sentence itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LANGUAGE = "zh-CN"
LANGUAGES = ("zh-CN", "en")


@cache
def catalogue(language: str) -> dict[str, str]:
    """English sentence → translated sentence, for one language; empty for English."""
    found: dict[str, str] = {}
    for path in sorted((LOCALES / language.replace("-", "_")).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string and isinstance(message.id, str):
                    found[" ".join(message.id.split())] = str(message.string)
    return found


def translator(language: str = DEFAULT_LANGUAGE) -> Callable[[str], str]:
    """A function that translates one English sentence; a sentence without translation stays English."""
    known = catalogue(language)
    return lambda sentence: known.get(" ".join(sentence.split()), sentence)


def negotiate(preferred: str | None) -> str:
    """The supported language nearest to an ``Accept-Language`` header or a user's choice."""
    for part in (preferred or "").split(","):
        tag = part.split(";")[0].strip().lower()
        for language in LANGUAGES:
            if tag and tag.split("-")[0] == language.split("-")[0].lower():
                return language
    return DEFAULT_LANGUAGE
