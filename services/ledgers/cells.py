"""What stands in a cell: the value of a column in a line, for a page or a file, and for a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models.clock.values import ZONE
from models.values import Text
from rules.ledgers.definition import Column, Name
from services.wording.words import word

Plain = str | int | Decimal | date | None


def at(line: Any, column: Column) -> Any:
    """What a line has under a column; ``None`` where it has nothing."""
    name = column.at or column.key
    return line.get(name) if isinstance(line, Mapping) else getattr(line, name, None)


def plain(value: Any, language: str, translate: Callable[[str], str]) -> Plain:
    """A value for people: names and words in their language, days as days, numbers as numbers."""
    if value is None or (isinstance(value, date | int | Decimal) and not _in_words(value)):
        return value
    if isinstance(value, tuple | list):
        mark = "、" if language.startswith("zh") else ", "
        return mark.join(str(plain(each, language, translate)) for each in value)
    return _words(value, language, translate)


def _in_words(value: object) -> bool:
    return isinstance(value, bool | datetime)


def _words(value: Any, language: str, translate: Callable[[str], str]) -> str:
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if isinstance(value, StrEnum):
        return word(value, translate)
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    return str(value)


def for_program(value: Any) -> Any:
    """A value as JSON has it: words as codes, names in both languages."""
    if isinstance(value, Text):
        return value.model_dump()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [for_program(each) for each in value]
    return str(value) if isinstance(value, Decimal) else value


def name_of(name: Name | str, language: str, translate: Callable[[str], str]) -> str:
    """The name of a ledger, a column or a choice."""
    return name.in_language(language) if isinstance(name, Text) else translate(name)
