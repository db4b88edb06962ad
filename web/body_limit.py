"""Refuse a request body over its limit while it is received, not afterwards.

What a request may send goes by its address: files where papers are handed in, a scenario where one is
written, one megabyte everywhere else. More than a form can hold is taken only from somebody who is
signed in, so that nobody fills the disk from outside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import Settings
from models.errors import KaigongError, NotAuthenticated, TooLarge

_NUMBER = re.compile(r"[0-9]{1,18}")
MEGABYTE = 1024 * 1024
#: A form may bring several papers at once, each within the limit of one file.
FILES_AT_ONCE = 8
#: Megabytes of a form or a JSON document that brings neither files nor a scenario.
ORDINARY_MB = 1
#: Megabytes that are taken before it is asked who sends them: a form that is kept over the sign-in.
UNKNOWN_MB = 10


class BodyTooLarge(TooLarge):
    template = "file: all files together have more than {limit} MB; send them one after the other."
    field = "file"


class TextTooLarge(TooLarge):
    template = "source: the text is larger than a scenario can be ({limit} MB with the form around it); leave out what is not part of it."
    field = "source"


class RequestTooLarge(TooLarge):
    template = "input: what was sent has more than {limit} MB; files go to their own address, and lists in parts."
    field = "input"


class SenderUnknown(NotAuthenticated):
    template = "Sign in first: more than {limit} MB are taken only from somebody who is signed in."


@dataclass(frozen=True, slots=True)
class Limit:
    """How much requests to the addresses with this beginning may send."""

    beginning: str
    megabytes: int
    refusal: type[KaigongError]


def limits(settings: Settings) -> tuple[Limit, ...]:
    """The limits by address; the first beginning that fits counts."""
    file_mb = settings.upload_limit_mb
    return (
        Limit("/api/v1/files", file_mb + ORDINARY_MB, BodyTooLarge),
        Limit("/projects", file_mb * FILES_AT_ONCE, BodyTooLarge),
        # Letters beyond ASCII are written as %E4%B8%AD in a form.
        Limit("/scenarios", 10, TextTooLarge),
        Limit("/api/v1/scenarios", 4, TextTooLarge),
        # Above what a file of another district may have, so that the refusal names the file.
        Limit("/scenario-import", 4 + ORDINARY_MB, BodyTooLarge),
        Limit("/sign-in", UNKNOWN_MB, RequestTooLarge),
        Limit("", ORDINARY_MB, RequestTooLarge),
    )


class BodyLimit:
    """Counts the bytes of each request's body; middleware.

    ``is_known`` tells whether somebody is signed in who sends a request; it may ask the database.
    """

    def __init__(
        self, app: ASGIApp, limits: tuple[Limit, ...], is_known: Callable[[Request], bool]
    ) -> None:
        self._app = app
        self._limits = limits
        self._is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(
            bound for bound in self._limits if str(scope["path"]).startswith(bound.beginning)
        )
        most, seen, known = limit.megabytes * MEGABYTE, 0, False
        declared = _declared(scope)

        async def receive_counted() -> Message:
            nonlocal seen, known
            if declared > most:
                raise limit.refusal(limit=limit.megabytes)
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise limit.refusal(limit=limit.megabytes)
            if seen > UNKNOWN_MB * MEGABYTE and not known:
                known = await run_in_threadpool(self._is_known, Request(scope))
                if not known:
                    raise SenderUnknown(limit=UNKNOWN_MB)
            return message

        await self._app(scope, receive_counted, send)


def _declared(scope: Scope) -> int:
    """How long a request says that its body is; it is refused before it is sent."""
    declared = Headers(scope=scope).get("content-length", "")
    # Python turns no number of thousands of digits into one.
    return int(declared) if _NUMBER.fullmatch(declared) else 0
