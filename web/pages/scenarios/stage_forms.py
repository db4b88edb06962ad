"""Forms for the stages of a scenario, its name and promise, and the attributes of its projects."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.errors import KaigongError
from models.scenarios.definition import AttributeDefinition, StageKind
from rules.scenarios.editing import values_of
from rules.scenarios.editing.changes import (
    Values,
    code_of,
    items_of,
    only_fields,
    stage_of,
    with_fields,
    with_new_stage,
    with_stage,
    with_top,
    without_stage,
)
from services.scenarios.drafts import DraftSource
from services.scenarios.pages.choices import (
    department_names,
    ready_conditions,
    scenario_name,
    stage_entries,
)
from services.scenarios.proposals import STAGES
from web.forms import OwnForm, Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.change import NoSuchPart, change_shown, draft_here, form_page
from web.pages.scenarios.two_forms import check_unchanged, fields_changed, seen_entry
from web.viewer import SignedIn, Viewer

router = APIRouter(prefix="/scenarios/{key}/{version:int}/edit")

#: The scenario's own fields that one form is about.
BASICS = ("name", "summary", "promise")
ATTRIBUTES = ("attributes",)


@router.get("/stages/{stage}")
def stage_form(request: Request, viewer: SignedIn, key: str, version: int, stage: str) -> Response:
    """The form of one stage, or of a new one."""
    draft = draft_here(request, viewer, key, version)
    values = values_of(draft.source)
    return _stage_page(request, viewer, draft, values, stage)


@router.post("/stages/{stage}")
def change_stage(request: Request, form: OwnForm, key: str, version: int, stage: str) -> Response:
    """Change, add or remove a stage."""
    viewer, sent = form

    def change(values: Values, sent: Submission) -> Values:
        if stage == "new":
            entry = with_fields({"key": sent.text("key")}, _stage_fields({}, sent))
            return with_new_stage(values, entry, sent.text("after_stage") or None)
        kept = _stage(values, stage)
        if sent.text("step") == "remove":
            check_unchanged(kept, sent)
            return without_stage(values, stage)
        return with_stage(values, stage, fields_changed(kept, sent, _stage_fields))

    def show_form(request: Request, viewer: Viewer, draft: DraftSource, **context: Any) -> Response:
        return _stage_page(request, viewer, draft, values_of(draft.source), stage, **context)

    return change_shown(request, viewer, key, version, sent, change, show_form)


@router.get("/basics")
def basics_form(request: Request, viewer: SignedIn, key: str, version: int) -> Response:
    """Name, summary and promise of the scenario."""
    draft = draft_here(request, viewer, key, version)
    return _basics_page(request, viewer, draft)


@router.post("/basics")
def change_basics(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Change name, summary or promise."""
    viewer, sent = form

    def change(values: Values, sent: Submission) -> Values:
        kept = only_fields(values, BASICS)
        return with_top(values, fields_changed(kept, sent, _basic_fields))

    return change_shown(request, viewer, key, version, sent, change, _basics_page)


@router.get("/attributes")
def attributes_form(request: Request, viewer: SignedIn, key: str, version: int) -> Response:
    """The attributes that conditions may use."""
    draft = draft_here(request, viewer, key, version)
    return _attributes_page(request, viewer, draft)


@router.post("/attributes")
def change_attributes(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Change the attributes."""
    viewer, sent = form

    def change(values: Values, sent: Submission) -> Values:
        kept = only_fields(values, ATTRIBUTES)
        return with_top(values, fields_changed(kept, sent, _attribute_fields))

    return change_shown(request, viewer, key, version, sent, change, _attributes_page)


# --- what a form makes of a part ---------------------------------------------------------------------


def _stage_fields(_before: Values, sent: Submission) -> Values:
    return {
        "kind": sent.text("kind") or None,
        "name": fields.names(sent, "name"),
        "lead": sent.text("lead") or None,
        "merge_into": fields.merging(sent),
    }


def _basic_fields(before: Values, sent: Submission) -> Values:
    days = fields.whole(sent, "promise_days", 1, fields.LONGEST_LIMIT)
    promise: Values | None = None
    if days is not None:
        source = fields.text_field(sent, "promise_source")
        promise = with_fields(before.get("promise") or {}, {"days": days, "source": source})
    return {
        "name": fields.names(sent, "name"),
        "summary": fields.names(sent, "summary"),
        "promise": promise,
    }


def _attribute_fields(before: Values, sent: Submission) -> Values:
    return {"attributes": fields.attributes(sent, before.get("attributes")) or None}


def _stage(values: Values, key: str) -> Values:
    entry = stage_of(values, key)
    if entry is None:
        raise NoSuchPart(field="stage", value=key[:64])
    return entry


# --- pages -------------------------------------------------------------------------------------------


def _stage_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    values: Values,
    stage: str,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    new = stage == "new"
    entry = {} if new else _stage(values, stage)
    return form_page(
        request,
        viewer,
        draft,
        "scenarios/stage.html",
        seen=None if new else entry,
        sent=sent,
        refusal=refusal,
        new=new,
        entry=fields.shown(entry),
        stages=fields.shown(stage_entries(values)),
        inside=[code_of(item) for item in items_of(values) if item.get("stage") == stage],
        kinds=tuple(StageKind),
        kind_names={kind: name for kind, (name, _) in STAGES.items()},
        departments=department_names(values, viewer),
        conditions=ready_conditions(values, viewer),
        name=scenario_name(values),
    )


def _basics_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    values = values_of(draft.source)
    return form_page(
        request,
        viewer,
        draft,
        "scenarios/basics.html",
        seen=only_fields(values, BASICS),
        sent=sent,
        refusal=refusal,
        entry=fields.shown(values),
        name=scenario_name(values),
    )


def _attributes_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    values = values_of(draft.source)
    kept = only_fields(values, ATTRIBUTES)
    listed = seen_entry(sent, kept).get("attributes")
    rows = [attribute for attribute in listed or [] if isinstance(attribute, dict)]
    used = {
        attribute.get("key"): [
            code_of(item)
            for item in items_of(values)
            if f"project.{attribute.get('key')}" in f"{item.get('when')} {item.get('exempt')}"
        ]
        for attribute in rows
    }
    return form_page(
        request,
        viewer,
        draft,
        "scenarios/attributes.html",
        seen=kept,
        sent=sent,
        refusal=refusal,
        rows=fields.shown([*rows, *({} for _ in range(fields.SPARE_ATTRIBUTES))]),
        used=used,
        types=get_args(AttributeDefinition.model_fields["type"].annotation),
        name=scenario_name(values),
    )
