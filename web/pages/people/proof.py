"""The page that asks somebody who is signed in to prove again that it is they."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import KaigongError
from models.people.security import SecurityEvent as E
from services.people.accounts import authenticate, has_password
from services.people.second_factor import Need
from services.people.security_log import record
from services.people.sign_ins import Secret
from web.forms import OwnForm, Submission
from web.pages.answer import show
from web.portal import Portal
from web.proof import PAGE
from web.sessions import address_of, origin_of, own_address, renew_session
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get(PAGE)
def ask(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    back: Annotated[str, Query(max_length=2000)] = "/",
) -> Response:
    """Password, code or key, whichever somebody has at hand."""
    return _show(request, viewer, portal, own_address(back))


@router.post(PAGE)
def confirm(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Go on where it was asked for; the session has a new id."""
    viewer, sent = form
    back = own_address(sent.text("back"))
    login = viewer.account.login
    try:
        by = _prove(portal, viewer, sent, address_of(request))
    except KaigongError as refusal:
        return _show(request, viewer, portal, back, refusal)
    record(portal.database, E.CONFIRMED, origin_of(request, login), subject=login, by=by)
    response = RedirectResponse(back, 303)
    renew_session(request, response, portal)
    return response


def _prove(portal: Portal, viewer: Viewer, sent: Submission, address: str) -> str:
    """What was right of them; throttled like every secret."""
    login, code, password = viewer.account.login, sent.text("otp"), sent.secret("password")
    if answer := sent.text("credential"):
        keys, secret = portal.security_keys, Secret("code", login, address)
        portal.sign_ins.attempt(secret, lambda: keys.check(login, viewer.holder, answer, address))
        return "key"
    if code:
        factors, secret = portal.second_factors, Secret("code", login, address)
        portal.sign_ins.attempt(secret, lambda: factors.check(login, code, address))
        return "code"
    secret = Secret("account", login, address)
    portal.sign_ins.attempt(secret, lambda: authenticate(portal.database, login, password))
    return "password"


def _show(
    request: Request,
    viewer: Viewer,
    portal: Portal,
    back: str,
    refusal: KaigongError | None = None,
) -> Response:
    return show(
        request,
        viewer,
        "people/confirm.html",
        back=back,
        by_code=portal.second_factors.need(viewer.account) is Need.CODE,
        key_question=portal.security_keys.question(viewer.account.login, viewer.holder),
        by_password=has_password(portal.database, viewer.account.login),
        refusal=refusal,
    )
