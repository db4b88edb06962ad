"""What the verifier proves: order, limits, and what happens under some combination of attributes."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock.values import Unit
from models.findings import errors
from models.scenarios.definition import LimitDefinition
from rules.scenarios.conditions.evaluation import holds
from rules.scenarios.conditions.language import parse
from rules.scenarios.reading import read_scenario
from rules.scenarios.verifier import critical_path, verify, worst_case
from rules.scenarios.verifier.analysis.combinations import Combinations
from rules.scenarios.verifier.limits import is_longer, natural_days
from services.clock.working_calendar import working_calendar
from services.scenarios.scenario_files import catalogue

HEAD = """
key: sample
name: {zh: 示例, en: Sample}
promise: {days: 1000}
stages:
  - {key: one, kind: generic, name: {zh: 一, en: One}, lead: admin_approval_bureau}
attributes:
  - {key: big, type: boolean, name: {zh: 大, en: Big}, default: false}
  - {key: area, type: decimal, name: {zh: 面积, en: Area}, default: 100}
  - {key: floors, type: integer, name: {zh: 层数, en: Floors}, default: 1}
  - {key: kind, type: choice, name: {zh: 类, en: Kind}, choices: [factory, store, office], default: store}
items:
"""
ITEM = (
    "  - {{code: {code}, identifier: x, name: {{zh: 事, en: It}}, stage: one, mode: internal,"
    " department: admin_approval_bureau, promised: {{days: {days}}}, after: [{after}]{more}}}\n"
)


def scenario(*items, more=""):
    text = HEAD + "".join(
        ITEM.format(code=code, days=days, after=", ".join(after), more=rest[0] if rest else "")
        for code, days, after, *rest in items
    )
    return read_scenario(text + more, catalogue()).definition


def test_the_longest_way_counts_parallel_items_once():
    found = critical_path(scenario(("A", 1, []), ("B", 5, ["A"]), ("C", 3, ["A"]), ("D", 1, "BC")))
    assert (found.days, found.text()) == (7, "A → B → D")


def test_uncounted_items_take_no_days_and_never_end_the_path():
    rest = ", counted: false"
    found = critical_path(
        scenario(("A", 1, []), ("B", 9, ["A"], rest), ("C", 2, ["B"]), ("D", 9, ["C"], rest))
    )
    assert (found.days, found.text()) == (3, "A → B → C")


def test_of_equal_ways_the_one_with_more_items_is_named_then_the_first():
    found = critical_path(scenario(("A", 2, []), ("B", 0, ["A"]), ("C", 1, "AB"), ("D", 1, "AB")))
    assert found.text() == "A → B → C"


def test_a_skipped_item_takes_no_days_but_keeps_the_order():
    made = scenario(("A", 2, []), ("B", 5, ["A"], ", when: project.big"), ("C", 1, ["B"]))
    assert critical_path(made).days == 8
    assert critical_path(made, {"big": False}).days == 3
    assert critical_path(made, {"big": False}).items == ("A", "C")


def test_two_cycles_are_both_named():
    made = scenario(("A", 1, "B"), ("B", 1, "A"), ("C", 1, "D"), ("D", 1, "C"), ("E", 1, []))
    cycles = [found.params["cycle"] for found in verify(made) if found.code == "cycle"]
    assert cycles == ["A → B → A", "C → D → C"]


def test_a_part_that_waits_for_its_whole_is_a_cycle():
    text = HEAD + (
        "  - {use: D01, stage: one}\n"
        "  - {use: D11, stage: one, part_of: D01, after: [W1]}\n"
        "  - {use: W1, stage: one, after: [D01]}\n"
    )
    reading = read_scenario(text, catalogue())
    assert "D01 → W1 → D11 → D01" in [found.params.get("cycle") for found in reading.errors]


@given(st.integers(1, 300), st.dates(date(2024, 12, 1), date(2026, 6, 1)))
def test_bounds_of_working_days_hold_on_the_real_calendar(length, start):
    end = working_calendar().add_working_days(start, length)
    # The day from which counting can really begin is the last working day up to the start.
    least, most = natural_days(LimitDefinition(days=length))
    assert least <= (end - start).days <= most


def limit(days, unit=Unit.WORKING_DAY):
    return LimitDefinition(days=days, unit=unit)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (limit(5), limit(5), False),
        (limit(6), limit(5), True),
        (limit(7), limit(30, Unit.NATURAL_DAY), False),
        (limit(15), limit(60, Unit.NATURAL_DAY), False),
        (limit(7), limit(10, Unit.NATURAL_DAY), None),
        (limit(40), limit(10, Unit.NATURAL_DAY), True),
        (limit(10, Unit.NATURAL_DAY), limit(20), False),
        (limit(90, Unit.NATURAL_DAY), limit(20), True),
        (limit(1, Unit.MONTH), limit(20), None),
        (limit(6, Unit.MONTH), limit(20), True),
        (limit(0), limit(0, Unit.NATURAL_DAY), False),
    ],
)
def test_limits_in_different_units_are_compared_honestly(one, other, expected):
    assert is_longer(one, other) is expected


def issued_by(conditions, taken):
    """Issuers I0, I1, … under conditions; T takes the document of any of them when ``taken``."""
    items = "".join(
        ITEM.format(code=f"I{n}", days=1, after="", more=f", document: paper, when: '{when}'")
        for n, when in enumerate(conditions)
    )
    after = ", ".join(f"I{n}" for n in range(len(conditions)))
    last = ITEM.format(
        code="T", days=1, after=after, more=f", materials: [{{material: paper}}], when: '{taken}'"
    )
    more = (
        "materials:\n  - {key: paper, name: {zh: 纸, en: Paper}, from_document: paper}\n"
        'documents:\n  - {key: paper, name: {zh: 纸, en: Paper}, number_pattern: "{seq}"}\n'
    )
    return read_scenario(HEAD + items + last.replace("internal", "application") + more, catalogue())


@pytest.mark.parametrize(
    ("conditions", "taken", "stuck"),
    [
        (["project.big"], "project.big", False),
        (["project.big", "!project.big"], "project.area > 0", False),
        (["project.big"], "project.area > 0", True),
        (["project.area > 10"], "project.area > 20", False),
        (["project.area > 20"], "project.area > 10", True),
        (["project.area > 10.5", "project.area <= 10.5"], "project.big", False),
        (["project.floors > 2", "project.floors < 2"], "project.big", True),
        (["project.floors >= 2", "project.floors < 2"], "project.big", False),
        (["project.floors > 2.5", "project.floors < 2.5"], "project.big", False),
        (['project.kind in ["factory", "store"]'], 'project.kind != "office"', False),
        (['project.kind == "factory"'], 'project.kind != "office"', True),
        (["project.floors < project.area"], "project.area > project.floors", False),
    ],
)
def test_an_item_is_stuck_exactly_when_no_issuer_is_needed(conditions, taken, stuck):
    reading = issued_by(conditions, taken)
    found = [finding.code for finding in reading.findings if finding.code.startswith("source")]
    assert found == (["source_may_be_missing"] if stuck else [])


def test_a_chain_through_an_item_that_is_not_needed_does_not_count():
    text = HEAD + (
        "  - {use: A01, stage: one}\n"
        "  - {use: W1, stage: one, after: [A01], when: project.big}\n"
        "  - {use: A07, stage: one, after: [W1]}\n"
    )
    (finding,) = read_scenario(text, catalogue()).errors
    assert finding.code == "source_may_be_missing"
    assert "big = false" in finding.params["witness"]


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "project.big",
            "project.area > 10",
            "project.area <= 2.5",
            "project.floors == 3",
            "project.floors != 7",
            "project.floors in [1, 2]",
            'project.kind == "store"',
            'project.kind in ["factory", "office"]',
            "project.big == true",
            "true",
            "1 < 2",
        ]
    ),
    lambda inner: st.one_of(
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
    ),
    max_leaves=6,
)
PROJECTS = st.fixed_dictionaries(
    {
        "big": st.booleans(),
        "area": st.sampled_from([-1.0, 2.5, 2.6, 10.0, 10.5]),
        "floors": st.integers(0, 8),
        "kind": st.sampled_from(["factory", "store", "office"]),
    }
)


@given(CONDITIONS, PROJECTS)
def test_the_solver_and_the_evaluator_agree(condition, project):
    made = scenario(("A", 1, [], f", when: '{condition}'"))
    combinations = Combinations(made)
    here = [
        combinations.variables[key]
        == (made.attributes[3].choices.index(value) if key == "kind" else value)
        for key, value in project.items()
    ]
    needed = combinations.needed["A"]
    assert (combinations.witness(_all([needed, *here])) is not None) is holds(condition, project)


def _all(formulas):
    import z3

    return z3.And(*formulas)


TRUTHS = {"big": (False, True), "area": (5, 20), "kind": ("factory", "store", "office")}
WHEN = (
    "project.big",
    "!project.big",
    "project.area > 10 && project.big",
    "project.area <= 10",
    'project.kind == "factory"',
    'project.kind != "factory" && !project.big',
)


@st.composite
def networks(draw):
    """Items of a few days with conditions of which some exclude each other."""
    items = []
    for place, code in enumerate("ABCDEF"):
        after = draw(st.lists(st.sampled_from("ABCDEF"[:place]), unique=True)) if place else []
        when = draw(st.one_of(st.none(), st.sampled_from(WHEN)))
        rest = f", when: '{when}'" if when else ""
        items.append((code, draw(st.integers(0, 9)), after, rest))
    return scenario(*items)


@given(networks())
def test_the_worst_case_is_the_worst_of_all_projects_and_its_witness_takes_that_path(made):
    every = [dict(zip(TRUTHS, values, strict=True)) for values in product(*TRUTHS.values())]
    lengths = [critical_path(made, project).days for project in every]
    worst = worst_case(made)
    assert worst.path.days == max(lengths)
    assert critical_path(made, witnessed(worst.witness)).days == worst.path.days


def witnessed(said):
    """The attributes that a witness names, with values instead of words."""
    return {
        key: value == "true" if key == "big" else float(value) if key == "area" else value
        for key, value in said.items()
    }


def test_items_that_exclude_each_other_do_not_break_a_promise():
    exclusive = (
        ("A", 600, [], ", when: project.big"),
        ("B", 600, ["A"], ", when: '!project.big'"),
    )
    assert errors(verify(scenario(*exclusive))) == ()
    longer = (*exclusive, ("C", 500, ["B"]))
    (finding,) = errors(verify(scenario(*longer)))
    assert finding.params["days"] == 1100
    assert finding.params["path"] in ("A → C (big = true)", "B → C (big = false)")


def test_a_part_is_needed_only_with_its_whole():
    parts = (
        "  - {{use: A01, stage: one, when: project.area > 10}}\n"
        "  - {{use: C04, stage: one, part_of: A01, when: '{when}'}}\n"
    )
    for when, stuck in (("project.area > 20", False), ("project.area >= 10", True)):
        reading = read_scenario(HEAD + parts.format(when=when), catalogue())
        assert [one.code for one in reading.errors] == (["part_without_whole"] if stuck else [])


def test_conditions_are_parsed_once_and_compare_by_value():
    assert parse("project.big&&true") == parse("project.big && true")


def test_a_thousand_items_are_proven_in_seconds():
    items = [("A0", 0, [])] + [(f"A{n}", 0, [f"A{n - 1}"]) for n in range(1, 1000)]
    found = critical_path(scenario(*items))
    assert len(found.items) == 1000
    assert timedelta(days=found.days) == timedelta(0)
