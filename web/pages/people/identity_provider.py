"""Signing in by another provider, and proving again by it who one is."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import InvalidInput, KaigongError, NotFound, Unavailable
from models.people.security import SecurityEvent as E
from services.people.accounts import Account
from services.people.identity_provider import IdentityProvider, NotProven, Question, account_of
from services.people.second_factor import Need
from services.people.security_log import record
from services.people.sign_ins import Secret
from web.menu import home_of
from web.pages.answer import show
from web.portal import Portal
from web.sessions import (
    PROVIDER,
    address_of,
    begin_session,
    cookie,
    forget_cookie,
    keep_question,
    origin_of,
    own_address,
    renew_session,
    wait_for,
)
from web.viewer import PortalHere, Viewer, VisitorHere

router = APIRouter()

ADDRESS = "/sign-in/provider"
Back = Annotated[str, Query(max_length=2000)]
Told = Annotated[str, Query(max_length=4000)]


@router.get(ADDRESS)
def ask(viewer: VisitorHere, portal: PortalHere, back: Back = "/") -> Response:
    """Send the browser to the provider; whoever is signed in already proves themselves anew."""
    again = isinstance(viewer, Viewer)
    address, question = _provider(portal).ask(own_address(back), again=again)
    response = RedirectResponse(address, 303)
    keep_question(response, portal, portal.sealer.seal(question.text()).decode())
    return response


@router.get(f"{ADDRESS}/return")
def answered(
    request: Request,
    viewer: VisitorHere,
    portal: PortalHere,
    state: Told = "",
    code: Told = "",
    error: Told = "",
) -> Response:
    """What the provider answered, by the browser that asked."""
    try:
        question = _question(request, portal)
        account = _account(request, portal, question, state, "" if error else code)
        response = _signed_in(request, portal, viewer, account, question)
    except KaigongError as refusal:
        response = show(request, viewer, "people/provider.html", refusal=refusal)
    forget_cookie(response, portal, PROVIDER)
    return response


def _provider(portal: Portal) -> IdentityProvider:
    provider = portal.identity_provider
    if provider is None:
        remedy = "Sign in with a password."
        raise NotFound(field="page", value=ADDRESS, remedy=remedy)
    return provider


def _question(request: Request, portal: Portal) -> Question:
    """What this browser asked; another one cannot bring the answer."""
    try:
        return Question.of(portal.sealer.open(cookie(request, portal, PROVIDER).encode()))
    except (Unavailable, ValueError) as error:
        raise NotProven(why="cookie") from error


def _account(
    request: Request, portal: Portal, question: Question, state: str, code: str
) -> Account:
    """Whose account it is; what proves nothing counts for the address."""
    address, provider = address_of(request), _provider(portal)

    def check() -> Account:
        if not code:
            raise NotProven(why="code")
        who = provider.answered(question, state, code)
        return account_of(portal.database, who, address)

    return portal.sign_ins.attempt(Secret("provider", address, address), check)


def _signed_in(
    request: Request, portal: Portal, viewer: object, account: Account, question: Question
) -> Response:
    if question.again:
        return _confirmed(request, portal, viewer, account, question.back)
    back = question.back
    need = portal.second_factors.need(account)
    if need is not Need.NOTHING and not portal.settings.oidc_second_factor:
        response = RedirectResponse(f"/sign-in/{need}?back={quote(back)}", 303)
        wait_for(request, response, portal, account, need)
        return response
    response = RedirectResponse(home_of(account.role) if back == "/" else back, 303)
    begin_session(request, response, portal, account, "provider")
    return response


def _confirmed(
    request: Request, portal: Portal, viewer: object, account: Account, back: str
) -> Response:
    """The same person as is signed in, proven anew."""
    if not isinstance(viewer, Viewer) or viewer.account.login != account.login:
        remedy = "Sign out first, and sign in as yourself."
        raise InvalidInput(field="login", value=account.login, remedy=remedy)
    origin = origin_of(request, account.login)
    record(portal.database, E.CONFIRMED, origin, subject=account.login, by="provider")
    response = RedirectResponse(back, 303)
    renew_session(request, response, portal)
    return response
