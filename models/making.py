"""Frozen dataclasses made, and changed, at the price of plain ones.

A frozen dataclass sets each of its fields by a call, because assigning to it is refused: with twenty
fields that takes ten times as long, and an act makes some fifty rows. Here an instance is filled as one
of a plain class with the same fields, and becomes one of its own class when it is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, make_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


def altered(value: T, **changes: Any) -> T:
    """A dataclass with other values in some fields: :func:`dataclasses.replace`, at a fifth of its price.

    Every field of it has to be one that its making takes. Raises ``KeyError`` for a field that it has not.
    """
    of: Any = type(value)
    place, get, make = _making(of)
    values = list(get(value))
    for name, change in changes.items():
        values[place[name]] = change
    made: T = make(values)
    return made


def maker(of: type[T]) -> Callable[[Sequence[Any]], T]:
    """What makes an instance of a dataclass from the values of all its fields, in their order."""
    names = _names(of)
    if hasattr(of, "__post_init__") or of.__mro__ != (of, object) or "__slots__" not in vars(of):
        return lambda values: of(*values)
    plain: Any = make_dataclass(of.__name__, names, slots=True, eq=False, repr=False)

    def make(values: Sequence[Any]) -> T:
        filled: Any = plain(*values)
        filled.__class__ = of
        made: T = filled
        return made

    return make


def getter(names: Sequence[str]) -> Callable[[Any], Iterable[Any]]:
    """What gets the values of these attributes."""
    if len(names) == 1:
        (name,) = names
        return lambda value: (getattr(value, name),)
    return attrgetter(*names)


class _Making(NamedTuple):
    place: dict[str, int]
    get: Callable[[Any], Iterable[Any]]
    make: Callable[[Sequence[Any]], Any]


@cache
def _making(of: type[Any]) -> _Making:
    names = _names(of)
    return _Making({name: at for at, name in enumerate(names)}, getter(names), maker(of))


def _names(of: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(of))
