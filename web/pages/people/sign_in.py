"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.people.accounts import WrongPassword
from services.people.accounts import choose_language as keep_language_of
from services.people.second_factor import Need
from services.people.sign_ins import TooManyTries
from services.wording.refusal_words import plain
from web.forms import OwnForm, VisitorsForm
from web.kept_forms import KEPT, OfSomebodyElse, carried, check_typed_by, kept_address
from web.menu import home_of
from web.problems import status_of
from web.rendering import page
from web.sessions import (
    address_of,
    begin_session,
    end_session,
    keep_language,
    own_address,
    wait_for,
)
from web.viewer import PortalHere, Viewer, VisitorHere

router = APIRouter()


@router.get("/")
def first_page(viewer: VisitorHere) -> Response:
    """Everyone begins where their work is."""
    if isinstance(viewer, Viewer):
        return RedirectResponse(home_of(viewer.account.role), 303)
    return RedirectResponse("/sign-in", 303)


@router.get("/sign-in")
def sign_in_form(
    request: Request,
    viewer: VisitorHere,
    portal: PortalHere,
    back: Annotated[str, Query(max_length=500)] = "/",
) -> Response:
    """The form; with the accounts of the demonstration where that is loaded."""
    if isinstance(viewer, Viewer):
        return RedirectResponse(own_address(back), 303)
    return page(
        request,
        viewer,
        "people/sign_in.html",
        back=own_address(back),
        demonstration=portal.demonstration(portal.database),
    )


@router.post("/sign-in")
def sign_in(request: Request, form: VisitorsForm, portal: PortalHere) -> Response:
    """Check the password; too many wrong ones have to wait."""
    viewer, sent = form
    login, back = sent.text("login").lower(), own_address(sent.text("back"))
    typed = carried(sent.as_written(KEPT))
    try:
        account = portal.sign_ins.sign_in(login, sent.secret("password"), address_of(request))
        check_typed_by(typed, account.login)
    except (WrongPassword, TooManyTries, OfSomebodyElse) as refusal:
        return page(
            request,
            viewer,
            "people/sign_in.html",
            status=status_of(refusal),
            error=plain(refusal, viewer.translate),
            sent={"login": [login]},
            back=back,
            typed=typed,
            demonstration=portal.demonstration(portal.database),
        )
    if typed is not None:
        back = kept_address(portal, typed)
    need = portal.second_factors.need(account)
    if need is not Need.NOTHING:
        step = f"/sign-in/{need}" + (f"?back={quote(back)}" if back != "/" else "")
        response = RedirectResponse(step, 303)
        wait_for(request, response, portal, account, need)
        return response
    response = RedirectResponse(home_of(account.role) if back == "/" else back, 303)
    begin_session(request, response, portal, account)
    return response


@router.post("/sign-out")
def sign_out(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """End the session on this device, for whoever else has its cookie too."""
    del form
    response = RedirectResponse("/sign-in", 303)
    end_session(request, response, portal)
    if portal.secure:
        # Browsers heed it over TLS alone, and complain elsewhere.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.get("/language/{tag}")
def choose_language(
    viewer: VisitorHere,
    portal: PortalHere,
    tag: Literal["zh-CN", "en"],
    back: Annotated[str, Query(max_length=500)] = "/",
) -> Response:
    """Read in another language from now on, notices too."""
    response = RedirectResponse(own_address(back), 303)
    keep_language(response, portal, tag)
    if isinstance(viewer, Viewer):
        keep_language_of(portal.database, viewer.account.login, tag)
    return response
