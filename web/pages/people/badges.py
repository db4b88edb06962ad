"""E-badges 电子工牌: one's own with the QR code, and what everybody sees who scans it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.documents.rendering import qr_code
from services.people.powers import badges
from web.pages.answer import show
from web.viewer import PortalHere, SignedIn, VisitorHere

router = APIRouter()


@router.get("/badges/{token}")
def check(request: Request, viewer: VisitorHere, portal: PortalHere, token: str) -> Response:
    """Whether a badge is worth something today: name, post, unit, until when, and nothing else."""
    mine = badges.badge(portal.database, token, viewer.today)
    return show(request, viewer, "people/badge.html", badge=mine)


@router.get("/account/badges")
def own(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """The badges of who is signed in, to be shown on a phone."""
    mine = badges.badges_of(portal.database, viewer.account.login, viewer.today)
    base = portal.settings.public_url
    codes = {each.token: qr_code(f"{base}/badges/{each.token}", scale=6) for each in mine}
    return show(request, viewer, "people/badges.html", badges=mine, codes=codes)
