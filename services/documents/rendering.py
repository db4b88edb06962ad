"""Official documents as pages: a face goes in, PDF comes out, the same bytes every time.

The pages are set by Typst from ``config/templates/documents``: one template per kind, and
``certificate.typ`` for whatever a scenario's items end in and has no page of its own.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from config.official_documents import TEMPLATES, font_folder
from config.settings import get_settings
from models.documents.official_document import DocumentCategory
from models.errors import Unavailable
from models.scenarios.dictionary import CERTIFICATE

Format = Literal["pdf", "png"]


def sheet(face: Mapping[str, Any], kind: str, category: str, number: str) -> dict[str, Any]:
    """Everything that is printed: the face, its number and its template."""
    own = face.get("template", CERTIFICATE)
    template = own if category == DocumentCategory.CERTIFICATE else kind
    return {**face, "template": template, "number": number}


def templates() -> frozenset[str]:
    """Names of the available page templates."""
    return frozenset(path.stem for path in TEMPLATES.glob("*.typ"))


def render(page: Mapping[str, Any], address: str, format_: Format = "pdf") -> bytes:
    """The page of a :func:`sheet`; its QR code leads to ``address``, where everyone can verify it.

    PNG holds the first page alone. Raises :class:`Unavailable` when the page cannot be set.
    """
    template = TEMPLATES / f"{page['template']}.typ"
    inputs = {
        "sheet": json.dumps(page, ensure_ascii=False, sort_keys=True),
        "address": address,
        "qr": qr_code(address),
    }
    return set_page(template, inputs, format_, date.fromisoformat(page["dated"]))


def set_page(
    template: Path,
    inputs: Mapping[str, str],
    format_: Format = "pdf",
    dated: date = date(2000, 1, 1),
) -> bytes:
    """The page that a template makes of its inputs; ``dated`` stands in the file as its day.

    Raises :class:`Unavailable` when the page cannot be set.
    """
    try:
        made: Any = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=_fonts(font_folder(), get_settings().rare_fonts),
            format=format_,
            ppi=144,
            sys_inputs=dict(inputs),
            timestamp=int(datetime(dated.year, dated.month, dated.day, tzinfo=UTC).timestamp()),
        )
    except typst.TypstError as error:
        raise Unavailable(
            part=f"document template {template.stem}",
            reason=str(error),
            remedy=f"Correct the template in config/templates/{template.parent.name}.",
        ) from error
    pages = made if isinstance(made, list) else [made]
    return bytes(pages[0])


def qr_code(address: str, *, scale: int = 1) -> str:
    """The QR code of an address as SVG; ``scale`` is the length of a module in pixels."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, scale=scale
    )
    return out.getvalue().decode()


@lru_cache(maxsize=2)
def _fonts(folder: Path, rare: Path | None) -> typst.Fonts:
    """The font of every document, on every machine, and those for what it lacks; reading it takes a tenth
    of a second.
    """
    folders = [str(folder), *([str(rare)] if rare is not None else ())]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)
