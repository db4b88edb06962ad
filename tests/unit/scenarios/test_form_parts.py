"""A part of a scenario that has a form is one declaration: a made-up third list, shown and read by it."""

from __future__ import annotations

from fastapi import APIRouter

from rules.scenarios.editing.changes import Values, only_fields, with_top
from web.forms import Submission
from web.pages.scenarios.part_pages import add_top_part
from web.pages.scenarios.parts import ListPart
from web.pages.scenarios.rows import Rows
from web.pages.scenarios.two_forms import fields_changed


def _warning(before: Values, sent: Submission, row: int) -> Values:
    return {**before, "days": int(sent.text(f"days_{row}"))}


PART = ListPart(name="warnings", rows=Rows(named_by="light", spare=2, read=_warning))
TEXT: Values = {
    "key": "yard",
    "warnings": [{"light": "amber", "days": 5, "note": "kept"}, "not a mapping"],
}


def _changed(**inputs: str) -> Values:
    sent = Submission({name: [text] for name, text in inputs.items()})
    kept = only_fields(TEXT, PART.fields)
    return with_top(TEXT, fields_changed(kept, sent, PART.read))


def test_rows_are_shown_with_spare_ones_and_read_by_their_name():
    rows = PART.rows.shown(TEXT["warnings"], TEXT)
    assert rows == [{"light": "amber", "days": 5, "note": "kept"}, {}, {}]
    changed = _changed(light_0="amber", days_0="3", light_2="red", days_2="1", days_3="9")
    assert changed["warnings"] == [
        {"light": "amber", "days": 3, "note": "kept"},
        {"light": "red", "days": 1},
    ]
    assert TEXT["warnings"][0]["days"] == 5


def test_a_list_whose_last_row_has_no_name_any_more_is_taken_out():
    assert _changed(light_0="", days_0="3") == {"key": "yard"}


def test_its_two_addresses_come_from_its_name():
    router = APIRouter()
    add_top_part(router, PART)
    routes = [(next(iter(route.methods)), route.path) for route in router.routes]
    address = "/scenarios/{key}/{version:int}/edit/warnings"
    assert routes == [("GET", address), ("POST", address)]
