"""Forms that are saved as somebody types, and the list of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from services.people import drafts
from web.forms import TITLE, OwnForm
from web.kept_forms import LEFT_OUT
from web.kept_forms import PAGE as FORM_PAGE
from web.pages.answer import show
from web.sessions import own_address
from web.templating import Language
from web.viewer import PortalHere, SignedIn

router = APIRouter()


@router.get("/drafts")
def own_drafts(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """What the viewer has begun to type and not sent."""
    rows = drafts.drafts_of(portal.database, viewer.account.login)
    return show(request, viewer, "people/drafts.html", drafts=rows, days=drafts.DAYS)


@router.post("/drafts")
def save_draft(form: OwnForm, portal: PortalHere) -> Response:
    """Keep a form as it is typed so far; a script sends it, and shows when that was."""
    viewer, sent = form
    page = urlsplit(own_address(sent.text(FORM_PAGE))).path
    fields = {name: values for name, values in sent.fields.items() if name not in LEFT_OUT}
    title = sent.text(TITLE)[:200]
    drafts.save(portal.database, viewer.account.login, page, title, fields, viewer.now)
    shown = Language(viewer.language, viewer.translate, viewer.today).moment(viewer.now)
    words = viewer.translate("Saved as a draft {moment}").format(moment=shown)
    return JSONResponse({"saved": words})


@router.post("/drafts/give-up")
def give_up(form: OwnForm, portal: PortalHere) -> Response:
    """Forget a draft."""
    viewer, sent = form
    drafts.give_up(portal.database, viewer.account.login, sent.text("page"))
    return RedirectResponse("/drafts", 303)
