"""Guides for applicants 办事指南: open to everyone, for all projects or for the one that is described."""

from __future__ import annotations

import threading
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.params import Path
from fastapi.responses import Response

from models.definition import ScenarioDefinition
from models.errors import KaigongError, Unavailable
from models.facts import AttributeValue
from rules.registration import attribute_from_text
from services.guides import pages as guide_pages
from services.guides.guide import guide_for, scenario_on_display, scenarios_on_display
from web.problems import plain, status_of
from web.rendering import page
from web.viewer import PortalHere, Visitor, VisitorHere

router = APIRouter()

#: Tells an answered form from a first look: a box that is not ticked sends nothing.
ANSWERED: Final = "answered"
ATTRIBUTE: Final = "attribute_"
LONGEST: Final = 100
#: Setting pages takes a processor for a moment: one at a time, and nobody waits for long.
_SETTING = threading.Lock()
_PATIENCE_SECONDS: Final = 5.0

GuideKey = Annotated[str, Path(max_length=64)]


@router.get("/guides")
def guides(request: Request, reader: VisitorHere, portal: PortalHere) -> Response:
    """Every guide that is on display."""
    with portal.database.reading() as connection:
        found = scenarios_on_display(connection, reader.today)
    return page(request, reader, "guides.html", scenarios=found)


@router.get("/guides/{key}")
def guide(request: Request, reader: VisitorHere, portal: PortalHere, key: GuideKey) -> Response:
    """The guide to one scenario; with answers, for a project that is like this."""
    with portal.database.reading() as connection:
        scenario = scenario_on_display(connection, key, reader.today)
    refusal, answers = None, None
    try:
        answers = _answers(request, scenario)
        blocks, _ = guide_for(scenario, answers, reader.translate, reader.language)
    except KaigongError as error:
        refusal = error
        blocks, _ = guide_for(scenario, None, reader.translate, reader.language)
    return page(
        request,
        reader,
        "guide.html",
        status=status_of(refusal) if refusal else 200,
        scenario=scenario,
        # The title stands above the questions.
        guide=guide_pages.as_part(blocks[1:]),
        title=guide_pages.title_of(blocks),
        answers=answers,
        query=request.url.query,
        error=plain(refusal, reader.translate) if refusal else None,
        sent=dict(request.query_params) if refusal else {},
    )


@router.get("/guides/{key}/pdf")
def guide_file(
    request: Request, reader: VisitorHere, portal: PortalHere, key: GuideKey
) -> Response:
    """The same as PDF."""
    with portal.database.reading() as connection:
        scenario = scenario_on_display(connection, key, reader.today)
    content = _pdf(scenario, _answers(request, scenario), reader)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(key)}.pdf"}
    return Response(content, media_type="application/pdf", headers=headers)


def _pdf(
    scenario: ScenarioDefinition, answers: dict[str, AttributeValue] | None, reader: Visitor
) -> bytes:
    blocks, _ = guide_for(scenario, answers, reader.translate, reader.language)
    if not _SETTING.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable(
            part="guide as PDF", reason="too many at once", remedy="Print the page, or try again."
        )
    try:
        return guide_pages.as_pdf(blocks, reader.language)
    finally:
        _SETTING.release()


def _answers(request: Request, scenario: ScenarioDefinition) -> dict[str, AttributeValue] | None:
    """What the form said of the project; ``None`` on the first look."""
    given = request.query_params
    if ANSWERED not in given:
        return None
    found: dict[str, AttributeValue] = {}
    for attribute in scenario.attributes:
        text = given.get(ATTRIBUTE + attribute.key, "")[:LONGEST].strip()
        if attribute.type == "boolean":
            found[attribute.key] = bool(text)
        elif text:
            found[attribute.key] = attribute_from_text(scenario, attribute.key, text)
    return found
