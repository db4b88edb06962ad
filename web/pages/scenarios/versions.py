"""Scenarios for administrators: the list with its versions, one version, the steps of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import InvalidInput
from models.people.actor import Role
from models.scenarios.life import HARD_TO_UNDO, ScenarioAct
from rules.formats import day_from_text
from services.scenarios import drafts, publication
from services.scenarios.overview import scenario_page, scenario_versions
from services.scenarios.pages.version import version_desk
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.portal import portal_of
from web.proof import check_proof
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/scenarios")
def scenario_list(
    request: Request,
    viewer: SignedIn,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Every scenario with its versions."""
    return _show_list(request, viewer, number, done=done or None)


@router.post("/scenarios")
def start(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Start the next version of a scenario, from the one that the form names."""
    viewer, sent = form
    try:
        key, version = _started(portal, viewer, sent)
    except REFUSALS as error:
        return _show_list(request, viewer, 1, refusal=error)
    return RedirectResponse(f"/scenarios/{key}/{version}?done={ScenarioAct.START}", 303)


@router.get("/scenarios/{key}")
def scenario(viewer: SignedIn, portal: PortalHere, key: str) -> Response:
    """The version that new projects are registered on, else the newest one."""
    lines = scenario_versions(portal.database, key, viewer.actor, viewer.today)
    chosen = next((line for line in lines if line.in_force), lines[0])
    return RedirectResponse(f"/scenarios/{key}/{chosen.version.version}", 303)


@router.get("/scenarios/{key}/{version:int}")
def one_version(
    request: Request,
    viewer: SignedIn,
    key: str,
    version: int,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One version with everything that an administrator decides on."""
    return _show_version(request, viewer, key, version, done=done or None)


@router.post("/scenarios/{key}/{version:int}/acts")
def act(request: Request, form: OwnForm, portal: PortalHere, key: str, version: int) -> Response:
    """Take a version to the next step of its life; who may do so is checked with the act."""
    viewer, sent = form
    name = sent.text("act")
    if name in HARD_TO_UNDO:
        check_proof(request, viewer, sent)
    try:
        _ACTS.get(name, _unknown)(portal, viewer, key, version, sent)
    except REFUSALS as error:
        return _show_version(request, viewer, key, version, sent=sent, refusal=error)
    address = "/scenarios" if name == ScenarioAct.DISCARD else f"/scenarios/{key}/{version}"
    return RedirectResponse(f"{address}?done={name}", 303)


# --- acts -----------------------------------------------------------------------------------------


def _started(portal: PortalHere, viewer: Viewer, sent: Submission) -> tuple[str, int]:
    """A draft that begins with the version ``KEY@NUMBER``."""
    key, version = version_named(sent.text("from"))
    return drafts.start_draft(portal.database, key, version, viewer.actor, viewer.now)


def _validate(
    portal: PortalHere, viewer: Viewer, key: str, version: int, _sent: Submission
) -> None:
    drafts.validate_draft(portal.database, key, version, viewer.actor, viewer.now)


def _discard(portal: PortalHere, viewer: Viewer, key: str, version: int, _sent: Submission) -> None:
    drafts.discard_draft(portal.database, key, version, viewer.actor, viewer.now)


def _request(portal: PortalHere, viewer: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.request_publication(
        portal.database,
        key,
        version,
        viewer.actor,
        viewer.now,
        effective_on=_day(sent.text("effective_on")),
        reason=_reason(sent),
    )


def _withdraw(
    portal: PortalHere, viewer: Viewer, key: str, version: int, _sent: Submission
) -> None:
    publication.withdraw_request(portal.database, key, version, viewer.actor, viewer.now)


def _approve(portal: PortalHere, viewer: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.approve_publication(
        portal.database,
        key,
        version,
        viewer.actor,
        viewer.now,
        seen_hash=sent.text("seen_hash") or None,
    )


def _decline(portal: PortalHere, viewer: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.decline_publication(
        portal.database, key, version, viewer.actor, viewer.now, _reason(sent) or ""
    )


def _retire(portal: PortalHere, viewer: Viewer, key: str, version: int, sent: Submission) -> None:
    publication.retire_version(
        portal.database, key, version, viewer.actor, viewer.now, reason=_reason(sent)
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
        return day_from_text(text) if text else None
    except ValueError as fault:
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
    viewer: Viewer,
    number: int,
    *,
    done: str | None = None,
    refusal: Exception | None = None,
) -> Response:
    listing = scenario_page(portal_of(request).database, viewer.actor, viewer.today, page=number)
    return show(
        request,
        viewer,
        "scenarios/scenarios.html",
        listing=listing,
        administers=viewer.account.role is Role.ADMINISTRATOR,
        done=done,
        refusal=refusal,
    )


def _show_version(
    request: Request,
    viewer: Viewer,
    key: str,
    version: int,
    *,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    desk = version_desk(portal_of(request).database, viewer, key, version)
    return show(
        request,
        viewer,
        "scenarios/version.html",
        page=desk,
        done=done,
        sent=sent,
        refusal=refusal,
    )
