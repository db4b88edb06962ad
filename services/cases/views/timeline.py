"""The log of a project in human words: one sentence an event; English is the key of the translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from config.texts import colon
from models.cases.facts import ProjectFacts
from models.scenarios.definition import Text
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.registry import registry
from services.cases.views.values.project_records import EventRow
from services.wording.attribute_words import corrections
from services.wording.names import department_name, faults, item_name, material_name
from services.wording.words import word


def all_sentences() -> tuple[str, ...]:
    """Every English sentence there is here: each needs its translation."""
    return tuple(text for kind in registry().events.values() for text in kind.sentences)


def sentence(
    event: EventRow,
    facts: ProjectFacts,
    language: str,
    translate: Callable[[str], str] = str,
    people: Mapping[str, str] | None = None,
) -> str:
    """Sentence of an event; ``people`` are names by login."""
    kind = registry().events.get(event.kind)
    if kind is None:
        return translate(_spelled_out(event.kind))
    definition = facts.scenario.item.get(event.item or "")
    template = kind.wording(event.data, definition)
    values = _Values(_Reader(facts, language, translate, people or {}).values(event, kind))
    return translate(template).format_map(values).rstrip(" ：:，,。.")


class _Values(dict[str, str]):
    """An event of an older version may lack a value: its place stays empty."""

    def __missing__(self, key: str) -> str:
        return ""


class _Reader:
    """Reader of an event's values in one language."""

    def __init__(
        self,
        facts: ProjectFacts,
        language: str,
        translate: Callable[[str], str],
        people: Mapping[str, str],
    ) -> None:
        self._scenario = facts.scenario
        self._language = language
        self._translate = translate
        self._people = people
        self._references: Mapping[Reading, Callable[[Any], str]] = {
            Reading.ITEM: self._item,
            Reading.ITEMS: self._items,
            Reading.MATERIAL: lambda key: self._materials([key]),
            Reading.MATERIALS: self._materials,
            Reading.STAGE: self._stage,
            Reading.DEPARTMENT: self._department,
            Reading.DEPARTMENTS: self._departments,
            Reading.PERSON: lambda login: self._people.get(login, login),
            Reading.DAY: self._day,
            Reading.NAME: self._text,
            Reading.FAULTS: self._faults,
            Reading.ATTRIBUTES: self._corrected,
            Reading.LAST_DAYS: self._moved,
        }

    def values(self, event: EventRow, kind: EventKind) -> dict[str, str]:
        """Values of an event, in words."""
        values = {"item": event.item, **event.data}
        whole = [name for name, how in kind.reads.items() if how is Reading.FAULTS]
        values |= {name: dict(values) for name in whole}
        reads = {"item": Reading.ITEM, **kind.reads}
        return {
            name: self._read(value, reads.get(name))
            for name, value in values.items()
            if value is not None
        }

    def _read(self, value: Any, how: Reading | type[StrEnum] | Mapping[str, str] | None) -> str:
        if how is None:
            return str(value)
        if isinstance(how, Reading):
            return self._references[how](value)
        if isinstance(how, Mapping):
            return self._translate(how.get(value, value))
        return word(how(value), self._translate)

    def _item(self, code: str) -> str:
        return item_name(self._scenario, code).in_language(self._language)

    def _items(self, codes: list[str]) -> str:
        separator = "、" if self._language.startswith("zh") else ", "
        return separator.join(self._item(code) for code in codes)

    def _text(self, value: Mapping[str, str]) -> str:
        return Text.model_validate(value).in_language(self._language)

    def _departments(self, keys: list[str]) -> str:
        separator = "、" if self._language.startswith("zh") else ", "
        return separator.join(self._department(key) for key in keys)

    def _department(self, key: str) -> str:
        return department_name(self._scenario, key).in_language(self._language)

    def _materials(self, keys: list[str]) -> str:
        separator = "、" if self._language.startswith("zh") else ", "
        names = (material_name(self._scenario, key) for key in keys)
        return separator.join(name.in_language(self._language) for name in names)

    def _faults(self, data: Mapping[str, Any]) -> str:
        """Materials and fields that a notice of corrections named, with their faults."""
        chinese = self._language.startswith("zh")
        between, separator = colon(self._language), "；" if chinese else "; "
        named = faults(self._scenario, data)
        lines = (f"{name.in_language(self._language)}{between}{wrong}" for name, wrong in named)
        return separator.join(lines)

    def _moved(self, moved: list[dict[str, Any]]) -> str:
        """Last days that a new calendar moved; both limits of a clock only where both moved."""
        separator = "；" if self._language.startswith("zh") else "; "
        return separator.join(
            dict.fromkeys(
                f"{self._item(move['item'])} {self._day(move['before'])} → {self._day(move['after'])}"
                for move in moved
            )
        )

    def _corrected(self, corrected: list[Mapping[str, Any]]) -> str:
        separator = "；" if self._language.startswith("zh") else "; "
        changes = corrections(self._scenario, corrected, self._language, self._translate)
        return separator.join(changes)

    def _stage(self, key: str) -> str:
        stage = self._scenario.stage.get(key)
        return stage.name.in_language(self._language) if stage else key

    def _day(self, value: str) -> str:
        return day(date.fromisoformat(value), self._language)


def day(value: date, language: str) -> str:
    """A date as people write it: 2026年11月16日, or 16 Nov 2026."""
    if language.startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _spelled_out(kind: str) -> str:
    """``SomethingHappened`` → ``Something happened``: for events this version does not know."""
    words = re.findall(r"[A-Z][a-z]*|[a-z]+|\d+", kind)
    return " ".join(words).capitalize()
