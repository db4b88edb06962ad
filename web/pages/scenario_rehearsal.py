"""The rehearsal of a scenario in the portal: how projects would fare, and how past ones would have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, ValidationError

from models.definition import ScenarioDefinition
from models.errors import KaigongError
from rules.simulation import Forecast, Options, Paces
from services import scenarios
from services.scenario_admin.files import NotPublishable
from services.scenario_admin.findings import sound_version
from services.scenario_admin.forecast import MOST_PROJECTS, forecast_apart, forecast_view
from services.scenario_admin.record import check_reader
from services.scenario_admin.rehearsal import observed_paces, replay_projects, replay_view
from services.wording.names import department_name
from services.working_calendar import working_calendar
from web.forms import OwnForm, Submission
from web.portal import Portal, portal_of
from web.problems import as_refusal, plain, status_of
from web.rehearsal_charts import HEIGHT, WIDTH, department_bars, histogram, item_bars
from web.rendering import page
from web.viewer import SignedIn, Viewer

router = APIRouter()

CAPACITY = "capacity_"


class Wanted(BaseModel):
    """What a rehearsal is told beside the scenario."""

    projects: int = Field(1000, ge=1, le=MOST_PROJECTS)
    seed: int = Field(1, ge=0, le=2**31)
    begins: date | None = None
    over: int = Field(250, ge=1, le=5000)
    history: bool = False
    capacities: dict[str, int] = Field(default_factory=dict)


@dataclass(frozen=True)
class Rehearsed:
    """What came of a rehearsal, for the page."""

    forecast: Forecast | None = None
    replay: dict[str, Any] | None = None
    context: dict[str, Any] = field(default_factory=dict)


@router.get("/scenarios/{key}/{version:int}/rehearsal")
def rehearsal(request: Request, reader: SignedIn, key: str, version: int) -> Response:
    """What to rehearse."""
    return _show(request, reader, key, version)


@router.post("/scenarios/{key}/{version:int}/rehearsal")
def rehearse(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Simulate projects, or replay past ones."""
    reader, sent = form
    check_reader(reader.actor)
    portal = portal_of(request)
    try:
        with portal.database.reading() as connection:
            definition = sound_version(connection, key, version)
        with portal.rehearsals.place(reader.account.login):
            if sent.text("step") == "replay":
                found = _replayed(portal, reader, definition)
            else:
                found = _simulated(portal, reader, definition, sent)
    except (KaigongError, ValidationError) as fault:
        return _show(request, reader, key, version, sent=sent, refusal=as_refusal(fault)[0])
    return _show(request, reader, key, version, sent=sent, found=found)


def _simulated(
    portal: Portal, reader: Viewer, definition: ScenarioDefinition, sent: Submission
) -> Rehearsed:
    wanted = wanted_of(sent, definition)
    forecast = simulated(portal, reader.today, definition, wanted)
    view = forecast_view(definition, forecast, reader.language)
    context = {
        "chart": histogram(forecast),
        "by_item": item_bars(definition, forecast),
        "by_department": department_bars(definition, forecast),
        "view": view,
        "document": json.dumps(view, ensure_ascii=False, indent=1),
    }
    return Rehearsed(forecast=forecast, context=context)


def simulated(
    portal: Portal, today: date, definition: ScenarioDefinition, wanted: Wanted
) -> Forecast:
    """The forecast that somebody wants, in a process of its own."""
    calendar, paces = working_calendar(), Paces()
    if wanted.history:
        with portal.database.reading() as connection:
            paces = observed_paces(connection, definition, calendar)
    options = Options(
        begins=wanted.begins or today,
        over=wanted.over,
        capacities=wanted.capacities,
        paces=paces,
    )
    return forecast_apart(definition, calendar, wanted.projects, wanted.seed, options)


def _replayed(portal: Portal, reader: Viewer, definition: ScenarioDefinition) -> Rehearsed:
    with portal.database.reading() as connection:
        found = replay_projects(connection, definition, reader.today)
    return Rehearsed(replay=replay_view(found, reader.translate, reader.language))


def wanted_of(sent: Submission, definition: ScenarioDefinition) -> Wanted:
    """What the form asks for; raises ``ValidationError`` naming what is wrong."""
    names = ("projects", "seed", "begins", "over")
    said: dict[str, Any] = {name: sent.text(name) for name in names if sent.text(name)}
    capacities = {
        key: sent.text(CAPACITY + key)
        for key in _departments(definition)
        if sent.text(CAPACITY + key)
    }
    return Wanted.model_validate(
        {**said, "history": bool(sent.text("history")), "capacities": _counts(capacities)}
    )


def _counts(capacities: dict[str, str]) -> dict[str, int]:
    """Acts a day by department."""
    found: dict[str, int] = {}
    for key, text in capacities.items():
        if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= MOST_ACTS:
            raise CapacityNotPossible(value=text[:40], limit=MOST_ACTS)
        found[key] = int(text)
    return found


#: Acts that a department manages in a day at most.
MOST_ACTS = 100_000


class NotSoundYet(KaigongError):
    """version: it has {count} faults and cannot be rehearsed before they are corrected; the first, in line {line}: {reason}"""

    field = "version"


class CapacityNotPossible(KaigongError):
    """capacity: {value} is no number of acts a day; give a whole number from 1 to {limit}, or leave it empty."""

    field = "capacity"


def _departments(definition: ScenarioDefinition) -> list[str]:
    return list(dict.fromkeys(item.department for item in definition.items))


def _show(
    request: Request,
    reader: Viewer,
    key: str,
    version: int,
    *,
    sent: Submission | None = None,
    found: Rehearsed | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    check_reader(reader.actor)
    definition, unsound = None, None
    with portal_of(request).database.reading() as connection:
        place = scenarios.version_of(connection, key, version)
        try:
            definition = sound_version(connection, key, version)
        except NotPublishable as fault:
            said = {name: fault.params[name] for name in ("count", "line", "reason")}
            unsound = plain(NotSoundYet(field="version", **said), reader.translate)
    found = found or Rehearsed()
    departments = _departments(definition) if definition else []
    return page(
        request,
        reader,
        "scenario_rehearsal.html",
        status=status_of(refusal) if refusal else 200,
        v=place,
        scenario=definition,
        unsound=unsound,
        departments=[(one, department_name(definition, one)) for one in departments if definition],
        forecast=found.forecast,
        replay=found.replay,
        most=MOST_PROJECTS,
        capacities_given=any(sent.text(CAPACITY + one) for one in departments) if sent else False,
        size=(WIDTH, HEIGHT),
        sent=sent.values() if sent else {},
        error=plain(refusal, reader.translate) if refusal else None,
        **found.context,
    )
