"""Guards over forms: what is false is refused in the reader's language, what is open passes."""

from __future__ import annotations

import sys

import celpy
import pytest
from celpy.adapter import json_to_cel
from hypothesis import given
from hypothesis import strategies as st

from config.texts import translator
from models.cases import commands as c
from models.cases.states import ItemState
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.forms import FieldType
from rules.cases.instruments.guards import GuardRefused
from rules.cases.migration import plan
from rules.cases.offers import possibilities
from rules.scenarios.conditions.evaluation import MISSING, evaluate
from rules.scenarios.conditions.language import Filled, OutsideLanguage, parse
from rules.scenarios.diff import differences
from rules.scenarios.verifier import verify
from tests.support.people import ADMINISTRATOR, APPLICANT, approver
from tests.support.play import Play
from tests.support.yard import PLANNING, YARD, field

REFUSAL = {"zh": "施工总承包单位不一致,请更正", "en": "not the same contractor; correct it"}


def guard(check: str, at: str = "submit") -> dict[str, object]:
    return {"check": check, "at": at, "refusal": REFUSAL}


def scenario(version: int = 1, **items: dict[str, object]) -> ScenarioDefinition:
    """The yard, in which E0 names the builder and A1 does so again (and comes after it)."""
    owner = field(FieldType.TEXT, required=True, key="owner").model_dump()
    extra = field(FieldType.INTEGER, key="floors").model_dump()
    changes = {"E0": {"form": [owner, extra]}, "A1": {"form": [owner], "after": ("E0",)}}
    for code, more in items.items():
        changes[code] = {**changes.get(code, {}), **more}
    listed = [{**one.model_dump(by_alias=True), **changes.get(one.code, {})} for one in YARD.items]
    whole = {**YARD.model_dump(by_alias=True), "items": listed, "version": version}
    return ScenarioDefinition.model_validate(whole)


SAME = "form.A1.owner == form.E0.owner"


def begun(*guards: dict[str, object], **form: object) -> Play:
    play = Play(scenario(A1={"guards": list(guards)}))
    filled = {"owner": "王", **form}
    play.do(c.RecordMilestone(item="E0", happened_on=play.today, form=filled))
    return play.hand_in("plan")


def apply(play: Play, owner: str) -> None:
    play.do(c.SubmitApplication(item="A1", form={"owner": owner}))


def test_what_is_false_is_refused_in_the_readers_language():
    play = begun(guard(SAME))
    with pytest.raises(GuardRefused) as refused:
        apply(play, "李")
    assert refused.value.sentence(translator("zh-CN")) == REFUSAL["zh"]
    assert refused.value.sentence() == f"form: {REFUSAL['en']}"
    assert play.state("A1") is ItemState.OPEN
    apply(play, "王")
    assert play.state("A1") is ItemState.RECEIVED


def test_a_correction_is_held_against_it_as_well():
    play = begun(guard(SAME))
    apply(play, "王")
    play.do(c.RequestCorrection(item="A1", fields={"owner": "who is that"}))
    with pytest.raises(GuardRefused):
        play.do(c.SupplyCorrection(item="A1", form={"owner": "李"}))
    play.do(c.SupplyCorrection(item="A1", form={"owner": "王"}))
    assert play.differences() == []


def test_a_guard_before_the_decision():
    play = begun(guard("form.E0.floors <= 3", at="decide"), floors=5)
    apply(play, "王")
    play.accept("A1")
    with pytest.raises(GuardRefused):
        play.approve("A1")
    found = {p.act: p for p in possibilities(play.facts, "A1", play.context(approver(PLANNING)))}
    assert isinstance(found["approve_item"].refusal, GuardRefused)
    assert found["deny_item"].possible


def test_a_guard_before_the_record_of_a_milestone():
    play = Play(scenario(E0={"guards": [guard("form.E0.floors < 100")]}))
    with pytest.raises(GuardRefused):
        play.do(
            c.RecordMilestone(item="E0", happened_on=play.today, form={"owner": "a", "floors": 100})
        )
    play.do(c.RecordMilestone(item="E0", happened_on=play.today, form={"owner": "a", "floors": 99}))


def test_what_nobody_was_asked_refuses_nobody():
    apply(begun(guard("form.E0.floors <= 3", at="submit")), "王")
    b0 = {"guards": [guard("form.B1.owner == form.B0.owner")], "form": []}
    owner = field(FieldType.TEXT, key="owner").model_dump()
    play = Play(scenario(B0=b0 | {"form": [owner]}, B1={"form": [owner]}))
    play.conclude("E0", "A1", "A2")
    play.apply("B0")
    assert play.state("B1") is ItemState.NOT_REQUIRED


def test_the_form_is_offered_although_an_example_would_not_pass():
    play = begun(guard('form.A1.owner == "王"'))
    found = {p.act: p for p in possibilities(play.facts, "A1", play.context(APPLICANT))}
    assert found["submit_application"].possible


# --- three values ---------------------------------------------------------------------------------

LEAVES = ("form.A1.a == 1", "form.A1.b", "form.A1.c in ['x', 'y']", "form.A1.a < form.A1.d", "true")
expressions = st.recursive(
    st.sampled_from(LEAVES),
    lambda term: st.one_of(
        st.tuples(term, st.sampled_from(("&&", "||")), term).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        term.map(lambda t: f"!({t})"),
    ),
    max_leaves=6,
)
values = {
    "a": st.integers(0, 2),
    "b": st.booleans(),
    "c": st.sampled_from(("x", "z")),
    "d": st.integers(0, 2),
}


def decided(expression: str, form: dict[str, object]) -> bool | None:
    def lookup(operand):
        return form.get(operand.field, MISSING) if isinstance(operand, Filled) else MISSING

    return evaluate(expression, lookup, forms=True)


@pytest.fixture(scope="module")
def environment():
    """The language as its own package evaluates it, which must not raise Python's limit for others."""
    limit = sys.getrecursionlimit()
    yield celpy.Environment()
    sys.setrecursionlimit(limit)


@given(expression=expressions, form=st.fixed_dictionaries(values))
def test_with_every_value_it_is_what_cel_says(environment, expression, form):
    program = environment.program(environment.compile(expression))
    told = program.evaluate({"form": json_to_cel({"A1": form})})
    assert decided(expression, form) is bool(told)


@given(
    expression=expressions,
    form=st.fixed_dictionaries(values),
    left=st.sets(st.sampled_from("abcd")),
)
def test_what_is_decided_without_a_value_is_so_with_any(expression, form, left):
    part = {key: value for key, value in form.items() if key not in left}
    found = decided(expression, part)
    assert found is None or found is decided(expression, form)


# --- the language and the verifier ----------------------------------------------------------------


def test_only_guards_speak_of_forms():
    with pytest.raises(OutsideLanguage):
        parse("form.A1.owner == 'a'")
    for text in ("form.owner == 'a'", "form.A1.owner.first == 'a'", "form['A1'] == 1", "form.A1"):
        with pytest.raises(OutsideLanguage):
            parse(text, forms=True)


@pytest.mark.parametrize(
    ("check", "codes"),
    [
        (SAME, []),
        ("form.A1.owner == project.use", []),
        ("form.E0.floors < project.floors", []),
        ("form.A1.owner < form.E0.owner", ["condition_type"]),
        ("form.A1.owner == 3", ["condition_type"]),
        ("form.A1.owner", ["condition_type"]),
        ("form.A1.owner == form.E0.floors", ["condition_type"]),
        ("form.A1.other == 3", ["unknown_field"]),
        ("project.nothing", ["unknown_attribute"]),
        ("form.E0.floors * 0.25 <= project.floors", []),
        ("0.25 * form.E0.floors <= 3", []),
        ("form.A1.owner * 2 == form.A1.owner", ["condition_type"]),
        ("project.floors * 2 > 3", ["condition_outside_language"]),
        ("form.E0.floors * form.E0.floors > 3", ["condition_outside_language"]),
        ("form.E0.floors > 3 ||", ["condition_syntax"]),
        ("form.E0.floors + 1 > 3", ["condition_outside_language"]),
        ("form.B2.owner == 'a'", ["unknown_field", "guard_not_before"]),
    ],
)
def test_types_are_checked_when_the_scenario_is_loaded(check, codes):
    anyway = {one.code for one in verify(scenario())}
    found = verify(scenario(A1={"guards": [guard(check)]}))
    assert [one.code for one in found if one.code not in anyway] == codes


@pytest.mark.parametrize(
    ("check", "right"),
    [
        ('form.A2.a_date >= "2026-01-01"', True),
        ("form.A2.a_date < form.A2.a_date", True),
        ('form.A2.a_date == "soon"', False),
        ("form.A2.a_date == 3", False),
        ('form.A2.a_choice == "piles"', True),
        ('form.A2.a_choice == "tunnel"', False),
        ("form.A2.a_credit_code != form.A2.a_text", True),
        ("form.A2.a_boolean && form.A2.a_decimal <= 6.5", True),
    ],
)
def test_every_type_of_field_can_be_compared(check, right):
    found = [one.code for one in verify(scenario(A2={"guards": [guard(check)]}))]
    assert bool({"condition_type", "unknown_choice"} & set(found)) is not right


def test_guards_differ_in_words():
    before, after = scenario(), scenario(A1={"guards": [guard(SAME)]})
    for found in (differences(before, after), differences(after, before)):
        assert [one.code for one in found] == [
            "guard_added" if found[0].code == "guard_added" else "guard_removed"
        ]
        assert SAME in found[0].message()
        assert "{" not in found[0].message(translator("zh-CN"), "zh-CN")


# --- papers under a condition ---------------------------------------------------------------------


def conditional(
    version: int = 1, when: str = "project.area >= 5000", **top: object
) -> ScenarioDefinition:
    """The yard, in which a large A1 hands in drawings as well, and a large A2 no archive."""
    a1 = [one.model_dump(by_alias=True) for one in YARD.item["A1"].materials]
    a2 = [one.model_dump(by_alias=True) for one in YARD.item["A2"].materials]
    a1.append({"material": "drawings", "when": when})
    a2[1]["when"] = "project.area < 5000"
    return scenario(
        version,
        A1={"form": [], "after": (), "materials": a1},
        A2={"materials": a2},
        E0={"form": []},
    ).model_copy(update=top)


def test_a_paper_is_asked_for_only_where_its_condition_holds():
    small, large = Play(conditional(), area=10), Play(conditional(), area=6000)
    assert "drawings" not in small.facts.definition("A1").required
    assert "drawings" in large.facts.definition("A1").required
    for play in (small, large):
        play.hand_in("plan")
        play.do(c.SubmitApplication(item="A1"))
    small.accept("A1")
    with pytest.raises(Exception, match="drawings"):
        large.accept("A1")
    large.do(c.RequestCorrection(item="A1", materials={"drawings": "missing (art. 32)"}))
    assert small.differences() == large.differences() == []


def test_it_may_neither_be_asked_for_nor_deferred_where_it_does_not_hold():
    play = Play(conditional(), area=10).hand_in("plan")
    play.do(c.SubmitApplication(item="A1"))
    with pytest.raises(Exception, match="not in the list"):
        play.do(c.RequestCorrection(item="A1", materials={"drawings": "why not (art. 32)"}))
    large = Play(conditional(), area=6000).record("E0")
    with pytest.raises(Exception, match="not deferrable"):
        large.apply("A2", defer=("archive",))
    large.apply("A2")
    found = {p.act: p for p in possibilities(large.facts, "A2", large.context(APPLICANT))}
    assert found["withdraw_application"].possible


def test_both_ways_run_to_the_end():
    for area in (10, 6000):
        play = Play(conditional(), area=area).conclude("E0", "A1", "A2", "N1", "B0", "W1", "D0")
        assert play.machine().facts.items["D0"].state is ItemState.GRANTED
        assert play.differences() == []


def test_a_new_condition_asks_nothing_more_of_what_was_applied_for():
    play = Play(conditional(), area=10).hand_in("plan")
    play.do(c.SubmitApplication(item="A1"))
    context = play.context(ADMINISTRATOR)
    assert [
        r.code for r in plan(play.facts, conditional(2, "project.area < 50"), context).refusals
    ] == ["asks_more"]
    moved = plan(play.facts, conditional(2, "project.area > 50"), context)
    assert moved.refusals == ()
    assert moved.outcome is not None
    assert "drawings" not in moved.outcome.facts.definition("A1").required
    unasked = plan(Play(conditional(), area=10).facts, conditional(2, "project.area < 50"), context)
    assert "drawings" in unasked.outcome.facts.definition("A1").required


def test_conditions_of_papers_differ_in_words():
    found = differences(conditional(), conditional(2, "project.area > 50"))
    assert [one.code for one in found] == ["material_changed"]
    assert "where project.area > 50" in found[0].message()
