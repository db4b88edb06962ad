"""The promises of a scenario in one project: when they run, turn yellow, break, and are kept."""

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.clock import CLOCKS
from models.cases.states import ClockKind, ClockState, Light
from models.clock.values import Unit
from models.people.actor import SYSTEM
from models.scenarios.definition import NamedPromise, PromiseDefinition
from rules.cases import promises
from rules.cases.clocks.lights import light_of, light_of_all
from rules.cases.promise import counted_path
from rules.cases.promises import promise_clocks
from services.clock.working_calendar import working_calendar
from services.scenarios.scenario_files import shipped
from tests.support import states
from tests.support.frozen import plays
from tests.support.play import Play
from tests.support.yard import YARD, changed_item, name

HALF_YEAR = NamedPromise(
    key="half_year", name=name("half a year"), start="E0", end="B1", days=6, unit="month"
)
COUNTED = ClockKind.PROMISE_COUNTED


def promising(*promises, whole=None):
    return YARD.model_copy(update={"promises": promises, "promise": whole})


def of(play: Play, key: str):
    found = [clock for clock in play.facts.clocks.values() if clock.subject == key]
    assert len(found) <= 1
    return found[0] if found else None


def test_prom2_half_a_year_from_an_event_to_another():
    play = Play(promising(HALF_YEAR), on=date(2026, 3, 2), phased=True)
    assert of(play, "half_year") is None
    play.record("E0")
    clock = of(play, "half_year")
    assert (clock.kind, clock.item, clock.state) == (ClockKind.PROMISE, "B1", ClockState.RUNNING)
    assert (clock.promised_length, clock.promised_unit) == (6, Unit.MONTH)
    assert clock.due_on == date(2026, 9, 2)
    assert light_of(clock, date(2026, 9, 2)) is Light.YELLOW
    assert light_of(clock, date(2026, 9, 3)) is Light.RED
    assert light_of_all(play.facts.clocks.values(), date(2026, 10, 12)) is Light.RED
    assert clock.yellow_on < date(2026, 8, 31)
    assert play.differences() == []


def test_a_promise_from_the_acceptance_of_a_filing_begins_on_its_receipt():
    """Nobody accepts a filing: it is filed on receipt, and that is the day."""
    filing = changed_item("A1", category="filing", accept_on_submission=True)
    span = NamedPromise(
        key="span", name=name("six months"), start="A1.accepted", end="B0", days=6, unit="month"
    )
    play = Play(filing.model_copy(update={"promises": (span,), "promise": None}))
    play.record("E0").wait(3).apply("A1")
    assert play.facts.items["A1"].accepted_on is None
    assert of(play, "span").started_on == play.today
    assert play.differences() == []


def shipped_scenario(key):
    reading = shipped()[key]
    assert reading.definition is not None
    return reading.definition


def denied(play: Play, item: str, days: int) -> None:
    """An item is applied for, examined so many working days and denied; the round is begun anew."""
    play.apply(item).accept(item)
    play.wait(days)
    play.do(c.DenyItem(item=item, reason="not as the plan says"))
    play.do(c.StartNewRound(item=item))


def test_prom1_the_promise_of_the_whole_project():
    play = Play(shipped_scenario("industrial-simple"), on=date(2026, 3, 2))
    play.conclude("E0", "A01")
    # A filing takes effect on its receipt: nobody examined anything yet, no day is counted.
    assert of(play, "whole") is None
    calendar, begun = working_calendar(), play.today
    denied(play, "A07", 1)
    assert of(play, "whole").kind == COUNTED
    while (clock := of(play, "whole")).due_on is None or clock.due_on >= play.today:
        if clock.yellow_on is not None and clock.yellow_on <= play.today:
            break
        denied(play, "A07", 1)
    counted = counted_path(play.facts, calendar, play.today, play.policy).days
    # What is left does not hold the rest, and the promise is not broken yet.
    assert 0 < counted < 20
    assert light_of(of(play, "whole"), play.today) is Light.YELLOW
    assert play.today > begun
    while counted_path(play.facts, calendar, play.today, play.policy).days <= 20:
        assert light_of(of(play, "whole"), play.today) is Light.YELLOW
        denied(play, "A07", 1)
    assert light_of(of(play, "whole"), play.today) is Light.RED
    assert light_of_all(play.facts.clocks.values(), play.today) is Light.RED
    assert play.differences() == []


def test_prom1_a_limit_that_runs_on_breaks_the_promise_without_an_act():
    play = Play(promising(whole=PromiseDefinition(days=8))).record("E0")
    play.apply("A1").accept("A1")
    clock = of(play, "whole")
    assert clock.due_on == working_calendar().add_working_days(play.today, 8)
    assert clock.state is ClockState.RUNNING
    assert light_of(clock, clock.due_on) is Light.YELLOW
    assert light_of(clock, play.after(clock.due_on).today) is Light.RED


def test_a_promise_pauses_while_no_limit_runs():
    play = Play(promising(whole=PromiseDefinition(days=40))).apply("A1").accept("A1")
    play.wait(2).do(c.SuspendClock(item="A1", procedure="expert_review", planned_days=5))
    clock = of(play, "whole")
    assert (clock.state, clock.due_on) == (ClockState.SUSPENDED, None)
    assert light_of(clock, play.today) is Light.GREEN
    play.wait(5).do(c.ResumeClock(item="A1", result="passed"))
    calendar = working_calendar()
    assert of(play, "whole").due_on == calendar.add_working_days(play.today, 38)
    assert play.differences() == []


def test_a_promise_that_is_kept_ends():
    play = Play(promising(HALF_YEAR), on=date(2026, 3, 2), phased=True).conclude("E0", "A1", "A2")
    assert of(play, "half_year").state is ClockState.RUNNING
    play.wait(5).conclude("B1")
    clock = of(play, "half_year")
    assert (clock.state, clock.stopped_on) == (ClockState.STOPPED, play.today)
    assert play.differences() == []


def test_items_together_run_from_the_first_acceptance_to_the_last_decision():
    three = NamedPromise(
        key="three", name=name("three"), items=("A1", "A2"), days=5, unit="working_day"
    )
    play = Play(promising(three)).record("E0").apply("A1")
    assert of(play, "three") is None
    play.wait(1).accept("A1")
    began = play.today
    due = working_calendar().add_working_days(began, 5)
    assert of(play, "three").due_on == due
    play.wait(2).do(c.DenyItem(item="A1", reason="no"))
    play.do(c.StartNewRound(item="A1"))
    play.apply("A1").accept("A1")
    # A new round is no new promise.
    assert of(play, "three").due_on == due
    play.conclude("A2").approve("A1")
    assert of(play, "three").stopped_on == play.today


def test_each_class_of_projects_has_its_own_promise():
    classes = promising(
        NamedPromise(key="phased", name=name("phased"), days=40, when="project.phased"),
        whole=PromiseDefinition(days=20, when="!project.phased"),
    )
    for phased, key in ((True, "phased"), (False, "whole")):
        play = Play(classes, phased=phased).apply("A1").accept("A1")
        assert [clock.subject for clock in promise_clocks(play.facts)] == [key]


def day_by_day(promise, first, needed, at_most, last=None):
    """The oracle of the search: every working day looked at, by its number from today on."""
    calendar, last = promise.context.calendar, last or promise._horizon
    day = first
    while needed(calendar.working_days_between(promise.context.today, day)) <= at_most:
        day = calendar.add_working_days(day, 1)
        if day > last:
            return None
    return day


@pytest.mark.parametrize("wait", [0, 3, 12, 40])
def test_the_day_on_which_a_promise_turns_is_the_one_that_looking_day_by_day_has(monkeypatch, wait):
    drawn_up = 0
    for reach in (*states.REACH.values(), *plays.PLAYS.values()):
        play = getattr(reached := reach(), "play", reached)
        play.wait(wait)
        context = play.context(SYSTEM)
        limits = {key: row for key, row in play.facts.clocks.items() if row.round}
        facts = play.facts.having({CLOCKS: limits})
        searched = list(promises.settled(facts, context))
        with monkeypatch.context() as patch:
            patch.setattr(promises._Promise, "_first_over", day_by_day)
            assert list(promises.settled(facts, context)) == searched
        drawn_up += len(searched)
    assert drawn_up > 20
