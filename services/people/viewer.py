"""The viewer of a page: the signed-in person (if any), their language, and the moment of the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from config.texts import translator
from models.people.actor import Actor
from models.people.token_scope import TokenScope
from rules.cases.context import ZONE
from services.people.accounts import Account


@dataclass(frozen=True)
class Visitor:
    """The sender of a request, signed in or not."""

    account: Account | None
    language: str
    holder: str
    """Id of the session or visitor, by which forms are told to be theirs."""
    now: datetime

    @property
    def today(self) -> date:
        """The day in Beijing time."""
        return self.now.astimezone(ZONE).date()

    @cached_property
    def translate(self) -> Callable[[str], str]:
        """English sentences into their language."""
        return translator(self.language)


@dataclass(frozen=True)
class Viewer(Visitor):
    """Someone who is signed in."""

    account: Account
    unproved: float = 0.0
    """Seconds since they last gave a password or a code; nothing for programs, which give their token."""
    session_seconds: float = 0.0
    """Seconds until the session ends, however much is looked at; nothing for programs."""
    scopes: tuple[TokenScope, ...] = ()
    """What the token of a program was made for; empty for who is signed in."""

    @property
    def actor(self) -> Actor:
        """The person as the rules know them."""
        return self.account.actor
