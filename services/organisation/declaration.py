"""One act on the organisation, with everything there is to say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from models.people.actor import Role
from models.people.security import Origin
from rules.cases.context import ZONE
from services.unit_of_work import Database


class OrganisationCommand(BaseModel):
    """What is asked of the organisation; the literal ``act`` of a command is the act's name."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    act: str


class Section(StrEnum):
    """A part of the page of the organisation, and of what the API answers."""

    UNITS = "units"
    COMPETENCES = "competences"
    POSTS = "posts"
    ABSENCES = "absences"
    DELEGATIONS = "delegations"
    PROMOTION_GROUPS = "promotion_groups"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, from where, at which moment."""

    origin: Origin
    now: datetime

    @property
    def today(self) -> date:
        """The day in Beijing time."""
        return self.now.astimezone(ZONE).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationAct:
    """An act: its words, what it does, on which part of the page it stands, how it is called in a terminal."""

    command: type[BaseModel]
    """What is asked; its fields are those of the form, the options of the command, the body of the request."""
    label: str
    """What people call it, also on its button; English is the key of the translations."""
    help: str
    """What follows from it, above the form and in the help of the command."""
    perform: Callable[[Database, Any, By], int | str | None]
    """Does it in one transaction and answers the number or key of what was written, where it has a new one."""
    section: Section
    called: tuple[str, str]
    """``kaigong`` group and command."""
    done: str
    """What the command says when it is done; fields of the command in braces, and ``number``."""
    arguments: tuple[str, ...] = ()
    """Fields that the command takes without an option, in this order."""
    on_row: tuple[str, ...] = ()
    """Fields that the row of a list gives: the form stands in the row. Empty: it stands below the list."""
    roles: frozenset[Role] = frozenset({Role.ADMINISTRATOR})

    @property
    def name(self) -> str:
        """The act's name, as requests and the security log have it."""
        return str(self.command.model_fields["act"].default)
