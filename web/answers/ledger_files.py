"""A ledger as a file, as portal and API hand it over; who took it stands in the security log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from services.cases.ledgers.page import ledger_file
from services.cases.ledgers.registry import ledger_of
from services.ledgers.cells import name_of
from services.ledgers.export import FileFormat
from web.security_log import log_by
from web.viewer import PortalHere, Viewer

_AT_ONCE = 1 << 16


def asked_of(request: Request) -> dict[str, str]:
    """The parameters of an address; of one that stands there several times, all values."""
    asked: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        asked[name] = f"{asked[name]},{value}" if asked.get(name) else value
    return asked


def file_answer(
    request: Request,
    portal: PortalHere,
    viewer: Viewer,
    key: str,
    asked: Mapping[str, str],
    kind: FileFormat,
) -> Response:
    """The file, to be saved."""
    written = ledger_file(portal.database, viewer, key, asked, kind)
    ledger = ledger_of(key)
    filters = " ".join(f"{n}={asked[n]}" for n in ledger.parameters if asked.get(n))
    log_by(request, ledger=key, format=kind.value, lines=str(written.lines), filters=filters or "-")
    title = name_of(ledger.name, viewer.language, viewer.translate)
    name = quote(f"{title}-{viewer.today.isoformat()}.{kind.value}")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
        "X-Lines": str(written.lines),
    }
    return StreamingResponse(_parts(written.content), media_type=kind.media_type, headers=headers)


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(_AT_ONCE):
            yield part
