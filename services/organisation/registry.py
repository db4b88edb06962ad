"""All acts on the organisation, found in the modules of this package, and their one way in.

A module declares an act as a value of its own (``GRANT_POST = OrganisationAct(…)``); nothing else names it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter

from config.texts import ACT, Word
from models.people.actor import Actor, Role
from rules.cases.permissions import RoleMayNotAct
from services.organisation.declaration import By, OrganisationAct, Section
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act on the organisation."""

    act: str
    number: int | str | None
    """Number or key of what was written, where it has a new one."""


@cache
def organisation_acts() -> Mapping[str, OrganisationAct]:
    """Every act by its name, in the order in which they stand on the page."""
    acts = sorted(_declared(), key=lambda act: tuple(Section).index(act.section))
    named = {act.name: act for act in acts}
    if len(named) != len(acts):
        raise AssertionError([act.name for act in acts])
    return MappingProxyType(named)


@cache
def any_organisation_command() -> Any:
    """The type of any command, told apart by ``act``."""
    kinds: list[Any] = [act.command for act in organisation_acts().values()]
    return Annotated[reduce(or_, kinds), Field(discriminator="act")]


@cache
def command_reader() -> TypeAdapter[BaseModel]:
    """Reads a plain document into the command that its ``act`` names."""
    return TypeAdapter(any_organisation_command())


def act_of(command: BaseModel) -> OrganisationAct:
    """The declaration of a command."""
    return organisation_acts()[command.act]  # type: ignore[attr-defined]


def execute(database: Database, command: BaseModel, by: By, actor: Actor | None = None) -> Done:
    """Do one act; ``actor`` is who is signed in, ``None`` whoever has a terminal on the machine.

    Raises ``RoleMayNotAct`` for a role that it does not belong to, and whatever the act refuses.
    """
    act = act_of(command)
    if actor is not None and actor.role not in act.roles:
        roles = sorted(act.roles)
        raise RoleMayNotAct(actor=actor.login, act=Word(act.name, ACT), roles=roles)
    return Done(act.name, act.perform(database, command, by))


def check_reader(actor: Actor) -> None:
    """Refuse whoever may not look at the organisation as a whole."""
    if actor.role is not Role.ADMINISTRATOR:
        act = Word("administer", ACT)
        raise RoleMayNotAct(actor=actor.login, act=act, roles=[Role.ADMINISTRATOR])


def _declared() -> Iterator[OrganisationAct]:
    package = importlib.import_module("services.organisation")
    for module in pkgutil.iter_modules(package.__path__, "services.organisation."):
        values = vars(importlib.import_module(module.name)).values()
        yield from (value for value in values if isinstance(value, OrganisationAct))
