"""From a form to the text: the lines it would change are shown, and saved by the editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from models.errors import KaigongError, NotFound
from rules.scenarios.editing import rewritten, values_of
from rules.scenarios.editing.changes import Values
from services.scenarios.drafts import DraftSource, draft_source
from services.scenarios.pages.change import FindingRow, Path, change_page, findings_of
from services.scenarios.record import check_administrator
from web.forms import Submission
from web.pages.answer import show
from web.pages.scenarios.form_fields import Shown
from web.pages.scenarios.two_forms import form_context
from web.portal import portal_of
from web.viewer import Viewer

Change = Callable[[Values, Submission], Values]


class NoSuchPart(NotFound):
    template = "{field}: the text of this version has no {value}. It may have been taken out meanwhile; open the editor again."


class NothingChanged(KaigongError):
    template = "The text says this already; nothing would change."


class VersionFixed(KaigongError):
    template = "version: version {version} of {scenario} is fixed; start a new draft from it to change the scenario."
    field = "version"


def draft_here(request: Request, viewer: Viewer, key: str, version: int) -> DraftSource:
    """The version whose text a form changes; for administrators alone."""
    check_administrator(viewer.actor)
    return draft_source(portal_of(request).database, key, version, viewer.actor)


def change_shown(
    request: Request,
    viewer: Viewer,
    key: str,
    version: int,
    sent: Submission,
    change: Change,
    show_form: Callable[..., Response],
) -> Response:
    """The lines that a form changes, to be looked at before they are saved."""
    draft = draft_here(request, viewer, key, version)
    try:
        values = values_of(draft.source)
        text = rewritten(draft.source, change(values, sent))
        if text == draft.source:
            raise NothingChanged
    except KaigongError as refusal:
        if isinstance(refusal, NoSuchPart):
            raise
        # Whoever takes something out typed nothing: the form shows what is kept by now.
        typed = None if sent.text("step") == "remove" else sent
        return show_form(request, viewer, draft, sent=typed, refusal=refusal)
    page = change_page(portal_of(request).database, viewer, draft, values, text)
    return show(request, viewer, "scenarios/change.html", page=page)


def findings_shown(
    request: Request, viewer: Viewer, draft: DraftSource, field: Path
) -> Mapping[int, tuple[FindingRow, ...]]:
    """What a form tells at each entry of a list: the findings about the kept text."""
    return findings_of(portal_of(request).database, viewer, draft.source, field)


def form_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    template: str,
    *,
    seen: Values | None = None,
    sent: Submission | None = None,
    refusal: Exception | None = None,
    **context: Any,
) -> Response:
    """A form, filled with what was sent; refuses a version that is fixed.

    ``seen`` is the entry that it is made from, which it carries along.
    """
    if not draft.editable:
        raise VersionFixed(scenario=draft.version.key, version=draft.version.version)
    return show(
        request,
        viewer,
        template,
        v=draft.version,
        blank=Shown(),
        sent=sent,
        refusal=refusal,
        **form_context(seen, refusal),
        **context,
    )
