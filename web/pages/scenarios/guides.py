"""Guides for applicants 办事指南: open to everyone, for all projects or for the one that is described."""

from __future__ import annotations

import threading
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.params import Path
from fastapi.responses import Response

from config.texts import Word
from models.errors import KaigongError, Unavailable
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from rules.scenarios.attributes import attribute_from_text
from services.scenarios.guides import pages as guide_pages
from services.scenarios.guides.guides import guide_for, scenario_on_display
from services.scenarios.published import every_effective
from web.forms import Submission
from web.pages.answer import show
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
def guides(request: Request, viewer: VisitorHere, portal: PortalHere) -> Response:
    """Every guide that is on display."""
    with portal.database.reading() as connection:
        scenarios = every_effective(connection, viewer.today)
    return show(request, viewer, "scenarios/guides.html", scenarios=scenarios)


@router.get("/guides/{key}")
def guide(request: Request, viewer: VisitorHere, portal: PortalHere, key: GuideKey) -> Response:
    """The guide to one scenario; with answers, for a project that is like this."""
    with portal.database.reading() as connection:
        scenario = scenario_on_display(connection, key, viewer.today)
    refusal, answers = None, None
    try:
        answers = _answers(request, scenario)
        blocks, _ = guide_for(scenario, answers, viewer.translate, viewer.language)
    except KaigongError as error:
        refusal = error
        blocks, _ = guide_for(scenario, None, viewer.translate, viewer.language)
    return show(
        request,
        viewer,
        "scenarios/guide.html",
        scenario=scenario,
        # The title stands above the questions.
        guide=guide_pages.as_part(blocks[1:]),
        title=guide_pages.title_of(blocks),
        answers=answers,
        query=request.url.query,
        refusal=refusal,
        sent=_typed(request) if refusal else None,
    )


def _typed(request: Request) -> Submission:
    """What was typed, to fill the questions again."""
    return Submission({name: [text] for name, text in request.query_params.items()})


@router.get("/guides/{key}/pdf")
def guide_file(
    request: Request, viewer: VisitorHere, portal: PortalHere, key: GuideKey
) -> Response:
    """The same as PDF."""
    with portal.database.reading() as connection:
        scenario = scenario_on_display(connection, key, viewer.today)
    content = _pdf(scenario, _answers(request, scenario), viewer)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(key)}.pdf"}
    return Response(content, media_type="application/pdf", headers=headers)


def _pdf(
    scenario: ScenarioDefinition, answers: dict[str, AttributeValue] | None, viewer: Visitor
) -> bytes:
    blocks, _ = guide_for(scenario, answers, viewer.translate, viewer.language)
    if not _SETTING.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable(
            part=Word("guide as PDF"),
            reason=Word("too many at once"),
            remedy="Print the page, or try again.",
        )
    try:
        return guide_pages.as_pdf(blocks, viewer.language)
    finally:
        _SETTING.release()


def _answers(request: Request, scenario: ScenarioDefinition) -> dict[str, AttributeValue] | None:
    """What the form said of the project; ``None`` on the first look."""
    query = request.query_params
    if ANSWERED not in query:
        return None
    answers: dict[str, AttributeValue] = {}
    for attribute in scenario.attributes:
        text = query.get(ATTRIBUTE + attribute.key, "")[:LONGEST].strip()
        if attribute.type == "boolean":
            answers[attribute.key] = bool(text)
        elif text:
            answers[attribute.key] = attribute_from_text(scenario, attribute.key, text)
    return answers
