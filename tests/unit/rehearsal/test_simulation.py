"""Rehearsals: one project agrees with the core act by act; many behave as queues and promises do."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from rules.cases import progress as planning
from rules.cases.instruments.completeness import missing
from rules.cases.promise import counted_path
from rules.installation.policy import Policy
from rules.rehearsal import (
    ItemPace,
    Options,
    Paces,
    PastEvent,
    paces_from_history,
    possible_attributes,
    simulate,
    simulate_one,
)
from services.clock.working_calendar import working_calendar
from services.scenarios.scenario_files import shipped
from tests.support.play import Play
from tests.support.yard import YARD

BEGINS = date(2026, 11, 2)
OPTIONS = Options(BEGINS)
SCENARIOS = {key: reading.definition for key, reading in shipped().items()}
INDUSTRIAL = SCENARIOS["industrial-simple"]


def do(play: Play, step) -> None:
    """One simulated act, done to a project that the core decides on."""
    play.go_to(date.fromordinal(step.day))
    play.machine()
    if step.act == "submit_application":
        play.apply(step.item)
    elif step.act == "request_correction":
        asked = play.facts.definition(step.item)
        own = [key for key in asked.required if not play.facts.scenario.material[key].system_held]
        play.do(c.RequestCorrection(item=step.item, materials={own[0]: "blurred (art. 31)"}))
    elif step.act == "supply_correction":
        item = play.item(step.item)
        play.hand_in(*missing(play.facts.definition(step.item), item, play.facts.materials))
        play.do(c.SupplyCorrection(item=step.item))
    elif step.act == "record_milestone":
        play.happen(step.item)
    elif step.act == "approve_item":
        play.verify(step.item).decide(step.item)
    else:
        kinds = {
            "accept_application": c.AcceptApplication,
            "deem_accepted": c.DeemAccepted,
        }
        if step.act == "approve_item":
            play.verify(step.item)
        play.do(kinds[step.act](item=step.item))


def deliver(play: Play) -> None:
    for code, item in play.facts.items.items():
        if item.document_issued:
            play.do(c.RecordDelivery(item=code))


#: Papers are not part of the rehearsal, so nobody returns one that another item needs meanwhile.
PACES = {
    "usual": Paces(ItemPace(correction=0)),
    "at once": Paces(ItemPace(apply=(0,), record=(0,), correction=0)),
    "silent": Paces(ItemPace(intake=(0, 2, 6, 9), share=(0, 0.5, 1.5), correction=0)),
}


@pytest.mark.parametrize("key", sorted(SCENARIOS))
@pytest.mark.parametrize("paces", PACES)
def test_a_simulated_project_is_one_that_the_core_decides_so(key, paces):
    scenario = SCENARIOS[key]
    options = Options(BEGINS, paces=PACES[paces])
    forecast, steps, attributes = simulate_one(scenario, working_calendar(), 3, options)
    play = Play(scenario, BEGINS, **attributes)
    for step in steps:
        do(play, step)
        begun = step.act in ("submit_application", "record_milestone")
        if begun and paces == "at once" and not step.item.startswith("W"):
            assert play.item(step.item).opened_on == play.today
    play.machine()
    deliver(play)
    for item in play.facts.items:
        play.check(item)
    play.do(c.CloseProject())
    path = counted_path(play.facts, working_calendar(), play.today, Policy())
    assert forecast.counted_days.p50 == path.days
    assert forecast.calendar_days.p50 == (play.today - BEGINS).days
    assert not planning.unfinished(play.facts)


def test_corrections_take_the_days_that_the_core_gives_them():
    options = Options(BEGINS, paces=Paces(ItemPace(correction=1, share=(0.5,))))
    forecast, steps, attributes = simulate_one(YARD, working_calendar(), 7, options)
    asked = [step.item for step in steps if step.act == "request_correction"]
    supplied = [step.item for step in steps if step.act == "supply_correction"]
    assert sorted(asked) == sorted(supplied) != []
    play = Play(YARD, BEGINS, **attributes)
    first = [step for step in steps if step.item == asked[0]]
    for step in first[:4]:
        do(play, step)
    assert play.state(asked[0]) is ItemState.ACCEPTED
    assert forecast.completed == 1


def test_the_same_seed_gives_the_same_forecast():
    one, again, other = (
        simulate(INDUSTRIAL, working_calendar(), 200, seed, OPTIONS) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other
    assert one.completed == one.projects == 200


def test_promised_limits_taken_in_full_are_the_critical_path():
    paces = Paces(ItemPace(apply=(0,), intake=(0,), record=(0,), share=(1,), correction=0))
    options = Options(BEGINS, paces=paces, attributes={"phased_permit": False}, usage=0.01)
    forecast = simulate(INDUSTRIAL, working_calendar(), 50, 1, options)
    # A filing is done with its receipt: the day that is promised for it is never taken.
    assert forecast.counted_days.p50 == forecast.counted_days.p95 == 15 - 1
    assert forecast.within_promise == 1
    assert forecast.costliest_item in {"B02", "C01", "D01"}


def test_a_department_without_enough_hands_is_the_bottleneck():
    department = "housing_construction_bureau"
    calm = simulate(INDUSTRIAL, working_calendar(), 300, 1, OPTIONS)
    short = Options(BEGINS, capacities={department: 1}, over=100)
    crowded = simulate(INDUSTRIAL, working_calendar(), 300, 1, short)
    assert crowded.bottleneck == department
    assert crowded.calendar_days.p80 > calm.calendar_days.p80
    assert crowded.within_promise < calm.within_promise


def test_slow_decisions_break_the_promise():
    late = Options(BEGINS, paces=Paces(ItemPace(share=(3,), correction=0)))
    forecast = simulate(INDUSTRIAL, working_calendar(), 50, 1, late)
    assert forecast.within_promise == 0
    assert max(item.late for item in forecast.items) == 1


def test_attributes_meet_both_sides_of_every_condition():
    possible = possible_attributes(INDUSTRIAL)
    assert possible["phased_permit"] == (False, True)
    forecast = simulate(INDUSTRIAL, working_calendar(), 100, 1, OPTIONS)
    by_code = {item.item: item.projects for item in forecast.items}
    assert 0 < by_code["C05"] < 100
    assert by_code["C05"] + by_code["C05F"] == 100
    assert by_code["C05F"] == by_code["C05M"]


def test_history_takes_the_place_of_the_usual_pace():
    events = []
    for project in range(6):
        day = BEGINS
        for kind, lag in (
            ("ItemOpened", 0),
            ("ApplicationSubmitted", 1),
            ("CorrectionRequested", 1),
            ("CorrectionSupplied", 2),
            ("ApplicationAccepted", 0),
            ("ItemApproved", 4),
        ):
            day = working_calendar().add_working_days(day, lag)
            events.append(PastEvent(project, "A1", kind, day))
    paces = paces_from_history(events, YARD, working_calendar())
    pace = paces.items["A1"]
    assert set(paces.items) == {"A1"}
    assert (pace.apply, pace.correct, pace.correction) == ((1,) * 6, (2,) * 6, 1.0)
    assert pace.share == (0.8,) * 6
    assert sorted(set(pace.intake)) == [0, 1]
    few = paces_from_history(events[:12], YARD, working_calendar())
    assert few.items == {}


def test_ten_thousand_projects_in_good_time():
    began = process_time()
    forecast = simulate(INDUSTRIAL, working_calendar(), 10_000, 1, OPTIONS)
    assert process_time() - began < 30
    assert forecast.completed == 10_000
