"""The words of guides: limits, sources with their marks, conditions, where papers come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from models.clock import Unit
from models.definition import ItemCategory, ItemDefinition, ItemMode, ScenarioDefinition, Text
from models.form import FieldType
from rules.clock import STATUTORY_CLOCKS
from rules.guide import MARK, GuideItem, GuideMaterial, Mark, Provider, marks
from services.wording.condition_words import condition_words
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
    GENERAL_LIMIT,
    SUBSTANTIVE,
    ONLY_WHEN,
    BY_ARCHITECT,
)


@dataclass(frozen=True, slots=True)
class Words:
    """How one reader reads a guide."""

    scenario: ScenarioDefinition
    translate: Callable[[str], str]
    language: str

    @property
    def chinese(self) -> bool:
        """Whether the reader reads Chinese."""
        return self.language.startswith("zh")

    def name(self, text: Text) -> str:
        """A name."""
        return text.in_language(self.language)

    def listed(self, words: Iterable[str]) -> str:
        """A list in a sentence."""
        return ("、" if self.chinese else ", ").join(words)

    def aside(self, text: str, words: str) -> str:
        """Words behind a text, in brackets."""
        return f"{text}（{words}）" if self.chinese else f"{text} ({words})".strip()

    def item(self, code: str) -> str:
        """An item by code and name."""
        return f"{code} {self.name(self.scenario.item[code].name)}"

    def items(self, codes: Iterable[str]) -> str:
        """Items in a sentence."""
        return self.listed(self.item(code) for code in codes)

    def department(self, key: str) -> str:
        """A department by its name."""
        found = self.scenario.department.get(key)
        return self.name(found.name) if found else key

    def condition(self, condition: str) -> str:
        """A condition in words."""
        return condition_words(condition, self.scenario, self.language, self.translate)

    def source(self, source: str | None, unmarked: Mark = Mark.UNMARKED) -> str:
        """A source with its marks in words; ``unmarked`` is what one without a mark may claim."""
        text = _REMARK.sub(self._remark, (source or "").strip())
        if marks(text) == (Mark.UNMARKED,):
            words = self.translate(MARKS[unmarked])
            return self.aside(text, words) if text else words
        found = iter(marks(text))
        if not MARK.sub("", text).strip():
            return self.listed(self.translate(MARKS[mark]) for mark in found)
        space = "" if self.chinese else " "
        return MARK.sub(lambda _: space + self.aside("", self.translate(MARKS[next(found)])), text)

    def _remark(self, found: re.Match[str]) -> str:
        """What a source says between its marks, in the language where it has words for it."""
        said = found.group()
        core = said.strip(" ;,")
        return said.replace(core, self.translate(core)) if core else said

    def statutory(self, item: ItemDefinition) -> str:
        """The statutory limit of an item and the article that sets it."""
        limit = item.statutory
        if limit is not None:
            return self.joined(self.length(limit.days, limit.unit), self.source(limit.source))
        general = STATUTORY_CLOCKS["decision"].terms.statutory
        if item.category is ItemCategory.LICENCE and general is not None:
            return self.joined(
                self.length(general.length, general.unit), self.translate(GENERAL_LIMIT)
            )
        return self.translate(NONE_NAMED)

    def promised(self, item: ItemDefinition) -> str:
        """The promised limit of an item and whether its days count; a promise is never law."""
        limit = item.promised
        if limit is None:
            return self.translate(NONE_NAMED)
        found = [Mark.DISTRICT if mark is Mark.UNMARKED else mark for mark in marks(limit.source)]
        words = self.listed(self.translate(MARKS[mark]) for mark in found)
        length = self.aside(self.length(limit.days, limit.unit), words)
        return self.joined(length, self.translate(COUNTED if item.counted else NOT_COUNTED))

    def joined(self, *parts: str) -> str:
        """Parts of one line."""
        return ("；" if self.chinese else "; ").join(parts)

    def length(self, days: int, unit: Unit) -> str:
        """So many days of a kind."""
        if days == 0:
            return self.translate(SAME_DAY)
        return f"{days}{'' if self.chinese else ' '}{word(unit, self.translate)}"

    def provider(self, one: GuideMaterial) -> str:
        """Where a material comes from."""
        words = self.translate(PROVIDERS[one.provider])
        return words.format(items=self.items(one.issuers) or "—")

    def asked(self, one: GuideMaterial) -> str:
        """How strictly an item asks for a material."""
        said = [word(one.requirement.material_class, self.translate)]
        if one.requirement.substantive:
            said.append(self.translate(SUBSTANTIVE))
        if one.requirement.by_architect:
            said.append(self.translate(BY_ARCHITECT))
        if one.when is not None:
            said.append(self.translate(ONLY_WHEN).format(condition=self.condition(one.when)))
        return self.joined(*said)

    def procedures(self, item: GuideItem) -> str:
        """The special procedures that an item foresees."""
        return self.listed(word(one, self.translate) for one in item.definition.special_procedures)
