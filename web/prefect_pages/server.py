"""The Prefect server behind the portal: asked with its own password, never with a reader's cookies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from models.errors import Unavailable

TIMEOUT_SECONDS = 15.0
ANSWER_BYTES = 10 * 1024 * 1024
#: Headers of an answer that are passed on; cookies and everything about the server stay behind.
PASSED_ON = ("content-type", "etag", "last-modified")


class PrefectDown(Unavailable):
    template = "The Prefect server does not answer ({reason}). Approvals go on without it; 'kaigong doctor' says more."


class AnswerTooLarge(Unavailable):
    template = "Prefect's answer is larger than {limit} MB; ask for less."


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class PrefectServer:
    """Calls to one Prefect server; safe for many threads."""

    def __init__(self, api: str, credentials: str | None) -> None:
        user, _, password = (credentials or "").partition(":")
        self._api = api
        parts = urlsplit(api)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._client = httpx.Client(
            auth=httpx.BasicAuth(user, password) if credentials else None,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )

    def page(self, path: str, accept: str) -> Answer:
        """A file of Prefect's pages: ``path`` is the one under the portal."""
        return self._ask("GET", f"{self._origin}{path}", headers={"Accept": accept})

    def call(self, method: str, path: str, *, query: Mapping[str, str], body: Any = None) -> Answer:
        """A call to the API, with JSON as its body."""
        return self._ask(method, f"{self._api}{path}", params=dict(query), json=body)

    def _ask(self, method: str, url: str, **options: Any) -> Answer:
        try:
            with self._client.stream(method, url, **options) as answer:
                content = b"".join(_bounded(answer))
        except httpx.HTTPError as error:
            raise PrefectDown(reason=type(error).__name__) from error
        headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
        return Answer(answer.status_code, headers, content)


def _bounded(answer: httpx.Response) -> Any:
    seen = 0
    for chunk in answer.iter_bytes():
        seen += len(chunk)
        if seen > ANSWER_BYTES:
            raise AnswerTooLarge(limit=ANSWER_BYTES // 1024 // 1024)
        yield chunk
