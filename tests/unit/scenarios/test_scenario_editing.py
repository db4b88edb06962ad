"""Forms write into the text that is there: one limit changed is one line changed, in any layout."""

from __future__ import annotations

import copy
from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.scenario_files import scenario_paths
from rules.scenarios.editing import TextNotSound, rewritten, values_of
from rules.scenarios.editing.yaml_writing import on_one_line, scalar
from rules.scenarios.reading.yaml_source import read_yaml
from tests.support.sizes import size

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in scenario_paths()}
ITEMS = [
    (name, place) for name, text in TEXTS.items() for place in range(len(values_of(text)["items"]))
]


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    gone = [line[1:] for line in lines if line.startswith("-")]
    new = [line[1:] for line in lines if line.startswith("+")]
    return gone, new


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


def edited(text: str, change: Any) -> str:
    wanted = copy.deepcopy(values_of(text))
    change(wanted)
    result = rewritten(text, wanted)
    assert read_yaml(result).data == wanted
    return result


@pytest.mark.parametrize("name", TEXTS)
def test_without_a_change_nothing_changes(name):
    assert rewritten(TEXTS[name], values_of(TEXTS[name])) == TEXTS[name]


@pytest.mark.parametrize(("name", "place"), ITEMS)
def test_one_limit_is_one_line(name, place):
    text = TEXTS[name]
    item = values_of(text)["items"][place]

    def change(values):
        promised = dict(values["items"][place].get("promised") or {})
        values["items"][place]["promised"] = {**promised, "days": 4321}

    after = edited(text, change)
    gone, new = changed_lines(text, after)
    one_line = "promised" in item or len(gone) == 1
    assert len(new) == 1 or (one_line and not any(line.strip().startswith("#") for line in gone))
    assert len(gone) <= 1
    assert sum("4321" in line for line in new) == 1
    assert comments(text) == comments(after)


@pytest.mark.parametrize("name", TEXTS)
def test_one_promised_limit_that_is_written_is_exactly_one_line(name):
    text = TEXTS[name]
    for place, item in enumerate(values_of(text)["items"]):
        if "promised" not in item:
            continue

        def change(values, place=place):
            values["items"][place]["promised"]["days"] += 1

        gone, new = changed_lines(text, edited(text, change))
        assert (len(gone), len(new)) == (1, 1)
        assert len(new[0]) - len(gone[0]) in {0, 1}


def test_an_item_that_grows_is_laid_out_over_lines():
    def change(values):
        item = next(one for one in values["items"] if one.get("use") == "A09")
        item["materials"] = [
            {"material": "form_registration", "class": "core"},
            {"material": "tax_payment_proof", "class": "core"},
        ]

    gone, new = changed_lines(
        TEXTS["industrial-simple"], edited(TEXTS["industrial-simple"], change)
    )
    assert gone == ["  - {use: A09, stage: land, after: [E0]}"]
    assert new == [
        "  - use: A09",
        "    stage: land",
        "    after: [E0]",
        "    materials:",
        "      - {material: form_registration, class: core}",
        "      - {material: tax_payment_proof, class: core}",
    ]


def test_a_material_goes_out_of_a_list_as_its_line():
    text = TEXTS["municipal-road"]

    def change(values):
        item = next(one for one in values["items"] if one.get("use") == "B01")
        del item["materials"][3]
        item["materials"][4]["class"] = "core"

    gone, new = changed_lines(text, edited(text, change))
    assert gone == [
        "      - {material: pipeline_plan, class: core}",
        "      - {material: sponge_city_design, class: deferrable}",
    ]
    assert new == ["      - {material: sponge_city_design, class: core}"]


def test_an_item_is_added_after_the_last_of_its_stage_and_taken_out_again():
    text = TEXTS["industrial-simple"]

    def add(values):
        values["items"].insert(5, {"use": "A13", "stage": "land", "after": ["A01"]})

    longer = edited(text, add)
    assert changed_lines(text, longer) == ([], ["  - {use: A13, stage: land, after: [A01]}"])
    assert edited(longer, lambda values: values["items"].pop(5)) == text


def test_fields_come_and_go_in_any_layout():
    text = (
        "key: a   # the key\n"
        "name: {zh: 甲, en: A}\n"
        "stages:\n"
        "- key: s\n"
        "  kind: generic # kind\n"
        "  name:\n"
        "      zh: 阶段\n"
        "      en: 'Stage'\n"
        "  lead: d\n"
        "\n"
        "# items come here\n"
        "items:\n"
        "-   use: A01\n"
        "    stage: s\n"
        "    after: [\n"
        "      A02,  # first\n"
        "      A03]\n"
        "\n"
        "# the end\n"
    )

    def change(values):
        values["promise"] = {"days": 3}
        values["stages"][0]["name"]["en"] = "on"
        values["stages"].append({**values["stages"][0], "key": "t"})
        del values["items"][0]["after"]
        values["items"][0]["when"] = '!project.a && project.b == "c"'
        values["items"].append({"use": "A02", "stage": "t"})

    assert edited(text, change) == (
        "key: a   # the key\n"
        "name: {zh: 甲, en: A}\n"
        "stages:\n"
        "- key: s\n"
        "  kind: generic # kind\n"
        "  name:\n"
        "      zh: 阶段\n"
        '      en: "on"\n'
        "  lead: d\n"
        '- {key: t, kind: generic, name: {zh: 阶段, en: "on"}, lead: d}\n'
        "\n"
        "# items come here\n"
        "items:\n"
        "-   use: A01\n"
        "    stage: s\n"
        '    when: "!project.a && project.b == \\"c\\""\n'
        "- {use: A02, stage: t}\n"
        "promise: {days: 3}\n"
        "\n"
        "# the end\n"
    )


def test_a_text_without_a_last_line_break_grows():
    assert rewritten("key: a\nitems:\n  - b", {"key": "a", "items": ["b", "c"], "x": 1}) == (
        "key: a\nitems:\n  - b\n  - c\nx: 1"
    )


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: [\n", "- a\n", "&x a: 1\n", "", "a: *b\n"])
def test_a_text_with_faults_is_left_alone(text):
    with pytest.raises(TextNotSound):
        rewritten(text, {"a": 1})


TEXT_VALUES = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30),
    st.sampled_from(
        ["yes", "1e3", "0x10", "~", "null", " a", "a ", "- a", "a: b", "#a", "*a", "!a"]
    ),
)


@given(TEXT_VALUES)
def test_texts_stay_texts(value):
    for line in (f"a: {scalar(value)}", f"a: [{scalar(value)}]", f"{{a: {scalar(value)}}}"):
        data = read_yaml(line).data
        assert data["a"] in (value, [value])


VALUES = st.recursive(
    st.one_of(st.integers(-9, 99), st.booleans(), TEXT_VALUES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["use", "days", "zh", "en", "when"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A shipped text, and its values after a few changes at any place."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    wanted = copy.deepcopy(values_of(text))
    for _ in range(draw(st.integers(1, 4))):
        at: Any = wanted
        while isinstance(at, dict | list) and at and draw(st.booleans()):
            inner = list(at.values()) if isinstance(at, dict) else at
            nested = [one for one in inner if isinstance(one, dict | list) and one]
            if not nested:
                break
            at = draw(st.sampled_from(nested))
        if isinstance(at, dict):
            name = draw(st.sampled_from([*at, "days", "use", "extra"]))
            if name in at and draw(st.booleans()) and len(at) > 1:
                del at[name]
            else:
                at[name] = draw(VALUES)
        else:
            place = draw(st.integers(0, len(at)))
            if place < len(at) and len(at) > 1 and draw(st.booleans()):
                del at[place]
            else:
                at.insert(place, draw(VALUES))
    return text, wanted


@given(edits())
@settings(max_examples=size(80, whole=200), deadline=None)
def test_any_change_can_be_written(found):
    text, wanted = found
    result = rewritten(text, wanted)
    source = read_yaml(result)
    assert not source.findings
    assert source.data == wanted


def test_values_on_one_line():
    value = {"a": [1, True, None, "x: y"], "b": {"zh": "甲", "en": "A, b"}}
    assert on_one_line(value) == '{a: [1, true, null, "x: y"], b: {zh: 甲, en: "A, b"}}'
