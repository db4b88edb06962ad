"""The language of conditions: the part of CEL whose every sentence has a value and can be decided.

A condition is a truth over the attributes of a project: comparisons with constants, ``in`` a list of
constants, ``&&``, ``||``, ``!`` and brackets. There are no calls, no arithmetic and no loops, so a
condition always ends, never fails, and a solver can reason about it. The grammar is CEL's own; the
evaluation stands in :mod:`rules.conditions`.

Guards speak of what was filled in as well, ``form.ITEM.FIELD``; their evaluation stands in
:mod:`rules.guards`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from celpy.celparser import CELParseError, CELParser
from lark import Token, Tree

from models.errors import KaigongError
from rules.conditions import compiled


class OutsideLanguage(KaigongError):
    """when: {construct} is not part of the language of conditions."""

    field = "when"


class _Outside(Exception):
    """The node at a span of the text is not part of the language."""

    def __init__(self, node: Any) -> None:
        place = node if isinstance(node, Token) else node.meta
        self.span = slice(place.start_pos, place.end_pos)


@dataclass(frozen=True, slots=True)
class Attribute:
    """``project.NAME``."""

    name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """``form.ITEM.FIELD``, in guards."""

    item: str
    field: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, true or false."""

    value: bool | int | float | str


Operand = Attribute | Filled | Constant


@dataclass(frozen=True, slots=True)
class Not:
    """``!a``."""

    term: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """``a && b``."""

    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Either:
    """``a || b``."""

    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Comparison:
    """``a < b`` and its kin; ``operator`` is one of ``== != < <= > >=``."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Membership:
    """``a in [b, c]``."""

    term: Operand
    options: tuple[Constant, ...]


Condition = Attribute | Filled | Constant | Not | Both | Either | Comparison | Membership

MAX_DEPTH = 60
_COMPARISONS = {
    "relation_eq": "==",
    "relation_ne": "!=",
    "relation_lt": "<",
    "relation_le": "<=",
    "relation_gt": ">",
    "relation_ge": ">=",
}
_PASS_THROUGH = frozenset(
    {
        *("expr", "conditionalor", "conditionaland", "relation", "addition", "multiplication"),
        *("unary", "member", "primary", "paren_expr"),
    }
)


@lru_cache(maxsize=1)
def _parser() -> CELParser:
    return CELParser()


@lru_cache(maxsize=1024)
def parse(condition: str, *, forms: bool = False) -> Condition:
    """The condition as a tree; ``forms``: as a guard, which may speak of what was filled in.

    Raises :class:`rules.conditions.ConditionFault` for what is no CEL, :class:`OutsideLanguage` for
    CEL that the language leaves out.
    """
    # The evaluator's own parser bounds the nesting, before a recursive one sees the text.
    compiled(condition)
    try:
        tree = _parser().parse(condition)
    except CELParseError as fault:
        raise OutsideLanguage(construct=condition) from fault
    try:
        found = _condition(tree)
    except _Outside as fault:
        raise OutsideLanguage(construct=condition[fault.span].strip()) from fault
    named = None if forms else next((p for p in parts(found) if isinstance(p, Filled)), None)
    if named is not None:
        raise OutsideLanguage(construct=f"form.{named.item}.{named.field}")
    return found


def parts(condition: Condition) -> Iterator[Condition]:
    """The condition and everything in it, depth first."""
    yield condition
    match condition:
        case Not(term):
            yield from parts(term)
        case Both(left, right) | Either(left, right):
            yield from parts(left)
            yield from parts(right)
        case Comparison(_, left, right):
            yield left
            yield right
        case Membership(term, options):
            yield term
            yield from options


def _condition(node: Any, depth: int = 0) -> Condition:
    if depth > MAX_DEPTH:
        raise OutsideLanguage(construct=f"nesting of more than {MAX_DEPTH} levels")
    node, deeper = _inner(node), depth + 1
    name, children = str(node.data), node.children
    if name == "conditionalor":
        return Either(_condition(children[0], deeper), _condition(children[1], deeper))
    if name == "conditionaland":
        return Both(_condition(children[0], deeper), _condition(children[1], deeper))
    if name == "unary" and _is(children[0], "unary_not"):
        return Not(_condition(children[1], deeper))
    if name == "relation":
        return _relation(children)
    return _operand(node)


def _relation(children: list[Any]) -> Condition:
    """The parser puts the operator and its left side into one node, the right side beside it."""
    operator, left, right = str(children[0].data), children[0].children[0], children[1]
    if operator == "relation_in":
        return Membership(_operand(_inner(left)), _options(_inner(right)))
    return Comparison(_COMPARISONS[operator], _operand(_inner(left)), _operand(_inner(right)))


def _options(node: Any) -> tuple[Constant, ...]:
    if not _is(node, "list_lit"):
        raise _Outside(node)
    entries = node.children[0].children if node.children else []
    found = tuple(_operand(_inner(entry)) for entry in entries)
    for entry in found:
        if isinstance(entry, Attribute):
            raise OutsideLanguage(construct=f"project.{entry.name} in a list")
        if isinstance(entry, Filled):
            raise OutsideLanguage(construct=f"form.{entry.item}.{entry.field} in a list")
    return tuple(entry for entry in found if isinstance(entry, Constant))


def _operand(node: Any) -> Operand:
    if _is(node, "member_dot"):
        variable = _inner(node.children[0])
        if _is(variable, "ident") and variable.children[0] == "project":
            return Attribute(str(node.children[1]))
        if _is(variable, "member_dot"):
            form = _inner(variable.children[0])
            if _is(form, "ident") and form.children[0] == "form":
                return Filled(str(variable.children[1]), str(node.children[1]))
    if _is(node, "literal"):
        return Constant(_value(node.children[0]))
    raise _Outside(node)


def _value(token: Token) -> bool | int | float | str:
    text = str(token)
    if token.type == "BOOL_LIT":
        return text == "true"
    if token.type == "INT_LIT":
        return int(text, 0)
    if token.type == "FLOAT_LIT":
        return float(text)
    if token.type in {"STRING_LIT", "MLSTRING_LIT"} and text[0] in "'\"":
        return str(ast.literal_eval(text))
    raise _Outside(token)


def _inner(node: Any) -> Any:
    """The first node below that says something: brackets and levels of precedence fall away."""
    while isinstance(node, Tree) and node.data in _PASS_THROUGH and len(node.children) == 1:
        node = node.children[0]
    return node


def _is(node: Any, name: str) -> bool:
    return isinstance(node, Tree) and node.data == name
