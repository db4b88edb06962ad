"""Conditions in words: names of attributes instead of expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from rules.scenarios.conditions.language import (
    Attribute,
    Both,
    Comparison,
    Condition,
    Constant,
    Either,
    Filled,
    Membership,
    Not,
    Operand,
    parse,
)
from services.wording.attribute_words import choice_word

Translate = Callable[[str], str]
_SIGNS: Final[Mapping[str, str]] = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}
_YES, _NO, _NOT = "{name}: yes", "{name}: no", "not ({term})"
_AND, _OR, _ONE_OF = "{left} and {right}", "{left} or {right}", "{name} is one of {options}"
#: Every sentence here: each needs its translation.
SENTENCES = (_YES, _NO, _NOT, _AND, _OR, _ONE_OF)


def condition_words(
    condition: str, scenario: ScenarioDefinition, language: str, translate: Translate
) -> str:
    """A condition in words; the unchanged text if it is not a condition."""
    try:
        parsed = parse(condition, forms=True)
    except KaigongError:
        return condition
    return _Words(scenario, language, translate).of(parsed)


def conditions_of(scenario: ScenarioDefinition) -> frozenset[str]:
    """The text of every condition in a scenario."""
    conditions = [bundle.when for bundle in scenario.bundles]
    for item in scenario.items:
        conditions += [item.when, item.exempt.when if item.exempt else None]
        conditions += [requirement.when for requirement in item.materials]
        conditions += [guard.check for guard in item.guards]
    return frozenset(condition for condition in conditions if condition is not None)


class _Words:
    def __init__(self, scenario: ScenarioDefinition, language: str, translate: Translate) -> None:
        self._known = {attribute.key: attribute for attribute in scenario.attributes}
        self._items = scenario.item
        self._language, self._translate = language, translate

    def of(self, condition: Condition) -> str:
        """The words for a condition."""
        match condition:
            case Not((Attribute() | Filled()) as term):
                return self._sentence(_NO, name=self._operand(term))
            case Not(term):
                return self._sentence(_NOT, term=self.of(term))
            case Both(left, right):
                return self._sentence(_AND, left=self._inside(left), right=self._inside(right))
            case Either(left, right):
                return self._sentence(_OR, left=self.of(left), right=self.of(right))
            case _:
                return self._fact(condition)

    def _fact(self, condition: Attribute | Filled | Constant | Comparison | Membership) -> str:
        match condition:
            case Comparison(sign, left, right):
                return f"{self._operand(left)} {_SIGNS.get(sign, sign)} {self._operand(right)}"
            case Membership(term, options):
                listed = " / ".join(self._operand(option) for option in options)
                return self._sentence(_ONE_OF, name=self._operand(term), options=listed)
            case Attribute() | Filled():
                return self._sentence(_YES, name=self._operand(condition))
            case Constant():
                return self._operand(condition)

    def _inside(self, condition: Condition) -> str:
        words = self.of(condition)
        return f"({words})" if isinstance(condition, Either) else words

    def _operand(self, operand: Operand) -> str:
        if isinstance(operand, Attribute):
            attribute = self._known.get(operand.name)
            return attribute.name.in_language(self._language) if attribute else operand.name
        if isinstance(operand, Filled):
            item = self._items.get(operand.item)
            field = item.field.get(operand.field) if item else None
            name = field.name.in_language(self._language) if field else operand.field
            return f"{operand.item} {name}" + (f" × {operand.times}" if operand.times else "")
        if isinstance(operand.value, bool):
            return str(operand.value).lower()
        if isinstance(operand.value, str):
            return choice_word(operand.value, self._translate)
        return str(operand.value)

    def _sentence(self, sentence: str, **values: str) -> str:
        return self._translate(sentence).format(**values)
