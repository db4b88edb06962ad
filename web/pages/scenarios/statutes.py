"""The table of statutes 法条对照: open to everyone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.scenarios.statutes import lines, view
from web.pages.answer import show
from web.viewer import VisitorHere

router = APIRouter()


@router.get("/statutes")
def statutes(request: Request, viewer: VisitorHere) -> Response:
    """What the law asks, row by row, and where it is kept."""
    rows = [view(line, viewer.translate, viewer.language) for line in lines(viewer.today)]
    return show(request, viewer, "scenarios/statutes.html", rows=rows)
