"""Mobile and identity numbers are masked in every page and every answer of the API.

A page is masked as it leaves, in what people read of it: fields that somebody fills in and addresses stay.
The whole numbers are shown on a click, for some minutes on that page; the click stands in the security log.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from datetime import date
from html import escape, unescape
from urllib.parse import parse_qs

import orjson
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.people.security import SecurityEvent as E
from rules.personal_data import NUMBERS, mask, mask_within
from services.people.viewer import Visitor
from services.timing import now
from web.portal import Portal, portal_of

#: The part of an address that shows the whole numbers, with until when and the proof of the click.
WHOLE = "whole"
SECONDS = 300
#: What the API is asked with to answer with whole numbers.
ASKED = "whole_numbers"
API = "/api/v1/"
#: Where a page says that something is masked.
PLACE = "<!-- masked -->"

_PIECE = re.compile(
    r"(<(?:textarea|script|style)\b.*?</(?:textarea|script|style)>|<[^>]*>)", re.DOTALL
)
_SAID = re.compile(r'(\s(?:title|alt|aria-label|placeholder)=")([^"]*)(")')


def masked_page(body: str, today: date) -> tuple[str, int]:
    """A page with the numbers in it masked, and how many there were."""
    if NUMBERS.search(body) is None:
        return body, 0
    pieces, total = _PIECE.split(body), 0
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            pieces[place], count = _masked_text(piece, today)
        elif piece.startswith("<textarea"):
            count = 0
        else:
            pieces[place], count = _masked_tag(piece, today)
        total += count
    return "".join(pieces), total


def _masked_text(text: str, today: date) -> tuple[str, int]:
    if NUMBERS.search(text) is None:
        return text, 0
    masked, count = mask(unescape(text), today)
    return escape(masked), count


def _masked_tag(tag: str, today: date) -> tuple[str, int]:
    """A tag with what it says to a reader masked: where it leads and what it holds stay."""
    total = 0

    def masked_words(match: re.Match[str]) -> str:
        nonlocal total
        masked, count = _masked_text(match[2], today)
        total += count
        return match[1] + masked + match[3]

    return _SAID.sub(masked_words, tag), total


def whole_address(portal: Portal, holder: str, path: str) -> str:
    """The page at a path with whole numbers, for the session that clicked, from now for some minutes."""
    until = int(time.time()) + SECONDS
    return f"{WHOLE}={until}.{_proof(portal, holder, path, until)}"


def shows_whole(request: Request, viewer: Visitor) -> bool:
    """Whether the viewer clicked for the whole numbers of this page a moment ago."""
    until, _, proof = request.query_params.get(WHOLE, "").partition(".")
    if not until.isascii() or not until.isdigit() or len(until) > 12 or int(until) < time.time():  # noqa: PLR2004
        return False
    genuine = _proof(portal_of(request), viewer.holder, request.url.path, int(until))
    return viewer.account is not None and hmac.compare_digest(genuine.encode(), proof.encode())


def _proof(portal: Portal, holder: str, path: str, until: int) -> str:
    key = portal.settings.signing_key.encode()
    claim = f"whole:{holder}:{path}:{until}"
    return hmac.new(key, claim.encode(), hashlib.sha256).hexdigest()


class MaskedAnswers:
    """Masks the answers of the API; middleware.

    A program that needs whole numbers asks with ``whole_numbers=true``; the log says that it did.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request and look through the JSON that answers it."""
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        await self._app(scope, receive, answer.take)


class _Answer:
    """One answer: held back as long as it is JSON, passed on otherwise."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._start: Message | None = None
        self._body = bytearray()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_json(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = bytes(self._body)
        if NUMBERS.search(body.decode(errors="replace")) is not None:
            body = await run_sync(self._masked, body)
        MutableHeaders(scope=start)["Content-Length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    def _masked(self, body: bytes) -> bytes:
        masked, count = mask_within(orjson.loads(body), now().date())
        if not count:
            return body
        state = self._scope.get("state", {})
        if state.get("sender") is not None and _asks_for_whole(self._scope):
            state["logged_as"] = E.PERSONAL_DATA_READ
            return body
        return orjson.dumps(masked)


def _is_json(start: Message) -> bool:
    kind = Headers(scope=start).get("content-type", "")
    return kind.partition(";")[0].strip() in {"application/json", "application/problem+json"}


def _asks_for_whole(scope: Scope) -> bool:
    query = parse_qs(bytes(scope.get("query_string", b"")).decode("latin-1"))
    return query.get(ASKED, [""])[-1] == "true"
