"""Act by a post, as a deputy or by a delegation in this session."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.people import sessions
from services.people.powers.capacities import capacity_of
from services.people.second_factor import Need, SecondFactorMissing
from web.forms import OwnForm
from web.portal import Portal
from web.sessions import origin_of
from web.viewer import PortalHere, Viewer

router = APIRouter()


@router.post("/account/capacity")
def act_as(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Act in another capacity from now on, or by the account again."""
    viewer, sent = form
    key = sent.text("capacity")
    if key:
        _check_factor(portal, viewer, key)
    origin = origin_of(request, viewer.account.login)
    sessions.act_as(portal.database, viewer.account, viewer.holder, key, viewer.now, origin)
    return RedirectResponse("/", 303)


def _check_factor(portal: Portal, viewer: Viewer, key: str) -> None:
    """Refuse a role that needs a second factor to whoever signed in without one."""
    capacity = capacity_of(portal.database, viewer.account, key, viewer.now)
    if portal.second_factors.need(viewer.account.acting_as(capacity)) is Need.ENROLMENT:
        raise SecondFactorMissing
