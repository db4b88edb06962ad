"""A request larger than its uploads may be is refused while it comes in, not after."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import KaigongError

MEGABYTE = 1024 * 1024


class BodyTooLarge(KaigongError):
    """file: all files together have more than {limit} MB; send them one after the other."""

    field = "file"


class BodyLimit:
    """Counts the bytes of each request's body; middleware."""

    def __init__(self, app: ASGIApp, limit_mb: int) -> None:
        self._app = app
        self._limit_mb = limit_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit_mb * MEGABYTE:
                raise BodyTooLarge(limit=self._limit_mb)
            return message

        await self._app(scope, counted, send)
