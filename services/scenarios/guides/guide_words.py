"""The words of guides: limits, sources with their marks, conditions, where papers come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.texts import REMARK, Word
from models.clock.values import Unit
from models.scenarios.definition import (
    ItemCategory,
    ItemDefinition,
    ItemMode,
    LimitStart,
    NamedPromise,
    PromiseDefinition,
    ScenarioDefinition,
    Text,
)
from models.scenarios.forms import FieldType
from rules.clock import STATUTORY_CLOCKS
from rules.scenarios.extensions import extension_of
from rules.scenarios.guides import MARK, GuideItem, GuideMaterial, Mark, Provider, marks
from services.wording.condition_words import condition_words
from services.wording.promise_words import promise_text
from services.wording.words import word

#: What may be said of a source: a default is never shown as law.
MARKS: Final[Mapping[Mark, str]] = {
    Mark.STATUTE: "statute",
    Mark.DOCUMENT: "document of the district's reform",
    Mark.PUBLISHED: "published by an authority",
    Mark.UNMARKED: "as the district states it",
    Mark.DISTRICT: "district default",
    Mark.UNVERIFIED: "not verified yet",
}
MODES: Final[Mapping[ItemMode, str]] = {
    ItemMode.APPLICATION: "You apply for it.",
    ItemMode.INTERNAL: "Nothing to do for you: the department does it on its own.",
    ItemMode.MILESTONE: "A fact that is recorded with its date.",
}
PROVIDERS: Final[Mapping[Provider, str]] = {
    Provider.APPLICANT: "you hand it in",
    Provider.COMMITMENT: "you sign a commitment instead",
    Provider.REGISTER: "the system fills it in from the enterprise register",
    Provider.DOCUMENT: "the system fills it in from {items}",
}
FIELDS: Final[Mapping[FieldType, str]] = {
    FieldType.TEXT: "a text",
    FieldType.INTEGER: "a whole number",
    FieldType.DECIMAL: "a number",
    FieldType.BOOLEAN: "yes or no",
    FieldType.DATE: "a date",
    FieldType.CHOICE: "a choice",
    FieldType.CREDIT_CODE: "unified social credit code",
}
SAME_DAY, NONE_NAMED = "the same day", "none is named"
COUNTED, NOT_COUNTED = "counted toward the promise", "not counted toward the promise"
EXTENDED = "may be extended once by {length} ({by})"
EXTENDED_BY_CHOICE = "may be extended once by up to {length} ({by})"
NEVER_EXTENDED = "is not extended"
GENERAL_LIMIT = "Administrative Licensing Law, article 42"
SUBSTANTIVE = "without it only a preliminary opinion"
ONLY_WHEN = "only when {condition}"
BY_ARCHITECT = "under architect responsibility the responsible architect signs for it"
#: What stands in a source outside its marks.
_REMARK = re.compile(r"(?:^|(?<=\]))[^\[\]]+")
#: Every word here: each needs its translation.
WORDS: Final = (
    *MARKS.values(),
    *MODES.values(),
    *PROVIDERS.values(),
    *FIELDS.values(),
    SAME_DAY,
    NONE_NAMED,
    COUNTED,
    NOT_COUNTED,
    EXTENDED,
    EXTENDED_BY_CHOICE,
    NEVER_EXTENDED,
    GENERAL_LIMIT,
    SUBSTANTIVE,
    ONLY_WHEN,
    BY_ARCHITECT,
)


@dataclass(frozen=True, slots=True)
class Words:
    """Wording of a guide in one language."""

    scenario: ScenarioDefinition
    translate: Callable[[str], str]
    language: str

    @property
    def chinese(self) -> bool:
        """Whether the language is Chinese."""
        return self.language.startswith("zh")

    def name(self, text: Text) -> str:
        """A name."""
        return text.in_language(self.language)

    def listed(self, words: Iterable[str]) -> str:
        """A list in a sentence."""
        return ("、" if self.chinese else ", ").join(words)

    def aside(self, text: str, words: str) -> str:
        """A text followed by a remark in brackets."""
        return f"{text}（{words}）" if self.chinese else f"{text} ({words})".strip()

    def item(self, code: str) -> str:
        """An item by code and name."""
        return f"{code} {self.name(self.scenario.item[code].name)}"

    def items(self, codes: Iterable[str]) -> str:
        """Items in a sentence."""
        return self.listed(self.item(code) for code in codes)

    def department(self, key: str) -> str:
        """A department by its name."""
        department = self.scenario.department.get(key)
        return self.name(department.name) if department else key

    def condition(self, condition: str) -> str:
        """A condition in words."""
        return condition_words(condition, self.scenario, self.language, self.translate)

    def source(self, source: str | None, unmarked: Mark = Mark.UNMARKED) -> str:
        """A source with its marks in words; ``unmarked`` is the mark of a source without any."""
        text = _REMARK.sub(self._remark, (source or "").strip())
        if marks(text) == (Mark.UNMARKED,):
            words = self.translate(MARKS[unmarked])
            return self.aside(text, words) if text else words
        remaining = iter(marks(text))
        if not MARK.sub("", text).strip():
            return self.listed(self.translate(MARKS[mark]) for mark in remaining)
        space = "" if self.chinese else " "
        return MARK.sub(
            lambda _: space + self.aside("", self.translate(MARKS[next(remaining)])), text
        )

    def _remark(self, match: re.Match[str]) -> str:
        """A remark between the marks of a source, translated where a translation exists."""
        remark = match.group()
        core = remark.strip(" ;,")
        return remark.replace(core, self.translate(Word(core, REMARK))) if core else remark

    def statutory(self, item: ItemDefinition) -> str:
        """The statutory limit of an item and the article that sets it."""
        limit = item.statutory
        if limit is not None:
            length = self.length(limit.days, limit.unit)
            if limit.starts is not LimitStart.ACCEPTED:
                length = self.aside(length, word(limit.starts, self.translate))
            return self.joined(length, self.source(limit.source), *self.extension(item))
        general = STATUTORY_CLOCKS["decision"].terms.statutory
        if item.category is ItemCategory.LICENCE and general is not None:
            return self.joined(
                self.length(general.length, general.unit), self.translate(GENERAL_LIMIT)
            )
        return self.translate(NONE_NAMED)

    def extension(self, item: ItemDefinition) -> Iterator[str]:
        """How the limit of an item may be extended, or that it may not."""
        allowed = extension_of(item)
        if allowed is None:
            yield self.translate(NEVER_EXTENDED)
            return
        sentence = self.translate(EXTENDED_BY_CHOICE if allowed.chosen else EXTENDED)
        yield sentence.format(
            length=self.length(allowed.days, allowed.unit), by=word(allowed.by, self.translate)
        )

    def promised(self, item: ItemDefinition) -> str:
        """The promised limit of an item and whether its days count; a promise is never law."""
        limit = item.promised
        if limit is None:
            return self.translate(NONE_NAMED)
        promise_marks = [
            Mark.DISTRICT if mark is Mark.UNMARKED else mark for mark in marks(limit.source)
        ]
        words = self.listed(self.translate(MARKS[mark]) for mark in promise_marks)
        length = self.aside(self.length(limit.days, limit.unit), words)
        return self.joined(length, self.translate(COUNTED if item.counted else NOT_COUNTED))

    def joined(self, *parts: str) -> str:
        """Parts of one line."""
        return ("；" if self.chinese else "; ").join(parts)

    def length(self, days: int, unit: Unit) -> str:
        """A number of days with its unit."""
        if days == 0:
            return self.translate(SAME_DAY)
        return f"{days}{'' if self.chinese else ' '}{word(unit, self.translate)}"

    def promise(self, promise: PromiseDefinition) -> str:
        """What is promised, by its name where it has one."""
        sentence = promise_text(self.scenario, promise, self.translate, self.language)
        if not isinstance(promise, NamedPromise):
            return sentence
        return self.aside(self.name(promise.name), sentence)

    def provider(self, material: GuideMaterial) -> str:
        """Where a material comes from."""
        words = self.translate(PROVIDERS[material.provider])
        return words.format(items=self.items(material.issuers) or "—")

    def requirement(self, material: GuideMaterial) -> str:
        """Class and conditions of a material requirement."""
        clauses = [word(material.requirement.material_class, self.translate)]
        if material.requirement.substantive:
            clauses.append(self.translate(SUBSTANTIVE))
        if material.requirement.by_architect:
            clauses.append(self.translate(BY_ARCHITECT))
        if material.when is not None:
            clauses.append(
                self.translate(ONLY_WHEN).format(condition=self.condition(material.when))
            )
        return self.joined(*clauses)

    def procedures(self, item: GuideItem) -> str:
        """The special procedures of an item."""
        return self.listed(
            word(procedure, self.translate) for procedure in item.definition.special_procedures
        )
