"""The click that shows personal numbers whole which a page masks."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models.people.security import SecurityEvent as E
from services.people.security_log import record
from web.forms import OwnForm
from web.kept_forms import PAGE as FORM_PAGE
from web.masking import WHOLE, whole_address
from web.sessions import origin_of, own_address
from web.viewer import PortalHere

router = APIRouter()


@router.post("/whole-numbers")
def whole_numbers(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Show the personal numbers of a page whole, for some minutes; the log says who looked at which."""
    viewer, sent = form
    page = own_address(sent.text(FORM_PAGE))
    path, _, query = page.partition("?")
    login = viewer.account.login
    record(portal.database, E.PERSONAL_DATA_READ, origin_of(request, login), path=page)
    kept = "&".join(part for part in query.split("&") if part and not part.startswith(f"{WHOLE}="))
    shown = whole_address(portal, viewer.holder, path)
    return RedirectResponse(f"{path}?{kept}&{shown}" if kept else f"{path}?{shown}", 303)
