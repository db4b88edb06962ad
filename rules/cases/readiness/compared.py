"""A figure of a form beside the limit that a guard of its item sets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeGuard

from models.cases.facts import ItemFacts, ProjectFacts
from models.scenarios.guards import GuardPoint
from models.values import AttributeValue
from rules.cases.instruments.guards import lookup_of
from rules.scenarios.conditions.evaluation import MISSING, Lookup, compare, value_of
from rules.scenarios.conditions.language import (
    Both,
    Comparison,
    Condition,
    Filled,
    Operand,
    parse,
)

#: The operator as it reads from the other side.
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class FigureLimit:
    """One limit of one field: ``value of the field`` ``operator`` ``limit``."""

    field: str
    operator: str
    limit: AttributeValue
    source: str | None
    """Code of the item whose form the limit stands in; ``None``: the scenario, or a fact of the project."""
    fits: bool | None
    """``None``: the field is not filled in yet."""
    over: Decimal | None = None
    """By how much a number misses the limit, in the unit of the field."""


def figure_limits(
    facts: ProjectFacts, items: Mapping[str, ItemFacts], item: str, at: GuardPoint
) -> tuple[FigureLimit, ...]:
    """The limits that are known of the fields of an item, with the forms that ``items`` hold."""
    lookup = lookup_of(facts, items)
    return tuple(
        limit
        for guard in facts.definition(item).guards
        if guard.at is at
        for comparison in _conjuncts(parse(guard.check, forms=True))
        for limit in _limits(comparison, item, lookup)
    )


def limits_by_field(facts: ProjectFacts, item: str) -> dict[str, tuple[FigureLimit, ...]]:
    """Key of each field of an item that has limits → all of them, for whoever examines what was filled in."""
    by_field: dict[str, tuple[FigureLimit, ...]] = {}
    for at in (GuardPoint.SUBMIT, GuardPoint.DECIDE):
        for limit in figure_limits(facts, facts.items, item, at):
            by_field[limit.field] = (*by_field.get(limit.field, ()), limit)
    return by_field


def _conjuncts(condition: Condition) -> Iterator[Comparison]:
    """The comparisons that all have to hold; what stands under an ``or`` or a ``not`` is no limit."""
    if isinstance(condition, Both):
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    elif isinstance(condition, Comparison):
        yield condition


def _limits(comparison: Comparison, item: str, lookup: Lookup) -> Iterator[FigureLimit]:
    sides = (
        (comparison.left, comparison.operator, comparison.right),
        (comparison.right, _TURNED[comparison.operator], comparison.left),
    )
    for figure, operator, other in sides:
        if _is_of(figure, item) and not _is_of(other, item):
            limit = value_of(other, lookup)
            if limit is not MISSING and limit is not None:
                yield _compared(figure, operator, other, limit, lookup)


def _is_of(operand: Operand, item: str) -> TypeGuard[Filled]:
    return isinstance(operand, Filled) and operand.item == item and operand.times is None


def _compared(
    figure: Filled, operator: str, other: Operand, limit: AttributeValue, lookup: Lookup
) -> FigureLimit:
    value, source = lookup(figure), other.item if isinstance(other, Filled) else None
    if value is MISSING or value is None:
        return FigureLimit(figure.field, operator, limit, source, None)
    fits = compare(operator, value, limit)
    return FigureLimit(figure.field, operator, limit, source, fits, _over(value, limit, fits))


def _over(value: AttributeValue, limit: AttributeValue, fits: bool | None) -> Decimal | None:
    """As written, not as a binary fraction: 2.6 misses 2.5 by 0.1."""
    numbers = not isinstance(value, bool | str) and not isinstance(limit, bool | str)
    return abs(Decimal(str(value)) - Decimal(str(limit))) if numbers and fits is False else None
