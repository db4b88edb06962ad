"""Render a page for a viewer: template, language, menu and form tokens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from config.texts import LANGUAGES
from services.cases.pages.menu import menu_counts
from web.capacity import words_of
from web.kept_forms import PAGE, typed_before
from web.masking import PLACE, masked_page, shows_whole
from web.menu import menu_of
from web.portal import Portal, portal_of
from web.sessions import VISITOR, cookie, form_owner, form_token, keep_visitor
from web.templating import Language
from web.viewer import Viewer, Visitor


def page(
    request: Request,
    viewer: Visitor,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """Render a template for a viewer."""
    portal = portal_of(request)
    language = Language(viewer.language, viewer.translate, viewer.today)
    counts = menu_counts(portal.database, viewer.actor) if isinstance(viewer, Viewer) else None
    typed = typed_before(request, viewer, portal)
    shared = {
        **language.helpers(),
        "account": viewer.account,
        "acting": _acting(viewer),
        "csrf": form_token(portal, viewer.holder),
        "new_key": lambda: secrets.token_urlsafe(12),
        "menu": menu_of(viewer, request.url.path, counts)
        if isinstance(viewer, Viewer) and counts
        else [],
        "watched_until": counts.watched_until if counts else None,
        "here": request.url.path,
        "other_language": next(tag for tag in LANGUAGES if tag != viewer.language),
        "address": _address(request),
        "provider": portal.settings.oidc_name if portal.settings.oidc_issuer else None,
        "key_origin": portal.security_keys.party and portal.security_keys.party.origin,
        "session_seconds": _session_seconds(portal, viewer),
        "rehearsal": portal.settings.clock_file is not None,
        "error": None,
        "done": None,
        "sent": typed,
        "typed_before": bool(typed),
        "typed": None,
        "form_owner": form_owner(portal, viewer.account.login, viewer.holder)
        if viewer.account
        else "",
        "form_page": _form_page(request, context.get("sent") or {}),
    }
    shared |= context
    body = portal.templates.get_template(template).render(shared)
    if not shows_whole(request, viewer):
        body = _masked(portal, body, shared, viewer.today)
    response = HTMLResponse(body, status_code=status)
    response.headers["Content-Language"] = viewer.language
    if viewer.account is None and not cookie(request, portal, VISITOR):
        keep_visitor(response, portal, viewer.holder)
    return response


def _session_seconds(portal: Portal, viewer: Visitor) -> tuple[int, int] | None:
    """Seconds until the session ends where nothing is looked at, and in any case."""
    if not isinstance(viewer, Viewer):
        return None
    return portal.session_limits.idle_minutes * 60, int(viewer.session_seconds)


def _acting(viewer: Visitor) -> str:
    """In which capacity who is signed in acts, where not by their account."""
    capacity = viewer.account.capacity if viewer.account else None
    return words_of(capacity, viewer) if capacity is not None else ""


def _masked(portal: Portal, body: str, shared: Mapping[str, Any], today: date) -> str:
    """A page with numbers masked by which people are found, and the button that shows them."""
    masked, count = masked_page(body, today)
    if not count or shared["account"] is None:
        return masked
    bar = portal.templates.get_template("people/masked.html").render({**shared, "count": count})
    return masked.replace(PLACE, bar, 1)


def part(request: Request, viewer: Visitor, template: str, **context: Any) -> str:
    """A part of a page, for a script that puts it in its place."""
    language = Language(viewer.language, viewer.translate, viewer.today)
    shared = {**language.helpers(), "sent": {}}
    body = portal_of(request).templates.get_template(template).render({**shared, **context})
    return masked_page(body, viewer.today)[0]


def _form_page(request: Request, sent: Mapping[str, Any]) -> str:
    """The page that a form stands on; that of a form's answer is the one that it came from."""
    if request.method == "GET":
        return _address(request)
    return str((sent.get(PAGE) or [request.url.path])[0])


def _address(request: Request) -> str:
    """Path and query of this page, to come back to after a detour; a form's answer has none."""
    if request.method != "GET":
        return "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
