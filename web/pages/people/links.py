"""Setting a password by a link: of an invitation, of a reset; and asking for one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.errors import KaigongError
from services.people.invitations import ask_for_link
from services.people.links import PAGE, LinkNotValid, holder_of, take_up
from services.people.sign_ins import Secret
from web.forms import VisitorsForm
from web.pages.answer import show
from web.sessions import address_of, origin_of
from web.viewer import PortalHere, VisitorHere

router = APIRouter()


@router.get(PAGE + "{token}")
def link(request: Request, viewer: VisitorHere, portal: PortalHere, token: str) -> Response:
    """The form for the password, or why the link opens nothing."""
    try:
        holder = portal.sign_ins.attempt(
            _secret(request), lambda: holder_of(portal.database, token)
        )
    except KaigongError as refusal:
        return show(request, viewer, "people/link.html", holder=None, refusal=refusal)
    return show(request, viewer, "people/link.html", holder=holder, taken_up=False)


@router.post(PAGE + "{token}")
def set_password(request: Request, form: VisitorsForm, portal: PortalHere, token: str) -> Response:
    """Set the password; from here on the person signs in as everybody does."""
    viewer, sent = form
    holder = None
    try:
        holder = portal.sign_ins.attempt(
            _secret(request), lambda: holder_of(portal.database, token)
        )
        take_up(portal.database, token, sent.secret("new"), origin_of(request, None))
    except LinkNotValid as refusal:
        return show(request, viewer, "people/link.html", holder=None, refusal=refusal)
    except KaigongError as refusal:
        template = "people/link.html"
        return show(request, viewer, template, holder=holder, taken_up=False, refusal=refusal)
    return show(request, viewer, "people/link.html", holder=holder, taken_up=True)


@router.get("/sign-in/forgotten")
def forgotten_form(request: Request, viewer: VisitorHere) -> Response:
    """Who forgot their password says which account it is."""
    return show(request, viewer, "people/forgotten.html", asked=False)


@router.post("/sign-in/forgotten")
def forgotten(request: Request, form: VisitorsForm, portal: PortalHere) -> Response:
    """Send a link where there is an address to send it to; the answer is the same in any case."""
    viewer, sent = form
    login, address = sent.text("login").lower()[:64], address_of(request)
    try:
        portal.sign_ins.spend(Secret("reset", login, address))
        ask_for_link(portal.database, login, address, viewer.now)
    except KaigongError as refusal:
        return show(request, viewer, "people/forgotten.html", asked=False, refusal=refusal)
    return show(request, viewer, "people/forgotten.html", asked=True)


def _secret(request: Request) -> Secret:
    """A link is nobody's before it is known whose: what is wrong counts for the address."""
    address = address_of(request)
    return Secret("link", address, address)
