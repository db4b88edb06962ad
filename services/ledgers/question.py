"""What somebody asks of a ledger: filters, order, columns and the place at which it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from models.errors import InvalidInput
from models.people.actor import Actor
from rules.ledgers.definition import Choice, Column, Filter, FilterKind, LedgerDefinition, Order

#: Parameters of an address beside the filters.
ORDER, COLUMNS, AFTER, LIMIT = "order", "columns", "after", "limit"
MOST_AT_ONCE = 500
_LONGEST = 100


class WrongQuestion(InvalidInput):
    """A filter that says what no filter of its kind can say."""


class UnknownChoice(InvalidInput):
    template = "{field}: {value} cannot be chosen; choose among: {known}."


@dataclass(frozen=True, slots=True)
class Question:
    """A page of a ledger, for one reader at one moment."""

    definition: LedgerDefinition
    viewer: Actor
    when: date | datetime
    filters: Mapping[str, str] = field(default_factory=dict)
    """Parameter → what it is to be; nothing that is empty."""
    order: Order | None = None
    columns: tuple[Column, ...] = ()
    after: str | None = None
    limit: int = 50

    def going_on(self, after: str | None, limit: int) -> Question:
        """The same further on."""
        return replace(self, after=after, limit=limit)

    def chosen(self, asked: Filter) -> Choice | None:
        """The choice that a filter has now."""
        value = self.filters.get(asked.key)
        return next((choice for choice in asked.choices if choice.key == value), None)


def question(
    definition: LedgerDefinition,
    asked: Mapping[str, str],
    viewer: Actor,
    when: date | datetime,
) -> Question:
    """What the parameters of an address ask for; raises ``WrongQuestion`` and
    ``UnknownChoice``; unknown ones are left alone.
    """
    filters = {}
    for each in definition.filters:
        for name in each.parameters:
            value = asked.get(name, each.default).strip()
            if value:
                filters[name] = _checked(each, name, value)
    shown = Question(definition, viewer, when, filters)
    return replace(
        shown,
        order=_order(shown, asked.get(ORDER, "")),
        columns=_columns(definition, asked.get(COLUMNS, "")),
        after=asked.get(AFTER) or None,
        limit=_limit(definition, asked.get(LIMIT, "")),
    )


def _checked(each: Filter, name: str, value: str) -> str:
    if each.choices and value not in {choice.key for choice in each.choices}:
        known = [choice.key for choice in each.choices]
        raise UnknownChoice(field=name, value=value, known=known)
    if not value.isprintable():
        remedy = "Leave out what is no letter, number or sign."
        raise WrongQuestion(field=name, value=ascii(value)[:20], remedy=remedy)
    if len(value) > _LONGEST:
        raise WrongQuestion(field=name, value=value[:20], remedy="Give 100 signs at most.")
    if each.kind in (FilterKind.DAYS, FilterKind.DAY):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            remedy = "Give a day as YYYY-MM-DD."
            raise WrongQuestion(field=name, value=value, remedy=remedy) from None
    return value


def _order(asked: Question, key: str) -> Order | None:
    orders = asked.definition.orders
    if not key:
        chosen = (asked.chosen(each) for each in asked.definition.filters)
        key = next((choice.order for choice in chosen if choice and choice.order), "")
    if not key:
        return orders[0] if orders else None
    for order in orders:
        if order.key == key:
            return order
    known = [order.key for order in orders]
    raise UnknownChoice(field=ORDER, value=key, known=known)


def _columns(definition: LedgerDefinition, asked: str) -> tuple[Column, ...]:
    if not asked:
        return tuple(column for column in definition.columns if column.shown)
    keys = asked.split(",")
    for key in keys:
        if definition.column(key) is None:
            known = [column.key for column in definition.columns]
            raise UnknownChoice(field=COLUMNS, value=key[:40], known=known)
    return tuple(column for column in definition.columns if column.key in keys)


def _limit(definition: LedgerDefinition, asked: str) -> int:
    if not asked:
        return definition.page_size
    if not asked.isdecimal() or not 1 <= int(asked) <= MOST_AT_ONCE:
        remedy = "Give a number from 1 to 500."
        raise WrongQuestion(field=LIMIT, value=asked[:20], remedy=remedy)
    return int(asked)
