"""The organisation for the administrator: units, posts, absences; given, ended, written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import InvalidInput, KaigongError
from models.people.organisation import AbsenceKind, NewAbsence, NewPost, Post, Unit, UnitKind
from rules.cases.context import ZONE
from services.people.absences import end_absence, record_absence
from services.people.organisation import add_unit, end_unit
from services.people.posts import end_post, grant_post
from services.people.units.page import organisation_page
from web.forms import Submission
from web.pages.answer import REFUSALS, show
from web.pages.people.people import check_administrator
from web.proof import ProvenForm
from web.sessions import origin_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

PAGE = "/admin/organisation"
#: Digits that a number of the database has at the most.
LONGEST_NUMBER = 18


@router.get(PAGE)
def organisation(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """The tree, the posts, who is away, and what does not hold together."""
    check_administrator(viewer)
    return _show(request, viewer, portal)


@router.post(PAGE)
def act(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """One change, by its one service."""
    viewer, sent = form
    check_administrator(viewer)
    try:
        _ACTS.get(sent.text("act"), _unknown)(portal, viewer, sent, request)
    except REFUSALS as error:
        return _show(request, viewer, portal, sent=sent, refusal=error)
    return RedirectResponse(PAGE, 303)


def _show(
    request: Request,
    viewer: Viewer,
    portal: PortalHere,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    return show(
        request,
        viewer,
        "people/organisation.html",
        page=organisation_page(portal.database, viewer.now),
        kinds=tuple(UnitKind),
        posts=tuple(Post),
        absence_kinds=tuple(AbsenceKind),
        sent=sent,
        refusal=refusal,
    )


def _grant(portal: PortalHere, viewer: Viewer, sent: Submission, request: Request) -> None:
    grant_post(
        portal.database,
        NewPost.model_validate(_given(sent, NewPost.model_fields)),
        origin_of(request, viewer.account.login),
    )


def _end_post(portal: PortalHere, viewer: Viewer, sent: Submission, request: Request) -> None:
    end_post(
        portal.database, _number(sent), _day(sent, "on"), origin_of(request, viewer.account.login)
    )


def _add_unit(portal: PortalHere, viewer: Viewer, sent: Submission, request: Request) -> None:
    add_unit(
        portal.database,
        Unit.model_validate(_given(sent, Unit.model_fields)),
        origin_of(request, viewer.account.login),
    )


def _end_unit(portal: PortalHere, viewer: Viewer, sent: Submission, request: Request) -> None:
    successor = sent.text("successor") or None
    end_unit(
        portal.database,
        sent.text("key"),
        _day(sent, "on"),
        successor,
        origin_of(request, viewer.account.login),
    )


def _away(portal: PortalHere, viewer: Viewer, sent: Submission, request: Request) -> None:
    given = _given(sent, NewAbsence.model_fields)
    times = {name: _instant(sent, name) for name in ("from_at", "to_at")}
    record_absence(
        portal.database,
        NewAbsence.model_validate({**given, **times}),
        viewer.now,
        origin_of(request, viewer.account.login),
    )


def _back(portal: PortalHere, viewer: Viewer, sent: Submission, request: Request) -> None:
    end_absence(
        portal.database, _number(sent), viewer.now, origin_of(request, viewer.account.login)
    )


def _unknown(_portal: PortalHere, _viewer: Viewer, sent: Submission, _request: Request) -> None:
    raise InvalidInput(field="act", value=sent.text("act"), remedy="Use the buttons of the page.")


_ACTS: Mapping[str, Callable[[PortalHere, Viewer, Submission, Request], None]] = {
    "add_unit": _add_unit,
    "end_unit": _end_unit,
    "grant_post": _grant,
    "end_post": _end_post,
    "record_absence": _away,
    "end_absence": _back,
}


def _given(sent: Submission, names: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name in names if (value := sent.text(name))}


def _number(sent: Submission) -> int:
    value = sent.text("number")
    if not value.isdecimal() or len(value) > LONGEST_NUMBER:
        raise InvalidInput(field="number", value=value, remedy="Use the buttons of the page.")
    return int(value)


def _day(sent: Submission, name: str) -> date:
    try:
        return date.fromisoformat(sent.text(name))
    except ValueError as error:
        raise _no_day(sent, name) from error


def _instant(sent: Submission, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(sent.text(name))
    except ValueError as error:
        raise _no_day(sent, name) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _no_day(sent: Submission, name: str) -> KaigongError:
    return InvalidInput(field=name, value=sent.text(name), remedy="Give a day as 2026-11-02.")
