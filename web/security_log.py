"""What the security log says of requests: refusals, the administrator's acts, reading and exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.logs import get_logger
from models.people.actor import Actor, Role
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from services.people.security_log import record
from services.unit_of_work import Database

log = get_logger()

REFUSED = frozenset({403, 404, 429})
FAILED = 400
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def logged_as(kind: E) -> Any:
    """Declares of a page or a route that whoever is answered by it stands in the log."""

    def declare(request: Request) -> None:
        request.state.logged_as = kind

    return Depends(declare)


#: Whoever is handed a paper or a document in full reads personal data.
PERSONAL_DATA = logged_as(E.PERSONAL_DATA_READ)


def log_by(request: Request, **named: str) -> None:
    """What an entry says of a request in place of its path, which holds a secret."""
    request.state.logged_by = named


class SecurityLog:
    """Writes an entry after the answer, where one is due; middleware."""

    def __init__(self, app: ASGIApp, database: Callable[[], Database]) -> None:
        self._app = app
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request and look at what became of it."""
        status = 0

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self._app(scope, receive, send_and_see)
        if scope["type"] == "http" and (kind := _kind(scope, status)) is not None:
            await run_sync(self._record, kind, scope, status)

    def _record(self, kind: E, scope: Scope, status: int) -> None:
        state = scope["state"]
        client = scope.get("client")
        origin = Origin(state["sender"].login, client[0] if client else "-")
        named = state.get("logged_by") or {"path": scope["path"]}
        asked = {"method": scope["method"], **named}
        why = state.get("refused") if status >= FAILED else None
        try:
            record(self._database(), kind, origin, **asked, status=status, why=why)
        except Exception:  # the answer is out; that nothing was written has to be seen
            log.exception(
                "security_event_not_written", kind=kind.value, actor=origin.actor, **asked
            )


def _kind(scope: Scope, status: int) -> E | None:
    """What an answer is to the log; nothing of whoever is not signed in."""
    state = scope.get("state", {})
    sender: Actor | None = state.get("sender")
    if sender is None:
        return None
    if status in REFUSED and "route" in scope:
        return E.REFUSED
    if status >= FAILED or state.get("waits_for_proof"):
        return None
    declared: E | None = state.get("logged_as")
    if declared is not None:
        return declared
    acts = sender.role is Role.ADMINISTRATOR and scope["method"] not in READING
    return E.ADMINISTRATOR_ACT if acts else None
