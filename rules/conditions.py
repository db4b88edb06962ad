"""Conditions over project attributes, in CEL (Common Expression Language): total and side-effect free.

A condition sees one variable, ``project``, with the attributes that the scenario declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cel

from models.definition import ScenarioDefinition
from models.errors import KaigongError
from models.facts import AttributeValue


class ConditionFault(KaigongError):
    """when: {value} is not a condition: {reason}. Write a CEL expression such as project.area > 1000."""

    field = "when"


@lru_cache(maxsize=1024)
def compiled(condition: str) -> cel.Program:
    """The compiled condition; a fault names the expression and what is wrong with it."""
    try:
        return cel.compile(condition)
    except ValueError as fault:
        raise ConditionFault(value=condition, reason=str(fault).splitlines()[0]) from fault


def holds(condition: str | None, attributes: Mapping[str, AttributeValue]) -> bool:
    """Whether a condition holds for a project's attributes; no condition always holds."""
    if condition is None:
        return True
    try:
        result = compiled(condition).execute({"project": dict(attributes)})
    except (ValueError, TypeError, RuntimeError, KeyError) as fault:
        raise ConditionFault(value=condition, reason=str(fault).splitlines()[0]) from fault
    if not isinstance(result, bool):
        raise ConditionFault(value=condition, reason=f"its value is {result!r}, not true or false")
    return result


def complete_attributes(
    scenario: ScenarioDefinition, given: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Every declared attribute with its given or default value."""
    return {
        declared.key: given.get(declared.key, declared.default) for declared in scenario.attributes
    }
