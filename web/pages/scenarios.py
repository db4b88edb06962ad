"""Scenarios for administrators: the list with its versions, one version, the steps of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError

from models.actor import Role
from models.calendar import CalendarDay
from models.errors import InvalidInput, KaigongError
from models.scenario_life import ScenarioAct, VersionState
from rules.scenario_drawing import TooLargeToDraw
from services import accounts
from services.guides.words import Words
from services.scenario_admin import drafts, publication
from services.scenario_admin.overview import (
    VersionPage,
    scenario_page,
    scenario_versions,
    version_page,
)
from services.wording.condition_words import condition_words
from services.working_calendar import working_calendar
from web.forms import OwnForm, Submission
from web.problems import as_refusal, plain, status_of
from web.rendering import page
from web.scenario_drawing import svg
from web.scenario_view import finding_names
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

#: Weeks of the working calendar beside the choice of the first day.
WEEKS = 4
_DAY: TypeAdapter[date | None] = TypeAdapter(date | None)


@router.get("/scenarios")
def scenario_list(
    request: Request,
    reader: SignedIn,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Every scenario with its versions."""
    return _show_list(request, reader, number, done=done or None)


@router.post("/scenarios")
def start(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Start the next version of a scenario, from the one that the form names."""
    reader, sent = form
    try:
        key, version = _started(portal, reader, sent)
    except (KaigongError, ValidationError) as error:
        return _show_list(request, reader, 1, refusal=as_refusal(error)[0])
    return RedirectResponse(f"/scenarios/{key}/{version}?done={ScenarioAct.START}", 303)


@router.get("/scenarios/{key}")
def scenario(reader: SignedIn, portal: PortalHere, key: str) -> Response:
    """The version that new projects are registered on, else the newest one."""
    lines = scenario_versions(portal.database, key, reader.actor, reader.today)
    chosen = next((line for line in lines if line.in_force), lines[0])
    return RedirectResponse(f"/scenarios/{key}/{chosen.version.version}", 303)


@router.get("/scenarios/{key}/{version:int}")
def one_version(
    request: Request,
    reader: SignedIn,
    key: str,
    version: int,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One version with everything that an administrator decides on."""
    return _show_version(request, reader, key, version, done=done or None)


@router.post("/scenarios/{key}/{version:int}/acts")
def act(request: Request, form: OwnForm, portal: PortalHere, key: str, version: int) -> Response:
    """Take a version to the next step of its life; who may do so is checked with the act."""
    reader, sent = form
    name = sent.text("act")
    try:
        _ACTS.get(name, _unknown)(portal, reader, key, version, sent)
    except (KaigongError, ValidationError) as error:
        refusal = as_refusal(error)[0]
        return _show_version(request, reader, key, version, sent=sent, refusal=refusal)
    address = "/scenarios" if name == ScenarioAct.DISCARD else f"/scenarios/{key}/{version}"
    return RedirectResponse(f"{address}?done={name}", 303)


# --- acts -----------------------------------------------------------------------------------------


def _started(portal: PortalHere, reader: Viewer, sent: Submission) -> tuple[str, int]:
    """A draft that begins with the version ``KEY@NUMBER``."""
    key, version = version_named(sent.text("from"))
    return drafts.start_draft(portal.database, key, version, reader.actor, reader.now)


def _validate(
    portal: PortalHere, reader: Viewer, key: str, version: int, _sent: Submission
) -> None:
    drafts.validate_draft(portal.database, key, version, reader.actor, reader.now)


def _discard(portal: PortalHere, reader: Viewer, key: str, version: int, _sent: Submission) -> None:
    drafts.discard_draft(portal.database, key, version, reader.actor, reader.now)


def _request(portal: PortalHere, reader: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.request_publication(
        portal.database,
        key,
        version,
        reader.actor,
        reader.now,
        effective_on=_day(sent.text("effective_on")),
        reason=_reason(sent),
    )


def _withdraw(
    portal: PortalHere, reader: Viewer, key: str, version: int, _sent: Submission
) -> None:
    publication.withdraw_request(portal.database, key, version, reader.actor, reader.now)


def _approve(portal: PortalHere, reader: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.approve_publication(
        portal.database,
        key,
        version,
        reader.actor,
        reader.now,
        seen_hash=sent.text("seen_hash") or None,
    )


def _decline(portal: PortalHere, reader: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.decline_publication(
        portal.database, key, version, reader.actor, reader.now, _reason(sent) or ""
    )


def _retire(portal: PortalHere, reader: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.retire_version(
        portal.database, key, version, reader.actor, reader.now, reason=_reason(sent)
    )


def _unknown(
    _portal: PortalHere, _reader: Viewer, _key: str, _version: int, sent: Submission
) -> None:
    remedy = "Choose one of the buttons of the page."
    raise InvalidInput(field="act", value=sent.text("act")[:40] or "–", remedy=remedy)


_ACTS: Mapping[str, Callable[[PortalHere, Viewer, str, int, Submission], None]] = {
    ScenarioAct.VALIDATE.value: _validate,
    ScenarioAct.DISCARD.value: _discard,
    ScenarioAct.REQUEST.value: _request,
    ScenarioAct.WITHDRAW.value: _withdraw,
    ScenarioAct.PUBLISH.value: _approve,
    ScenarioAct.DECLINE.value: _decline,
    ScenarioAct.RETIRE.value: _retire,
}


def _day(text: str) -> date | None:
    try:
        return _DAY.validate_python(text or None)
    except ValidationError as fault:
        remedy = "Give a date as YYYY-MM-DD."
        raise InvalidInput(field="effective_on", value=text[:40], remedy=remedy) from fault


def _reason(sent: Submission) -> str | None:
    return sent.text("reason")[:2000] or None


def version_named(text: str, key: str = "") -> tuple[str, int]:
    """Key and number of ``KEY@NUMBER``, or of a number alone where the scenario is known."""
    other, _, version = text.rpartition("@")
    if not version.isdecimal() or len(version) > 9 or not (other or key):  # noqa: PLR2004 - an integer's
        remedy = "Give the number of a version, or KEY@NUMBER."
        raise InvalidInput(field="version", value=text[:80] or "–", remedy=remedy)
    return other or key, int(version)


# --- pages ----------------------------------------------------------------------------------------


def _show_list(
    request: Request,
    reader: Viewer,
    number: int,
    *,
    done: str | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    portal = request.app.state.portal
    found = scenario_page(portal.database, reader.actor, reader.today, page=number)
    return page(
        request,
        reader,
        "scenarios.html",
        status=status_of(refusal) if refusal else 200,
        found=found,
        administers=reader.account.role is Role.ADMINISTRATOR,
        done=done,
        error=plain(refusal, reader.translate) if refusal else None,
    )


def _show_version(
    request: Request,
    reader: Viewer,
    key: str,
    version: int,
    *,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    portal = request.app.state.portal
    found = version_page(portal.database, key, version, reader.actor, reader.today)
    return page(
        request,
        reader,
        "scenario_version.html",
        status=status_of(refusal) if refusal else 200,
        found=found,
        v=found.version,
        scenario=found.definition,
        administers=reader.account.role is Role.ADMINISTRATOR,
        own_request=found.version.requested_by == reader.account.login,
        second_approval=publication.second_approval_needed(),
        drawing=_drawing(found, reader.language),
        words=lambda condition: _words(found, condition, reader),
        finding_names=finding_names(found.definition, reader),
        source_words=_source_words(found, reader),
        approvers=_approvers(portal, reader, found),
        weeks=_weeks(reader.today) if found.version.state is VersionState.VALIDATED else (),
        done=done,
        error=plain(refusal, reader.translate) if refusal else None,
        sent=sent.values() if sent else {},
    )


def _source_words(found: VersionPage, reader: Viewer) -> Callable[[str], str]:
    """How sources are said, with their marks in words."""
    if found.definition is None:
        return str
    return Words(found.definition, reader.translate, reader.language).source


def _approvers(portal: PortalHere, reader: Viewer, found: VersionPage) -> int:
    """How many administrators could approve a publication that the reader asks for, or asked for."""
    if found.version.state not in (VersionState.VALIDATED, VersionState.REQUESTED):
        return 0
    known = accounts.with_role(portal.database, Role.ADMINISTRATOR)
    return sum(one.login != reader.account.login for one in known)


def _drawing(found: VersionPage, language: str) -> str | None:
    if found.definition is None:
        return None
    try:
        return svg(found.definition, language, lambda code: f"#item-{code}", inline=True)
    except TooLargeToDraw:
        return None


def _words(found: VersionPage, condition: str, reader: Viewer) -> str:
    if found.definition is None:
        return condition
    return condition_words(condition, found.definition, reader.language, reader.translate)


def _weeks(today: date) -> list[list[CalendarDay]]:
    """The working calendar from the Monday of this week."""
    calendar = working_calendar()
    monday = today - timedelta(days=today.weekday())
    days = [calendar.day(monday + timedelta(days=n)) for n in range(7 * WEEKS)]
    return [days[start : start + 7] for start in range(0, len(days), 7)]
