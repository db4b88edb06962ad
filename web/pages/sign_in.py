"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services import accounts
from services.accounts import WrongPassword
from services.demo_accounts import demo_sign_ins, loaded
from web.forms import OwnForm, VisitorsForm
from web.menu import home_of
from web.portal import Portal
from web.problems import plain, status_of
from web.rendering import page
from web.sessions import begin_session, end_session, keep_language
from web.throttle import TooManyTries
from web.viewer import PortalHere, Viewer, VisitorHere

router = APIRouter()


@router.get("/")
def first_page(reader: VisitorHere) -> Response:
    """Everyone begins where their work is."""
    if isinstance(reader, Viewer):
        return RedirectResponse(home_of(reader.account.role), 303)
    return RedirectResponse("/sign-in", 303)


@router.get("/sign-in")
def sign_in_form(
    request: Request,
    reader: VisitorHere,
    portal: PortalHere,
    back: Annotated[str, Query(max_length=500)] = "/",
) -> Response:
    """The form; with the accounts of the demonstration where that is loaded."""
    if isinstance(reader, Viewer):
        return RedirectResponse(own_address(back), 303)
    return page(
        request, reader, "sign_in.html", back=own_address(back), demonstration=_demo(portal)
    )


@router.post("/sign-in")
def sign_in(request: Request, form: VisitorsForm, portal: PortalHere) -> Response:
    """Check the password; too many wrong ones have to wait."""
    reader, sent = form
    login, back = sent.text("login").lower(), own_address(sent.text("back"))
    address = request.client.host if request.client else "-"
    keys = (f"account {login}", f"address {address}")
    try:
        portal.sign_ins.check(*keys)
        account = accounts.authenticate(portal.database, login, sent.text("password"))
    except (WrongPassword, TooManyTries) as refusal:
        if isinstance(refusal, WrongPassword):
            portal.sign_ins.failed(*keys)
        return page(
            request,
            reader,
            "sign_in.html",
            status=status_of(refusal),
            error=plain(refusal, reader.translate),
            sent={"login": [login]},
            back=back,
            demonstration=_demo(portal),
        )
    portal.sign_ins.succeeded(*keys)
    response = RedirectResponse(home_of(account.role) if back == "/" else back, 303)
    begin_session(response, portal, account)
    return response


@router.post("/sign-out")
def sign_out(form: OwnForm) -> Response:
    """End the session on this device."""
    del form
    response = RedirectResponse("/sign-in", 303)
    end_session(response)
    return response


@router.get("/language/{tag}")
def choose_language(
    reader: VisitorHere,
    portal: PortalHere,
    tag: Literal["zh-CN", "en"],
    back: Annotated[str, Query(max_length=500)] = "/",
) -> Response:
    """Read in another language from now on, notices too."""
    response = RedirectResponse(own_address(back), 303)
    keep_language(response, portal, tag)
    if isinstance(reader, Viewer):
        accounts.choose_language(portal.database, reader.account.login, tag)
    return response


def own_address(address: str) -> str:
    """A path of ours to go to; everything else becomes the first page."""
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and not parts.scheme and not parts.netloc else "/"


def _demo(portal: Portal) -> tuple[object, ...]:
    with portal.database.reading() as connection:
        return demo_sign_ins() if loaded(connection) else ()
