"""Conditions: written in the language, over attributes that exist, comparing like with like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.definition import AttributeDefinition, ScenarioDefinition
from models.findings import Finding, Path
from rules.condition_language import (
    Attribute,
    Both,
    Comparison,
    Condition,
    Constant,
    Either,
    Membership,
    Not,
    Operand,
    OutsideLanguage,
    parse,
    parts,
)
from rules.conditions import ConditionFault
from rules.verifier import codes

TRUTH, NUMBER, TEXT = "true or false", "a number", "a text"
_TYPES = {"boolean": TRUTH, "integer": NUMBER, "decimal": NUMBER, "choice": TEXT}
_EXPECTED = {
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number",
    "choice": "one of its choices",
}


def check_conditions(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every condition has a value for every project, and every attribute is used."""
    used: set[str] = set()
    for index, item in enumerate(scenario.items):
        if item.when is not None:
            path: Path = ("items", index, "when")
            yield from _check(scenario, path, item.when, used)
    for index, bundle in enumerate(scenario.bundles):
        if bundle.when is not None:
            yield from _check(scenario, ("bundles", index, "when"), bundle.when, used)
    for index, attribute in enumerate(scenario.attributes):
        yield from _check_attribute(("attributes", index), attribute)
        if attribute.key not in used:
            params = {"kind": "attribute", "name": attribute.key}
            yield Finding(codes.UNUSED_NAME, ("attributes", index), params)


def _check(
    scenario: ScenarioDefinition, path: Path, text: str, used: set[str]
) -> Iterator[Finding]:
    try:
        condition = parse(text)
    except ConditionFault as fault:
        params = {"condition": text, "reason": _reason(fault)}
        yield Finding(codes.CONDITION_SYNTAX, path, params)
        return
    except OutsideLanguage as fault:
        yield Finding(codes.CONDITION_OUTSIDE_LANGUAGE, path, fault.params)
        return
    known = {attribute.key: attribute for attribute in scenario.attributes}
    named = [part.name for part in parts(condition) if isinstance(part, Attribute)]
    used.update(named)
    unknown = [name for name in dict.fromkeys(named) if name not in known]
    for name in unknown:
        params = {"condition": text, "name": name, "known": ", ".join(known) or "-"}
        yield Finding(codes.UNKNOWN_ATTRIBUTE, path, params)
    if not unknown:
        yield from _check_truth(path, text, condition, known)


def _reason(fault: ConditionFault) -> str:
    """What the parser says, without the condition that the finding shows anyway."""
    reason = str(fault.params["reason"])
    return re.sub(r"^Failed to parse .*ERROR: <input>:1:(\d+): ", r"column \1: ", reason)


def _check_truth(
    path: Path, text: str, condition: Condition, known: dict[str, AttributeDefinition]
) -> Iterator[Finding]:
    """The condition, and each side of ``&&``, ``||`` and ``!``, is true or false."""
    match condition:
        case Not(term):
            yield from _check_truth(path, text, term, known)
        case Both(left, right) | Either(left, right):
            yield from _check_truth(path, text, left, known)
            yield from _check_truth(path, text, right, known)
        case Comparison(operator, left, right):
            yield from _check_pair(path, text, operator, left, right, known)
        case Membership(term, options):
            for option in options:
                yield from _check_pair(path, text, "==", term, option, known)
        case Attribute() | Constant():
            if _type(condition, known) != TRUTH:
                params = {"condition": text, "left": _said(condition), "right": TRUTH}
                yield Finding(codes.CONDITION_TYPE, path, params)


def _check_pair(
    path: Path,
    text: str,
    operator: str,
    left: Operand,
    right: Operand,
    known: dict[str, AttributeDefinition],
) -> Iterator[Finding]:
    types = {_type(left, known), _type(right, known)}
    ordered = operator not in {"==", "!="}
    if len(types) > 1 or (ordered and types != {NUMBER}):
        params = {"condition": text, "left": _said(left), "right": _said(right)}
        yield Finding(codes.CONDITION_TYPE, path, params)
        return
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Attribute) and isinstance(other, Constant):
            attribute = known[one.name]
            if attribute.type == "choice" and other.value not in attribute.choices:
                choice = {
                    "name": one.name,
                    "value": f'"{other.value}"',
                    "known": list(attribute.choices),
                }
                yield Finding(codes.UNKNOWN_CHOICE, path, choice)


def _type(operand: Operand, known: dict[str, AttributeDefinition]) -> str:
    if isinstance(operand, Attribute):
        return _TYPES[known[operand.name].type]
    if isinstance(operand.value, bool):
        return TRUTH
    return TEXT if isinstance(operand.value, str) else NUMBER


def _said(operand: Operand) -> str:
    if isinstance(operand, Attribute):
        return f"project.{operand.name}"
    if isinstance(operand.value, bool):
        return str(operand.value).lower()
    return f'"{operand.value}"' if isinstance(operand.value, str) else str(operand.value)


def _check_attribute(at: Path, attribute: AttributeDefinition) -> Iterator[Finding]:
    choices, is_choice = attribute.choices, attribute.type == "choice"
    if (len(choices) < 2 or len(set(choices)) < len(choices)) if is_choice else bool(choices):  # noqa: PLR2004
        yield Finding(codes.ATTRIBUTE_CHOICES, (*at, "choices"), {"name": attribute.key})
    if attribute.default is not None and not _fits(attribute):
        params = {
            "name": attribute.key,
            "value": str(attribute.default),
            "expected": _EXPECTED[attribute.type],
        }
        yield Finding(codes.ATTRIBUTE_DEFAULT, (*at, "default"), params)


def _fits(attribute: AttributeDefinition) -> bool:
    default = attribute.default
    if attribute.type == "boolean":
        return isinstance(default, bool)
    if attribute.type == "choice":
        return default in attribute.choices
    if isinstance(default, bool):
        return False
    return isinstance(default, int) or (attribute.type == "decimal" and isinstance(default, float))
