"""Figures 指标 of what the viewer sees; each explains itself and leads to its rows."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from config.texts import Word
from models.errors import InvalidInput
from rules.figures.definition import Cut
from services.figures.page import figures_page
from web.pages.answer import show
from web.viewer import PortalHere, SignedIn

router = APIRouter()

#: Cut → its word.
CUT_WORDS = {
    Cut.DISTRICT: Word("District", ""),
    Cut.DEPARTMENT: Word("Department", ""),
    Cut.STAGE: Word("Stage", ""),
    Cut.SCENARIO: Word("Scenario", ""),
    Cut.ITEM: Word("Item", ""),
    Cut.STEWARD: Word("Steward", ""),
    Cut.CHANNEL: Word("Channel", ""),
    Cut.MONTH: Word("Month", ""),
}


@router.get("/figures")
def figures(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    first: Annotated[str, Query(max_length=10)] = "",
    last: Annotated[str, Query(max_length=10)] = "",
    cut: Annotated[str, Query(max_length=20)] = "",
    by: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Every figure of a period, as a whole and by one cut or two."""
    cuts = [Cut(each) for each in (cut, by) if each in set(Cut)]
    page = figures_page(portal.database, viewer, _day("first", first), _day("last", last), cuts)
    return show(
        request,
        viewer,
        "ledgers/figures.html",
        page=page,
        cut_words=CUT_WORDS,
        rows=lambda line, **more: "/ledgers/rounds?" + urlencode({**line.rows, **more}),
    )


def _day(name: str, given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise InvalidInput(field=name, value=given, remedy="Give a day as YYYY-MM-DD.") from None
