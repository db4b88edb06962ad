"""The organisation for the administrator: units, posts, absences; every form is made from its act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models.cases.commands import Entry
from models.errors import InvalidInput
from rules.cases.declarations.form import entries
from rules.people.posts import EFFECTS
from services.organisation.declaration import By
from services.organisation.page import organisation_page
from services.organisation.registry import command_reader, execute, organisation_acts
from services.people.powers.delegations import delegable
from services.wording.words import act_word
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
    page = organisation_page(portal.database, viewer.now)
    return show(
        request,
        viewer,
        "people/organisation.html",
        page=page,
        acts=tuple(organisation_acts().values()),
        entries=entries,
        choices=_choices(page, viewer),
        unit_names={
            line.unit.key: line.unit.name.in_language(viewer.language) for line in page.units
        },
        effects=EFFECTS,
        sent=sent,
        refusal=refusal,
    )


def _choices(page: Any, viewer: Viewer) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """What there is to choose from, by the way of entry: value and words."""
    units = (
        (line.unit.key, "　" * line.depth + line.unit.name.in_language(viewer.language))
        for line in page.units
        if not line.unit.to_on
    )
    acts = tuple((act, act_word(act, viewer.translate)) for act in delegable())
    return {Entry.UNIT.value: tuple(units), Entry.TICKS.value: acts}


def _document(sent: Submission) -> dict[str, Any]:
    act = organisation_acts().get(sent.text("act"))
    if act is None:
        remedy = "Use the buttons of the page."
        raise InvalidInput(field="act", value=sent.text("act"), remedy=remedy)
    return document_of(sent, act.command)
