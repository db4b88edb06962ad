"""``/api/v1``: files that are handed in, papers of a project, documents that are verified."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from services.documents.files import StoredFile
from services.documents.verification import VerifiedDocument, verify
from web.answers.files import paper_answer, version_answer
from web.answers.verification import guesses_counted
from web.security_log import PERSONAL_DATA
from web.uploads import store_sent
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1")


@router.post("/files", status_code=201, tags=["files"])
def upload(viewer: ByToken, portal: PortalHere, file: Annotated[UploadFile, File()]) -> StoredFile:
    """Keep a file; its fingerprint `sha256` is what `submit_material` names."""
    name = file.filename or "file"
    return store_sent(portal, viewer, file.file, name)


@router.get("/projects/{code}/papers/{material}", tags=["files"], dependencies=[PERSONAL_DATA])
def paper(viewer: ByToken, portal: PortalHere, code: str, material: str) -> Response:
    """A paper of a project, as it was handed in."""
    return paper_answer(portal.database, viewer, code, material)


@router.get(
    "/projects/{code}/papers/{material}/{sha256}", tags=["files"], dependencies=[PERSONAL_DATA]
)
def version(viewer: ByToken, portal: PortalHere, code: str, material: str, sha256: str) -> Response:
    """A paper in the version of this fingerprint, whatever was handed in since; decisions name theirs."""
    return version_answer(portal.database, viewer, code, material, sha256)


@router.get("/documents/{token}", tags=["documents"])
def document(request: Request, portal: PortalHere, token: str) -> VerifiedDocument:
    """Whether an issued document still stands; needs no token of a person."""
    with guesses_counted(request):
        return verify(portal.database, token)
