"""Past projects through a draft: nothing changes without a change, and what does is told rightly."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.demo.stories import TALENT_CENTRE
from models.cases import commands as c
from models.cases.states import ItemState
from models.errors import KaigongError
from models.scenarios.definition import ItemMode, PromiseDefinition, ScenarioDefinition
from rules.cases.promise import counted_path
from rules.installation.policy import Policy
from rules.rehearsal import past_project, replay_past
from services.clock.working_calendar import working_calendar
from services.scenarios.scenario_files import shipped
from tests.support.asking import asked_for
from tests.support.play import Play
from tests.support.sizes import size
from tests.support.yard import YARD

INDUSTRIAL = shipped()["industrial-simple"].definition
TODAY = date(2026, 11, 2)


def past_of(play):
    return past_project(play.facts.scenario, play.log)


def through(play, scenario, today=None):
    replay = replay_past(
        [past_of(play)], scenario, working_calendar(), today or play.today, Policy()
    )
    assert replay.left_out == ()
    return replay.projects[0]


def changed(scenario, *more, **items):
    """The scenario with other values for some of its items; ``None`` takes an item out."""
    dropped = {code for code, values in items.items() if values is None}
    values = scenario.model_dump(by_alias=True)
    values["items"] = [
        {**item, "after": [one for one in item["after"] if one not in dropped]}
        | (items.get(item["code"]) or {})
        for item in values["items"]
        if item["code"] not in dropped
    ]
    values["items"] += more
    return ScenarioDefinition.model_validate({**values, "version": 2})


def days(number):
    return {"promised": {"days": number}}


@pytest.fixture(scope="module")
def talent_centre():
    """The published dates of a real project; what was not published is done on the same days."""
    play = Play(INDUSTRIAL, on=TALENT_CENTRE["E0"].applied, needs_gas=False, needs_heat=False)
    while ready := [code for code in play.facts.items if is_open(play, code)]:
        dated = {code: TALENT_CENTRE[code] for code in ready if code in TALENT_CENTRE}
        for code in ready:
            if code not in TALENT_CENTRE and INDUSTRIAL.item[code].part_of is None:
                play.conclude(code)
                break
        else:
            code = min(dated, key=lambda one: dated[one].applied)
            dates = dated[code]
            play.go_to(max(play.today, dates.applied))
            if INDUSTRIAL.item[code].mode is ItemMode.MILESTONE:
                play.record(code)
                continue
            play.apply(code).take_in(code)
            play.conclude(*INDUSTRIAL.parts.get(code, ()))
            play.go_to(dates.decided)
            if play.state(code) is not ItemState.GRANTED:
                play.verify(code).approve(code)
            if INDUSTRIAL.item[code].document:
                play.do(c.IssueDocument(item=code, number=code))
    return play


def is_open(play, code):
    return play.state(code) is ItemState.OPEN or (
        play.state(code) is ItemState.ACCEPTED and INDUSTRIAL.item[code].part_of is None
    )


def test_through_its_own_scenario_nothing_changes(talent_centre):
    found = through(talent_centre, INDUSTRIAL)
    assert found.same
    assert (found.added, found.dropped, found.moved) == ((), (), ())
    for code, item in talent_centre.facts.items.items():
        if item.state is ItemState.NOT_REQUIRED:
            assert code not in found.then.items
            continue
        told = found.then.items[code]
        assert told.opened_on == item.opened_on, code
        assert told.decided_on == item.decided_on, code
    assert found.then.days == days_of(talent_centre) == 14
    assert found.then.kept
    assert found.then.late == ()


def days_of(play):
    return counted_path(play.facts, working_calendar(), play.today, Policy()).days


def test_a_shorter_limit_would_have_been_broken_and_warned_of(talent_centre):
    # Five working days were taken: under three the light turns red, and the head hears of it.
    found = through(talent_centre, changed(INDUSTRIAL, B02=days(3)))
    assert (found.then.late, found.now.late) == ((), ("B02",))
    assert found.then.days == found.now.days == 14
    assert found.moved == ("B02",)
    before, after = found.then.items["B02"], found.now.items["B02"]
    assert after.decided_on == before.decided_on == TALENT_CENTRE["B02"].decided
    assert (before.due_on, after.due_on) == (date(2023, 5, 26), date(2023, 5, 24))
    assert "red" not in before.warnings
    assert "red" in after.warnings
    assert not after.unlawful


def test_an_item_that_is_dropped_lets_the_next_begin_earlier(talent_centre):
    found = through(talent_centre, changed(INDUSTRIAL, A07=None, B02={"after": ["A01"]}))
    assert (found.dropped, found.added) == (("A07",), ())
    assert found.now.days == found.then.days - 1
    # The planning permit was applied for 43 working days after the land use permit.
    opened = found.now.items["B02"].opened_on
    lag = working_calendar().working_days_between(
        found.then.items["B02"].opened_on, TALENT_CENTRE["B02"].applied
    )
    assert opened < found.then.items["B02"].opened_on
    examined = found.now.items["B02"].examined_on
    assert working_calendar().working_days_between(opened, examined) == lag
    assert found.now.last_on < found.then.last_on


def test_an_item_that_is_added_takes_the_usual_pace_and_its_days_count(talent_centre):
    check = INDUSTRIAL.item["A11"].model_dump(by_alias=True) | {
        "code": "X1",
        "after": ["B02"],
        "when": None,
        **days(4),
    }
    permit = {"after": [*INDUSTRIAL.item["C05"].after, "X1"]}
    found = through(talent_centre, changed(INDUSTRIAL, check, C05=permit))
    assert found.added == ("X1",)
    added = found.now.items["X1"]
    assert added.examined_on > added.opened_on
    assert 0 < added.days <= 4
    assert found.now.days == found.then.days + added.days
    assert found.now.items["C05"].opened_on > found.then.items["C05"].opened_on
    assert found.now.order.index("X1") < found.now.order.index("C05")


def test_a_lower_promise_would_not_have_been_kept(talent_centre):
    draft = INDUSTRIAL.model_copy(update={"promise": PromiseDefinition(days=13)})
    replay = replay_past([past_of(talent_centre)], draft, working_calendar(), TODAY, Policy())
    then, now = replay.total()
    assert (then.kept, now.kept) == (1, 0)
    assert replay.changed == 1


def test_a_draft_that_asks_what_nobody_was_asked_leaves_the_project_out(talent_centre):
    asked = INDUSTRIAL.attributes[0].model_copy(update={"key": "height", "default": None})
    draft = INDUSTRIAL.model_copy(update={"attributes": (*INDUSTRIAL.attributes, asked)})
    replay = replay_past([past_of(talent_centre)], draft, working_calendar(), TODAY, Policy())
    (left_out,) = replay.left_out
    assert replay.projects == ()
    assert "height" in str(left_out.reason)


@settings(max_examples=size(15, whole=40), suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), phased=st.booleans())
def test_whatever_people_did_is_replayed_as_it_was(data, phased):
    play = Play(phased=phased)
    for _ in range(data.draw(st.integers(10, 60))):
        if data.draw(st.integers(0, 3)) == 0:
            play.wait(data.draw(st.sampled_from((1, 3, 6, 31))))
        with suppress(KaigongError):
            play.do(*data.draw(asked_for(play)))
    past = past_of(play)
    (found,) = replay_past([past], YARD, working_calendar(), play.today, Policy()).projects
    assert found.same
    assert found.then.days == days_of(play)
    for code, item in past.items.items():
        told = found.then.items[code]
        assert told.opened_on == item.opened_on, code
        assert told.examined_on == item.examined_on, code
        assert told.decided_on == item.satisfied_on, code
