"""``/prefect/…``: Prefect's pages for those who look after projects, signed in by the portal's session.

Reading calls are forwarded, cut for a steward to their own projects; every other call is refused and
written to the log. Prefect shows, the portal acts.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from config.logs import get_logger
from models.errors import InvalidInput, NotPermitted, TooLarge
from models.people.actor import Role
from services.people.viewer import Viewer, Visitor
from web.prefect_pages.endpoints import STUBS, Fate, fate
from web.prefect_pages.links import WATCHERS, steward_tag
from web.prefect_pages.scope import EMPTY, capped, check_shown, narrowed
from web.prefect_pages.server import Answer, PrefectServer
from web.problems import NotAnAddress
from web.viewer import PortalHere, SignInNeeded, VisitorHere

router = APIRouter()
log = get_logger()
QUESTION_BYTES = 64 * 1024
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
#: What Prefect's pages may load: themselves. A newer one asks an analytics host although it is off.
POLICY = (
    "default-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
    " script-src 'self' 'unsafe-inline'; worker-src 'self' blob:; font-src 'self' data:; frame-ancestors 'self';"
    " form-action 'self'; base-uri 'self'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PrefectShows(NotPermitted):
    template = (
        "Prefect shows, the portal acts: {method} {path} is not answered here. Act on the project's "
        "page in the portal."
    )


class QuestionTooLarge(TooLarge):
    template = "input: a question to Prefect has at most {limit} KB."
    field = "input"


class NotJson(InvalidInput):
    template = "input: a question to Prefect is one JSON object."
    field = "input"


async def question(request: Request) -> bytes:
    """The body of a request, as long as a question may be."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > QUESTION_BYTES:
            raise QuestionTooLarge(limit=QUESTION_BYTES // 1024)
    return bytes(content)


def watcher(sender: VisitorHere) -> Viewer:
    """Someone who looks after projects; for everyone else there is no such page."""
    if not isinstance(sender, Viewer):
        raise SignInNeeded
    if sender.account.role not in WATCHERS:
        raise NotAnAddress(value="/prefect")
    return sender


Watcher = Annotated[Viewer, Depends(watcher)]


@router.api_route("/prefect/api/{path:path}", methods=METHODS)
def api(
    request: Request,
    viewer: Watcher,
    portal: PortalHere,
    body: Annotated[bytes, Depends(question)],
    path: str,
) -> Response:
    """A call that Prefect's pages make."""
    path, method = _clean(request, path), request.method
    allowed = fate(method, path)
    if allowed is Fate.REFUSED:
        log.warning("prefect_refused", login=viewer.account.login, method=method, path=path)
        raise PrefectShows(method=method, path=path)
    if allowed is Fate.ANSWERED_HERE:
        return JSONResponse(STUBS[f"{method} {path}"])
    tag, query = _tag(viewer), dict(request.query_params)
    if tag and path in EMPTY:
        return JSONResponse(EMPTY[path])
    server = portal.prefect
    if method == "POST":
        return _answered(
            server.call(method, path, query={}, body=_narrowed(path, body, tag, server))
        )
    answer = server.call(method, path, query=query)
    if tag and answer.status == 200:  # noqa: PLR2004 - what is not there is nobody's
        check_shown(path, query, json.loads(answer.content), tag, _reader(server))
    return _answered(answer)


@router.get("/prefect")
@router.get("/prefect/{path:path}")
def page(request: Request, viewer: Watcher, portal: PortalHere, path: str = "") -> Response:
    """A page of Prefect's, or a file that belongs to it."""
    path = f"/prefect{_clean(request, path)}"
    answer = portal.prefect.page(path, request.headers.get("accept", "*/*"))
    if path == "/prefect/ui-settings":
        # The portal's session signs in; the browser is never asked for Prefect's password.
        return JSONResponse(json.loads(answer.content) | {"auth": None})
    if answer.headers.get("content-type", "").startswith("text/html"):
        return _answered(answer, _with_banner(answer.content, viewer))
    return _answered(answer, headers={"Cache-Control": "private, max-age=3600"})


def _clean(request: Request, path: str) -> str:
    """The path with a slash before it; raises ``NotAnAddress`` for one that can be read in two ways."""
    written = request.scope["raw_path"].decode("ascii", "replace")
    if any(sign in written for sign in ("..", "//", "\\", "%")):
        raise NotAnAddress(value=path)
    return f"/{path}"


def _tag(viewer: Viewer) -> str | None:
    """The tag of the runs that someone may see; ``None``: all of them."""
    account = viewer.account
    return steward_tag(account.login) if account.role is Role.PROJECT_STEWARD else None


def _narrowed(path: str, body: bytes, tag: str | None, server: PrefectServer) -> dict[str, Any]:
    try:
        asked = json.loads(body or b"{}")
    except ValueError as error:
        raise NotJson from error
    if not isinstance(asked, dict):
        raise NotJson
    return narrowed(path, capped(asked), tag, _reader(server)) if tag else capped(asked)


def _reader(server: PrefectServer) -> Any:
    def read(path: str) -> Any:
        answer = server.call("GET", path, query={})
        return json.loads(answer.content) if answer.status == 200 else None  # noqa: PLR2004

    return read


def _answered(
    answer: Answer, content: bytes | None = None, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        answer.content if content is None else content,
        answer.status,
        headers={**answer.headers, **PAGE_HEADERS, **(headers or {})},
    )


#: Above Prefect's page: where one is, and the way back.
BANNER = (
    '<a href="/" style="position:fixed;right:12px;bottom:12px;z-index:9999;padding:8px 12px;'
    'border-radius:6px;background:#1d2939;color:#fff;font:14px sans-serif;text-decoration:none">'
    "{text}</a>"
)


def _with_banner(html: bytes, viewer: Visitor) -> bytes:
    text = viewer.translate("Read only · back to the portal")
    return html.replace(b"</body>", BANNER.format(text=text).encode() + b"</body>", 1)
