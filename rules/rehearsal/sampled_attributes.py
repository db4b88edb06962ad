"""Attributes of simulated projects, drawn so that every condition is both true and false."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Final

from models.scenarios.definition import AttributeDefinition, ScenarioDefinition
from models.values import AttributeValue
from rules.scenarios.conditions.language import (
    Attribute,
    Comparison,
    Constant,
    Membership,
    Operand,
    parse,
    parts,
)

#: Share of the projects in which an attribute has its default [D].
AT_DEFAULT: Final = 0.5


def possible_attributes(scenario: ScenarioDefinition) -> Mapping[str, tuple[AttributeValue, ...]]:
    """Attribute → its possible values in a rehearsal.

    A number takes its default and, for every number that a condition compares it with, that number
    and its neighbours, so that no condition is passed over.
    """
    compared: dict[str, list[int | float]] = {
        attribute.key: [] for attribute in scenario.attributes
    }
    for item in scenario.items:
        for name, number in _numbers(item.needed_when):
            compared[name].append(number)
    return {
        attribute.key: _values(attribute, compared[attribute.key])
        for attribute in scenario.attributes
    }


def drawn(
    scenario: ScenarioDefinition,
    possible: Mapping[str, tuple[AttributeValue, ...]],
    given: Mapping[str, AttributeValue],
    pace: random.Random,
) -> tuple[AttributeValue, ...]:
    """One project's attributes in the order of the scenario."""
    values = []
    for declared in scenario.attributes:
        usual, which = pace.random() < AT_DEFAULT, pace.random()
        choices = possible[declared.key]
        if declared.key in given:
            values.append(given[declared.key])
        elif usual and declared.default is not None:
            values.append(declared.default)
        else:
            values.append(choices[int(which * len(choices))])
    return tuple(values)


def _values(
    declared: AttributeDefinition, compared: list[int | float]
) -> tuple[AttributeValue, ...]:
    if declared.type == "boolean":
        return (False, True)
    if declared.type == "choice":
        return declared.choices
    default = declared.default if isinstance(declared.default, int | float) else 0
    around = {number + step for number in compared for step in (-1, 0, 1)}
    numbers = sorted({default, *around})
    return tuple(int(number) for number in numbers) if declared.type == "integer" else (*numbers,)


def _numbers(condition: str | None) -> Iterator[tuple[str, int | float]]:
    """Each attribute that a condition compares with a number, with the number."""
    for part in parts(parse(condition)) if condition is not None else ():
        if isinstance(part, Comparison):
            yield from _pair(part.left, part.right)
            yield from _pair(part.right, part.left)
        if isinstance(part, Membership):
            for option in part.options:
                yield from _pair(part.term, option)


def _pair(attribute: Operand, constant: Operand) -> Iterator[tuple[str, int | float]]:
    if isinstance(attribute, Attribute) and isinstance(constant, Constant):
        value = constant.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield attribute.name, value
