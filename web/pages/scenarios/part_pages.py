"""The pages of the declared parts of a scenario: their forms, and what comes of them when sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.errors import KaigongError
from rules.scenarios.editing import values_of
from rules.scenarios.editing.changes import Values, only_fields, with_fields, with_top
from services.scenarios.drafts import DraftSource
from services.scenarios.pages.choices import scenario_name
from web.forms import OwnForm, Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.change import (
    NoSuchPart,
    change_shown,
    draft_here,
    findings_shown,
    form_page,
)
from web.pages.scenarios.parts import EntryPart, TopPart
from web.pages.scenarios.two_forms import check_unchanged, fields_changed, seen_entry
from web.viewer import SignedIn, Viewer

EDIT = "/scenarios/{key}/{version:int}/edit"
#: In an address, in place of the name of an entry that is not there yet.
NEW = "new"


def add_top_part(router: APIRouter, part: TopPart) -> None:
    """Give a part of the scenario itself its address: its form, and the change that it sends."""

    def show_form(request: Request, viewer: Viewer, draft: DraftSource, **sent: Any) -> Response:
        return _top_page(request, viewer, draft, part, **sent)

    def change(values: Values, sent: Submission) -> Values:
        kept = only_fields(values, part.fields)
        return with_top(values, fields_changed(kept, sent, part.read))

    @router.get(f"{EDIT}/{part.name}", name=f"{part.name}_form")
    def form_of_part(request: Request, viewer: SignedIn, key: str, version: int) -> Response:
        """The form of a part of the scenario itself."""
        return show_form(request, viewer, draft_here(request, viewer, key, version))

    @router.post(f"{EDIT}/{part.name}", name=f"change_{part.name}")
    def change_part(request: Request, form: OwnForm, key: str, version: int) -> Response:
        """Change a part of the scenario itself."""
        viewer, sent = form
        return change_shown(request, viewer, key, version, sent, change, show_form)


def _top_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    part: TopPart,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    values = values_of(draft.source)
    kept = only_fields(values, part.fields)
    context = part.shown(values, seen_entry(sent, kept), viewer)
    if part.tells_findings:
        context["told"] = findings_shown(request, viewer, draft, part.fields)
    return form_page(
        request,
        viewer,
        draft,
        f"scenarios/{part.name}.html",
        seen=kept,
        sent=sent,
        refusal=refusal,
        name=scenario_name(values),
        **context,
    )


# --- entries of a list ------------------------------------------------------------------------------


def add_entry_part(router: APIRouter, part: EntryPart) -> None:
    """Give the entries of a list their addresses: their forms, and the changes that they send."""
    address = f"{EDIT}/{part.name}/{{{part.parameter}}}"

    @router.get(address, name=f"{part.called}_form")
    def form_of_entry(request: Request, viewer: SignedIn, key: str, version: int) -> Response:
        """The form of an entry, or of a new one."""
        draft = draft_here(request, viewer, key, version)
        name = request.path_params[part.parameter]
        values = values_of(draft.source)
        if name == NEW:
            return entry_page(request, viewer, draft, part, {}, new=True)
        return entry_page(request, viewer, draft, part, _entry(values, part, name))

    @router.post(address, name=f"change_{part.called}")
    def change_entry(request: Request, form: OwnForm, key: str, version: int) -> Response:
        """Change, add or remove an entry."""
        viewer, sent = form
        name = request.path_params[part.parameter]

        def change(values: Values, sent: Submission) -> Values:
            return _with_sent(values, part, name, sent)

        def show_form(
            request: Request, viewer: Viewer, draft: DraftSource, **sent: Any
        ) -> Response:
            values = values_of(draft.source)
            new = name == NEW
            entry = part.beginning(form[1]) if new else _entry(values, part, name)
            return entry_page(request, viewer, draft, part, entry, new=new, **sent)

        return change_shown(request, viewer, key, version, sent, change, show_form)


def _with_sent(values: Values, part: EntryPart, name: str, sent: Submission) -> Values:
    """The scenario as the form of an entry wants it."""
    if name == NEW:
        begun = part.beginning(sent)
        return part.add(values, with_fields(begun, part.read(begun, sent)), sent)
    kept = _entry(values, part, name)
    if sent.text("step") == "remove":
        check_unchanged(kept, sent)
        return part.remove(values, name)
    return part.change(values, name, fields_changed(kept, sent, part.read))


def _entry(values: Values, part: EntryPart, name: str) -> Values:
    entry = part.find(values, name)
    if entry is None:
        raise NoSuchPart(field=part.called, value=name[:64])
    return entry


def entry_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    part: EntryPart,
    entry: Values,
    *,
    new: bool = False,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    """The form of an entry of a list; ``new``: of one that the text does not have yet."""
    values = values_of(draft.source)
    return form_page(
        request,
        viewer,
        draft,
        f"scenarios/{part.called}.html",
        seen=None if new else entry,
        sent=sent,
        refusal=refusal,
        new=new,
        entry=fields.shown(entry),
        name=scenario_name(values),
        **part.shown(values, entry, seen_entry(sent, entry), viewer),
    )
