"""Permits of one phase: the promise of the next, its lapse, violations, and supervision handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.texts import translator
from models.cases import commands as c
from models.cases.clock import CLOCKS
from models.cases.facts import ITEMS
from models.cases.states import ClockKind, ClockState, ItemState, Light
from models.cases.supervision import SupervisionCause, SupervisionKind, SupervisionState
from models.errors import NotPermitted
from models.people.actor import SYSTEM
from models.scenarios.definition import ScenarioDefinition
from rules.cases import calendar_change, calendar_effect
from rules.cases.acts.phases import (
    NextPhaseGranted,
    NotAPhase,
    PhaseLapsed,
    PhaseNotLapsed,
    ViolationOutOfTime,
)
from rules.cases.acts.supervision import NoSuchTask
from rules.cases.calendar_effect import CalendarEffect
from rules.cases.clocks.ends import expired
from rules.cases.clocks.lights import light_of
from rules.cases.clocks.registry import KINDS
from rules.cases.offers import possibilities
from rules.cases.progress import StageState, can_close, stage_view, unfinished
from rules.scenarios.diff import differences
from services.cases.stage_messages import stage_message
from tests.support import states
from tests.support.people import head
from tests.support.play import Play
from tests.support.states import granted
from tests.support.yard import HOUSING, PLANNING, YARD, changed_item


def pit(scenario: ScenarioDefinition = YARD) -> Play:
    """The pit is permitted; the main structure may be applied for."""
    return Play(scenario, phased=True).conclude("E0", "A1", "A2", "B1")


def declared(**changes: object) -> ScenarioDefinition:
    phase = YARD.item["B1"].next_phase.model_dump() | changes
    return changed_item("B1", next_phase=phase)


def lapsed(scenario: ScenarioDefinition = YARD) -> Play:
    play = pit(scenario)
    play.after(play.clock("B1", ClockKind.NEXT_PHASE).due_on)
    play.do(c.LapsePhase(item="B1"))
    return play


def tasks(play: Play, kind: SupervisionKind) -> list[SupervisionState]:
    return [task.state for task in play.facts.supervision.values() if task.kind is kind]


# --- the promise ----------------------------------------------------------------------------------


def test_the_promise_runs_from_the_grant_to_the_application():
    play = pit()
    clock = play.clock("B1", ClockKind.NEXT_PHASE)
    assert (clock.started_on, clock.due_on) == (date(2026, 11, 2), date(2027, 5, 5))
    assert clock.yellow_on == clock.due_on - timedelta(days=30)
    assert {"enterprise", "steward"} == set(play.told("next_phase_promised"))
    play.apply("B2")
    stopped = play.facts.clocks[clock.key]
    assert stopped.state is ClockState.STOPPED
    assert play.last("NextPhaseApplied") == {"state": "granted", "round": 1, "next": "B2"} | {
        "clocks": play.last("NextPhaseApplied")["clocks"]
    }
    assert play.differences() == []


@pytest.mark.parametrize(
    ("days_before", "light"),
    [(31, Light.GREEN), (30, Light.YELLOW), (0, Light.YELLOW), (-1, Light.RED)],
)
def test_yellow_thirty_days_before_and_red_when_it_is_over(days_before, light):
    play = pit()
    clock = play.clock("B1", ClockKind.NEXT_PHASE)
    assert light_of(clock, clock.due_on - timedelta(days=days_before)) is light


@given(days=st.integers(0, 400))
def test_the_yellow_days_are_the_scenarios(days):
    play = pit(declared(yellow_days=days))
    clock = play.clock("B1", ClockKind.NEXT_PHASE)
    assert clock.yellow_on == max(clock.due_on - timedelta(days=days), clock.started_on)
    assert play.differences() == []


def test_taken_back_it_was_not_applied_for():
    play = pit()
    due_on = play.clock("B1", ClockKind.NEXT_PHASE).due_on
    play.wait(10).apply("B2").wait(1)
    play.do(c.WithdrawApplication(item="B2"))
    again = play.clock("B1", ClockKind.NEXT_PHASE, "round 1")
    assert (again.due_on, again.state) == (due_on, ClockState.RUNNING)
    play.do(c.StartNewRound(item="B2"))
    play.apply("B2")
    assert play.facts.clocks[again.key].state is ClockState.STOPPED
    assert play.differences() == []


def test_without_a_next_phase_nothing_is_promised():
    play = Play().conclude("E0", "A1", "A2", "B0")
    assert not any(key[1] == ClockKind.NEXT_PHASE for key in play.facts.clocks)
    assert "NextPhasePromised" not in play.kinds()


# --- its lapse ------------------------------------------------------------------------------------


def test_when_it_is_over_the_work_is_stopped_once():
    play = pit()
    clock = play.clock("B1", ClockKind.NEXT_PHASE)
    play.go_to(clock.due_on)
    assert expired(play.facts, "B1", play.today) is None
    with pytest.raises(PhaseNotLapsed):
        play.do(c.LapsePhase(item="B1"))
    play.after(clock.due_on)
    # Nobody was reminded of that day: the reminder comes first, with time to follow it (case DOWN).
    grace = expired(play.facts, "B1", play.today)
    assert grace == c.GiveGrace(item="B1", clock="next_phase")
    play.do(grace)
    assert sorted(play.told("grace_given")) == ["enterprise", "steward"]
    assert expired(play.facts, "B1", play.today) is None
    play.after(play.clock("B1", ClockKind.NEXT_PHASE).due_on)
    command = expired(play.facts, "B1", play.today)
    assert command == c.LapsePhase(item="B1")
    play.do(command)
    assert expired(play.facts, "B1", play.today) is None
    with pytest.raises(PhaseNotLapsed):
        play.do(c.LapsePhase(item="B1"))
    assert tasks(play, SupervisionKind.STOP_WORK) == [SupervisionState.OPEN]
    told = {"enterprise", "steward", f"department_head:{HOUSING}", f"department:{HOUSING}"}
    assert set(play.told("phase_lapsed")) == told
    assert play.clock("B1", ClockKind.NEXT_PHASE).state is ClockState.RUNNING
    assert play.differences() == []


def test_the_next_phase_is_still_open_unless_the_district_bars_it():
    play = lapsed()
    play.apply("B2")
    assert play.state("B2") is ItemState.RECEIVED
    barred = lapsed(declared(bars=True))
    with pytest.raises(PhaseLapsed) as refused:
        barred.apply("B2")
    assert "{" not in refused.value.sentence(translator("zh-CN"))
    assert barred.state("B2") is ItemState.OPEN


# --- work beyond the phase ------------------------------------------------------------------------


def violation(play: Play, item: str = "B1", on: date | None = None) -> c.RecordViolation:
    return c.RecordViolation(item=item, happened_on=on or play.today, finding="walls above the pit")


def test_work_beyond_the_phase_is_stopped_and_told():
    play = pit().wait(5)
    play.do(violation(play))
    (task,) = [t for t in play.facts.supervision.values() if t.kind is SupervisionKind.STOP_WORK]
    assert (task.cause, task.reason) == (SupervisionCause.VIOLATION, "walls above the pit")
    assert len(set(play.told("violation_recorded"))) == 4
    play.do(violation(play))
    assert len(tasks(play, SupervisionKind.STOP_WORK)) == 2
    assert play.differences() == []


def test_only_where_something_is_beyond_the_phase():
    play = pit().wait(2)
    for on in (play.today + timedelta(days=1), date(2026, 11, 1)):
        with pytest.raises(ViolationOutOfTime):
            play.do(violation(play, on=on))
    with pytest.raises(NotAPhase):
        play.do(violation(play, "A1"))
    with pytest.raises(NotPermitted):
        play.do(violation(play), head(PLANNING))
    play.conclude("B2")
    with pytest.raises(NextPhaseGranted):
        play.do(violation(play))
    place = granted()
    offered = possibilities(place.play.facts, "A1", place.play.context(head(PLANNING)))
    assert "record_violation" not in {one.act for one in offered}


# --- supervision ----------------------------------------------------------------------------------


def test_supervision_is_handed_over_between_the_phases():
    play = pit()
    assert play.told("supervision_begun") == [f"department:{HOUSING}"]
    assert tasks(play, SupervisionKind.INSPECTION) == [SupervisionState.OPEN]
    play.approve("N1").conclude("B2")
    assert tasks(play, SupervisionKind.INSPECTION) == [SupervisionState.DROPPED]
    assert tasks(play, SupervisionKind.HANDOVER) == [SupervisionState.OPEN]
    play.conclude("W1", "D0")
    assert unfinished(play.facts) == ("B2",)
    play.supervise()
    assert can_close(play.facts, play.today)
    assert play.last("SupervisionDone")["note"] == "done"
    assert play.differences() == []


def test_inspections_follow_each_other_until_the_next_phase():
    play = pit()
    for number in (1, 2, 3):
        task = play.facts.supervision[number]
        assert task.due_on == play.today + timedelta(days=14)
        play.go_to(task.due_on)
        play.do(c.CompleteSupervision(item="B1", number=number, note="within the pit"))
    assert len(tasks(play, SupervisionKind.INSPECTION)) == 4
    assert play.differences() == []


def test_without_a_rhythm_nobody_is_sent():
    assert pit(declared(inspection_every=None)).facts.supervision == {}


def test_a_task_is_closed_once_by_who_supervises():
    play = lapsed()
    stop = next(n for n, t in play.facts.supervision.items() if t.kind is SupervisionKind.STOP_WORK)
    close = c.CompleteSupervision(item="B1", number=stop, note="the pit is fenced")
    with pytest.raises(NotPermitted):
        play.do(close, head(PLANNING))
    play.do(close)
    with pytest.raises(NoSuchTask):
        play.do(close)
    with pytest.raises(NoSuchTask):
        play.do(c.CompleteSupervision(item="A1", number=stop, note="elsewhere"))
    assert set(play.told("supervision_done")) == {"steward", "enterprise"}


def test_who_supervises_closes_even_where_another_decides():
    other = changed_item("B1", department=PLANNING)
    play = pit(other)
    close = c.CompleteSupervision(item="B1", number=1, note="as permitted")
    with pytest.raises(NotPermitted):
        play.do(close, head(PLANNING))
    offered = possibilities(play.facts, "B1", play.context(head(HOUSING)))
    assert {one.act for one in offered} == {"complete_supervision"}
    play.do(close, head(HOUSING))


# --- what the stage shows -------------------------------------------------------------------------


def shown(play: Play) -> tuple[StageState, str]:
    view = stage_view(play.facts, "permit")
    return view.state, stage_message(play.facts, view, translator("zh-CN"))


def test_the_stage_says_what_the_phases_wait_for():
    play = pit()
    state, message = shown(play)
    assert state is StageState.AWAITING_NEXT_PHASE
    assert "待申请下一阶段: B2 (2027-05-05)" in message
    play.do(violation(play))
    state, message = shown(play)
    assert state is StageState.WORK_STOPPED
    assert "已责令停工: B1" in message
    play.supervise().approve("N1").apply("B2")
    assert shown(play)[0] is StageState.AWAITING_DECISION
    play.accept("B2").verify("B2").approve("B2")
    assert shown(play)[0] is StageState.AWAITING_HANDOVER
    play.supervise()
    assert shown(play)[0] is StageState.APPROVED


def test_a_voided_permit_ends_the_promise_and_a_restored_one_takes_it_up():
    play = pit()
    due_on = play.clock("B1", ClockKind.NEXT_PHASE).due_on
    items = {**play.facts.items, "B1": replace(play.facts.items["B1"], re_examination=("A2",))}
    play.facts = play.facts.having({ITEMS: items})
    play.wait(3).do(c.VoidApproval(item="B1", reason="its basis fell"))
    assert not [
        k
        for k, clock in play.facts.clocks.items()
        if k[1] == ClockKind.NEXT_PHASE and clock.state is ClockState.RUNNING
    ]
    play.do(c.AppealVoiding(item="B1", reason="it did not"))
    play.do(c.DecideAppeal(item="B1", upheld=True, reason="right"))
    assert play.clock("B1", ClockKind.NEXT_PHASE).due_on == due_on


def test_phases_differ_in_words():
    found = differences(YARD, declared(within={"days": 3, "unit": "month"}))
    assert [one.code for one in found] == ["next_phase_changed"]
    assert (
        found[0].message()
        == "B1: next_phase is B2 within 3 months instead of B2 within 6 months, test."
    )
    assert "{" not in found[0].message(translator("zh-CN"), "zh-CN")


def moved_later(play: Play, days: int) -> date:
    """A later calendar gives the next phase of B1 so many more days."""
    clock = play.clock("B1", ClockKind.NEXT_PHASE)
    until = clock.due_on + timedelta(days=days)
    clocks = {**play.facts.clocks, clock.key: replace(clock, due_on=until)}
    play.facts = play.facts.having({CLOCKS: clocks})
    return until


def test_cal3_a_phase_that_lapsed_too_early_runs_on_and_lapses_again():
    play = states.phase(late=True).play
    play.do(c.LapsePhase(item="B1"))
    end = KINDS[ClockKind.NEXT_PHASE].end
    assert not end.is_due(play.facts, play.clock("B1", ClockKind.NEXT_PHASE), play.today)
    until = moved_later(play, 9)
    with pytest.raises(PhaseNotLapsed):
        play.do(c.LapsePhase(item="B1"))
    clock = play.clock("B1", ClockKind.NEXT_PHASE)
    assert not end.is_due(play.facts, clock, until)
    play.after(until)
    assert end.is_due(play.facts, clock, play.today)
    play.do(c.LapsePhase(item="B1"))
    assert not end.is_due(play.facts, clock, play.today)


def test_cal3_who_ordered_the_work_to_stop_hears_that_it_was_too_early():
    play = states.phase(late=True).play
    play.do(c.LapsePhase(item="B1"))
    until = moved_later(play, 9)
    lapsed_early = lambda: calendar_effect.lapsed_early(  # noqa: E731
        play.facts, play.facts.clocks.values(), play.context(SYSTEM)
    )
    [lapse] = lapsed_early()
    assert (lapse.item, lapse.until) == ("B1", until)
    assert [task.state for task in lapse.tasks] == [SupervisionState.DROPPED]
    events, told = calendar_change.events_of(CalendarEffect(lapsed=(lapse,)), "a", "b")
    assert [event.kind for event in events] == ["CalendarChanged", "LapseTakenBack"]
    assert {message.event for message in told} == {1}
    audiences = [message.audience for message in told if message.template == "lapsed_too_early"]
    assert audiences[-2:] == ["steward", "enterprise"]
    assert audiences[0] == f"department_head:{play.facts.items['B1'].department}"
    moved_later(play, -20)
    assert [*lapsed_early()] == []


def test_a_phase_that_lapsed_lapses_once_although_its_permit_was_voided_and_restored():
    """A restored grant is a round of its own; what its holder did not do is entered once."""
    play = states.phase(late=True).play
    play.do(c.LapsePhase(item="B1"))
    doubted = replace(play.item("B1"), re_examination=("A2",))
    play.facts = play.facts.having({ITEMS: {**play.facts.items, "B1": doubted}})
    play.do(c.VoidApproval(item="B1", reason="no permit without"))
    play.do(c.AppealVoiding(item="B1", reason="it stands by itself"))
    play.do(c.DecideAppeal(item="B1", upheld=True, reason="so it does"))
    play.wait(1)
    end = KINDS[ClockKind.NEXT_PHASE].end
    assert play.item("B1").round == 2
    assert not end.is_due(play.facts, play.clock("B1", ClockKind.NEXT_PHASE), play.today)
    with pytest.raises(PhaseNotLapsed):
        play.do(c.LapsePhase(item="B1"))
