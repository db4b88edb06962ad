"""Conditions over project attributes, and the attributes themselves."""

from __future__ import annotations

import pytest

from models.cases.states import ItemState
from rules.scenarios.attributes import (
    UnknownAttribute,
    WrongAttribute,
    attribute_from_text,
    check_attributes,
)
from rules.scenarios.conditions.evaluation import complete_attributes, holds
from rules.scenarios.conditions.language import (
    ConditionFault,
    Constant,
    OutsideLanguage,
    parse,
)
from tests.support.play import Play
from tests.support.yard import YARD

ATTRIBUTES = {"phased": True, "area": 1500.5, "floors": 3, "use": "plant"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ("project.phased", True),
        ("!project.phased", False),
        ("project.area > 1000.0", True),
        ("project.area > 1000.0 && project.floors < 3", False),
        ("project.use == 'plant' || project.use == 'store'", True),
        ("project.use in ['store']", False),
    ],
)
def test_a_condition_holds_or_not(condition, expected):
    assert holds(condition, ATTRIBUTES) is expected


@pytest.mark.parametrize(
    "condition",
    [
        "project.",
        "project.nothing",
        "project.area",
        "1 +",
        "project.use > 1",
        "project.in",
        "(true",
    ],
)
def test_a_fault_names_the_condition_and_what_is_wrong(condition):
    with pytest.raises(ConditionFault) as refused:
        holds(condition, ATTRIBUTES)
    assert condition in refused.value.sentence()
    assert refused.value.params["reason"]


@pytest.mark.parametrize(
    "condition", ["phased", "project.area + 1 > 2", "has(project.area)", "1u == 1"]
)
def test_a_construct_outside_the_language_is_named(condition):
    with pytest.raises(OutsideLanguage) as refused:
        holds(condition, ATTRIBUTES)
    assert refused.value.params["construct"] in condition


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("project.area >", "it ends too early"),
        ("true true", "column 6: unexpected true"),
        ("project.area > ,", "column 16: unexpected ,"),
        ("project.area > §", "column 16: unexpected §"),
        ("project.in", "column 9: unexpected in"),
        ("9223372036854775808 > 1", "a number beyond every measure"),
        ("1e400 > 1.0", "a number beyond every measure"),
        ("1. > 0.5", "1. without a digit after its point"),
        (r"project.use == '\d'", r"\d in a text"),
        (r"project.use == '\ud800'", r"\ud800 in a text"),
        ("(" * 96 + "true" + ")" * 96, "more than 95 brackets around one thing"),
    ],
)
def test_the_reason_says_what_is_wrong_and_where(condition, reason):
    with pytest.raises(ConditionFault) as refused:
        parse(condition)
    assert refused.value.params["reason"] == reason


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("01", 1),
        ("-0x1F", -31),
        ("-9223372036854775808", -(2**63)),
        (".5", 0.5),
        ("-1.5e3", -1500.0),
        (r"'\'\"\`\?\n\\'", "'\"`?\n\\"),
        (r"'\x41\X42\103\u4e2d\U00004e2d'", "ABC中中"),
        ("'''two\nlines'''", "two\nlines"),
        ("true", True),
    ],
)
def test_numbers_and_texts_are_read_as_cel_defines_them(written, value):
    constant = parse(written)
    assert constant == Constant(value)
    assert type(constant.value) is type(value)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("project.floors == 3.0", True),
        ("true == 1", False),
        ("1 in [true, 'a', 1.0]", True),
        ("project.use == 3 || project.use != 3", True),
        ("project.nothing == 1 && project.floors > 3", False),
        ("project.nothing == 1 || project.phased", True),
        ("project.unset == 1", False),
        ("project.unset != 1", True),
        ("project.unset in ['a']", False),
        ("project.unset > 1 || project.phased", True),
        ("9007199254740993 > 9007199254740992.0", True),
        ("false < true", True),
    ],
)
def test_values_compare_as_in_cel(condition, expected):
    assert holds(condition, {**ATTRIBUTES, "unset": None}) is expected


@pytest.mark.parametrize("condition", ["project.unset", "project.unset > 1", "project.use < 1"])
def test_what_has_no_value_is_a_fault(condition):
    with pytest.raises(ConditionFault):
        holds(condition, {**ATTRIBUTES, "unset": None})


def test_attributes_have_their_defaults():
    assert complete_attributes(YARD, {}) == {
        "phased": False,
        "area": 1000,
        "floors": 3,
        "use": "plant",
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phased", 1),
        ("phased", "yes"),
        ("phased", None),
        ("area", True),
        ("area", "large"),
        ("area", float("nan")),
        ("area", float("inf")),
        ("floors", 2.5),
        ("floors", 2**63),
        ("floors", False),
        ("use", "office"),
        ("use", 1),
    ],
)
def test_a_wrong_value_names_the_attribute_and_what_it_takes(key, value):
    with pytest.raises(WrongAttribute) as refused:
        check_attributes(YARD, {key: value})
    assert key in refused.value.sentence()
    assert refused.value.field == "attributes"


def test_an_unknown_attribute_names_those_that_are_known():
    with pytest.raises(UnknownAttribute) as refused:
        check_attributes(YARD, {"hight": 3})
    assert "hight" in refused.value.sentence()
    assert "floors" in refused.value.sentence()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("phased", "是", True),
        ("phased", "否", False),
        ("phased", "TRUE", True),
        ("phased", "0", False),
        ("floors", "12", 12),
        ("floors", "12.0", 12),
        ("area", "12.5", 12.5),
        ("area", "12", 12),
        ("use", "store", "store"),
    ],
)
def test_values_from_a_cell(key, text, value):
    found = attribute_from_text(YARD, key, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("key", "text"),
    [("phased", "maybe"), ("floors", "12.5"), ("floors", "many"), ("area", "nan"), ("area", "1e999"),
     ("area", "１２"), ("use", "office"), ("area", "1_000")],
)  # fmt: skip
def test_a_cell_that_is_no_value(key, text):
    with pytest.raises(WrongAttribute) as refused:
        attribute_from_text(YARD, key, text)
    assert text in refused.value.sentence()


def test_conditions_set_items_aside_when_a_project_is_registered():
    whole, phased = Play(), Play(phased=True)
    assert whole.state("B1") is whole.state("B2") is ItemState.NOT_REQUIRED
    assert whole.state("B0") is ItemState.WAITING
    assert phased.state("B0") is ItemState.NOT_REQUIRED
    assert phased.state("B1") is phased.state("B2") is ItemState.WAITING
