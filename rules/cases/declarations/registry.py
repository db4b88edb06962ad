"""All acts and kinds of events, found in the modules of :mod:`rules.cases`, as prepared tables.

A module declares an act as a value of its own (``ACCEPT = Act(…)``), with the events that it records;
events that several acts share stand in a tuple called ``EVENTS`` in the module of what records them.
Nothing else has to name them. The tables are made once, at the first look-up.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, reduce
from operator import or_
from types import MappingProxyType, ModuleType
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter

from models.cases.commands import ProjectCommand
from models.cases.states import ItemState
from models.people.actor import Role
from rules.cases.declarations.act import Act
from rules.cases.declarations.event import EventKind

Named = TypeVar("Named", Act, EventKind)


class DeclaredTwice(AssertionError):
    """Two declarations share a name: a program fault."""


class Registry:
    """Every act and every kind of event by name, and the tables made from them."""

    def __init__(self, acts: Iterable[Act], events: Iterable[EventKind] = ()) -> None:
        in_order = sorted(acts, key=lambda act: (act.on_item, act.place, act.name))
        self.acts = _by_name(in_order)
        own = [kind for act in in_order for kind in act.events]
        self.events = _by_name([*events, *own])
        """Kinds of events by name."""
        self.on_items = tuple(act.name for act in in_order if act.on_item)
        """Names of the acts on an item, in the order in which they are offered."""
        self.of_role = {
            role: frozenset(act.name for act in in_order if role in act.roles) for role in Role
        }
        self.in_state = {
            state: tuple(act.name for act in in_order if state in act.transitions)
            for state in ItemState
        }

    @cached_property
    def any_command(self) -> Any:
        """The type of any command, told apart by ``act``."""
        kinds: list[Any] = [act.command for act in self.acts.values()]
        return Annotated[reduce(or_, kinds), Field(discriminator="act")]

    @cached_property
    def reader(self) -> TypeAdapter[ProjectCommand]:
        """Reads a plain document into the command that its ``act`` names."""
        return TypeAdapter(self.any_command)


def registry() -> Registry:
    """The declared acts and kinds of events."""
    global _current  # noqa: PLW0603 - made once, at the first look-up
    if _current is None:
        _current = Registry(*_collected())
    return _current


@contextmanager
def registered(*acts: Act, events: Iterable[EventKind] = ()) -> Iterator[Registry]:
    """Register further acts and kinds of events while the context lasts."""
    global _current  # noqa: PLW0603 - and put back afterwards
    before = registry()
    known = (*before.acts.values(), *acts)
    _current = Registry(known, (*before.events.values(), *events))
    try:
        yield _current
    finally:
        _current = before


_current: Registry | None = None


def _collected() -> tuple[list[Act], list[EventKind]]:
    acts: dict[int, Act] = {}
    events: list[EventKind] = []
    for module in _modules():
        acts |= {id(value): value for value in vars(module).values() if isinstance(value, Act)}
        events += vars(module).get("EVENTS", ())
    return list(acts.values()), events


def _modules() -> Iterator[ModuleType]:
    """Every module of ``rules.cases``, in alphabetical order."""
    package = importlib.import_module("rules.cases")
    for module in pkgutil.walk_packages(package.__path__, "rules.cases."):
        yield importlib.import_module(module.name)


def _by_name(declared: Iterable[Named]) -> Mapping[str, Named]:
    named: dict[str, Named] = {}
    for declaration in declared:
        if named.setdefault(declaration.name, declaration) is not declaration:
            raise DeclaredTwice(declaration.name)
    return MappingProxyType(named)
