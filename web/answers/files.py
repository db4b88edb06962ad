"""Papers and documents as files."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse

from services.cases.pages import papers
from services.documents.files import FileContent
from services.documents.kinds import PHOTO, SHOWN_IN_PLACE, name_for, text_encoding
from services.documents.photos import MOST_BYTES, as_picture
from services.unit_of_work import Database
from web.viewer import Viewer

#: A file is shown without anything of ours around it, and may run nothing.
FILE_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'"


def shown(answered: FileContent, name: str) -> Response:
    """A file for a person to look at: a phone's photo as a picture, everything else as it is."""
    small = answered.media_type == PHOTO and answered.size <= MOST_BYTES
    picture = as_picture(answered.content) if small else None
    if picture is None:
        return file_answer(answered, name)
    headers = _headers(f"{name}.jpg", "inline", len(picture))
    return Response(picture, media_type="image/jpeg", headers=headers)


def paper_answer(
    database: Database, viewer: Viewer, code: str, material: str, *, original: bool = True
) -> Response:
    """The file of a paper; 404 when nothing that the viewer sees was handed in under this name."""
    name, file = papers.paper(database, viewer.actor, code, material)
    return file_answer(file, name) if original else shown(file, name)


def version_answer(
    database: Database, viewer: Viewer, code: str, material: str, sha256: str
) -> Response:
    """The file of a paper in a version that was handed in once, whatever came after it."""
    name, file = papers.paper_version(database, viewer.actor, code, material, sha256)
    return file_answer(file, name)


def file_answer(file: FileContent, name: str) -> Response:
    """A file as it was handed in: shown in place where that is safe, else saved."""
    how = "inline" if file.media_type in SHOWN_IN_PLACE else "attachment"
    media_type = file.media_type
    if media_type == "text/plain":
        media_type += f"; charset={text_encoding(file.head) or 'utf-8'}"
    headers = _headers(name_for(name, file.media_type), how, file.size)
    return StreamingResponse(file.parts, media_type=media_type, headers=headers)


def _headers(name: str, how: str, size: int) -> dict[str, str]:
    return {
        "Content-Length": str(size),
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": FILE_POLICY,
        "Cache-Control": "private, no-store",
    }
