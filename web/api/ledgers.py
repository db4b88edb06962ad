"""``/api/v1/ledgers``: every ledger by its definition, its lines, and all of them as a file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from models.people.security import SecurityEvent as E
from rules.ledgers.definition import ColumnKind, LedgerDefinition
from services.cases.ledgers.page import ledger_lines
from services.cases.ledgers.registry import LEDGERS
from services.ledgers.cells import at, for_program, name_of
from services.ledgers.export import FileFormat
from services.ledgers.question import AFTER, LIMIT, ORDER
from web.answers.ledger_files import asked_of, file_answer
from web.security_log import logged_as
from web.viewer import FOR_HARD_TO_UNDO, ByToken, PortalHere, Viewer

router = APIRouter(prefix="/api/v1/ledgers", tags=["ledgers"])


class LedgerColumn(BaseModel):
    """A column of a ledger."""

    key: str
    name: str
    kind: ColumnKind


class LedgerEntry(BaseModel):
    """A ledger: what its lines have, and by what they can be asked for."""

    key: str
    name: str
    explains: str
    columns: list[LedgerColumn]
    filters: list[str]
    """Parameters of an address."""
    orders: list[str]


class LedgerLines(BaseModel):
    """A page of a ledger."""

    ledger: str
    total: Annotated[int, Field(description="Counted up to a thousand.")]
    lines: list[dict[str, Any]]
    next: Annotated[str | None, Field(description="The `after` of the next page.")]


@router.get("")
def every_ledger(viewer: ByToken) -> list[LedgerEntry]:
    """The ledgers that there are; each shows what the person may see."""
    return [_entry(definition, viewer) for definition in LEDGERS.values()]


@router.get("/{key}")
def lines(
    request: Request,
    viewer: ByToken,
    portal: PortalHere,
    key: str,
    after: Annotated[str | None, Query(max_length=400, description="The place it goes on.")] = None,
    order: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int | None, Query(ge=1, le=500)] = None,
) -> LedgerLines:
    """A page of a ledger; its filters are parameters, as `GET /api/v1/ledgers` names them."""
    going_on = {AFTER: after or "", ORDER: order or "", LIMIT: str(limit or "")}
    asked, page = ledger_lines(portal.database, viewer, key, asked_of(request) | going_on)
    columns = asked.definition.plain
    return LedgerLines(
        ledger=key,
        total=page.total,
        lines=[{c.key: for_program(at(line, c)) for c in columns} for line in page.lines],
        next=page.next,
    )


@router.get("/{key}/export", dependencies=[logged_as(E.EXPORTED), FOR_HARD_TO_UNDO])
def export(
    request: Request,
    viewer: ByToken,
    portal: PortalHere,
    key: str,
    kind: Annotated[FileFormat, Query(alias="format")] = FileFormat.XLSX,
) -> Response:
    """All lines that are asked for, as a file; the same filters."""
    return file_answer(request, portal, viewer, key, asked_of(request), kind)


def _entry(definition: LedgerDefinition, viewer: Viewer) -> LedgerEntry:
    def named(name: Any) -> str:
        return name_of(name, viewer.language, viewer.translate)

    return LedgerEntry(
        key=definition.key,
        name=named(definition.name),
        explains=named(definition.explains),
        columns=[
            LedgerColumn(key=column.key, name=named(column.name), kind=column.kind)
            for column in definition.plain
        ],
        filters=[*definition.parameters],
        orders=[order.key for order in definition.orders],
    )
