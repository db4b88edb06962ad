"""From a form to the text: the lines it would change are shown, and saved by the editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from models.errors import KaigongError, NotFound
from rules.scenario_diff import differences
from rules.scenario_editing import rewritten, values_of
from rules.scenario_editing.changes import Values
from services.scenario_admin.drafts import DraftSource, draft_source
from services.scenario_admin.record import check_administrator
from web.forms import Submission
from web.portal import portal_of
from web.problems import plain, status_of
from web.rendering import page
from web.scenario_choices import scenario_name
from web.scenario_form_fields import Shown
from web.scenario_view import TextView, change_words, difference, text_view
from web.viewer import Viewer

Change = Callable[[Values, Submission], Values]


class NoSuchPart(NotFound):
    """{field}: the text of this version has no {value}. It may have been taken out meanwhile; open the editor again."""


class NothingChanged(KaigongError):
    """The text says this already; nothing would change."""


class VersionFixed(KaigongError):
    """version: version {version} of {scenario} is fixed; start a new draft from it to change the scenario."""

    field = "version"


def draft_here(request: Request, reader: Viewer, key: str, version: int) -> DraftSource:
    """The version whose text a form changes; for administrators alone."""
    check_administrator(reader.actor)
    return draft_source(portal_of(request).database, key, version, reader.actor)


def change_shown(
    request: Request,
    reader: Viewer,
    key: str,
    version: int,
    sent: Submission,
    change: Change,
    again: Callable[..., Response],
) -> Response:
    """The lines that a form changes, to be looked at before they are saved."""
    found = draft_here(request, reader, key, version)
    try:
        values = values_of(found.source)
        text = rewritten(found.source, change(values, sent))
        if text == found.source:
            raise NothingChanged
    except KaigongError as refusal:
        if isinstance(refusal, NoSuchPart):
            raise
        return again(request, reader, found, sent=sent, refusal=refusal)
    before = text_view(request, reader, found.source)
    known = {(one.code, one.sentence) for one in before.findings}
    view = text_view(request, reader, text, found)
    return page(
        request,
        reader,
        "scenario_change.html",
        v=found.version,
        view=view,
        name=scenario_name(values),
        changes=difference(found.source, text),
        in_words=_in_words(before, view, reader),
        fresh=[one for one in view.findings if (one.code, one.sentence) not in known],
        solved=len(known - {(one.code, one.sentence) for one in view.findings}),
        seen_hash=found.seen_hash,
        back=request.url.path,
    )


def _in_words(before: TextView, after: TextView, reader: Viewer) -> tuple[str, ...]:
    """What a change says, where both texts are sound."""
    old, new = before.definition, after.definition
    if old is None or new is None or before.examined.errors or after.examined.errors:
        return ()
    say = change_words(reader, old, new)
    return tuple(say(one) for one in differences(old, new))


def form_page(
    request: Request,
    reader: Viewer,
    found: DraftSource,
    template: str,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
    **context: Any,
) -> Response:
    """A form, filled with what was sent; refuses a version that is fixed."""
    if not found.editable:
        raise VersionFixed(scenario=found.version.key, version=found.version.version)
    return page(
        request,
        reader,
        template,
        status=status_of(refusal) if refusal else 200,
        v=found.version,
        blank=Shown(),
        sent=sent.values() if sent else {},
        error=plain(refusal, reader.translate) if refusal else None,
        **context,
    )
