"""Papers and documents: what was handed in, what was issued, and whether a document still stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from models.people.actor import Actor
from services.documents import writing as documents
from services.documents.verification import check_may_read, verify
from web.answers.files import file_answer, paper_answer, version_answer
from web.answers.verification import guesses_counted
from web.pages.answer import show
from web.security_log import PERSONAL_DATA, log_by
from web.viewer import PortalHere, SignedIn, Viewer, Visitor, VisitorHere

router = APIRouter()
#: Whether a photo is wanted as it was handed in.
Original = Annotated[bool, Query()]


@router.get("/projects/{code}/papers/{material}", dependencies=[PERSONAL_DATA])
def paper(
    viewer: SignedIn, portal: PortalHere, code: str, material: str, *, original: Original = False
) -> Response:
    """A paper of a project, for whoever may see the project; a phone's photo as a picture."""
    return paper_answer(portal.database, viewer, code, material, original=original)


@router.get("/projects/{code}/papers/{material}/{sha256}", dependencies=[PERSONAL_DATA])
def version(
    viewer: SignedIn, portal: PortalHere, code: str, material: str, sha256: str
) -> Response:
    """A paper in the version of this fingerprint, for whoever may see the project."""
    return version_answer(portal.database, viewer, code, material, sha256)


@router.get("/verify/{token}")
def verification(request: Request, viewer: VisitorHere, portal: PortalHere, token: str) -> Response:
    """Whether a document still stands; open to everyone who holds it."""
    with guesses_counted(request):
        document = verify(portal.database, token, actor_of(viewer))
    return show(request, viewer, "documents/verify.html", document=document)


@router.get("/verify/{token}/file", dependencies=[PERSONAL_DATA])
def document_file(
    request: Request, viewer: VisitorHere, portal: PortalHere, token: str
) -> Response:
    """The document itself as PDF; a letter between authorities for them alone."""
    with guesses_counted(request):
        check_may_read(portal.database, token, actor_of(viewer))
    document = documents.document_file(portal.database, token)
    log_by(request, route="/verify/{token}/file", document=document.name)
    return file_answer(document.content, document.name)


def actor_of(viewer: Visitor) -> Actor | None:
    """The actor of a viewer; ``None`` for the public."""
    return viewer.actor if isinstance(viewer, Viewer) else None
