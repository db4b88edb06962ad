"""Someone's own account: password, bearer tokens; and the administrator's list of everyone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models.actor import Role
from models.errors import KaigongError
from rules.permissions import RoleMayNotAct
from services import accounts
from services.policy_in_force import policy_fault
from web.forms import OwnForm
from web.problems import plain, status_of
from web.rendering import page
from web.sessions import begin_session
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/account")
def own_account(request: Request, reader: SignedIn) -> Response:
    """Password and tokens."""
    return _show(request, reader)


@router.post("/account/password")
def change_password(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Choose another password; this device stays signed in, every other is signed out."""
    reader, sent = form
    try:
        changed = accounts.change_password(
            portal.database, reader.account.login, sent.text("old"), sent.text("new")
        )
    except KaigongError as refusal:
        return _show(request, reader, refusal=refusal)
    response = RedirectResponse("/account", 303)
    begin_session(response, portal, changed)
    return response


@router.post("/account/tokens")
def make_token(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """A new bearer token; shown this once."""
    reader, sent = form
    token = accounts.issue_token(
        portal.database, reader.account.login, sent.text("label"), reader.now
    )
    return _show(request, reader, token=token)


@router.post("/account/tokens/revoke")
def revoke_token(form: OwnForm, portal: PortalHere) -> Response:
    """Make a token useless."""
    reader, sent = form
    accounts.revoke_token(portal.database, reader.account.login, sent.text("id"))
    return RedirectResponse("/account", 303)


@router.get("/admin")
def administration(request: Request, reader: SignedIn, portal: PortalHere) -> Response:
    """Everyone's accounts."""
    if reader.account.role is not Role.ADMINISTRATOR:
        raise RoleMayNotAct(
            actor=reader.account.login, act="administer", roles=[Role.ADMINISTRATOR.value]
        )
    fault = policy_fault(portal.database)
    return page(
        request,
        reader,
        "admin.html",
        accounts=accounts.everyone(portal.database),
        policy_fault=fault.sentence(reader.translate) if fault else None,
    )


def _show(
    request: Request,
    reader: Viewer,
    *,
    token: str | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    portal = request.app.state.portal
    return page(
        request,
        reader,
        "account.html",
        status=status_of(refusal) if refusal else 200,
        tokens=accounts.tokens(portal.database, reader.account.login),
        new_token=token,
        error=plain(refusal, reader.translate) if refusal else None,
    )
