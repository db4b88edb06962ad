"""The parts of the scenario itself that have a form: name and promise, attributes, further promises.

Another one is a declaration here and its template.
"""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter

from models.scenarios.definition import AttributeDefinition
from rules.scenarios.editing.changes import Values, with_fields
from services.people.viewer import Viewer
from services.scenarios.pages.choices import other_items, ready_conditions
from web.forms import Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.attribute_rows import ATTRIBUTE_ROWS
from web.pages.scenarios.part_pages import add_top_part
from web.pages.scenarios.parts import FieldsPart, ListPart, TopPart
from web.pages.scenarios.promise_rows import PROMISE_ROWS, UNITS


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


def _attribute_choices(_values: Values, _viewer: Viewer) -> dict[str, Any]:
    return {"types": get_args(AttributeDefinition.model_fields["type"].annotation)}


def _promise_choices(values: Values, viewer: Viewer) -> dict[str, Any]:
    return {
        "others": other_items(values, viewer),
        "conditions": ready_conditions(values, viewer),
        "units": UNITS,
    }


TOP_PARTS: tuple[TopPart, ...] = (
    FieldsPart(name="basics", fields=("name", "summary", "promise"), read=_basic_fields),
    ListPart(name="attributes", rows=ATTRIBUTE_ROWS, choices=_attribute_choices),
    ListPart(name="promises", rows=PROMISE_ROWS, choices=_promise_choices, tells_findings=True),
)

router = APIRouter()
for _part in TOP_PARTS:
    add_top_part(router, _part)
