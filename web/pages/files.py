"""Papers and documents: what was handed in, what was issued, and whether a document still stands."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.actor import Actor
from models.errors import NotFound
from services.documents import writing as documents
from services.documents.files import SHOWN_IN_PLACE, FileContent, read_file
from services.documents.verification import check_may_read, verify
from services.store import load
from services.unit_of_work import Database
from services.views.visibility import check_may_see
from web.rendering import page
from web.viewer import PortalHere, SignedIn, Viewer, Visitor, VisitorHere

router = APIRouter()

#: A file is shown without anything of ours around it, and may run nothing.
FILE_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'"


@router.get("/projects/{code}/papers/{material}")
def paper(reader: SignedIn, portal: PortalHere, code: str, material: str) -> Response:
    """A paper of a project, for whoever may see the project."""
    return paper_answer(portal.database, reader, code, material)


@router.get("/verify/{token}")
def verification(request: Request, reader: VisitorHere, portal: PortalHere, token: str) -> Response:
    """Whether a document still stands; open to everyone who holds it."""
    document = verify(portal.database, token, actor_of(reader))
    return page(request, reader, "verify.html", document=document)


@router.get("/verify/{token}/file")
def document_file(reader: VisitorHere, portal: PortalHere, token: str) -> Response:
    """The document itself as PDF; a letter between authorities for them alone."""
    check_may_read(portal.database, token, actor_of(reader))
    document = documents.document_file(portal.database, token)
    return file_answer(document.content, document.name)


def actor_of(reader: Visitor) -> Actor | None:
    """Who reads; ``None`` for the public."""
    return reader.actor if isinstance(reader, Viewer) else None


def paper_answer(database: Database, reader: Viewer, code: str, material: str) -> Response:
    """The file of a paper; 404 when nothing was handed in under this name."""
    with database.reading() as connection:
        facts = load(connection, code).facts
    check_may_see(reader.actor, facts)
    found = facts.materials.get(material)
    if found is None or found.sha256 is None:
        remedy = "Nothing was handed in under this name."
        raise NotFound(field="material", value=material, remedy=remedy)
    return file_answer(read_file(database, found.sha256), found.file_name or material)


def file_answer(file: FileContent, name: str) -> Response:
    """A file as it was handed in: shown in place where that is safe, else saved."""
    how = "inline" if file.media_type in SHOWN_IN_PLACE else "attachment"
    media_type = file.media_type + ("; charset=utf-8" if file.media_type == "text/plain" else "")
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": FILE_POLICY,
        "Cache-Control": "private, no-store",
    }
    return Response(file.content, media_type=media_type, headers=headers)
