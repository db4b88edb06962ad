"""The search in the head of every page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.pages.search import exact_page, search_page
from web.pages.answer import show
from web.viewer import PortalHere, SignedIn

router = APIRouter()


@router.get("/search")
def search(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """What bears the words; a number that is exact leads straight to its page."""
    address = exact_page(portal.database, viewer, q)
    if address is not None:
        return RedirectResponse(address, 303)
    page = search_page(portal.database, viewer, q)
    return show(request, viewer, "cases/search.html", page=page)
