"""The signed file of a scenario, as portal and API hand it over."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from services.scenario_admin import transfer as scenario_transfer
from services.scenario_admin.record import check_administrator
from web.viewer import PortalHere, Viewer


def export_answer(portal: PortalHere, reader: Viewer, key: str, version: int | None) -> Response:
    """The signed file, to be saved."""
    check_administrator(reader.actor)
    with portal.database.reading() as connection:
        content = scenario_transfer.export(
            connection, key, version, reader.account.login, reader.now
        )
    name = quote(f"{key}-{version}.json" if version else f"{key}.json")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/json", headers=headers)
