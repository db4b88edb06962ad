"""Everyone's accounts, for the administrator: invited, handed over, reset, given other rights, disabled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from config.texts import ACT, Word
from models.errors import InvalidInput
from models.people.actor import Role
from models.people.links import AccountState
from models.people.security import Origin
from rules.cases.permissions import RoleMayNotAct
from services.cases.handover.departure import (
    Rights,
    change_rights,
    check_rights,
    disable_account,
    hand_over,
)
from services.cases.handover.duties import duties_of
from services.people import sessions
from services.people.invitations import NewPerson, SentLink, invite, send_new_link
from services.people.people_list import PeopleSearch, departments, people_page, person
from web.forms import Submission
from web.pages.answer import REFUSALS, show
from web.portal import Portal, portal_of
from web.proof import ProvenForm
from web.sessions import origin_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

PEOPLE = "/admin/people"
#: Nobody has this role: what time and the machine do stands under it.
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
Words = Annotated[str, Query(max_length=100)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get(PEOPLE)
def people(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    text: Words = "",
    role: Annotated[Role | Literal[""], Query()] = "",
    state: Annotated[AccountState | Literal[""], Query()] = "",
    number: PageNumber = 1,
) -> Response:
    """The list, searched and filtered."""
    check_administrator(viewer)
    page = people_page(portal.database, PeopleSearch(text, role or None, state or None, number))
    chosen = {"text": text, "role": role, "state": state}
    return show(
        request,
        viewer,
        "people/people.html",
        page=page,
        chosen=chosen,
        roles=ROLES,
        states=tuple(AccountState),
        query=urlencode({name: value for name, value in chosen.items() if value}),
    )


@router.get(f"{PEOPLE}/new")
def invitation_form(request: Request, viewer: SignedIn) -> Response:
    """Whom to invite."""
    check_administrator(viewer)
    return _show_form(request, viewer)


@router.post(f"{PEOPLE}/new")
def invite_somebody(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """Make the account and send the link; shown once where it cannot go by mail."""
    viewer, sent = form
    check_administrator(viewer)
    try:
        asked = NewPerson(**_typed(sent, NewPerson.model_fields))
        check_rights(Rights(asked.role, asked.department, asked.enterprise))
        link = invite(portal.database, asked, _origin(request, viewer), viewer.now)
    except REFUSALS as error:
        return _show_form(request, viewer, sent=sent, refusal=error)
    return _show_person(request, viewer, asked.login, link=link, done="invite_person")


@router.get(f"{PEOPLE}/{{login}}")
def one_person(
    request: Request,
    viewer: SignedIn,
    login: str,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One account: its state, what its person answers for, what can be done."""
    check_administrator(viewer)
    return _show_person(request, viewer, login, done=done or None)


@router.post(f"{PEOPLE}/{{login}}/acts")
def act(request: Request, form: ProvenForm, portal: PortalHere, login: str) -> Response:
    """One act on an account, by its one service."""
    viewer, sent = form
    check_administrator(viewer)
    name = sent.text("act")
    try:
        link = _ACTS.get(name, _unknown)(portal, viewer, login, sent, _origin(request, viewer))
    except REFUSALS as error:
        return _show_person(request, viewer, login, sent=sent, refusal=error)
    if link is not None:
        return _show_person(request, viewer, login, link=link, done=name)
    return RedirectResponse(f"{PEOPLE}/{quote(login)}?done={name}", 303)


def check_administrator(viewer: Viewer) -> None:
    """Refuse these pages to everybody else."""
    if viewer.account.role is not Role.ADMINISTRATOR:
        act = Word("administer", ACT)
        raise RoleMayNotAct(actor=viewer.account.login, act=act, roles=[Role.ADMINISTRATOR])


# --- acts -----------------------------------------------------------------------------------------


def _reset(
    portal: Portal, viewer: Viewer, login: str, _sent: Submission, origin: Origin
) -> SentLink | None:
    return send_new_link(portal.database, login, origin, viewer.now)


def _disable(
    portal: Portal, viewer: Viewer, login: str, sent: Submission, origin: Origin
) -> SentLink | None:
    to, at_once = sent.text("to") or None, bool(sent.text("at_once"))
    disable_account(portal.database, login, viewer.now, to=to, at_once=at_once, origin=origin)
    return None


def _hand_over(
    portal: Portal, viewer: Viewer, login: str, sent: Submission, origin: Origin
) -> SentLink | None:
    hand_over(portal.database, login, viewer.now, to=sent.text("to") or None, origin=origin)
    return None


def _change_rights(
    portal: Portal, viewer: Viewer, login: str, sent: Submission, origin: Origin
) -> SentLink | None:
    named = _typed(sent, ("role", "department", "enterprise"))
    try:
        role = Role(str(named.pop("role", "")))
    except ValueError as error:
        remedy = "Choose a role."
        raise InvalidInput(field="role", value=sent.text("role"), remedy=remedy) from error
    change_rights(portal.database, login, Rights(role, **named), viewer.now, origin)
    return None


def _forget_factor(
    portal: Portal, _viewer: Viewer, login: str, _sent: Submission, origin: Origin
) -> SentLink | None:
    portal.second_factors.forget(login, origin)
    return None


def _end_sessions(
    portal: Portal, _viewer: Viewer, login: str, _sent: Submission, origin: Origin
) -> SentLink | None:
    sessions.end_others(portal.database, login, "", origin)
    return None


def _unknown(
    _portal: Portal, _viewer: Viewer, _login: str, sent: Submission, _origin: Origin
) -> SentLink | None:
    raise InvalidInput(field="act", value=sent.text("act"), remedy="Choose what to do.")


_ACTS: Mapping[str, Callable[[Portal, Viewer, str, Submission, Origin], SentLink | None]] = {
    "reset_account": _reset,
    "disable_account": _disable,
    "hand_over_work": _hand_over,
    "change_rights": _change_rights,
    "forget_factor": _forget_factor,
    "end_sessions": _end_sessions,
}


# --- inside ---------------------------------------------------------------------------------------


def _origin(request: Request, viewer: Viewer) -> Origin:
    return origin_of(request, viewer.account.login)


def _typed(sent: Submission, fields: Any) -> dict[str, Any]:
    """What was filled in; an empty field is left out."""
    return {name: value for name in fields if (value := sent.text(name))}


def _show_form(
    request: Request,
    viewer: Viewer,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    return show(
        request,
        viewer,
        "people/new_person.html",
        roles=ROLES,
        departments=departments(portal_of(request).database),
        sent=sent,
        refusal=refusal,
    )


def _show_person(
    request: Request,
    viewer: Viewer,
    login: str,
    *,
    link: SentLink | None = None,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    portal = portal_of(request)
    account = person(portal.database, login)
    with portal.database.reading() as connection:
        duties = duties_of(connection, login)
    return show(
        request,
        viewer,
        "people/person.html",
        person=account,
        duties=duties,
        roles=ROLES,
        departments=departments(portal.database),
        link=link,
        link_address=portal.settings.public_url + link.path if link and link.path else None,
        own=login == viewer.account.login,
        done=done,
        sent=sent,
        refusal=refusal,
    )
