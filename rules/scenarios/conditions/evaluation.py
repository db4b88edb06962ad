"""Evaluation of conditions: the one evaluator, for ``when`` and for guards.

It has three values, so that what is not known decides nothing: a comparison with a value that is not
there is open (``None``), ``&&`` is false and ``||`` true as soon as one side says so. CEL treats what it
cannot evaluate in the same way. As in CEL, values of different kinds are never equal, and an attribute
without a value (null) equals none, comes neither before nor after any and is neither true nor false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, Final

from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from rules.scenarios.conditions.language import (
    ITS_PROJECT,
    Attribute,
    Both,
    Comparison,
    Condition,
    ConditionFault,
    Constant,
    Either,
    Filled,
    Membership,
    Not,
    Operand,
    parse,
)


class Missing(Enum):
    """Result of looking up an absent value."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
#: The value of an attribute or a field of a form; ``None`` is a value, equal to no other.
Lookup = Callable[[Attribute | Filled], AttributeValue | Missing]
Evaluator = Callable[[Lookup], bool | None]
_Value = Callable[[Lookup], AttributeValue | Missing]

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_KINDS: Mapping[type, str] = {bool: "truth", int: "number", float: "number", str: "text"}


def holds(condition: str | None, attributes: Mapping[str, AttributeValue]) -> bool:
    """Whether a condition holds for a project's attributes; no condition always holds.

    Raises :class:`ConditionFault` where it has no value for them.
    """
    if condition is None:
        return True
    value = evaluate(condition, lambda operand: _attribute(attributes, operand))
    if value is None:
        raise ConditionFault(value=condition, reason="it asks for a value that is not there")
    return value


def evaluate(
    condition: str, lookup: Lookup, *, forms: bool = False, asks: frozenset[str] = ITS_PROJECT
) -> bool | None:
    """Whether a condition holds; ``None`` where a value that decides it is not there.

    ``forms`` and ``asks`` as of :func:`parse`. Raises :class:`ConditionFault` where kinds of values do not fit together.
    """
    try:
        return evaluator(condition, forms=forms, asks=asks)(lookup)
    except TypeError as fault:
        raise ConditionFault(value=condition, reason=str(fault)) from fault


@lru_cache(maxsize=4096)
def evaluator(
    condition: str, *, forms: bool = False, asks: frozenset[str] = ITS_PROJECT
) -> Evaluator:
    """The condition made ready to be evaluated often; ``TypeError`` where kinds do not fit together."""
    return _compiled(parse(condition, forms=forms, asks=asks))


def value_of(operand: Operand, lookup: Lookup) -> AttributeValue | Missing:
    """What stands on one side of a comparison."""
    return _value(operand)(lookup)


def compare(sign: str, left: AttributeValue, right: AttributeValue) -> bool | None:
    """Whether ``left`` ``sign`` ``right`` holds; ``TypeError`` where their kinds have no order."""
    return _comparison(sign)(left, right)


def complete_attributes(
    scenario: ScenarioDefinition, given: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Every declared attribute with its given or default value."""
    return {
        declared.key: given.get(declared.key, declared.default) for declared in scenario.attributes
    }


def _attribute(
    attributes: Mapping[str, AttributeValue], operand: Attribute | Filled
) -> AttributeValue | Missing:
    return attributes.get(operand.name, MISSING) if isinstance(operand, Attribute) else MISSING


def _compiled(condition: Condition) -> Evaluator:
    match condition:
        case Not(term):
            return partial(_negated, _compiled(term))
        case Both(left, right):
            return partial(_joined, False, _compiled(left), _compiled(right))
        case Either(left, right):
            return partial(_joined, True, _compiled(left), _compiled(right))
        case Comparison(sign, left, right):
            return partial(_compared, _comparison(sign), _value(left), _value(right))
        case Membership(term, options):
            return partial(_member, _value(term), tuple(option.value for option in options))
        case _:
            return partial(_truth, _value(condition))


def _value(operand: Operand) -> _Value:
    if isinstance(operand, Constant):
        constant = operand.value
        return lambda _lookup: constant
    if isinstance(operand, Filled) and operand.times is not None:
        field, times = replace(operand, times=None), Fraction(str(operand.times))
        return lambda lookup: _times(lookup(field), times)
    return lambda lookup: lookup(operand)


def _times(value: AttributeValue | Missing, times: Fraction) -> AttributeValue | Missing:
    """A share of a number, exact as it is written: 0.3 is three tenths."""
    if value is MISSING or value is None:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return float(Fraction(str(value)) * times)


def _negated(term: Evaluator, lookup: Lookup) -> bool | None:
    value = term(lookup)
    return None if value is None else not value


def _joined(decides: bool, left: Evaluator, right: Evaluator, lookup: Lookup) -> bool | None:
    """``||`` where true decides, ``&&`` where false does."""
    first = left(lookup)
    if first is decides:
        return decides
    second = right(lookup)
    if second is decides:
        return decides
    return None if first is None or second is None else not decides


def _compared(
    compare: Callable[[Any, Any], bool | None], left: _Value, right: _Value, lookup: Lookup
) -> bool | None:
    first, second = left(lookup), right(lookup)
    return None if first is MISSING or second is MISSING else compare(first, second)


def _member(term: _Value, options: tuple[AttributeValue, ...], lookup: Lookup) -> bool | None:
    value = term(lookup)
    return None if value is MISSING else any(_equal(value, option) for option in options)


def _truth(term: _Value, lookup: Lookup) -> bool | None:
    value = term(lookup)
    if value is MISSING or value is None:
        return None
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is not true or false")
    return value


def _comparison(sign: str) -> Callable[[Any, Any], bool | None]:
    if sign == "==":
        return _equal
    return _unequal if sign == "!=" else partial(_ordered, _ORDER[sign])


def _equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Equal and of one kind: to Python, ``True`` equals ``1``."""
    return left == right and (type(left) is bool) is (type(right) is bool)


def _unequal(left: AttributeValue, right: AttributeValue) -> bool:
    return not _equal(left, right)


def _ordered(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    if _KINDS[type(left)] != _KINDS[type(right)]:
        raise TypeError(f"{left!r} and {right!r} have no order")
    return compare(left, right)
