"""The security log, for the administrator and whoever audits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from config.texts import ACT, Word
from models.people.security import SecurityEvent
from rules.cases.permissions import RoleMayNotAct
from services.people.security_log import READERS, Search, log_page, may_read
from web.pages.answer import show
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

Text = Annotated[str, Query(max_length=100)]
Kind = Annotated[SecurityEvent | Literal[""], Query()]
Day = Annotated[date | Literal[""], Query()]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get("/admin/security-log")
def security_log(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    text: Text = "",
    kind: Kind = "",
    since: Day = "",
    until: Day = "",
    number: PageNumber = 1,
) -> Response:
    """Who did what from where; searched and filtered."""
    check_reader(viewer)
    page = log_page(
        portal.database, Search(text, kind or None, since or None, until or None, number)
    )
    chosen = {"text": text, "kind": kind, "since": str(since), "until": str(until)}
    return show(
        request,
        viewer,
        "people/security_log.html",
        page=page,
        chosen=chosen,
        kinds=tuple(SecurityEvent),
        query=urlencode({name: value for name, value in chosen.items() if value}),
    )


def check_reader(viewer: Viewer) -> None:
    """Refuse to show the log to anybody else."""
    if not may_read(viewer.actor):
        act = Word("read_security_log", ACT)
        raise RoleMayNotAct(actor=viewer.account.login, act=act, roles=sorted(READERS))
