"""The rehearsal of a scenario in the portal: how projects would fare, and how past ones would have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from rules.rehearsal import Forecast
from services.rehearsal.forecast import MOST_PROJECTS, forecast_view
from services.rehearsal.past_projects import replay_projects, replay_view
from services.rehearsal.requests import MOST_ACTS, RehearsalTerms, simulated
from services.scenarios.findings import sound_version
from services.scenarios.pages.rehearsal import departments_of, rehearsal_page
from services.scenarios.record import check_reader
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.pages.rehearsal.charts import HEIGHT, WIDTH, department_bars, histogram, item_bars
from web.portal import Portal, portal_of
from web.viewer import SignedIn, Viewer

router = APIRouter()

CAPACITY = "capacity_"


@dataclass(frozen=True)
class Rehearsed:
    """What came of a rehearsal, for the page."""

    forecast: Forecast | None = None
    replay: dict[str, Any] | None = None
    context: dict[str, Any] = field(default_factory=dict)


@router.get("/scenarios/{key}/{version:int}/rehearsal")
def rehearsal(request: Request, viewer: SignedIn, key: str, version: int) -> Response:
    """What to rehearse."""
    return _show(request, viewer, key, version)


@router.post("/scenarios/{key}/{version:int}/rehearsal")
def rehearse(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Simulate projects, or replay past ones."""
    viewer, sent = form
    check_reader(viewer.actor)
    portal = portal_of(request)
    try:
        with portal.database.reading() as connection:
            definition = sound_version(connection, key, version)
        with portal.rehearsals.place(viewer.account.login):
            if sent.text("step") == "replay":
                outcome = _replayed(portal, viewer, definition)
            else:
                outcome = _simulated(portal, viewer, definition, sent)
    except REFUSALS as fault:
        return _show(request, viewer, key, version, sent=sent, refusal=fault)
    return _show(request, viewer, key, version, sent=sent, outcome=outcome)


def _simulated(
    portal: Portal, viewer: Viewer, definition: ScenarioDefinition, sent: Submission
) -> Rehearsed:
    terms = terms_of(sent, definition)
    forecast = simulated(portal.database, viewer.today, definition, terms)
    view = forecast_view(definition, forecast, viewer.language)
    context = {
        "chart": histogram(forecast),
        "by_item": item_bars(definition, forecast),
        "by_department": department_bars(definition, forecast),
        "view": view,
        "document": json.dumps(view, ensure_ascii=False, indent=1),
    }
    return Rehearsed(forecast=forecast, context=context)


def _replayed(portal: Portal, viewer: Viewer, definition: ScenarioDefinition) -> Rehearsed:
    with portal.database.reading() as connection:
        outcome = replay_projects(connection, definition, viewer.today)
    return Rehearsed(replay=replay_view(outcome, viewer.translate, viewer.language))


def terms_of(sent: Submission, definition: ScenarioDefinition) -> RehearsalTerms:
    """What the form asks for; raises ``ValidationError`` naming what is wrong."""
    names = ("projects", "seed", "begins", "over")
    terms: dict[str, Any] = {name: sent.text(name) for name in names if sent.text(name)}
    capacities = {
        key: sent.text(CAPACITY + key)
        for key in departments_of(definition)
        if sent.text(CAPACITY + key)
    }
    return RehearsalTerms.model_validate(
        {**terms, "history": bool(sent.text("history")), "capacities": _counts(capacities)}
    )


def _counts(capacities: dict[str, str]) -> dict[str, int]:
    """Acts a day by department."""
    counts: dict[str, int] = {}
    for key, text in capacities.items():
        if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= MOST_ACTS:
            raise CapacityNotPossible(value=text[:40], limit=MOST_ACTS)
        counts[key] = int(text)
    return counts


class CapacityNotPossible(KaigongError):
    template = "capacity: {value} is no number of acts a day; give a whole number from 1 to {limit}, or leave it empty."
    field = "capacity"


def _show(
    request: Request,
    viewer: Viewer,
    key: str,
    version: int,
    *,
    sent: Submission | None = None,
    outcome: Rehearsed | None = None,
    refusal: Exception | None = None,
) -> Response:
    page = rehearsal_page(portal_of(request).database, viewer, key, version)
    outcome = outcome or Rehearsed()
    given = sent is not None and any(
        sent.text(CAPACITY + department) for department, _ in page.departments
    )
    return show(
        request,
        viewer,
        "scenarios/rehearsal.html",
        page=page,
        forecast=outcome.forecast,
        replay=outcome.replay,
        most=MOST_PROJECTS,
        capacities_given=given,
        size=(WIDTH, HEIGHT),
        sent=sent,
        refusal=refusal,
        **outcome.context,
    )
