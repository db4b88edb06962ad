"""The way of a project to its end: its longest chain, the earliest days, and what has time to spare."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases.states import ItemState
from rules.cases.path import project_path
from services.scenarios.scenario_files import shipped
from tests.support.people import STEWARD
from tests.support.play import START, Play


def path_of(play: Play):
    return project_path(play.facts, play.context(STEWARD))


@pytest.fixture(scope="module")
def factory() -> Play:
    return Play(shipped()["industrial-simple"].definition)


def test_the_chain_is_in_the_order_of_decisions_and_has_nothing_to_spare(factory):
    path = path_of(factory)
    assert len(path.chain) > 3
    for before, after in zip(path.chain, path.chain[1:], strict=False):
        assert before in path.points[after].before
    assert [path.points[code].slack for code in path.chain] == [0] * len(path.chain)
    assert path.ends_on == max(point.on for point in path.points.values())


def test_an_item_comes_after_what_it_builds_on_and_its_limit_counts_working_days(factory):
    path = path_of(factory)
    calendar = factory.context(STEWARD).calendar
    for point in path.points.values():
        begins = max([START, *(path.points[code].on for code in point.before)])
        limit = factory.scenario.item[point.item].promised
        assert point.on >= begins
        if limit is not None and limit.unit == "working_day":
            assert calendar.working_days_between(begins, point.on) == limit.days


def test_time_to_spare_is_what_the_end_can_bear(factory):
    path = path_of(factory)
    calendar, end = factory.context(STEWARD).calendar, path.ends_on
    beside = [point for point in path.points.values() if point.slack]
    assert beside
    for point in beside:
        assert point.item not in path.chain
        assert calendar.add_working_days(point.on, point.slack) <= end


def test_nothing_is_dated_that_waits_for_the_works(factory):
    path = path_of(factory)
    completion = next(item.code for item in factory.scenario.items if item.works == "completion")
    after = {code for code, earlier in path.earlier.items() if completion in earlier}
    assert after
    assert {point.item for point in path.points.values() if point.after_works} == {
        completion,
        *after,
    }


def test_a_decision_puts_its_day_in_place_of_the_earliest(factory):
    play = factory.fork().conclude("A01")
    point = path_of(play).points["A01"]
    assert point.done
    assert point.on == play.facts.items["A01"].decided_on == play.today


def test_a_running_limit_is_dated_by_its_last_day_and_a_late_one_by_today():
    play = Play().conclude("E0").apply("A1").accept("A1")
    due = next(clock.due_on for clock in play.facts.clocks.values() if clock.kind == "decision")
    assert path_of(play).points["A1"].on == due
    play.today = date(2027, 3, 1)
    assert path_of(play).points["A1"].on == play.today


def test_parts_and_what_is_not_needed_are_no_steps():
    play = Play()
    points = path_of(play).points
    assert not {item.code for item in play.scenario.items if item.part_of} & set(points)
    unneeded = {c for c, i in play.facts.items.items() if i.state is ItemState.NOT_REQUIRED}
    assert unneeded
    assert not unneeded & set(points)
