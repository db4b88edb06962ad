"""Cookies: who is signed in, and the token that proves a form came from one of our pages."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request, Response

from models.errors import NotPermitted
from models.people.security import Origin
from services import timing
from services.people import sessions
from services.people.accounts import Account
from services.people.sessions import SignedIn
from web.portal import Portal

SESSION = "kaigong_session"
#: Somebody gave a right password, and something more is asked for.
WAITING = "kaigong_waiting"
#: What this browser asked another provider.
PROVIDER = "kaigong_provider"
VISITOR = "kaigong_visitor"
LANGUAGE = "kaigong_language"
YEAR_SECONDS = 365 * 24 * 3600


class FormExpired(NotPermitted):
    template = (
        "form: this page was open too long or was not ours; look at it again and send it once more."
    )
    field = "form"


def session_of(request: Request, portal: Portal) -> SignedIn | None:
    """Who is signed in with the cookie of a request."""
    token = cookie(request, portal, SESSION)
    if not token:
        return None
    return sessions.account_of(portal.database, token, portal.session_limits, timing.now())


def begin_session(
    request: Request, response: Response, portal: Portal, account: Account, by: str = "password"
) -> None:
    """Sign someone in: a new session, whatever the browser had before."""
    end_session(request, response, portal)
    hours = portal.settings.session_hours
    token = sessions.start(
        portal.database,
        account.login,
        hours,
        address=address_of(request),
        device=request.headers.get("user-agent", ""),
        by=by,
    )
    _set(response, portal, SESSION, token, hours * 3600)
    forget_cookie(response, portal, VISITOR)


def wait_for(
    request: Request, response: Response, portal: Portal, account: Account, what: str
) -> None:
    """Remember that a right password was given and what is still asked for."""
    token = sessions.start(
        portal.database,
        account.login,
        1,
        address=address_of(request),
        device=request.headers.get("user-agent", ""),
        waits_for=what,
    )
    _set(response, portal, WAITING, token, sessions.WAITING_MINUTES * 60)


def waiting_of(request: Request, portal: Portal) -> tuple[Account, str] | None:
    """Who gave a right password with this browser, and what is still asked for."""
    token = cookie(request, portal, WAITING)
    return sessions.waiting(portal.database, token) if token else None


def waiting_holder(request: Request, portal: Portal) -> str:
    """What a question to a security key is bound to between the password and the factor."""
    return hashlib.sha256(cookie(request, portal, WAITING).encode()).hexdigest()


def waited(request: Request, response: Response, portal: Portal) -> None:
    """What was asked for was given."""
    token = cookie(request, portal, WAITING)
    if token:
        sessions.end(portal.database, token)
    forget_cookie(response, portal, WAITING)


def end_session(request: Request, response: Response, portal: Portal) -> None:
    """Sign out: the session is over, for whoever else has its cookie too."""
    token = cookie(request, portal, SESSION)
    if token:
        sessions.sign_out(portal.database, token, address_of(request))
    forget_cookie(response, portal, SESSION)


def renew_session(request: Request, response: Response, portal: Portal) -> None:
    """The same session under a new id, proved just now: who had the cookie before has nothing."""
    token = sessions.renew(portal.database, cookie(request, portal, SESSION))
    if token is not None:
        _set(response, portal, SESSION, token, portal.settings.session_hours * 3600)


def address_of(request: Request) -> str:
    """Where a request came from."""
    return request.client.host if request.client else "-"


def origin_of(request: Request, login: str | None) -> Origin:
    """Who sends a request, and from where, for the security log."""
    return Origin(login, address_of(request))


def own_address(address: str) -> str:
    """A path of ours to go to; everything else becomes the first page."""
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and not parts.scheme and not parts.netloc else "/"


def keep_visitor(response: Response, portal: Portal, visitor: str) -> None:
    """Remember someone who is not signed in, for the token of the sign-in form."""
    _set(response, portal, VISITOR, visitor, 24 * 3600)


def keep_question(response: Response, portal: Portal, sealed: str) -> None:
    """Remember what was asked of another provider, until its answer comes."""
    _set(response, portal, PROVIDER, sealed, sessions.WAITING_MINUTES * 60)


def keep_language(response: Response, portal: Portal, language: str) -> None:
    """Remember the language somebody chose."""
    _set(response, portal, LANGUAGE, language, YEAR_SECONDS)


def form_token(portal: Portal, holder: str) -> str:
    """The token of the forms of one session or visitor."""
    key = portal.settings.signing_key.encode()
    return hmac.new(key, b"form:" + holder.encode(), hashlib.sha256).hexdigest()


def form_owner(portal: Portal, login: str, holder: str) -> str:
    """Who had a form open, in which session: nobody else can write it."""
    key = portal.settings.signing_key.encode()
    proof = hmac.new(key, f"owner:{login}:{holder}".encode(), hashlib.sha256).hexdigest()
    return f"{login}:{holder}:{proof}"


def owner_of(portal: Portal, owner: str, token: str) -> str | None:
    """Who had a form open that came from one of our pages, in a session that may be over."""
    login, _, rest = owner.partition(":")
    holder = rest.partition(":")[0]
    genuine = hmac.compare_digest(form_owner(portal, login, holder).encode(), owner.encode())
    own = hmac.compare_digest(form_token(portal, holder).encode(), token.encode())
    return login if genuine and own else None


def check_form_token(portal: Portal, holder: str, token: str) -> None:
    """Refuse a form that did not come from a page of this session."""
    if not hmac.compare_digest(form_token(portal, holder).encode(), token.encode()):
        raise FormExpired


def cookie(request: Request, portal: Portal, name: str) -> str:
    """The value of a cookie of ours; empty where there is none."""
    return request.cookies.get(_full(portal, name), "")


def forget_cookie(response: Response, portal: Portal, name: str) -> None:
    """Take a cookie of ours away."""
    response.delete_cookie(_full(portal, name), httponly=True, samesite="lax", secure=portal.secure)


def _set(response: Response, portal: Portal, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _full(portal, name),
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=portal.secure,
    )


def _full(portal: Portal, name: str) -> str:
    """Over TLS a name that browsers take from this host alone, not from one beside or below it."""
    return f"__Host-{name}" if portal.secure else name
