"""Someone's own account: password, bearer tokens; and the administrator's list of everyone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from models.errors import KaigongError
from models.people.token_scope import USUAL, TokenScope
from services.installation.policy_in_force import policy_fault
from services.people import accounts, sessions, tokens
from services.people.second_factor import Need
from web.capacity import capacities_shown
from web.forms import OwnForm
from web.pages.answer import REFUSALS, show
from web.pages.people.people import check_administrator
from web.proof import ProvenForm
from web.sessions import address_of, origin_of, renew_session
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/account")
def own_account(request: Request, viewer: SignedIn) -> Response:
    """Password and tokens."""
    return _show(request, viewer)


@router.get("/session")
def prolong(viewer: SignedIn, portal: PortalHere) -> JSONResponse:
    """Stay signed in: looking is enough; answers the seconds until the session ends, idle and in any case."""
    idle = portal.session_limits.idle_minutes * 60
    return JSONResponse({"idle": idle, "end": int(viewer.session_seconds)})


@router.post("/account/password")
def change_password(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Choose another password; this device stays signed in, every other is signed out."""
    viewer, sent = form
    login, address = viewer.account.login, address_of(request)
    try:
        portal.sign_ins.sign_in(login, sent.secret("old"), address)
        sessions.change_password(
            portal.database,
            login,
            sent.secret("old"),
            sent.secret("new"),
            session_id=viewer.holder,
            address=address,
        )
    except KaigongError as refusal:
        return _show(request, viewer, refusal=refusal)
    response = RedirectResponse("/account", 303)
    renew_session(request, response, portal)
    return response


@router.post("/account/sessions/end")
def end_session(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """Sign out on another device, or on every other one."""
    viewer, sent = form
    login = viewer.account.login
    origin = origin_of(request, login)
    if sent.text("id"):
        sessions.end_one(portal.database, login, sent.text("id"), origin)
    else:
        sessions.end_others(portal.database, login, viewer.holder, origin)
    return RedirectResponse("/account", 303)


@router.post("/account/tokens")
def make_token(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """A new bearer token; shown this once."""
    viewer, sent = form
    try:
        wanted = tokens.TokenWanted.model_validate(
            {
                "label": sent.text("label"),
                "days": sent.text("days") or tokens.TOKEN_DAYS,
                "scopes": sent.fields.get("scopes", ()),
            }
        )
        login = viewer.account.login
        token = tokens.issue_token(
            portal.database,
            login,
            wanted.label,
            viewer.now,
            days=wanted.days,
            scopes=wanted.scopes,
            origin=origin_of(request, login),
        )
    except REFUSALS as refusal:
        return _show(request, viewer, refusal=refusal)
    return _show(request, viewer, token=token)


@router.post("/account/tokens/revoke")
def revoke_token(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """Make a token useless."""
    viewer, sent = form
    login = viewer.account.login
    tokens.revoke_token(portal.database, login, sent.text("id"), origin_of(request, login))
    return RedirectResponse("/account", 303)


@router.get("/admin")
def administration(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """Where the administrator begins: what stands in the way, and the pages of the installation."""
    check_administrator(viewer)
    fault = policy_fault(portal.database)
    return show(
        request,
        viewer,
        "people/admin.html",
        accounts=accounts.everyone(portal.database),
        policy_fault=fault.sentence(viewer.translate) if fault else None,
    )


def _show(
    request: Request,
    viewer: Viewer,
    *,
    token: str | None = None,
    refusal: Exception | None = None,
) -> Response:
    portal = request.app.state.portal
    return show(
        request,
        viewer,
        "people/account.html",
        sessions=sessions.of(portal.database, viewer.account.login, portal.session_limits),
        this_session=viewer.holder,
        second_factor=portal.second_factors.need(viewer.account) is Need.CODE,
        security_keys=portal.security_keys.party is not None,
        tokens=tokens.tokens_of(portal.database, viewer.account.login),
        new_token=token,
        **capacities_shown(portal, viewer),
        scopes=tuple(TokenScope),
        usual=USUAL,
        refusal=refusal,
    )
