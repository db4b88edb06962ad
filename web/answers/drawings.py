"""The picture of a scenario as a file."""

from __future__ import annotations

from fastapi.responses import Response

from models.errors import KaigongError
from services.scenarios.drawing import svg
from services.scenarios.findings import Examined

SVG = "image/svg+xml"


class NothingToDraw(KaigongError):
    template = "source: the text makes no scenario yet; the first fault, in line {line}: {reason}"
    field = "source"


def drawing_answer(examined: Examined, language: str) -> Response:
    """The picture of a text as a file; raises :class:`NothingToDraw`."""
    if examined.definition is None:
        first = examined.errors[0]
        raise NothingToDraw(line=first.line, reason=first)
    return Response(svg(examined.definition, language), media_type=SVG)
