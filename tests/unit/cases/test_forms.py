"""Forms of items: every field of its type, kept with the item, told by the log, offered again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.texts import translator
from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from models.scenarios.forms import FieldType
from rules.cases.instruments.forms import (
    FieldMissing,
    UnknownField,
    WrongCreditCode,
    WrongField,
    checked,
    example,
    from_texts,
)
from rules.cases.migration import plan
from rules.scenarios.diff import differences
from tests.support.people import ADMINISTRATOR
from tests.support.play import START, Play
from tests.support.states import opened, yard
from tests.support.yard import YARD, changed_item, field, item

CODE = "91611102MA0FAKE175"
EVERY = item(
    "X1", "land", "land_bureau", form=tuple(field(kind, required=True) for kind in FieldType)
)


def one(kind: FieldType, *, required: bool = True) -> ItemDefinition:
    return item("X1", "land", "land_bureau", form=(field(kind, required=required, key="it"),))


def with_form(code: str, *fields, version: int = 1) -> ScenarioDefinition:
    changed = changed_item(code, form=[one.model_dump() for one in fields])
    return changed.model_copy(update={"version": version})


def told_without_difference(play: Play) -> None:
    assert play.differences() == []


RIGHT = {
    FieldType.TEXT: ("渭城建工", "a"),
    FieldType.INTEGER: (0, -3, 2**63 - 1),
    FieldType.DECIMAL: (0, 6.5, -0.001),
    FieldType.BOOLEAN: (True, False),
    FieldType.DATE: ("2026-11-30", "2028-02-29"),
    FieldType.CHOICE: ("open_cut", "piles"),
    FieldType.CREDIT_CODE: (CODE,),
}
WRONG = {
    FieldType.TEXT: (1, True),
    FieldType.INTEGER: (1.5, "1", True, 2**63),
    FieldType.DECIMAL: ("six", True, 1e300),
    FieldType.BOOLEAN: (1, "yes"),
    FieldType.DATE: ("2026-02-30", "30.11.2026", "2026-1-1", 20261130),
    FieldType.CHOICE: ("tunnel", 1),
    FieldType.CREDIT_CODE: ("91611102MA0FAKE174", "1234", 5),
}


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, vs in RIGHT.items() for v in vs])
def test_a_right_value_is_kept(kind, value):
    kept = checked(one(kind), {"it": value})["it"]
    assert kept == value
    assert type(kept) is type(value)


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, vs in WRONG.items() for v in vs])
def test_a_wrong_value_is_refused_with_what_to_do(kind, value):
    with pytest.raises((WrongField, WrongCreditCode)) as refused:
        checked(one(kind), {"it": value})
    for language in ("en", "zh-CN"):
        sentence = refused.value.sentence(translator(language))
        assert str(value).lower() in sentence.lower()
        assert ("it(中)" in sentence) == (language == "zh-CN")
        assert "{" not in sentence


@pytest.mark.parametrize("kind", FieldType)
@pytest.mark.parametrize("given", [{}, {"it": ""}, {"it": "  "}])
def test_what_is_required_has_to_be_there(kind, given):
    with pytest.raises(FieldMissing):
        checked(one(kind), given)
    assert checked(one(kind, required=False), given) == {}


def test_nothing_is_kept_that_the_form_does_not_ask_for():
    with pytest.raises(UnknownField) as refused:
        checked(one(FieldType.TEXT), {"it": "a", "else": "b"})
    assert "else" in refused.value.sentence()


def test_a_code_is_kept_as_it_is_written_officially():
    assert checked(one(FieldType.CREDIT_CODE), {"it": f" {CODE.lower()} "}) == {"it": CODE}


def test_what_was_typed_becomes_what_is_meant():
    typed = {
        "a_text": " 渭城建工 ",
        "a_integer": "3",
        "a_decimal": "6.5",
        "a_boolean": "yes",
        "a_date": "2026-11-30",
        "a_choice": "piles",
        "a_credit_code": CODE,
    }
    kept = checked(EVERY, from_texts(EVERY, typed))
    assert kept == {
        **typed,
        "a_text": "渭城建工",
        "a_integer": 3,
        "a_decimal": 6.5,
        "a_boolean": True,
    }
    assert from_texts(EVERY, {}) == {"a_boolean": False}
    with pytest.raises(WrongField):
        checked(EVERY, from_texts(EVERY, {**typed, "a_integer": "three"}))


@given(st.dates())
def test_an_example_is_right_on_every_day(day: date):
    assert checked(EVERY, example(EVERY, day)) == example(EVERY, day)


@given(
    st.dictionaries(
        st.sampled_from(list(EVERY.field)),
        st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
    )
)
def test_whatever_is_filled_in_is_kept_whole_or_refused_in_a_sentence(form):
    optional = item("X1", "land", "land_bureau", form=tuple(field(kind) for kind in FieldType))
    sentence, kept = "", None
    try:
        kept = checked(optional, form)
    except (WrongField, WrongCreditCode) as refused:
        sentence = refused.sentence(translator("zh-CN"))
    assert sentence or checked(optional, kept) == kept


# --- with the item --------------------------------------------------------------------------------


def test_the_form_goes_with_the_application_and_the_log_tells_it():
    play = yard()
    form = example(YARD.item["A2"], play.today)
    play.apply("A2")
    assert play.item("A2").form == form
    assert play.last("ApplicationSubmitted")["form"] == form
    told_without_difference(play)


def test_an_application_without_its_form_is_refused():
    play = Play(with_form("A1", field(FieldType.TEXT, required=True, key="owner")))
    play.hand_in("plan")
    with pytest.raises(FieldMissing):
        play.do(c.SubmitApplication(item="A1"))
    play.do(c.SubmitApplication(item="A1", form={"owner": "王"}))
    assert play.item("A1").form == {"owner": "王"}


def test_a_milestone_has_its_form():
    play = Play(with_form("E0", field(FieldType.TEXT, required=True, key="owner")))
    with pytest.raises(FieldMissing):
        play.do(c.RecordMilestone(item="E0", happened_on=play.today))
    play.do(c.RecordMilestone(item="E0", happened_on=play.today, form={"owner": "王"}))
    assert play.item("E0").form == {"owner": "王"}
    told_without_difference(play)


def test_it_is_kept_for_the_next_round():
    play = yard().apply("A2", defer=("archive",)).accept("A2").approve("A2")
    form = play.item("A2").form
    play.after(play.clock("A2", ClockKind.MAKE_UP, "archive").due_on)
    play.do(c.VoidApproval(item="A2", reason="not made good"))
    play.do(c.StartNewRound(item="A2"))
    assert play.item("A2").form == form
    told_without_difference(play)
    play.do(c.SubmitApplication(item="A2", form={"a_text": "other"}))
    told_without_difference(play)
    play.do(c.AppealVoiding(item="A2", reason="it was there"))
    play.do(c.DecideAppeal(item="A2", upheld=True, reason="it was"))
    assert play.state("A2") is ItemState.CONDITIONALLY_GRANTED
    assert play.item("A2").form == form
    told_without_difference(play)


# --- between versions -----------------------------------------------------------------------------


def test_nothing_more_is_asked_after_the_application():
    more = with_form("A1", field(FieldType.TEXT, required=True, key="owner"), version=2)
    place = opened()
    place.play.apply("A1")
    found = plan(place.play.facts, more, place.play.context(ADMINISTRATOR))
    assert [reason.code for reason in found.refusals] == ["form_changed"]
    assert "王" not in found.refusals[0].message(translator("zh-CN"), "zh-CN")
    fewer = with_form("A1", field(FieldType.TEXT, key="owner"), version=2)
    assert plan(place.play.facts, fewer, place.play.context(ADMINISTRATOR)).refusals == ()
    assert plan(Play().facts, more, Play().context(ADMINISTRATOR)).refusals == ()


def test_a_form_differs_in_words():
    before = with_form("A1", field(FieldType.TEXT, key="owner"), field(FieldType.DATE, key="day"))
    after = with_form(
        "A1", field(FieldType.TEXT, key="owner", required=True), field(FieldType.CHOICE, key="how")
    )
    said = [one.message() for one in differences(before, after)]
    assert said == [
        "A1: its form does not ask for day (day) any more.",
        "A1: in its form, required of owner is yes instead of no.",
        "A1: its form asks for how (how) as well.",
    ]
    for one in differences(before, after):
        assert "{" not in one.message(translator("zh-CN"), "zh-CN")


def test_examples_are_of_the_day():
    assert example(EVERY, START)["a_date"] == START.isoformat()
