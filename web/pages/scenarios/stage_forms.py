"""The form of a stage of a scenario."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from models.scenarios.definition import StageKind
from rules.scenarios.editing.changes import (
    Values,
    code_of,
    items_of,
    stage_of,
    with_new_stage,
    with_stage,
    without_stage,
)
from services.people.viewer import Viewer
from services.scenarios.pages.choices import department_names, ready_conditions, stage_entries
from services.scenarios.proposals import STAGES
from web.forms import Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.part_pages import add_entry_part
from web.pages.scenarios.parts import EntryPart


def _key(sent: Submission) -> Values:
    return {"key": sent.text("key")}


def _stage_fields(_before: Values, sent: Submission) -> Values:
    return {
        "kind": sent.text("kind") or None,
        "name": fields.names(sent, "name"),
        "lead": sent.text("lead") or None,
        "merge_into": fields.merging(sent),
    }


def _with_new(values: Values, entry: Values, sent: Submission) -> Values:
    return with_new_stage(values, entry, sent.text("after_stage") or None)


def _shown(values: Values, entry: Values, _seen: Values, viewer: Viewer) -> dict[str, Any]:
    inside = [item for item in items_of(values) if item.get("stage") == entry.get("key")]
    return {
        "stages": fields.shown(stage_entries(values)),
        "inside": [code_of(item) for item in inside],
        "kinds": tuple(StageKind),
        "kind_names": {kind: name for kind, (name, _) in STAGES.items()},
        "departments": department_names(values, viewer),
        "conditions": ready_conditions(values, viewer),
    }


STAGE = EntryPart(
    name="stages",
    called="stage",
    parameter="stage",
    find=stage_of,
    beginning=_key,
    read=_stage_fields,
    add=_with_new,
    change=with_stage,
    remove=without_stage,
    shown=_shown,
)

router = APIRouter()
add_entry_part(router, STAGE)
