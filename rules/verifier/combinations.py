"""What can happen under some combination of attributes: decided exactly, with a witness.

Each condition becomes a formula; a solver says whether a project exists for which a formula holds,
and which attributes such a project has. Numbers are unbounded, choices are one of their list.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import z3

from models.definition import AttributeDefinition, ScenarioDefinition
from models.findings import Finding
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
    parse,
)
from rules.verifier import codes
from rules.verifier.graph import in_order

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Combinations:
    """Every combination of the attributes of a scenario whose names, types and order are sound."""

    def __init__(self, scenario: ScenarioDefinition) -> None:
        self.scenario = scenario
        self.attributes = {attribute.key: attribute for attribute in scenario.attributes}
        self.variables = {key: _variable(one) for key, one in self.attributes.items()}
        self.solver = z3.Solver()
        for attribute in scenario.attributes:
            if attribute.type == "choice":
                variable = self.variables[attribute.key]
                self.solver.add(variable >= 0, variable < len(attribute.choices))
        #: Item code → the formula that it is needed.
        self.needed = {item.code: self.formula(item.when) for item in scenario.items}

    def formula(self, condition: str | None) -> Any:
        """The formula that a condition holds; no condition always holds."""
        return z3.BoolVal(True) if condition is None else self._formula(parse(condition))

    def after_one_of(self, others: Collection[str]) -> Mapping[str, Any]:
        """Item code → the formula that it opens only after one of ``others`` that is needed.

        An item that is not needed holds nothing back, so a chain through it does not count.
        """
        opens: dict[str, Any] = {}
        decided: dict[str, Any] = {}

        def through(codes: Collection[str]) -> list[Any]:
            return [
                self.needed[one] if one in others else z3.And(self.needed[one], decided[one])
                for one in codes
            ]

        for code in in_order(self.scenario):
            opens[code] = z3.Or(*through(self.scenario.item[code].after))
            parts = through(self.scenario.parts.get(code, ()))
            decided[code] = z3.Or(opens[code], *parts)
        return opens

    def model(self, formula: Any) -> Any:
        """A model of a project for which a formula holds; ``None`` when there is no such project."""
        self.solver.push()
        self.solver.add(formula)
        try:
            return self.solver.model() if self.solver.check() == z3.sat else None
        finally:
            self.solver.pop()

    def witness(self, formula: Any) -> dict[str, str] | None:
        """Attributes of a project for which a formula holds; ``None`` when there is none."""
        model = self.model(formula)
        return None if model is None else self.said(model)

    def said(self, model: Any) -> dict[str, str]:
        """The attributes that make a model what it is; others may have any value."""
        return {
            key: _said(self.attributes[key], model.eval(variable, model_completion=True))
            for key, variable in self.variables.items()
            if model[variable] is not None
        }

    def _formula(self, condition: Condition) -> Any:
        match condition:
            case Not(term):
                return z3.Not(self._formula(term))
            case Both(left, right):
                return z3.And(self._formula(left), self._formula(right))
            case Either(left, right):
                return z3.Or(self._formula(left), self._formula(right))
            case Comparison(name, left, right):
                return self._compared(name, left, right)
            case Membership(term, options):
                return z3.Or(*[self._compared("==", term, option) for option in options])
            case Attribute() | Constant():
                return self._term(condition, condition)

    def _compared(self, name: str, left: Operand, right: Operand) -> Any:
        if isinstance(left, Constant) and isinstance(right, Constant):
            return z3.BoolVal(_OPERATORS[name](left.value, right.value))
        return _OPERATORS[name](self._term(left, right), self._term(right, left))

    def _term(self, operand: Operand, other: Operand) -> Any:
        """An operand beside another: a text is the position of the choice that it names."""
        if isinstance(operand, Attribute):
            return self.variables[operand.name]
        if isinstance(operand.value, str) and isinstance(other, Attribute):
            return z3.IntVal(self.attributes[other.name].choices.index(operand.value))
        if isinstance(operand.value, bool):
            return z3.BoolVal(operand.value)
        return z3.RealVal(str(operand.value))


def check_combinations(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Conditions that never or always hold, and items that some project could never be granted."""
    if all(item.when is None for item in scenario.items):
        return
    combinations = Combinations(scenario)
    yield from _check_conditions(scenario, combinations)
    yield from _check_parts(scenario, combinations)
    yield from _check_sources(scenario, combinations)


def _check_conditions(
    scenario: ScenarioDefinition, combinations: Combinations
) -> Iterator[Finding]:
    for index, item in enumerate(scenario.items):
        if item.when is None:
            continue
        needed = combinations.needed[item.code]
        params = {"item": item.code, "condition": item.when}
        if combinations.witness(needed) is None:
            yield Finding(codes.CONDITION_NEVER, ("items", index, "when"), params)
        elif combinations.witness(z3.Not(needed)) is None:
            yield Finding(codes.CONDITION_ALWAYS, ("items", index, "when"), params)


def _check_parts(scenario: ScenarioDefinition, combinations: Combinations) -> Iterator[Finding]:
    """A part opens when its whole is examined: no project may need the one without the other."""
    for index, item in enumerate(scenario.items):
        if item.part_of is None:
            continue
        needed = combinations.needed
        witness = combinations.witness(z3.And(needed[item.code], z3.Not(needed[item.part_of])))
        if witness is not None:
            params = {"item": item.code, "whole": item.part_of, "witness": shown(witness)}
            yield Finding(codes.PART_WITHOUT_WHOLE, ("items", index, "part_of"), params)


def _check_sources(scenario: ScenarioDefinition, combinations: Combinations) -> Iterator[Finding]:
    """Papers that come from a document: some item before it issues it whenever it is needed."""
    after: dict[str, Mapping[str, Any]] = {}
    for index, item in enumerate(scenario.items):
        for position, requirement in enumerate(item.materials):
            document = scenario.material[requirement.material].from_document
            if document is None:
                continue
            if document not in after:
                issuers = [one.code for one in scenario.items if one.document == document]
                after[document] = combinations.after_one_of(issuers)
            missing = z3.And(combinations.needed[item.code], z3.Not(after[document][item.code]))
            witness = combinations.witness(missing)
            if witness is not None:
                params = {
                    "item": item.code,
                    "material": requirement.material,
                    "document": document,
                    "witness": shown(witness),
                }
                path = ("items", index, "materials", position, "material")
                yield Finding(codes.SOURCE_MAY_BE_MISSING, path, params)


def shown(witness: Mapping[str, str]) -> list[str]:
    """Attributes as findings name them: ``area = 200``."""
    return [f"{key} = {value}" for key, value in witness.items()]


def _variable(attribute: AttributeDefinition) -> Any:
    if attribute.type == "boolean":
        return z3.Bool(attribute.key)
    return z3.Real(attribute.key) if attribute.type == "decimal" else z3.Int(attribute.key)


def _said(attribute: AttributeDefinition, value: Any) -> str:
    if attribute.type == "boolean":
        return str(z3.is_true(value)).lower()
    if attribute.type == "choice":
        return str(attribute.choices[value.as_long()])
    return str(value.as_decimal(3)) if attribute.type == "decimal" else str(value)
