"""Who is looking: the signed-in person (if any), their language, and the moment they look."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request

from config.texts import LANGUAGES, negotiate, translator
from models.actor import Actor
from rules.context import ZONE
from services import accounts
from services.accounts import Account, TokenNotValid
from services.timing import now
from web.portal import Portal, portal_of
from web.sessions import LANGUAGE, VISITOR, read_session


class SignInNeeded(Exception):
    """Nobody is signed in; the page sends them to the sign-in form and back."""


@dataclass(frozen=True)
class Visitor:
    """Whoever sent a request, signed in or not."""

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

    @property
    def actor(self) -> Actor:
        """The person as the rules know them."""
        return self.account.actor


def visitor(request: Request) -> Visitor:
    """Whoever sent a request to a page; a session counts while its account and password do."""
    portal = portal_of(request)
    session = read_session(request, portal)
    account = accounts.find(portal.database, session.login) if session else None
    if session and account and account.mark == session.mark:
        return Viewer(account, _language(request, account), session.id, now())
    holder = request.cookies.get(VISITOR) or secrets.token_urlsafe(16)
    return Visitor(None, _language(request, None), holder, now())


def signed_in(found: Annotated[Visitor, Depends(visitor)]) -> Viewer:
    """The signed-in person; everyone else is sent to sign in."""
    if isinstance(found, Viewer):
        return found
    raise SignInNeeded


def bearer(request: Request) -> Viewer:
    """The person whose bearer token came with a request to the API."""
    portal = portal_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenNotValid
    moment = now()
    account = accounts.by_token(portal.database, token.strip(), moment)
    return Viewer(account, _language(request, account), "", moment)


def language_of(request: Request) -> str:
    """The language of a request about whose sender nothing else is known."""
    return _language(request, None)


def _language(request: Request, account: Account | None) -> str:
    """What was chosen on this device, else what the account says, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    if account is not None:
        return account.language
    return negotiate(request.headers.get("accept-language"))


VisitorHere = Annotated[Visitor, Depends(visitor)]
SignedIn = Annotated[Viewer, Depends(signed_in)]
ByToken = Annotated[Viewer, Depends(bearer)]
PortalHere = Annotated[Portal, Depends(portal_of)]
