"""Substantive verification by two officers before the grant (Licensing Law art. 34)."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from rules.cases.acts.decision import TwoOfficersNeeded, VerificationMissing
from tests.support.people import handler
from tests.support.play import Play
from tests.support.yard import PLANNING, changed_item

FIRST = handler(PLANNING)


def record(*officers: str) -> c.RecordVerification:
    return c.RecordVerification(item="A1", officers=officers, finding="as on the plan")


def test_two_officers_before_the_grant():
    play = Play(changed_item("A1", site_verification=True)).apply("A1").accept("A1")
    with pytest.raises(VerificationMissing):
        play.approve("A1")
    for officers in ((FIRST.login,), (FIRST.login, FIRST.login), ("second", "third")):
        with pytest.raises(TwoOfficersNeeded):
            play.do(record(*officers), FIRST)
    play.do(record(FIRST.login, "second"), FIRST)
    assert play.item("A1").verified_by == (FIRST.login, "second")
    play.approve("A1")
    assert play.state("A1") is ItemState.GRANTED
    assert play.differences() == []


def test_a_new_round_is_verified_anew():
    play = Play(changed_item("A1", site_verification=True)).apply("A1").accept("A1")
    play.do(record(FIRST.login, "second"), FIRST)
    play.do(c.DenyItem(item="A1", reason="not as on the plan"))
    play.do(c.StartNewRound(item="A1"))
    assert play.item("A1").verified_by == ()
    assert play.differences() == []
