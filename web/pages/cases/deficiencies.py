"""What is owed and what a broken commitment leaves behind: deficiency ledger and credit record."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter

from models.cases.commands import Sentence
from services.cases.views.deficiency_ledger import deficiency_page
from services.enterprises import credit_lifting
from services.enterprises.credit_list import credit_page
from web.forms import OwnForm
from web.pages.answer import REFUSALS, show
from web.portal import portal_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

_REASON: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, Sentence])
_LIFT = {"repair": credit_lifting.repair, "correct": credit_lifting.correct}

PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get("/deficiencies")
def ledger(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    chosen: Annotated[Literal["open", "all"], Query(alias="show")] = "open",
    number: PageNumber = 1,
) -> Response:
    """The deficiency ledger, of the projects that the viewer may see."""
    page = deficiency_page(portal.database, viewer, number, closed=chosen == "all")
    return show(request, viewer, "cases/deficiencies.html", page=page, show=chosen)


@router.get("/credit")
def credit_record(
    request: Request,
    viewer: SignedIn,
    number: PageNumber = 1,
    done: Annotated[Literal["", "repair_credit", "correct_credit"], Query()] = "",
) -> Response:
    """The credit record of the enterprises."""
    return _show_credit(request, viewer, number, done=done or None)


@router.post("/credit/{entry}/{act}")
def lift(
    request: Request,
    form: OwnForm,
    portal: PortalHere,
    entry: int,
    act: Literal["repair", "correct"],
) -> Response:
    """Repair or correct an entry; who may do so is checked with the act."""
    viewer, sent = form
    try:
        reason = _REASON.validate_python({"reason": sent.text("reason")})["reason"]
        _LIFT[act](portal.database, entry, reason, viewer.actor, viewer.now)
    except REFUSALS as error:
        return _show_credit(request, viewer, 1, refusal=error)
    return RedirectResponse(f"/credit?done={act}_credit", 303)


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
