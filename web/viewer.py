"""Who sent a request: the signed-in person (if any), their language, and the moment they look."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from config.texts import LANGUAGES, negotiate
from models.people.token_scope import TokenScope
from services.people import tokens
from services.people.accounts import Account
from services.people.tokens import Bearer, TokenNotValid, TokenTooNarrow
from services.people.viewer import Viewer, Visitor
from services.timing import now
from web.kept_forms import KeptForm
from web.portal import Portal, portal_of
from web.sessions import LANGUAGE, VISITOR, address_of, cookie, session_of

__all__ = [
    "FOR_HARD_TO_UNDO",
    "ByToken",
    "PortalHere",
    "SignInNeeded",
    "SignedIn",
    "ToAdminister",
    "ToRead",
    "Viewer",
    "Visitor",
    "VisitorHere",
    "bearer",
    "check_hard_to_undo",
    "is_known",
    "language_of",
    "scope_of",
    "signed_in",
    "visitor",
]


class SignInNeeded(Exception):
    """Nobody is signed in, or not who had the form open; the page sends them to the sign-in form and back."""

    def __init__(self, typed: KeptForm | None = None, signed_in: Viewer | None = None) -> None:
        super().__init__()
        self.typed, self.signed_in = typed, signed_in


def visitor(request: Request) -> Visitor:
    """The sender of a page request; a session is valid until it ends."""
    portal = portal_of(request)
    session = session_of(request, portal)
    if session is not None:
        request.state.sender = session.account.actor
        language = _language(request, session.account)
        return Viewer(
            session.account, language, session.id, now(), session.unproved, session.ends_in
        )
    holder = cookie(request, portal, VISITOR) or secrets.token_urlsafe(16)
    return Visitor(None, _language(request, None), holder, now())


def counted_visitor(request: Request) -> Visitor:
    """The sender of a page request, whose requests are counted: a person's, or an address's."""
    sender = visitor(request)
    if isinstance(sender, Viewer):
        holder = f"account {sender.account.login}"
    else:
        holder = f"address {address_of(request)}"
    portal_of(request).rates.take(holder)
    return sender


def signed_in(sender: Annotated[Visitor, Depends(counted_visitor)]) -> Viewer:
    """The signed-in person; everyone else is sent to sign in."""
    if isinstance(sender, Viewer):
        return sender
    raise SignInNeeded


#: Methods that change nothing.
_SAFE = frozenset({"GET", "HEAD"})


def scope_of(method: str, used: object) -> TokenScope | None:
    """The scope that a token needs for an operation that depends on ``used``; ``None``: it is no token's."""
    if used is bearer:
        return TokenScope.READ if method in _SAFE else TokenScope.ACT
    if used is to_read:
        return TokenScope.READ
    if used is hard_to_undo:
        return TokenScope.HARD_TO_UNDO
    return TokenScope.ADMINISTER if used is to_administer else None


def bearer(request: Request) -> Viewer:
    """The person whose bearer token came with a request to the API: to look, or to act in projects."""
    return _counted(request, TokenScope.READ if request.method in _SAFE else TokenScope.ACT)


def to_read(request: Request) -> Viewer:
    """The same for what is sent along to be looked at, and changes nothing."""
    return _counted(request, TokenScope.READ)


def to_administer(request: Request) -> Viewer:
    """The same for what changes what holds for everybody."""
    return _counted(request, TokenScope.ADMINISTER)


def hard_to_undo(viewer: Annotated[Viewer, Depends(bearer)]) -> None:
    """Refuse a token that was not made for what is hard to undo."""
    check_hard_to_undo(viewer)


def check_hard_to_undo(viewer: Viewer) -> None:
    """The same where what is asked says whether it is; pages ask for a proof there (:mod:`web.proof`)."""
    if TokenScope.HARD_TO_UNDO not in viewer.scopes:
        raise TokenTooNarrow(scope=TokenScope.HARD_TO_UNDO, scopes=list(viewer.scopes))


def _counted(request: Request, scope: TokenScope) -> Viewer:
    sender = _bearer(request, scope)
    portal_of(request).rates.take(f"account {sender.account.login}")
    return sender


def _bearer(request: Request, scope: TokenScope) -> Viewer:
    try:
        holder, moment = _by_token(request, scope)
    except TokenNotValid as wrong:
        if "authorization" not in request.headers:
            raise
        portal_of(request).sign_ins.refuse(address_of(request), wrong)
    account = holder.account
    request.state.sender = account.actor
    return Viewer(account, _language(request, account), "", moment, scopes=holder.scopes)


def _by_token(request: Request, scope: TokenScope) -> tuple[Bearer, datetime]:
    """Whose token it is, now. Raises ``TokenNotValid``, and what refuses another scope."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenNotValid
    moment = now()
    database = portal_of(request).database
    return tokens.by_token(database, token.strip(), moment, scope), moment


def is_known(request: Request) -> bool:
    """Whether somebody is signed in who sends a request, by their session or a token."""
    try:
        if session_of(request, portal_of(request)) is None:
            _by_token(request, TokenScope.READ)
    except TokenNotValid:
        return False
    except TokenTooNarrow:
        return True
    return True


def language_of(request: Request) -> str:
    """The language of a request about whose sender nothing else is known."""
    return _language(request, None)


def _language(request: Request, account: Account | None) -> str:
    """What was chosen on this device, else what the account says, else what the browser asks for."""
    chosen = cookie(request, portal_of(request), LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    if account is not None:
        return account.language
    return negotiate(request.headers.get("accept-language"))


VisitorHere = Annotated[Visitor, Depends(counted_visitor)]
SignedIn = Annotated[Viewer, Depends(signed_in)]
ByToken = Annotated[Viewer, Depends(bearer)]
ToRead = Annotated[Viewer, Depends(to_read)]
ToAdminister = Annotated[Viewer, Depends(to_administer)]
#: Declares of a route that it needs a token for what is hard to undo.
FOR_HARD_TO_UNDO = Depends(hard_to_undo)
PortalHere = Annotated[Portal, Depends(portal_of)]
