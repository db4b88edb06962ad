"""Forms for the stages of a scenario, its name and promise, and the attributes of its projects."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.definition import AttributeDefinition, StageKind
from models.errors import KaigongError
from rules.scenario_editing import values_of
from rules.scenario_editing.changes import (
    Values,
    code_of,
    items_of,
    stage_of,
    with_fields,
    with_new_stage,
    with_stage,
    with_top,
    without_stage,
)
from services.scenario_admin.drafts import DraftSource
from services.scenario_admin.proposals import STAGES
from web import scenario_form_fields as fields
from web.forms import OwnForm, Submission
from web.scenario_change import NoSuchPart, change_shown, draft_here, form_page
from web.scenario_choices import department_names, ready_conditions, scenario_name
from web.viewer import SignedIn, Viewer

router = APIRouter(prefix="/scenarios/{key}/{version:int}/edit")


@router.get("/stages/{stage}")
def stage_form(request: Request, reader: SignedIn, key: str, version: int, stage: str) -> Response:
    """The form of one stage, or of a new one."""
    found = draft_here(request, reader, key, version)
    values = values_of(found.source)
    return _stage_page(request, reader, found, values, stage)


@router.post("/stages/{stage}")
def change_stage(request: Request, form: OwnForm, key: str, version: int, stage: str) -> Response:
    """Another name, kind or lead; a stage more or one less."""
    reader, sent = form

    def change(values: Values, sent: Submission) -> Values:
        if sent.text("step") == "remove":
            return without_stage(values, stage)
        said = {
            "kind": sent.text("kind") or None,
            "name": fields.names(sent, "name"),
            "lead": sent.text("lead") or None,
            "merge_into": fields.merging(sent),
        }
        if stage != "new":
            return with_stage(values, stage, said)
        entry = with_fields({"key": sent.text("key")}, said)
        return with_new_stage(values, entry, sent.text("after_stage") or None)

    def again(request: Request, reader: Viewer, found: DraftSource, **told: Any) -> Response:
        return _stage_page(request, reader, found, values_of(found.source), stage, **told)

    return change_shown(request, reader, key, version, sent, change, again)


@router.get("/basics")
def basics_form(request: Request, reader: SignedIn, key: str, version: int) -> Response:
    """Name, summary and promise of the scenario."""
    found = draft_here(request, reader, key, version)
    return _basics_page(request, reader, found)


@router.post("/basics")
def change_basics(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Another name, summary or promise."""
    reader, sent = form

    def change(values: Values, sent: Submission) -> Values:
        days = fields.whole(sent, "promise_days", 1, fields.LONGEST_LIMIT)
        promise: Values | None = None
        if days is not None:
            source = fields.text_field(sent, "promise_source")
            promise = with_fields(values.get("promise") or {}, {"days": days, "source": source})
        said = {
            "name": fields.names(sent, "name"),
            "summary": fields.names(sent, "summary"),
            "promise": promise,
        }
        return with_top(values, said)

    return change_shown(request, reader, key, version, sent, change, _basics_page)


@router.get("/attributes")
def attributes_form(request: Request, reader: SignedIn, key: str, version: int) -> Response:
    """The attributes that conditions may use."""
    found = draft_here(request, reader, key, version)
    return _attributes_page(request, reader, found)


@router.post("/attributes")
def change_attributes(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Other attributes."""
    reader, sent = form

    def change(values: Values, sent: Submission) -> Values:
        listed = fields.attributes(sent, values.get("attributes"))
        return with_top(values, {"attributes": listed or None})

    return change_shown(request, reader, key, version, sent, change, _attributes_page)


# --- pages -------------------------------------------------------------------------------------------


def _stage_page(
    request: Request,
    reader: Viewer,
    found: DraftSource,
    values: Values,
    stage: str,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    new = stage == "new"
    entry = {} if new else stage_of(values, stage)
    if entry is None:
        raise NoSuchPart(field="stage", value=stage[:64])
    return form_page(
        request,
        reader,
        found,
        "scenario_stage.html",
        sent=sent,
        refusal=refusal,
        new=new,
        entry=fields.shown(entry),
        stages=fields.shown([one for one in values.get("stages") or [] if isinstance(one, dict)]),
        inside=[code_of(one) for one in items_of(values) if one.get("stage") == stage],
        kinds=tuple(StageKind),
        kind_names={kind: name for kind, (name, _) in STAGES.items()},
        departments=department_names(values, reader),
        conditions=ready_conditions(values, reader),
        name=scenario_name(values),
    )


def _basics_page(
    request: Request,
    reader: Viewer,
    found: DraftSource,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    values = values_of(found.source)
    return form_page(
        request,
        reader,
        found,
        "scenario_basics.html",
        sent=sent,
        refusal=refusal,
        entry=fields.shown(values),
        name=scenario_name(values),
    )


def _attributes_page(
    request: Request,
    reader: Viewer,
    found: DraftSource,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    values = values_of(found.source)
    rows = [one for one in values.get("attributes") or [] if isinstance(one, dict)]
    used = {
        one.get("key"): [
            code_of(item)
            for item in items_of(values)
            if f"project.{one.get('key')}" in f"{item.get('when')} {item.get('exempt')}"
        ]
        for one in rows
    }
    return form_page(
        request,
        reader,
        found,
        "scenario_attributes.html",
        sent=sent,
        refusal=refusal,
        rows=fields.shown([*rows, *({} for _ in range(fields.SPARE_ATTRIBUTES))]),
        used=used,
        types=get_args(AttributeDefinition.model_fields["type"].annotation),
        name=scenario_name(values),
    )
