"""The signed file of a scenario, as portal and API hand it over."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from services.scenarios import transfer as scenario_transfer
from services.scenarios.record import check_administrator
from web.viewer import PortalHere, Viewer


def export_answer(portal: PortalHere, viewer: Viewer, key: str, version: int | None) -> Response:
    """The signed file, to be saved."""
    check_administrator(viewer.actor)
    with portal.database.reading() as connection:
        content = scenario_transfer.export(
            connection, key, version, viewer.account.login, viewer.now
        )
    name = quote(f"{key}-{version}.json" if version else f"{key}.json")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/json", headers=headers)
