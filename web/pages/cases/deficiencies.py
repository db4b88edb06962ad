"""What is owed and what a broken commitment leaves behind: deficiency ledger and credit record."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from rules.ledgers.catalogue import DEFICIENCIES
from services.cases.ledgers.page import ledger_page
from services.cases.views.sight import check_sees
from services.enterprises.credit_list import credit_page
from web.answers.ledger_files import asked_of
from web.forms import OwnForm
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import submit_form
from web.pages.ledgers.showing import shown
from web.portal import portal_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get("/deficiencies")
def ledger(request: Request, viewer: SignedIn, portal: PortalHere) -> Response:
    """The deficiency ledger, of the projects that the viewer may see."""
    page = ledger_page(portal.database, viewer, DEFICIENCIES.key, asked_of(request))
    return show(request, viewer, "cases/deficiencies.html", **shown(viewer, page))


@router.get("/credit")
def credit_record(
    request: Request,
    viewer: SignedIn,
    number: PageNumber = 1,
    done: Annotated[Literal["", "repair_credit", "correct_credit"], Query()] = "",
) -> Response:
    """The credit record of the enterprises."""
    return _show_credit(request, viewer, number, done=done or None)


@router.post("/projects/{code}/credit")
def lift(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Repair or correct an entry that stands because of an item of a project."""
    viewer, sent = form
    try:
        submit_form(portal, viewer, code, sent)
    except REFUSALS as error:
        check_sees(portal.database, viewer.actor, code)
        return _show_credit(request, viewer, 1, refusal=error)
    return RedirectResponse(f"/credit?done={sent.text('act')}", 303)


def _show_credit(
    request: Request,
    viewer: Viewer,
    number: int,
    *,
    done: str | None = None,
    refusal: Exception | None = None,
) -> Response:
    page = credit_page(portal_of(request).database, viewer.actor, number)
    return show(request, viewer, "people/credit.html", page=page, done=done, refusal=refusal)
