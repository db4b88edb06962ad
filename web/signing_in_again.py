"""The sign-in page that a form is answered with whose sender is not signed in any more."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from models.errors import NotAuthenticated, NotPermitted
from services.wording.refusal_words import plain
from web.kept_forms import KeptForm, check_typed_by, kept_address
from web.portal import portal_of
from web.rendering import page
from web.viewer import Viewer, visitor

UNAUTHORISED, FORBIDDEN = 401, 403


def sign_in_again(
    request: Request, typed: KeptForm, signed_in: Viewer | None, ended: NotAuthenticated
) -> Response:
    """What was typed waits until whoever typed it is signed in again; nothing was done."""
    refusal: NotAuthenticated | NotPermitted = ended
    if signed_in is not None:
        try:
            check_typed_by(typed, signed_in.account.login)
        except NotPermitted as somebody_else:
            refusal = somebody_else
        else:
            return RedirectResponse(kept_address(portal_of(request), typed), status_code=303)
    viewer, portal = visitor(request), portal_of(request)
    return page(
        request,
        viewer,
        "people/sign_in.html",
        status=UNAUTHORISED if refusal is ended else FORBIDDEN,
        error=plain(refusal, viewer.translate),
        sent={"login": [typed.by]},
        back="/",
        typed=typed,
        demonstration=portal.demonstration(portal.database),
    )
