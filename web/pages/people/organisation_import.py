"""The organisation from a workbook: looked at row by row, then taken, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.people.units.importing import (
    OrganisationNotImported,
    Preview,
    import_organisation,
    preview,
)
from web.forms import Submission
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import NoFileChosen
from web.pages.people.people import check_administrator
from web.proof import ProvenForm
from web.sessions import origin_of
from web.viewer import PortalHere, SignedIn

router = APIRouter()

PAGE = "/admin/organisation/import"
TEMPLATE = "people/organisation_import.html"


@router.get(PAGE)
def form(request: Request, viewer: SignedIn) -> Response:
    """Choose a workbook."""
    check_administrator(viewer)
    return show(request, viewer, TEMPLATE, preview=None, taken=False, faults=())


@router.post(PAGE)
def read(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """What an import would do, or the import itself; each fault with its sheet, row and column."""
    viewer, sent = form
    check_administrator(viewer)
    takes = bool(sent.text("take"))
    database, origin = portal.database, origin_of(request, viewer.account.login)

    def done(path: Path) -> Preview:
        if takes:
            return import_organisation(database, path, viewer.now, origin)
        return preview(database, path, viewer.now)

    try:
        lines = _with_file(sent, done)
    except REFUSALS as error:
        faults = error.faults if isinstance(error, OrganisationNotImported) else ()
        return show(
            request, viewer, TEMPLATE, refusal=error, preview=None, taken=False, faults=faults
        )
    return show(request, viewer, TEMPLATE, preview=lines, taken=takes, faults=())


def _with_file(sent: Submission, done: Callable[[Path], Preview]) -> Preview:
    upload = sent.files.get("file")
    if upload is None:
        raise NoFileChosen
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(upload.name).name or "book.xlsx")
        path.write_bytes(upload.content.read())
        return done(path)
