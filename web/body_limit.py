"""A request larger than its uploads may be is refused while it comes in, not after."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import KaigongError

MEGABYTE = 1024 * 1024


class BodyTooLarge(KaigongError):
    """file: all files together have more than {limit} MB; send them one after the other."""

    field = "file"


class TextTooLarge(KaigongError):
    """source: the text is larger than a scenario can be ({limit} MB with the form around it); leave out what is not part of it."""

    field = "source"


class BodyLimit:
    """Counts the bytes of each request's body; middleware.

    Under the addresses of ``texts`` people send texts, not papers: they have a limit of their own.
    """

    def __init__(self, app: ASGIApp, limit_mb: int, texts: Mapping[str, int]) -> None:
        self._app = app
        self._limit_mb = limit_mb
        self._texts = texts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0
        limit, refusal = self._limit(str(scope["path"]))

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit * MEGABYTE:
                raise refusal(limit=limit)
            return message

        await self._app(scope, counted, send)

    def _limit(self, path: str) -> tuple[int, type[KaigongError]]:
        for beginning, limit in self._texts.items():
            if path.startswith(beginning):
                return limit, TextTooLarge
        return self._limit_mb, BodyTooLarge
