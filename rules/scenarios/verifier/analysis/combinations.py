"""Satisfiability of conditions over all combinations of attributes: exact, with a witness.

Each condition becomes a formula; a solver says whether a project exists for which a formula holds,
and which attributes such a project has. Numbers are unbounded, choices are one of their list, dates are the days of the calendar.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import z3

from models.scenarios.definition import AttributeDefinition, ScenarioDefinition
from models.scenarios.forms import FieldType, FormField
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
from rules.scenarios.verifier.analysis.graph import in_order

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


#: How much the solver may do for all questions about one scenario, in its own units; counted, not
#: timed, so that the same scenario always gets the same answer. The shipped scenarios need some
#: thousands; half a million is gone after some two seconds.
EFFORT: Final = 500_000


_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()
_SPENT: Final = "rlimit count"


class TooEntangled(Exception):
    """The conditions depend on each other so much that an answer would take too long."""


class Combinations:
    """Every combination of the attributes of a scenario whose names, types and order are sound.

    Each has a context of its own: the solver's shared one breaks down when two people check their
    scenarios at the same moment.
    """

    def __init__(self, scenario: ScenarioDefinition) -> None:
        self.scenario = scenario
        self.context = z3.Context()
        self.attributes = {attribute.key: attribute for attribute in scenario.attributes}
        self.variables = {
            key: _variable(attribute, self.context) for key, attribute in self.attributes.items()
        }
        self.fields: dict[Filled, Any] = {}
        self.solver = z3.Solver(ctx=self.context)
        self._effort_left = EFFORT
        self._named: dict[str, Any] = {}
        for attribute in scenario.attributes:
            if attribute.type == "choice":
                variable = self.variables[attribute.key]
                self.solver.add(variable >= 0, variable < len(attribute.choices))
        #: Item code → the formula that it is needed.
        self.needed = {item.code: self.formula(item.needed_when) for item in scenario.items}

    def formula(self, condition: str | None) -> Any:
        """The formula that a condition holds, or a guard with every field of its forms filled in;
        no condition always holds.
        """
        if condition is None:
            return z3.BoolVal(True, self.context)
        return self._formula(parse(condition, forms=True))

    def after_one_of(self, others: Collection[str]) -> Mapping[str, Any]:
        """Item code → the formula that it opens only after one of ``others`` that is needed.

        An item that is not needed holds nothing back, so a chain through it does not count.
        """
        opens: dict[str, Any] = {}
        decided: dict[str, Any] = {}

        def through(codes: Collection[str]) -> list[Any]:
            return [
                self.needed[code] if code in others else z3.And(self.needed[code], decided[code])
                for code in codes
            ]

        for code in in_order(self.scenario):
            opens[code] = z3.Or(*through(self.scenario.item[code].after), self.context)
            parts = through(self.scenario.parts.get(code, ()))
            decided[code] = z3.Or(opens[code], *parts)
        return opens

    def model(self, formula: Any) -> Any:
        """A model of a project for which a formula holds; ``None`` when there is no such project.

        Raises :class:`TooEntangled` where that cannot be decided within the effort.
        """
        self.solver.push()
        self.solver.add(formula)
        try:
            return self.solver.model() if self._holds() else None
        finally:
            self.solver.pop()

    def conflict(self, conditions: Collection[str]) -> frozenset[str]:
        """A subset of these conditions that no project meets together; empty if one meets them all.

        Raises :class:`TooEntangled` where that cannot be decided within the effort.
        """
        assumptions = [self._name(condition) for condition in conditions]
        if self._holds(*assumptions):
            return frozenset()
        core = {name.get_id() for name in self.solver.unsat_core()}
        return frozenset(
            condition
            for condition, name in zip(conditions, assumptions, strict=True)
            if name.get_id() in core
        )

    def _name(self, condition: str) -> Any:
        """A variable that is true only of projects for which a condition holds."""
        if condition not in self._named:
            name = z3.Bool(f"holds: {condition}", self.context)
            self.solver.add(z3.Implies(name, self.formula(condition)))
            self._named[condition] = name
        return self._named[condition]

    def _holds(self, *assumed: Any) -> bool:
        """Whether there is a project, as far as the effort reaches."""
        if self._effort_left <= 0:
            raise TooEntangled
        self.solver.set("rlimit", self._effort_left)
        before = self._spent()
        answer = self.solver.check(*assumed)
        self._effort_left -= self._spent() - before
        if answer == z3.unknown:
            raise TooEntangled
        return bool(answer == z3.sat)

    def _spent(self) -> int:
        """Effort the solver has spent so far; 0 before its first check."""
        statistics = self.solver.statistics()
        return int(statistics.get_key_value(_SPENT)) if _SPENT in statistics.keys() else 0  # noqa: SIM118

    def witness(self, formula: Any) -> dict[str, str] | None:
        """Attributes of a project for which a formula holds; ``None`` when there is none."""
        model = self.model(formula)
        return None if model is None else self.attribute_values(model)

    def attribute_values(self, model: Any) -> dict[str, str]:
        """The attributes that the model fixes; others may have any value."""
        return {
            key: _value_text(self.attributes[key], model.eval(variable, model_completion=True))
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
                return z3.Or(
                    *[self._compared("==", term, option) for option in options], self.context
                )
            case Attribute() | Filled() | Constant():
                return self._term(condition, condition)

    def _compared(self, name: str, left: Operand, right: Operand) -> Any:
        if isinstance(left, Constant) and isinstance(right, Constant):
            return z3.BoolVal(_OPERATORS[name](left.value, right.value), self.context)
        return _OPERATORS[name](self._term(left, right), self._term(right, left))

    def _term(self, operand: Operand, other: Operand) -> Any:
        """The term of an operand; a text compared with a choice is the position of that choice."""
        if isinstance(operand, Filled):
            field = self._field(replace(operand, times=None))
            return (
                field
                if operand.times is None
                else field * z3.RealVal(str(operand.times), self.context)
            )
        if isinstance(operand, Attribute):
            attribute = self.attributes[operand.name]
            as_text = isinstance(other, Filled) and attribute.type == "choice"
            variable = self.variables[operand.name]
            return _chosen(variable, attribute.choices) if as_text else variable
        return self._constant(operand.value, other)

    def _constant(self, value: bool | float | str, beside: Operand) -> Any:
        if isinstance(value, bool):
            return z3.BoolVal(value, self.context)
        if not isinstance(value, str):
            return z3.RealVal(str(value), self.context)
        if isinstance(beside, Attribute):
            return z3.IntVal(self.attributes[beside.name].choices.index(value), self.context)
        if isinstance(beside, Filled) and self._definition(beside).type is FieldType.DATE:
            return z3.IntVal(date.fromisoformat(value).toordinal(), self.context)
        return z3.StringVal(value, self.context)

    def _field(self, filled: Filled) -> Any:
        """The variable of a field; a choice is one of its texts."""
        if filled not in self.fields:
            field = self._definition(filled)
            variable = _SORTS[field.type](f"form.{filled.item}.{filled.field}", self.context)
            self.fields[filled] = variable
            if field.choices:
                self.solver.add(z3.Or(*[variable == choice.key for choice in field.choices]))
            if field.type is FieldType.DATE:
                self.solver.add(variable >= _FIRST_DAY, variable <= _LAST_DAY)
        return self.fields[filled]

    def _definition(self, filled: Filled) -> FormField:
        return self.scenario.item[filled.item].field[filled.field]


def shown(witness: Mapping[str, str]) -> list[str]:
    """Attributes as findings name them: ``area = 200``."""
    return [f"{key} = {value}" for key, value in witness.items()]


def _chosen(variable: Any, choices: tuple[str, ...]) -> Any:
    """The text of a choice from its position."""
    text = z3.StringVal(choices[-1], variable.ctx)
    for position, choice in enumerate(choices[:-1]):
        text = z3.If(variable == position, z3.StringVal(choice, variable.ctx), text)
    return text


_SORTS: Mapping[FieldType, Callable[[str, Any], Any]] = {
    FieldType.TEXT: z3.String,
    FieldType.CREDIT_CODE: z3.String,
    FieldType.CHOICE: z3.String,
    # The number of the day: of the order of texts the solver knows too little.
    FieldType.DATE: z3.Int,
    FieldType.INTEGER: z3.Int,
    FieldType.DECIMAL: z3.Real,
    FieldType.BOOLEAN: z3.Bool,
}


def _variable(attribute: AttributeDefinition, context: Any) -> Any:
    if attribute.type == "boolean":
        return z3.Bool(attribute.key, context)
    kind = z3.Real if attribute.type == "decimal" else z3.Int
    return kind(attribute.key, context)


def _value_text(attribute: AttributeDefinition, value: Any) -> str:
    if attribute.type == "boolean":
        return str(z3.is_true(value)).lower()
    if attribute.type == "choice":
        return str(attribute.choices[value.as_long()])
    return str(value.as_decimal(3)) if attribute.type == "decimal" else str(value)
