"""Guards over filled-in values; an unknown value never refuses.

Conditions have three values (:mod:`rules.scenarios.conditions.evaluation`); a guard refuses only where it is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import ItemState
from models.errors import KaigongError
from models.scenarios.guards import GuardDefinition, GuardPoint
from models.values import AttributeValue, Text
from rules.cases.draft import Draft
from rules.scenarios.conditions.evaluation import MISSING, Lookup, Missing, evaluate
from rules.scenarios.conditions.language import Attribute, Filled, parse, parts


class GuardRefused(KaigongError):
    template = "form: {refusal}"
    field = "form"

    def __init__(self, refusal: Text, *, own: bool) -> None:
        self.own = own
        """Whether it speaks of the form of the item itself: filled in otherwise it may pass."""
        super().__init__(refusal=refusal)


def check_guards(draft: Draft, item: str, at: GuardPoint) -> None:
    """Refuse the act on an item that one of its guards does not let pass; its form stands in the draft."""
    for guard in failing(draft.before, draft.items, item, at):
        raise GuardRefused(guard.refusal, own=bool(own_fields(guard, item)))


def failing(
    facts: ProjectFacts, items: Mapping[str, ItemFacts], item: str, at: GuardPoint
) -> Iterator[GuardDefinition]:
    """The guards of an item that would refuse, with the forms that ``items`` hold."""
    lookup = lookup_of(facts, items)
    for guard in facts.definition(item).guards:
        if guard.at is at and evaluate(guard.check, lookup, forms=True) is False:
            yield guard


def lookup_of(facts: ProjectFacts, items: Mapping[str, ItemFacts]) -> Lookup:
    """Lookup of known values; an attribute or field without a value is absent."""

    def value(operand: Attribute | Filled) -> AttributeValue:
        if isinstance(operand, Attribute):
            return facts.attributes.get(operand.name)
        item = items.get(operand.item)
        if item is None or item.state is ItemState.NOT_REQUIRED:
            return None
        return item.form.get(operand.field)

    def lookup(operand: Attribute | Filled) -> AttributeValue | Missing:
        known = value(operand)
        return MISSING if known is None else known

    return lookup


def own_fields(guard: GuardDefinition, item: str) -> tuple[str, ...]:
    """The fields of the form of the item itself that a guard speaks of, in its order."""
    spoken_of = parts(parse(guard.check, forms=True))
    own = (part for part in spoken_of if isinstance(part, Filled) and part.item == item)
    return tuple(dict.fromkeys(part.field for part in own))
