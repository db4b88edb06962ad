"""Guards over what was filled in: three-valued, so that a value nobody was asked for refuses nobody.

A comparison with a value that is not there is open (``None``); ``&&`` is false and ``||`` true as soon
as one side says so. A guard refuses only where it is false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from models.errors import KaigongError
from models.facts import ItemFacts, ProjectFacts
from models.form import FormValue
from models.guard import GuardDefinition, GuardPoint
from models.states import ItemState
from models.values import Text
from rules.condition_language import (
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
    parts,
)
from rules.draft import Draft

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
Lookup = Callable[[Attribute | Filled], FormValue | None]


class GuardRefused(KaigongError):
    """form: {refusal}"""

    field = "form"

    def __init__(self, refusal: Text, *, own: bool) -> None:
        self.own = own
        """Whether it speaks of the form of the item itself: filled in otherwise it may pass."""
        super().__init__(refusal=refusal)


def check_guards(draft: Draft, item: str, at: GuardPoint) -> None:
    """Refuse the act on an item that one of its guards does not let pass; its form stands in the draft."""
    for guard in failing(draft.before, draft.items, item, at):
        own = _own(parse(guard.check, forms=True), item)
        raise GuardRefused(guard.refusal, own=own)


def failing(
    facts: ProjectFacts, items: Mapping[str, ItemFacts], item: str, at: GuardPoint
) -> Iterator[GuardDefinition]:
    """The guards of an item that would refuse, with the forms that ``items`` hold."""
    lookup = _lookup(facts, items)
    for guard in facts.definition(item).guards:
        if guard.at is at and truth(parse(guard.check, forms=True), lookup) is False:
            yield guard


def truth(condition: Condition, lookup: Lookup) -> bool | None:
    """Whether a condition holds; ``None`` where a value that decides it is not there."""
    match condition:
        case Not(term):
            found = truth(term, lookup)
            return None if found is None else not found
        case Both(left, right):
            return _joined(truth(left, lookup), truth(right, lookup), decides=False)
        case Either(left, right):
            return _joined(truth(left, lookup), truth(right, lookup), decides=True)
        case Comparison(name, left, right):
            return _compared(name, _value(left, lookup), _value(right, lookup))
        case Membership(term, options):
            value = _value(term, lookup)
            return None if value is None else any(value == one.value for one in options)
        case _:
            value = _value(condition, lookup)
            return None if value is None else bool(value)


def _joined(left: bool | None, right: bool | None, *, decides: bool) -> bool | None:
    if left is decides or right is decides:
        return decides
    return None if left is None or right is None else not decides


def _compared(name: str, left: FormValue | None, right: FormValue | None) -> bool | None:
    return None if left is None or right is None else _OPERATORS[name](left, right)


def _value(operand: Operand, lookup: Lookup) -> FormValue | None:
    return operand.value if isinstance(operand, Constant) else lookup(operand)


def _lookup(facts: ProjectFacts, items: Mapping[str, ItemFacts]) -> Lookup:
    def find(operand: Attribute | Filled) -> FormValue | None:
        if isinstance(operand, Attribute):
            return facts.attributes.get(operand.name)
        item = items.get(operand.item)
        if item is None or item.state is ItemState.NOT_REQUIRED:
            return None
        return item.form.get(operand.field)

    return find


def _own(condition: Condition, item: str) -> bool:
    return any(isinstance(part, Filled) and part.item == item for part in parts(condition))
