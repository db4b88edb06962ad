"""Security keys and passkeys of an account: several, each with a name; and what pages of signing in ask them.

The device talks to the browser, so this needs JavaScript; where there is none, codes are given as before.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from web.pages.answer import REFUSALS, show
from web.portal import portal_of
from web.proof import ProvenForm, ProvenHere
from web.sessions import address_of, renew_session
from web.viewer import PortalHere, Viewer

router = APIRouter()

PAGE = "/account/keys"


@router.get(PAGE)
def own_keys(request: Request, viewer: ProvenHere) -> Response:
    """The keys that are there, and a form for one more."""
    return _show(request, viewer)


@router.post(PAGE)
def add(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """One key more; with the recovery codes, once, where it is the first factor."""
    viewer, sent = form
    login, address = viewer.account.login, address_of(request)
    try:
        codes = portal.security_keys.add(
            login, viewer.holder, sent.text("name"), sent.text("credential"), address
        )
    except REFUSALS as refusal:
        return _show(request, viewer, refusal)
    response: Response = RedirectResponse(PAGE, 303)
    if codes:
        response = show(request, viewer, "people/recovery_codes.html", codes=codes, back=PAGE)
    renew_session(request, response, portal)
    return response


@router.post(f"{PAGE}/change")
def change(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """Call a key something else, or take it away."""
    viewer, sent = form
    keys, login, address = portal.security_keys, viewer.account.login, address_of(request)
    try:
        if sent.text("act") == "remove":
            keys.remove(login, sent.text("key"), address)
        else:
            keys.rename(login, sent.text("key"), sent.text("name"), address)
    except REFUSALS as refusal:
        return _show(request, viewer, refusal)
    return RedirectResponse(PAGE, 303)


def _show(request: Request, viewer: Viewer, refusal: Exception | None = None) -> Response:
    keys, login = portal_of(request).security_keys, viewer.account.login
    return show(
        request,
        viewer,
        "people/security_keys.html",
        keys=keys.of(login),
        key_request=keys.registration(login, viewer.holder),
        refusal=refusal,
    )
