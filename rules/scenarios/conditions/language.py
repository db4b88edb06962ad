"""The language of conditions: the part of CEL whose every sentence has a value and can be decided.

A condition is a truth over the attributes of a project: comparisons with constants, ``in`` a list of
constants, ``&&``, ``||``, ``!`` and brackets. There are no calls, no arithmetic and no loops, so a
condition always ends, never fails, and a solver can reason about it. The grammar is CEL's own; what a
condition's value is, :mod:`rules.scenarios.conditions.evaluation` says.

Guards speak of what was filled in as well, ``form.ITEM.FIELD``, and of a share of it: a field times a
number is the one calculation there is. Where a condition may ask for more, as those of a kind of matter
do (``matter.class``, ``children.assigned_task.open``), its caller names the words with which that begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from celpy.celparser import CELParser
from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from models.errors import KaigongError
from rules.scenarios.conditions.literals import fraction, quoted, whole_number


class ConditionFault(KaigongError):
    template = "when: {value} is not a condition: {reason}. Write a CEL expression such as project.area > 1000."
    field = "when"


class OutsideLanguage(KaigongError):
    template = "when: {construct} is not part of the language of conditions."
    field = "when"


class _Outside(Exception):
    """The node at a span of the text is not part of the language."""

    def __init__(self, node: Any) -> None:
        place = node if isinstance(node, Token) else node.meta
        self.span = slice(place.start_pos, place.end_pos)


#: With what an attribute begins unless its caller says more.
PROJECT: Final = "project"
#: Nothing may be asked for but attributes of the project.
ITS_PROJECT: Final = frozenset({PROJECT})


@dataclass(frozen=True, slots=True)
class Attribute:
    """``project.NAME``; or what begins with another word that the caller names, as ``matter.class``."""

    name: str
    """Several words with dots between them, where there are several: ``assigned_task.open``."""
    of: str = PROJECT


@dataclass(frozen=True, slots=True)
class Filled:
    """``form.ITEM.FIELD``, in guards; a number may be a multiple, ``form.ITEM.FIELD * 0.25``."""

    item: str
    field: str
    times: int | float | None = None


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

MAX_DEPTH: Final = 60
#: How many brackets may stand around one thing.
MAX_BRACKETS: Final = 95
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


_LITERALS: Mapping[str, Callable[[str], bool | int | float | str]] = {
    "BOOL_LIT": "true".__eq__,
    "INT_LIT": whole_number,
    "FLOAT_LIT": fraction,
    "STRING_LIT": quoted,
    "MLSTRING_LIT": quoted,
}
#: Words of the language itself: no name of an attribute or a field.
_KEYWORDS = frozenset({"in", "true", "false", "null"})


class _Grammar(CELParser):
    """CEL's grammar, in which ``true`` and ``false`` know where they stand."""

    @staticmethod
    def ambiguous_literals(t: Token) -> Token:
        """A name, or one of the two constants that look like one."""
        return Token.new_borrow_pos("BOOL_LIT", t, t) if t in {"true", "false"} else t


@lru_cache(maxsize=1)
def _parser() -> Lark:
    _Grammar()
    return cast("Lark", CELParser.CEL_PARSER)


@lru_cache(maxsize=1024)
def parse(condition: str, *, forms: bool = False, asks: frozenset[str] = ITS_PROJECT) -> Condition:
    """The condition as a tree; ``forms``: as a guard, which may speak of what was filled in; ``asks``: the
    words with which attributes may begin.

    Raises :class:`ConditionFault` for what is no CEL, :class:`OutsideLanguage` for CEL that the
    language leaves out.
    """
    try:
        tree = _condition(_parser().parse(condition))
    except UnexpectedInput as fault:
        raise ConditionFault(value=condition, reason=_reason(fault)) from fault
    except ValueError as fault:
        raise ConditionFault(value=condition, reason=str(fault)) from fault
    except _Outside as fault:
        raise OutsideLanguage(construct=condition[fault.span].strip()) from fault
    for part in parts(tree):
        if isinstance(part, Filled) and not forms:
            raise OutsideLanguage(construct=f"form.{part.item}.{part.field}")
        if isinstance(part, Attribute) and part.of not in asks:
            raise OutsideLanguage(construct=f"{part.of}.{part.name}")
    return tree


def _reason(fault: UnexpectedInput) -> str:
    """What is wrong with a text that is no CEL, and in which column."""
    match fault:
        case UnexpectedToken(token=Token(type="$END")):
            return "it ends too early"
        case UnexpectedToken(token=token):
            return f"column {token.column}: unexpected {token}"
        case UnexpectedCharacters(column=column, char=char):
            return f"column {column}: unexpected {char}"
        case _:
            return str(fault).splitlines()[0]


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
    operands = tuple(_operand(_inner(entry)) for entry in entries)
    for entry in operands:
        if isinstance(entry, Attribute):
            raise OutsideLanguage(construct=f"{entry.of}.{entry.name} in a list")
        if isinstance(entry, Filled):
            raise OutsideLanguage(construct=f"form.{entry.item}.{entry.field} in a list")
    return tuple(entry for entry in operands if isinstance(entry, Constant))


def _operand(node: Any) -> Operand:
    if _is(node, "member_dot"):
        match _path(node):
            case ("form", item, field):
                return Filled(item, field)
            case (of, *names) if of != "form" and (of != PROJECT or len(names) == 1):
                return Attribute(".".join(names), of)
        raise _Outside(node)
    if _is(node, "literal"):
        return Constant(_value(node.children[0]))
    if _is(node, "multiplication") and _is(node.children[0], "multiplication_mul"):
        return _multiple(node)
    raise _Outside(node)


def _path(node: Any) -> tuple[str, ...]:
    """The words of ``a.b.c``, which begin with a name."""
    variable = _inner(node.children[0])
    last = _name(node.children[1])
    if _is(variable, "member_dot"):
        return (*_path(variable), last)
    if not _is(variable, "ident"):
        raise _Outside(node)
    return (str(variable.children[0]), last)


def _multiple(node: Any) -> Filled:
    """A field times a number, written either way round."""
    sides = [_operand(_inner(side)) for side in (node.children[0].children[0], node.children[1])]
    match sides:
        case [Filled(item, field, None), Constant(int() | float() as times)] | [
            Constant(int() | float() as times),
            Filled(item, field, None),
        ] if not isinstance(times, bool):
            return Filled(item, field, times)
    raise _Outside(node)


def _name(token: Token) -> str:
    if token in _KEYWORDS:
        raise ValueError(f"column {token.column}: unexpected {token}")
    return str(token)


def _value(token: Token) -> bool | int | float | str:
    if token.type not in _LITERALS or token[0] in "rR":
        raise _Outside(token)
    return _LITERALS[token.type](str(token))


def _inner(node: Any) -> Any:
    """The first significant node below: brackets and precedence levels are skipped."""
    brackets = 0
    while isinstance(node, Tree) and node.data in _PASS_THROUGH and len(node.children) == 1:
        brackets += node.data == "paren_expr"
        node = node.children[0]
    if brackets > MAX_BRACKETS:
        raise ValueError(f"more than {MAX_BRACKETS} brackets around one thing")
    return node


def _is(node: Any, name: str) -> bool:
    return isinstance(node, Tree) and node.data == name
