"""Only requests that name this portal's own address are answered: links and cookies are made from it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from config.settings import Settings

#: What asks for the health of a part names it by whatever address it has just then.
HEALTH = ("/healthz", "/readyz")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what such a portal listens on


def known_hosts(settings: Settings) -> frozenset[str] | None:
    """The names under which the portal answers; ``None``: any, where it listens everywhere and nobody
    has said how people call it.
    """
    named = set(settings.hosts)
    if settings.portal_url:
        named.add(urlsplit(settings.portal_url).hostname or "")
    if settings.host in EVERYWHERE and not named:
        return None
    return frozenset({host.lower() for host in named | {settings.host}} | LOOPBACK) - EVERYWHERE


class KnownHosts:
    """Refuses what was sent to another name; middleware."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request to the portal, or answer 400."""
        if scope["type"] == "http" and not self._is_known(scope):
            refusal = PlainTextResponse("This portal does not answer to that name.", 400)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        if self._hosts is None or scope["path"] in HEALTH:
            return True
        return _name(Headers(scope=scope).get("host", "")) in self._hosts


def _name(host: str) -> str | None:
    """The name in a header without its port; ``None`` for what is no name."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
