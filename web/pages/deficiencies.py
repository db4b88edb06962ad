"""What is owed and what a broken commitment leaves behind: deficiency ledger and credit record."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError

from models.commands import Sentence
from models.errors import KaigongError
from services import credit
from services.views.credit_list import credit_list
from services.views.deficiency_ledger import deficiency_ledger
from web.forms import OwnForm
from web.problems import as_refusal, plain, status_of
from web.rendering import page
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

LINES = 100
_REASON: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, Sentence])
_LIFT = {"repair": credit.repair, "correct": credit.correct}

PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get("/deficiencies")
def ledger_page(
    request: Request,
    reader: SignedIn,
    portal: PortalHere,
    show: Annotated[Literal["open", "all"], Query()] = "open",
    number: PageNumber = 1,
) -> Response:
    """The deficiency ledger, of the projects that the reader may see."""
    found = deficiency_ledger(
        portal.database,
        reader.today,
        viewer=reader.actor,
        closed=show == "all",
        limit=LINES + 1,
        offset=(number - 1) * LINES,
    )
    lines, more = found[:LINES], len(found) > LINES
    return page(
        request, reader, "deficiencies.html", lines=lines, show=show, number=number, more=more
    )


@router.get("/credit")
def credit_page(
    request: Request,
    reader: SignedIn,
    number: PageNumber = 1,
    done: Annotated[Literal["", "repair_credit", "correct_credit"], Query()] = "",
) -> Response:
    """The credit record of the enterprises."""
    return _show_credit(request, reader, number, done=done or None)


@router.post("/credit/{entry}/{act}")
def lift(
    request: Request,
    form: OwnForm,
    portal: PortalHere,
    entry: int,
    act: Literal["repair", "correct"],
) -> Response:
    """Repair or correct an entry; who may do so is checked with the act."""
    reader, sent = form
    try:
        reason = _REASON.validate_python({"reason": sent.text("reason")})["reason"]
        _LIFT[act](portal.database, entry, reason, reader.actor, reader.now)
    except (KaigongError, ValidationError) as error:
        return _show_credit(request, reader, 1, refusal=as_refusal(error)[0])
    return RedirectResponse(f"/credit?done={act}_credit", 303)


def _show_credit(
    request: Request,
    reader: Viewer,
    number: int,
    *,
    done: str | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    database = request.app.state.portal.database
    offset = (number - 1) * LINES
    found = credit_list(database, reader.actor, limit=LINES + 1, offset=offset)
    return page(
        request,
        reader,
        "credit.html",
        status=status_of(refusal) if refusal else 200,
        lines=found[:LINES],
        number=number,
        more=len(found) > LINES,
        done=done,
        error=plain(refusal, reader.translate) if refusal else None,
    )
