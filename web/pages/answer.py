"""Render a page in response to a form or a link, with its refusal and the submitted values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from models.errors import KaigongError
from services.people.viewer import Visitor
from services.wording.refusal_words import plain
from web.forms import Submission
from web.problems import as_refusal, status_of
from web.rendering import page

#: What is shown on the page that a form came from, instead of an error page.
REFUSALS = (KaigongError, ValidationError)


def show(
    request: Request,
    viewer: Visitor,
    template: str,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
    sentence: Callable[[KaigongError], str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Render a template; ``refusal`` gives the status and is told above it, ``sent`` fills its forms again.

    ``sentence`` writes the refusal, where it is about something that has names.
    """
    if sent is not None:
        context["sent"] = sent.values()
    if refusal is None:
        return page(request, viewer, template, **context)
    first = as_refusal(refusal)[0]
    request.state.refused = first.code
    error = sentence(first) if sentence else plain(first, viewer.translate)
    return page(request, viewer, template, status=status_of(first), error=error, **context)
