"""A page for whoever looks: the template with the reader's language, menu and form tokens."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from config.texts import LANGUAGES
from services.views.inbox import inbox_size
from web.menu import menu_of
from web.portal import Portal, portal_of
from web.sessions import VISITOR, form_token, keep_visitor
from web.templating import Language
from web.viewer import Viewer, Visitor


def page(
    request: Request,
    reader: Visitor,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """Render a template for a reader."""
    portal = portal_of(request)
    language = Language(reader.language, reader.translate, reader.today)
    shared = {
        **language.helpers(),
        "account": reader.account,
        "csrf": form_token(portal, reader.holder),
        "new_key": lambda: secrets.token_urlsafe(12),
        "menu": _menu(portal, request, reader),
        "here": request.url.path,
        "other_language": next(tag for tag in LANGUAGES if tag != reader.language),
        "address": _address(request),
        "rehearsal": portal.settings.clock_file is not None,
        "error": None,
        "done": None,
        "sent": {},
    }
    body = portal.templates.get_template(template).render({**shared, **context})
    response = HTMLResponse(body, status_code=status)
    response.headers["Content-Language"] = reader.language
    if reader.account is None and VISITOR not in request.cookies:
        keep_visitor(response, portal, reader.holder)
    return response


def part(request: Request, reader: Visitor, template: str, **context: Any) -> str:
    """A part of a page, for a script that puts it in its place."""
    language = Language(reader.language, reader.translate, reader.today)
    shared = {**language.helpers(), "sent": {}}
    return portal_of(request).templates.get_template(template).render({**shared, **context})


def _address(request: Request) -> str:
    """Path and query of this page, to come back to after a detour; a form's answer has none."""
    if request.method != "GET":
        return "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _menu(portal: Portal, request: Request, reader: Visitor) -> list[dict[str, Any]]:
    if not isinstance(reader, Viewer):
        return []
    waiting = inbox_size(portal.database, reader.actor)
    return menu_of(portal, reader, request.url.path, waiting)
