"""Where somebody gets their notices besides the portal: their own channels, by kind, never by address."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.notices.own_channels import add_channel, channels_of, remove_channel
from web.pages.answer import REFUSALS, show
from web.portal import portal_of
from web.proof import ProvenForm, ProvenHere
from web.sessions import origin_of
from web.viewer import PortalHere, Viewer

router = APIRouter()

PAGE = "/account/channels"


@router.get(PAGE)
def own_channels(request: Request, viewer: ProvenHere) -> Response:
    """The channels that are there, and a form for one more."""
    return _show(request, viewer)


@router.post(PAGE)
def add(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """One channel more; what was typed is never shown again, right or wrong."""
    viewer, sent = form
    login = viewer.account.login
    try:
        add_channel(portal.database, login, sent.text("channel_address"), origin_of(request, login))
    except REFUSALS as refusal:
        return _show(request, viewer, refusal)
    return RedirectResponse(PAGE, 303)


@router.post(f"{PAGE}/remove")
def remove(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """Take a channel away."""
    viewer, sent = form
    login = viewer.account.login
    place = sent.text("place")
    number = int(place) if place.isdecimal() and len(place) < 10 else 0  # noqa: PLR2004
    try:
        remove_channel(portal.database, login, number, origin_of(request, login))
    except REFUSALS as refusal:
        return _show(request, viewer, refusal)
    return RedirectResponse(PAGE, 303)


def _show(request: Request, viewer: Viewer, refusal: Exception | None = None) -> Response:
    portal = portal_of(request)
    return show(
        request,
        viewer,
        "people/channels.html",
        channels=channels_of(portal.database, viewer.actor),
        mail=portal.settings.mail_url is not None,
        hosts=portal.settings.notice_hosts,
        refusal=refusal,
    )
