"""The organisation for the administrator: units, posts, absences; every form is made from its act."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import InvalidInput
from rules.cases.declarations.form import entries
from services.organisation.declaration import By
from services.organisation.page import organisation_page
from services.organisation.registry import command_reader, execute, organisation_acts
from web.forms import Submission, document_of
from web.pages.answer import REFUSALS, show
from web.pages.people.people import check_administrator
from web.proof import ProvenForm
from web.sessions import origin_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

PAGE = "/admin/organisation"


@router.get(PAGE)
def organisation(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """The tree, the posts, who is away, and what does not hold together."""
    check_administrator(viewer)
    return _show(request, viewer, portal)


@router.post(PAGE)
def act(request: Request, form: ProvenForm, portal: PortalHere) -> Response:
    """One act, as its declaration says."""
    viewer, sent = form
    check_administrator(viewer)
    by = By(origin_of(request, viewer.account.login), viewer.now)
    try:
        command = command_reader().validate_python(_document(sent))
        execute(portal.database, command, by, viewer.actor)
    except REFUSALS as error:
        return _show(request, viewer, portal, sent=sent, refusal=error)
    return RedirectResponse(PAGE, 303)


def _show(
    request: Request,
    viewer: Viewer,
    portal: PortalHere,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    return show(
        request,
        viewer,
        "people/organisation.html",
        page=organisation_page(portal.database, viewer.now),
        entries=entries,
        sent=sent,
        refusal=refusal,
    )


def _document(sent: Submission) -> dict[str, Any]:
    act = organisation_acts().get(sent.text("act"))
    if act is None:
        remedy = "Use the buttons of the page."
        raise InvalidInput(field="act", value=sent.text("act"), remedy=remedy)
    return document_of(sent, act.command)
