"""The second factor: setting it up, and giving its code or a key's answer after the password."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import KaigongError
from services.people.accounts import Account
from services.people.second_factor import Enrolment, Need
from services.people.sign_ins import Secret
from web.forms import VisitorsForm
from web.menu import home_of
from web.pages.answer import show
from web.portal import Portal
from web.proof import ProvenForm
from web.sessions import (
    address_of,
    begin_session,
    own_address,
    renew_session,
    waited,
    waiting_holder,
    waiting_of,
)
from web.viewer import PortalHere, SignedIn, Visitor, VisitorHere

router = APIRouter()
Back = Annotated[str, Query(max_length=500)]


@router.get("/sign-in/code")
def code_form(
    request: Request, viewer: VisitorHere, portal: PortalHere, back: Back = "/"
) -> Response:
    """The form for the code, after a right password."""
    account = _waits(request, portal, Need.CODE)
    if account is None:
        return RedirectResponse("/sign-in", 303)
    return _code_form(request, viewer, portal, account, own_address(back))


@router.post("/sign-in/code")
def give_code(request: Request, form: VisitorsForm, portal: PortalHere) -> Response:
    """Sign in with the code of the app, or a recovery code."""
    viewer, sent = form
    account = _waits(request, portal, Need.CODE)
    if account is None:
        return RedirectResponse("/sign-in", 303)
    back = own_address(sent.text("back"))
    try:
        _attempt(request, portal, account, sent.text("otp"))
    except KaigongError as refusal:
        return _code_form(request, viewer, portal, account, back, refusal)
    return _signed_in(request, portal, account, back, "code")


@router.post("/sign-in/key")
def give_key(request: Request, form: VisitorsForm, portal: PortalHere) -> Response:
    """Sign in with the answer of a security key."""
    viewer, sent = form
    account = _waits(request, portal, Need.CODE)
    if account is None:
        return RedirectResponse("/sign-in", 303)
    back, holder = own_address(sent.text("back")), waiting_holder(request, portal)
    try:
        secret = Secret("code", account.login, address_of(request))
        keys, answer = portal.security_keys, sent.text("credential")
        portal.sign_ins.attempt(
            secret, lambda: keys.check(account.login, holder, answer, secret.address)
        )
    except KaigongError as refusal:
        return _code_form(request, viewer, portal, account, back, refusal)
    return _signed_in(request, portal, account, back, "key")


@router.get("/sign-in/enrolment")
def enrolment_form(
    request: Request, viewer: VisitorHere, portal: PortalHere, back: Back = "/"
) -> Response:
    """Set up the app that a role needs, after a right password."""
    account = _waits(request, portal, Need.ENROLMENT)
    if account is None:
        return RedirectResponse("/sign-in", 303)
    return _enrolment(request, viewer, portal, account, back=own_address(back))


@router.post("/sign-in/enrolment")
def enrol(request: Request, form: VisitorsForm, portal: PortalHere) -> Response:
    """The first code of the app; signs in and shows the recovery codes, once."""
    viewer, sent = form
    account = _waits(request, portal, Need.ENROLMENT)
    if account is None:
        return RedirectResponse("/sign-in", 303)
    back = own_address(sent.text("back"))
    try:
        codes = _confirm(request, portal, account, sent.text("otp"))
    except KaigongError as refusal:
        return _enrolment(request, viewer, portal, account, back=back, refusal=refusal)
    response = show(request, viewer, "people/recovery_codes.html", codes=codes, back=back)
    waited(request, response, portal)
    begin_session(request, response, portal, account, "code")
    return response


@router.post("/sign-in/enrolment/key")
def enrol_key(request: Request, form: VisitorsForm, portal: PortalHere) -> Response:
    """A security key as the first factor; signs in and shows the recovery codes, once."""
    viewer, sent = form
    account = _waits(request, portal, Need.ENROLMENT)
    if account is None:
        return RedirectResponse("/sign-in", 303)
    back, holder = own_address(sent.text("back")), waiting_holder(request, portal)
    name, answer = sent.text("name"), sent.text("credential")
    try:
        codes = portal.security_keys.add(account.login, holder, name, answer, address_of(request))
    except KaigongError as refusal:
        return _enrolment(request, viewer, portal, account, back=back, refusal=refusal)
    response = show(request, viewer, "people/recovery_codes.html", codes=codes, back=back)
    waited(request, response, portal)
    begin_session(request, response, portal, account, "key")
    return response


@router.get("/account/second-factor")
def own_enrolment(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """Set up an app where none is needed."""
    if portal.second_factors.has_app(viewer.account.login):
        return RedirectResponse("/account", 303)
    return _enrolment(request, viewer, portal, viewer.account)


@router.post("/account/second-factor")
def own_enrol(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """The first code of the app."""
    viewer, sent = form
    try:
        codes = _confirm(request, portal, viewer.account, sent.text("otp"))
    except KaigongError as refusal:
        return _enrolment(request, viewer, portal, viewer.account, refusal=refusal)
    response = show(request, viewer, "people/recovery_codes.html", codes=codes, back="/account")
    renew_session(request, response, portal)
    return response


def _waits(request: Request, portal: Portal, need: Need) -> Account | None:
    """Who gave a right password and still owes this."""
    waiting = waiting_of(request, portal)
    return waiting[0] if waiting is not None and waiting[1] == need else None


def _attempt(request: Request, portal: Portal, account: Account, code: str) -> None:
    factors = portal.second_factors
    secret = Secret("code", account.login, address_of(request))
    portal.sign_ins.attempt(secret, lambda: factors.check(account.login, code, secret.address))


def _confirm(request: Request, portal: Portal, account: Account, code: str) -> tuple[str, ...]:
    factors, login = portal.second_factors, account.login
    secret = Secret("code", login, address_of(request))
    return portal.sign_ins.attempt(secret, lambda: factors.confirm(login, code, secret.address))


def _signed_in(request: Request, portal: Portal, account: Account, back: str, by: str) -> Response:
    response = RedirectResponse(home_of(account.role) if back == "/" else back, 303)
    waited(request, response, portal)
    begin_session(request, response, portal, account, by)
    return response


def _code_form(
    request: Request,
    viewer: Visitor,
    portal: Portal,
    account: Account,
    back: str,
    refusal: KaigongError | None = None,
) -> Response:
    question = portal.security_keys.question(account.login, waiting_holder(request, portal))
    return show(
        request, viewer, "people/code.html", back=back, key_question=question, refusal=refusal
    )


def _enrolment(
    request: Request,
    viewer: Visitor,
    portal: Portal,
    account: Account,
    *,
    back: str = "/",
    refusal: KaigongError | None = None,
) -> Response:
    enrolment: Enrolment = portal.second_factors.prepare(account.login)
    keys = portal.security_keys if request.url.path.startswith("/sign-in") else None
    return show(
        request,
        viewer,
        "people/enrolment.html",
        secret=enrolment.secret,
        qr=segno.make(enrolment.address, micro=False).svg_data_uri(scale=5),
        action="/sign-in/enrolment" if viewer.account is None else "/account/second-factor",
        key_request=keys.registration(account.login, waiting_holder(request, portal))
        if keys and keys.party
        else None,
        back=back,
        refusal=refusal,
    )
