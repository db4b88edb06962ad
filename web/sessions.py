"""Signed cookies: who is signed in, and the token that proves a form came from one of our pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from models.errors import KaigongError
from services.accounts import Account
from web.portal import Portal

SESSION = "kaigong_session"
VISITOR = "kaigong_visitor"
LANGUAGE = "kaigong_language"
YEAR_SECONDS = 365 * 24 * 3600


class FormExpired(KaigongError):
    """form: this page was open too long or was not ours; look at it again and send it once more."""

    field = "form"


@dataclass(frozen=True, slots=True)
class Session:
    """What a session cookie says; whether it still counts is for the account to tell."""

    login: str
    mark: str
    id: str


def read_session(request: Request, portal: Portal) -> Session | None:
    """The session of a request, if its cookie is ours and not too old."""
    cookie = request.cookies.get(SESSION)
    if not cookie:
        return None
    try:
        found = _serializer(portal).loads(cookie, max_age=portal.settings.session_hours * 3600)
        return Session(*found)
    except (BadData, TypeError):
        return None


def begin_session(response: Response, portal: Portal, account: Account) -> None:
    """Sign someone in: a new session with an id of its own."""
    session = [account.login, account.mark, secrets.token_urlsafe(16)]
    cookie = _serializer(portal).dumps(session)
    seconds = portal.settings.session_hours * 3600
    _set(response, portal, SESSION, str(cookie), seconds)
    response.delete_cookie(VISITOR)


def end_session(response: Response) -> None:
    """Sign out."""
    response.delete_cookie(SESSION)


def keep_visitor(response: Response, portal: Portal, visitor: str) -> None:
    """Remember someone who is not signed in, for the token of the sign-in form."""
    _set(response, portal, VISITOR, visitor, 24 * 3600)


def keep_language(response: Response, portal: Portal, language: str) -> None:
    """Remember the language somebody chose."""
    _set(response, portal, LANGUAGE, language, YEAR_SECONDS)


def form_token(portal: Portal, holder: str) -> str:
    """The token of the forms of one session or visitor."""
    key = portal.settings.signing_key.encode()
    return hmac.new(key, b"form:" + holder.encode(), hashlib.sha256).hexdigest()


def check_form_token(portal: Portal, holder: str, token: str) -> None:
    """Refuse a form that did not come from a page of this session."""
    if not hmac.compare_digest(form_token(portal, holder).encode(), token.encode()):
        raise FormExpired


def _serializer(portal: Portal) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(portal.settings.signing_key, salt="kaigong session")


def _set(response: Response, portal: Portal, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=portal.secure
    )
