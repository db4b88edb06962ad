"""Sample forms 样表 and blank forms of items: open to everyone, free of charge."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.scenarios.guides import pages
from services.scenarios.guides.guides import scenario_on_display
from services.scenarios.guides.sample_forms import sample_form
from web.pages.answer import show
from web.pages.scenarios.guides import GuideKey
from web.viewer import PortalHere, VisitorHere

router = APIRouter()


@router.get("/guides/{key}/items/{code}/sample")
def sample(
    request: Request,
    viewer: VisitorHere,
    portal: PortalHere,
    key: GuideKey,
    code: GuideKey,
    blank: bool = False,
) -> Response:
    """The sample form of an item, or the blank one."""
    with portal.database.reading() as connection:
        scenario = scenario_on_display(connection, key, viewer.today)
    blocks = sample_form(
        scenario, code, viewer.translate, viewer.language, viewer.today, blank=blank
    )
    return show(
        request,
        viewer,
        "scenarios/sample.html",
        scenario=scenario,
        code=code,
        blank=blank,
        form=pages.as_part(blocks[1:]),
        title=pages.title_of(blocks),
    )
