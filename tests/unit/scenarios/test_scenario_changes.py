"""What the forms of the editor make of a scenario's values, without a page and without a database."""

from __future__ import annotations

import copy

import pytest

from rules.scenarios.editing.changes import (
    code_of,
    item_of,
    items_of,
    stage_of,
    with_fields,
    with_item,
    with_new_item,
    with_new_stage,
    with_stage,
    with_top,
    without_item,
    without_stage,
)
from rules.scenarios.editing.composition import Proposals, composed, proposed
from rules.scenarios.editing.merging import Clash, merge
from rules.scenarios.reading.naming import named
from rules.scenarios.reading.yaml_source import read_yaml

VALUES = {
    "key": "made-up",
    "version": 1,
    "stages": [
        {"key": "land", "kind": "land"},
        {"key": "plan", "kind": "planning", "merge_into": {"stage": "land"}},
        "not a stage",
    ],
    "items": [
        {"use": "A1", "stage": "land"},
        {"code": "A2", "stage": "land", "after": ["A1"], "part_of": "A1"},
        {"use": "B1", "stage": "plan", "after": ["A1", "A2"], "department": "housing"},
        "not an item",
    ],
    "bundles": [{"key": "both", "items": ["A1", "B1"]}, {"key": "one", "items": ["A2"]}, "none"],
}


@pytest.fixture(autouse=True)
def _unchanged():
    """Every change answers new values and leaves the given ones as they were."""
    before = copy.deepcopy(VALUES)
    yield
    assert before == VALUES


def codes(values) -> list[str]:
    return [code_of(entry) for entry in items_of(values)]


# --- what is there ----------------------------------------------------------------------------


def test_entries_are_found_by_code_and_key():
    assert codes(VALUES) == ["A1", "A2", "B1"]
    assert item_of(VALUES, "A2") is VALUES["items"][1]
    assert item_of(VALUES, "Z9") is None
    assert stage_of(VALUES, "plan") is VALUES["stages"][1]
    assert stage_of(VALUES, "nowhere") is None
    assert items_of({}) == []
    assert stage_of({"stages": None}, "land") is None
    assert code_of({}) == ""


# --- fields -----------------------------------------------------------------------------------


def test_a_new_field_stands_where_its_kind_stands():
    entry = {"use": "A1", "stage": "land", "materials": []}
    assert list(with_fields(entry, {"after": ["A0"]})) == ["use", "stage", "after", "materials"]
    assert list(with_fields(entry, {"unheard_of": 1}))[-1] == "unheard_of"
    assert list(with_fields({"stage": "land"}, {"use": "A1"})) == ["use", "stage"]
    assert with_fields(entry, {"stage": "plan"}) == entry | {"stage": "plan"}
    assert with_fields(entry, {"materials": None, "when": None}) == {"use": "A1", "stage": "land"}


def test_a_change_reaches_the_one_entry_it_is_meant_for():
    changed = with_item(VALUES, "B1", {"department": "land"})
    assert [entry.get("department") for entry in items_of(changed)] == [None, None, "land"]
    assert changed["items"][-1] == "not an item"
    changed = with_stage(VALUES, "plan", {"kind": "permit"})
    assert [stage_of(changed, key)["kind"] for key in ("land", "plan")] == ["land", "permit"]
    assert with_top(VALUES, {"version": 2}) == VALUES | {"version": 2}
    assert with_item({"key": "empty"}, "B1", {"department": "land"}) == {"key": "empty"}


# --- items and stages -------------------------------------------------------------------------


def test_a_new_item_follows_the_last_of_its_stage():
    changed = with_new_item(VALUES, {"use": "A3", "stage": "land"})
    assert codes(changed) == ["A1", "A2", "A3", "B1"]
    changed = with_new_item(VALUES, {"use": "C1", "stage": "build"})
    assert changed["items"][-1] == {"use": "C1", "stage": "build"}
    assert codes(with_new_item({}, {"use": "C1"})) == ["C1"]


def test_an_item_goes_with_everything_that_names_it():
    changed = without_item(VALUES, "A1")
    assert codes(changed) == ["A2", "B1"]
    assert item_of(changed, "A2") == {"code": "A2", "stage": "land"}
    assert item_of(changed, "B1")["after"] == ["A2"]
    assert changed["bundles"] == [
        {"key": "both", "items": ["B1"]},
        {"key": "one", "items": ["A2"]},
        "none",
    ]
    assert [bundle for bundle in without_item(VALUES, "A2")["bundles"] if bundle != "none"] == [
        {"key": "both", "items": ["A1", "B1"]}
    ]


def test_the_last_bundle_takes_its_heading_along():
    values = {"items": [{"use": "A1"}], "bundles": [{"key": "one", "items": ["A1"]}]}
    assert without_item(values, "A1") == {"items": []}
    unread = {"items": [{"use": "A1"}], "bundles": [{"key": "one", "items": "A1"}]}
    assert without_item(unread, "A1")["bundles"] == unread["bundles"]


def test_a_new_stage_stands_where_it_is_wanted():
    def keys(values):
        return [stage["key"] for stage in values["stages"] if isinstance(stage, dict)]

    assert keys(with_new_stage(VALUES, {"key": "new"}, "land")) == ["land", "new", "plan"]
    assert with_new_stage(VALUES, {"key": "new"}, "nowhere")["stages"][-1] == {"key": "new"}
    assert with_new_stage({}, {"key": "new"})["stages"] == [{"key": "new"}]


def test_a_stage_goes_with_its_items_and_merges_into_it():
    changed = without_stage(VALUES, "land")
    assert changed["stages"] == [{"key": "plan", "kind": "planning"}, "not a stage"]
    assert items_of(changed) == [{"use": "B1", "stage": "plan", "department": "housing"}]
    kept = without_stage(VALUES, "plan")
    assert codes(kept) == ["A1", "A2"]
    assert kept["stages"] == [{"key": "land", "kind": "land"}, "not a stage"]


# --- a new scenario from chosen items ---------------------------------------------------------

ROAD = {
    "attributes": [{"key": "long", "type": "boolean"}, {"key": "old", "type": "boolean"}],
    "stages": [{"key": "land", "kind": "land"}, {"key": "plan", "kind": "planning"}],
    "items": [
        {"use": "A1", "stage": "land", "promised": {"days": 3}},
        {"use": "A2", "stage": "land", "after": ["A1"]},
        {"use": "A3", "stage": "plan", "after": ["A2"], "when": "project.long", "counted": False},
        {"use": "A4", "stage": "plan", "after": ["A1", "A3"], "when": "!project.long"},
        {"use": "A5", "stage": "plan", "after": ["A4"], "part_of": "A4"},
    ],
}
HOUSE = {
    "stages": [{"key": "one", "kind": "building"}],
    "items": [{"use": "A1", "stage": "one", "after": ["A4"]}, {"use": "A4", "stage": "one"}],
}


def test_an_item_is_proposed_from_the_scenario_that_has_most_of_the_chosen():
    proposals = Proposals([HOUSE, ROAD])
    assert proposals.best("A1", ["A1", "A4"]) is HOUSE
    assert proposals.best("A1", ["A1", "A2", "A3"]) is ROAD
    assert proposals.best("Z9", ["A1"]) is None
    assert proposals.kind("A1") == "building"
    assert proposals.kind("A3") == "planning"
    assert proposals.kind("Z9") is None


def test_an_item_comes_after_the_nearest_that_were_chosen():
    proposals = Proposals([ROAD], sources={"A3": ("A1",), "Z9": ("A1", "A2")})
    chosen = ["A1", "A3", "A4", "A5"]
    # A2 was not chosen: A3 comes after what A2 comes after, once.
    assert proposals.entry("A3", "s", chosen) == {
        "use": "A3",
        "stage": "s",
        "after": ["A1"],
        "when": "project.long",
        "counted": False,
    }
    # A3 comes after A1 already: naming both would say it twice.
    assert proposals.entry("A4", "s", chosen)["after"] == ["A3"]
    assert proposals.entry("A5", "s", chosen)["part_of"] == "A4"
    assert "part_of" not in proposals.entry("A5", "s", ["A3", "A5"])
    assert proposals.entry("A1", "s", chosen) == {
        "use": "A1",
        "stage": "s",
        "promised": {"days": 3},
    }
    assert proposals.entry("Z9", "s", ["Z9", "A2"]) == {"use": "Z9", "stage": "s", "after": ["A2"]}
    assert proposals.entry("Z9", "s", ["Z9"]) == {"use": "Z9", "stage": "s"}


def test_a_condition_that_chooses_between_two_goes_with_the_other():
    proposals = Proposals([ROAD])
    assert "when" not in proposals.entry("A3", "s", ["A1", "A3"])
    assert "when" not in proposals.entry("A4", "s", ["A1", "A4"])
    assert proposals.entry("A4", "s", ["A3", "A4"])["when"] == "!project.long"


def test_a_whole_scenario_is_proposed_with_the_attributes_it_asks_for():
    proposals = Proposals([ROAD], catalogue={"A1": "when: project.old and project.unknown"})
    stages = [{"key": "first"}, {"key": "second"}]
    chosen = {"first": ["A1"], "second": ["A3", "A4"]}
    made = proposed(proposals, chosen, stages, {"key": "new"})
    assert list(made) == ["key", "attributes", "stages", "items"]
    assert [attribute["key"] for attribute in made["attributes"]] == ["old", "long"]
    assert [(item["use"], item["stage"]) for item in made["items"]] == [
        ("A1", "first"),
        ("A3", "second"),
        ("A4", "second"),
    ]
    assert "attributes" not in proposed(Proposals([HOUSE]), {"a": ["A4"]}, stages, {})


def test_proposals_of_two_orders_form_no_circle():
    """In the road A4 comes after A1, in the house A1 after A4."""
    road = {"items": [{"use": "A4", "after": ["A1"]}, {"use": "B1"}, {"use": "B2"}]}
    house = {"items": [{"use": "A1", "after": ["A4"]}, {"use": "C1"}, {"use": "C2"}]}
    chosen = {"s": ["A1", "A4", "B1", "C1"]}
    made = proposed(Proposals([road, house]), chosen, [], {})
    after = {item["use"]: item.get("after") for item in made["items"]}
    assert after == {"A1": ["A4"], "A4": None, "B1": None, "C1": None}


def test_a_composed_text_is_laid_out_and_says_the_values():
    made = proposed(
        Proposals([ROAD]), {"a": ["A1"], "b": ["A3"]}, [{"key": "a"}, {"key": "b"}], {"key": "new"}
    )
    text = composed(made, "Proposed\n\nfrom a road")
    assert text.startswith("# Proposed\n#\n# from a road\nkey: new\n")
    lines = text.splitlines()
    place = lines.index("items:")
    assert lines[place - 1] == ""
    # A blank line stands between the items of two stages.
    assert "" in lines[place + 1 :]
    assert read_yaml(text).data == made
    assert composed({"key": "new", "items": []}) == "key: new\n\nitems: []\n"


# --- a text under another name ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "becomes"),
    [
        ("key: old # why\nversion: 3\n", "key: new # why\nversion: 7\n"),
        ("{key: old, version: 3}\n", "{key: new, version: 7}\n"),
        ("key: old\nname: x\n", "key: new\nversion: 7\nname: x\n"),
        ("name: x\n", "name: x\n"),
        ("- a list\n", "- a list\n"),
        ("key: [not, a word]\n", "key: [not, a word]\nversion: 7\n"),
        ("key: : :\n", "key: : :\n"),
    ],
)
def test_a_text_is_named_anew(source, becomes):
    assert named(source, "new", 7) == becomes


# --- two of one name --------------------------------------------------------------------------


def test_of_two_of_one_name_the_first_is_changed_and_the_later_goes():
    again = {"use": "A1", "stage": "plan", "after": ["B1"]}
    twice = {
        **VALUES,
        "items": [*VALUES["items"], again],
        "stages": [*VALUES["stages"], {"key": "land"}],
    }
    assert with_item(twice, "A1", {"when": "x"})["items"][-1] == again
    assert with_item(twice, "A1", {"when": "x"})["items"][0]["when"] == "x"
    assert without_item(twice, "A1")["items"] == VALUES["items"]
    assert without_stage(twice, "land")["stages"] == VALUES["stages"]
    assert without_stage(twice, "land")["items"] == twice["items"]


# --- two people at one entry ------------------------------------------------------------------

BEFORE = {"use": "A1", "promised": {"days": 3}, "after": ["A0"], "counted": True}


@pytest.mark.parametrize(
    ("theirs", "mine", "together"),
    [
        ({"promised": {"days": 6}}, {"scope": "all"}, {"promised": {"days": 6}, "scope": "all"}),
        ({"after": ["A0", "A2"]}, {"after": ["A3"]}, {"after": ["A2", "A3"]}),
        ({"after": None}, {"after": ["A0", "A3"]}, {"after": ["A3"]}),
        ({"counted": None}, {"counted": None}, {"counted": None}),
        ({"counted": False}, {"counted": False}, {"counted": False}),
        (
            {"materials": [{"material": "a", "class": "core"}]},
            {"materials": [{"material": "b"}]},
            {"materials": [{"material": "a", "class": "core"}, {"material": "b"}]},
        ),
    ],
)
def test_what_two_changed_apart_holds_together(theirs, mine, together):
    both = merge(BEFORE, with_fields(BEFORE, theirs), with_fields(BEFORE, mine))
    assert (both.entry, both.clashes) == (with_fields(BEFORE, together), [])


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ({"promised": {"days": 6}}, {"promised": {"days": 4}}),
        ({"promised": None}, {"promised": {"days": 4}}),
        ({"counted": 1}, {"counted": False}),
        ({"form": [{"key": "a"}, {"key": "a"}]}, {"form": [{"key": "b"}]}),
        ({"exempt": "x"}, {"exempt": {"basis": "y"}}),
    ],
)
def test_what_two_changed_in_one_place_clashes_and_mine_stands(theirs, mine):
    both = merge(BEFORE, with_fields(BEFORE, theirs), with_fields(BEFORE, mine))
    (name,) = mine
    assert both.clashes == [Clash((name,), theirs[name], mine[name])]
    assert both.entry[name] == mine[name]


def test_entries_of_a_list_are_changed_field_by_field():
    before = {"attributes": [{"key": "a", "default": 1}, {"key": "b"}, {"key": "c"}]}
    theirs = {"attributes": [{"key": "a", "default": 2}, {"key": "c"}, {"key": "d"}]}
    mine = {"attributes": [{"key": "a", "default": 3}, {"key": "b"}, {"key": "e"}]}
    both = merge(before, theirs, mine)
    assert both.clashes == [Clash(("attributes", "a", "default"), 2, 3)]
    assert both.entry["attributes"] == [{"key": "a", "default": 3}, {"key": "d"}, {"key": "e"}]
