"""Other departments are asked before an item is decided; silence is consent only where declared."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.consultation import ConsultationState
from models.cases.states import ClockKind, ClockState, ItemState
from rules.cases import progress as planning
from rules.cases.acts.consultation import (
    AnsweredAlready,
    AnswersOutstanding,
    NotConsulted,
    NotSilentYet,
    ObjectionUnaddressed,
)
from rules.cases.clocks.ends import expired
from rules.cases.permissions import NotTheirs
from rules.cases.warnings import Warner
from services.cases.stage_messages import stage_message
from services.cases.watch.warning_batch import DueClock
from tests.support.people import SYSTEM, handler
from tests.support.play import Play
from tests.support.states import ASKS, consulting
from tests.support.yard import HOUSING, LAND, PLANNING, changed_item

S = ConsultationState


def answer(agrees: bool = True) -> c.AnswerConsultation:
    return c.AnswerConsultation(item="A1", agrees=agrees, opinion="the road is too narrow")


def state(play: Play, department: str, round_: int = 1) -> ConsultationState:
    return play.facts.consultations["A1", round_, department].state


def test_everyone_is_asked_when_the_item_is_accepted():
    play = consulting(ItemState.ACCEPTED).play
    assert play.told("consultation_asked") == [f"department:{LAND}", f"department:{HOUSING}"]
    assert {state(play, LAND), state(play, HOUSING)} == {S.ASKED}
    clock = play.clock("A1", ClockKind.CONSULTATION, LAND)
    assert clock.due_on == play.facts.consultations["A1", 1, LAND].due_on
    message = stage_message(play.facts, planning.stage_view(play.facts, "land"), str)
    assert f"still to answer (A1): {LAND} {HOUSING}" in message
    assert play.differences() == []


def test_granted_when_all_have_answered():
    play = consulting(ItemState.ACCEPTED).play
    play.do(answer(), handler(LAND))
    assert play.told("consultation_answered") == [f"department:{PLANNING}"]
    with pytest.raises(AnsweredAlready):
        play.do(answer(), handler(LAND))
    with pytest.raises(AnswersOutstanding) as refused:
        play.approve("A1")
    assert HOUSING in refused.value.sentence()
    play.do(answer(), handler(HOUSING))
    assert play.clock("A1", ClockKind.CONSULTATION, LAND).state is ClockState.STOPPED
    play.approve("A1")
    assert play.differences() == []


def test_an_objection_is_answered_in_the_comment():
    play = consulting(ItemState.ACCEPTED).play
    play.do(answer(agrees=False), handler(LAND))
    play.do(answer(), handler(HOUSING))
    with pytest.raises(ObjectionUnaddressed):
        play.approve("A1")
    play.do(c.ApproveItem(item="A1", comment="the road is widened under the contract"))
    assert state(play, LAND) is S.OBJECTED


def test_only_who_was_asked_answers():
    play = consulting(ItemState.ACCEPTED).play
    with pytest.raises(NotTheirs):
        play.do(answer(), handler("elsewhere"))
    with pytest.raises(NotConsulted):
        play.do(answer(), handler(PLANNING))


def test_silence_is_consent_only_where_it_is_declared():
    play = consulting(ItemState.ACCEPTED).play
    with pytest.raises(NotSilentYet):
        play.do(c.DeemAgreed(item="A1"), SYSTEM)
    play.after(play.clock("A1", ClockKind.CONSULTATION, HOUSING).due_on)
    assert expired(play.facts, "A1", play.today) == c.DeemAgreed(item="A1")
    play.do(c.DeemAgreed(item="A1"), SYSTEM)
    assert state(play, HOUSING) is S.DEEMED_AGREED
    play.wait(10)
    assert expired(play.facts, "A1", play.today) is None
    assert state(play, LAND) is S.ASKED
    with pytest.raises(AnswersOutstanding):
        play.approve("A1")
    play.do(answer(), handler(LAND))
    play.approve("A1")
    assert play.differences() == []


def test_silence_is_told_up_the_ladder_of_the_consulted_department():
    play = consulting(ItemState.ACCEPTED).play
    clock = play.clock("A1", ClockKind.CONSULTATION, LAND)
    play.after(clock.due_on).wait(6)
    due = DueClock(
        item="A1", kind=clock.kind, round=1, subject=LAND, started_on=clock.started_on,
        due_on=clock.due_on, statutory_due_on=None, yellow_at=clock.yellow_at,
        statutory_yellow_at=None, planned_until=None, warned=(), warned_for=(), warned_on=(),
        next_rung="red", next_rung_at=clock.next_rung_at, department=PLANNING, handler="h",
    )  # fmt: skip
    told = [one.audience for one in Warner(play.context(SYSTEM)).warn(due).messages]
    assert f"department:{LAND}" in told
    assert f"department_head:{LAND}" in told
    assert not [one for one in told if PLANNING in one or one == "handler:h"]


@pytest.mark.parametrize(
    "end", [c.WithdrawApplication(item="A1"), c.DenyItem(item="A1", reason="too narrow")]
)
def test_nobody_is_asked_about_what_has_ended(end):
    play = consulting(ItemState.ACCEPTED).play
    play.do(end)
    assert {state(play, LAND), state(play, HOUSING)} == {S.LAPSED}
    running = [one for one in play.facts.clocks.values() if one.kind == ClockKind.CONSULTATION]
    assert {clock.state for clock in running} == {ClockState.STOPPED}
    play.do(c.StartNewRound(item="A1"))
    play.apply("A1").accept("A1")
    assert state(play, LAND, 2) is S.ASKED
    assert play.differences() == []


def test_who_decides_is_not_asked():
    play = Play(changed_item("A1", consults=({**ASKS[0], "department": PLANNING},)))
    play.record("E0").hand_in("plan").apply("A1").accept("A1")
    assert play.facts.consultations == {}
