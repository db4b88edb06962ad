"""The case round 办件: one row for each application of an item, as figures count it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.case_round import (
    COLUMNS,
    AcceptanceKind,
    CaseRound,
    Channel,
    Keep,
    RoundOutcome,
    merged,
)
from models.cases.states import ClockKind
from models.people.actor import Actor, Role
from rules.cases.acts.application import _channel
from rules.cases.instruments.completeness import missing
from tests.support.play import Play


def granted() -> Play:
    play = Play()
    play.apply("A1")
    play.accept("A1")
    play.wait(2)
    play.approve("A1")
    return play


def test_a_round_from_its_receipt_to_its_decision():
    play = Play()
    play.apply("A1")
    received = play.today
    open_ = play.rounds["A1", 1]
    assert (open_.received_on, open_.outcome, open_.channel) == (received, None, Channel.API)
    play.wait(1)
    play.accept("A1")
    accepted = play.today
    play.wait(2)
    play.approve("A1")
    round_ = play.rounds["A1", 1]
    assert (round_.received_on, round_.accepted_on, round_.ended_on) == (
        received,
        accepted,
        play.today,
    )
    assert round_.acceptance_kind is AcceptanceKind.EXPLICIT
    assert round_.outcome is RoundOutcome.GRANTED
    assert round_.counted_days == 2
    assert round_.natural_days == (play.today - accepted).days
    assert round_.clock_stopped_on == round_.ended_on
    assert round_.instant is False
    assert round_.steward == play.facts.steward
    assert play.differences() == []


def test_a_decision_on_the_day_of_acceptance_is_instant():
    play = Play()
    play.apply("A1")
    play.accept("A1")
    play.approve("A1")
    assert play.rounds["A1", 1].instant is True


def test_a_later_steward_changes_nothing_of_an_ended_round():
    play = granted()
    before = play.rounds["A1", 1]
    play.do(c.AssignSteward(steward="another"))
    play.do(c.IssueDocument(item="A1"))
    after = play.rounds["A1", 1]
    assert (after.steward, after.ended_on) == (before.steward, before.ended_on)


def test_a_denial_ends_a_round_and_the_next_is_another_row():
    play = Play()
    play.apply("A1")
    play.accept("A1")
    play.do(c.DenyItem(item="A1", reason="not as planned"))
    play.do(c.StartNewRound(item="A1"))
    assert ("A1", 2) not in play.rounds  # nothing was handed in yet
    play.apply("A1")
    assert play.rounds["A1", 1].outcome is RoundOutcome.DENIED
    assert play.rounds["A1", 2].outcome is None
    assert play.differences() == []


def test_a_withdrawal_is_no_conclusion():
    play = Play()
    play.apply("A1")
    play.do(c.WithdrawApplication(item="A1", reason="another site"))
    assert play.rounds["A1", 1].outcome is RoundOutcome.WITHDRAWN


def test_silence_accepts_as_of_the_receipt():
    play = Play()
    play.apply("A1")
    received = play.today
    play.after(play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on)
    play.do(c.DeemAccepted(item="A1"))
    round_ = play.rounds["A1", 1]
    assert (round_.acceptance_kind, round_.accepted_on) == (AcceptanceKind.DEEMED, received)


@pytest.mark.parametrize("chosen", [None, Channel.WINDOW, Channel.MAIL])
def test_the_channel_is_what_was_said(chosen):
    play = Play()
    needed = missing(play.facts.definition("A1"), play.item("A1"), play.facts.materials)
    play.hand_in(*needed)
    play.do(c.SubmitApplication(item="A1", channel=chosen))
    assert play.rounds["A1", 1].channel is (chosen or Channel.API)


def test_the_first_end_stays_and_stamps_follow_while_it_is_open():
    day = date(2026, 10, 13)
    known = CaseRound("A", 1, steward="one", received_on=day, notices_by_override=1)
    later = CaseRound("A", 1, steward="two", received_on=day + timedelta(days=1))
    assert merged(known, later).steward == "two"
    assert merged(known, later).received_on == day
    assert merged(known, later).notices_by_override == 1
    ended = merged(known, CaseRound("A", 1, steward="two", ended_on=day))
    assert merged(ended, CaseRound("A", 1, steward="three", ended_on=day + timedelta(9))) == ended
    assert merged(None, known) == known


def test_every_column_says_which_value_it_keeps():
    assert {column.metadata["keep"] for column in COLUMNS} == set(Keep)


def test_an_agent_is_a_channel_of_its_own():
    agent = Actor("agent", Role.AGENT)
    assert _channel(agent, Channel.WINDOW) is Channel.AGENT
