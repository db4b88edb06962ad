"""The shipped scenarios: sound, with the critical paths that were computed for them, and never stuck."""

import itertools
import random

import pytest

from config.scenario_files import SCENARIOS
from models.cases.states import FINISHED, ItemState
from models.scenarios.definition import ItemCategory, ItemMode, MaterialClass, StageKind
from rules.cases.progress import can_close
from rules.scenarios.verifier import critical_path
from rules.scenarios.verifier.materials import pattern_fault
from services.scenarios.scenario_files import catalogue, read_file, shipped
from tests.support.play import Play
from tests.support.sizes import size

PATHS = {
    "industrial-simple": (15, "A01 A07 B02 C01 C05 W0 W1 D01"),
    "real-estate-presale": (27, "E0 A01 A07 B01 C01 C02 C05 E2 D03"),
    "government-building": (41, "A03 A06 A04 A07 B01 B02 C05 W0 W1 D01"),
    "municipal-road": (33, "A06 A34 B01 B02 C05 W0 W1 D01"),
    "old-community-renovation": (16, "V01 V02 A34 C03 C05 C01 W0 W1 D01"),
    "factory-warehouse": (12, "A01 A07 BC1 C01 W0 W1 D01"),
    "5g-base-station": (17, "N01 C07 W0 W1 N03"),
    "technical-transformation": (16, "A01T C02 C05 C01 W0 W1 D13"),
}
SCENARIO = pytest.mark.parametrize("key", PATHS)


def definition(key):
    return read_file(SCENARIOS / f"{key}.yaml").definition


@SCENARIO
def test_sound(key):
    reading = shipped()[key]
    assert reading.findings == ()
    assert reading.definition.key == key


def test_all_are_shipped():
    assert set(shipped()) == set(PATHS)


@SCENARIO
def test_critical_path(key):
    days, items = PATHS[key]
    path = critical_path(definition(key))
    assert (path.days, path.items) == (days, tuple(items.split()))
    assert path.days <= definition(key).promise.days


@pytest.mark.parametrize("phased", [True, False])
def test_industrial_takes_fifteen_days_in_either_variant(phased):
    path = critical_path(definition("industrial-simple"), {"phased_permit": phased})
    # In two phases the works begin with the pit, long before the permit of the whole.
    permit = ("C05M",) if phased else ("C05", "W0")
    assert path.days == 15
    assert path.items == ("A01", "A07", "B02", "C01", *permit, "W1", "D01")


def test_own_land_saves_a_day():
    assert critical_path(definition("factory-warehouse"), {"own_land": True}).days == 11


def test_industrial_has_the_five_stages():
    kinds = [stage.kind for stage in definition("industrial-simple").stages]
    assert kinds == [
        StageKind.LAND,
        StageKind.PLANNING,
        StageKind.CONSTRUCTION_PERMIT,
        StageKind.UTILITY_HOOKUPS,
        StageKind.JOINT_ACCEPTANCE,
    ]


def test_industrial_asks_lawfully():
    scenario = definition("industrial-simple")
    classes = [r for item in scenario.items for r in item.materials]
    assert any(r.substantive for r in classes)
    assert any(r.material_class is MaterialClass.DEFERRABLE and not r.substantive for r in classes)
    licence = scenario.material["business_licence"]
    assert licence.from_register
    statutory = [r for r in classes if r.basis]
    assert statutory
    assert all(r.material_class is MaterialClass.CORE for r in statutory)


def test_one_survey_and_uncounted_lines():
    items = definition("industrial-simple").stage_items["utility_hookups"]
    assert [item.code for item in items if item.identifier == "joint_utility_survey"] == ["U00S"]
    services = [item for item in items if item.category is ItemCategory.UTILITY_SERVICE]
    assert all(item.counted_days == 0 for item in services)
    lines = [item for item in items if item.mode is ItemMode.INTERNAL and item.code[:2] == "U0"]
    assert all(item.promised is not None for item in lines)


def test_parts_are_not_applied_for():
    for key in PATHS:
        for item in definition(key).items:
            if item.part_of:
                assert item.mode is ItemMode.INTERNAL, (key, item.code)
                assert not item.counted
                assert not item.materials


def test_catalogue_names_only_what_it_defines():
    known = catalogue()
    for item in known.items:
        for requirement in item.materials:
            assert requirement.material in known.material, item.code
            if requirement.basis:
                assert requirement.material_class is MaterialClass.CORE, item.code
        for department in (item.department, item.competent_department):
            assert department is None or department in known.department, item.code
        assert item.document is None or item.document in known.document, item.code
    for material in known.materials:
        assert material.from_document is None or material.from_document in known.document
    for document in known.documents:
        assert pattern_fault(document) is None, document.key


def test_catalogue_marks_its_sources():
    marks = ("[L]", "[S", "[P", "[M]", "[D]")
    for item in catalogue().items:
        for limit in (item.statutory, item.promised):
            if limit is not None and limit.days > 0:
                assert any(mark in (limit.source or "") for mark in marks), item.code


def test_benchmark_scenario_is_sound():
    reading = read_file(SCENARIOS.parent.parent / "bench" / "w20.yaml")
    assert reading.findings == ()
    assert len(reading.definition.items) == 20
    assert len(reading.definition.stages) == 5
    assert all(item.mode is ItemMode.INTERNAL for item in reading.definition.items)


#: More combinations than these are drawn: what no project could get through, the solver finds.
MOST = size(48, whole=128)


def combinations(key, dice):
    """Every combination of a scenario's truths and choices, or as many of them as are played."""
    attributes = definition(key).attributes
    values = [
        (True, False) if a.type == "boolean" else a.choices or (a.default, 0) for a in attributes
    ]
    every = list(itertools.product(*values))
    for chosen in every if len(every) <= MOST else dice.sample(every, MOST):
        yield dict(zip((a.key for a in attributes), chosen, strict=True))


@pytest.mark.parametrize("key", PATHS)
def test_every_combination_ends_in_a_finished_project(key):
    dice = random.Random(key)
    for attributes in combinations(key, dice):
        play = Play(definition(key), **attributes)
        finish(play, dice)
        play.supervise()
        assert can_close(play.facts, play.today), (attributes, unfinished(play))


def finish(play, dice):
    """Conclude what is open, in any order, until nothing is; a whole is played with its parts."""
    while codes := [code for code in play.facts.items if can_conclude(play, code)]:
        play.conclude(dice.choice(codes))


def can_conclude(play, code):
    return play.state(code) in {ItemState.OPEN, ItemState.ACCEPTED}


def unfinished(play):
    return {c: i.state.value for c, i in play.facts.items.items() if i.state not in FINISHED}
