"""D11: standing is looked at when it matters, on acceptance at the latest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from models.enterprises.credit import CreditEntry, CreditKind, CreditState
from rules.cases.acts.corrections import NoticeIncomplete
from rules.cases.instruments.credit.standing import MayNoLongerDefer, StandingForbids
from rules.cases.offers import possibilities
from tests.support.people import handler
from tests.support.play import SIGNED, Play
from tests.support.yard import ENTERPRISE, HOUSING, LAND

S = ItemState
RULE = "Licensing Law art. 32(4)"


def broken(on: date) -> CreditEntry:
    """A broken commitment of another project of the enterprise."""
    kind, state = CreditKind.DISHONESTY, CreditState.OPEN
    return CreditEntry(1, ENTERPRISE, kind, 7, "A2", 1, on, None, "not made good", state)


def d11() -> Play:
    """Applied for with the archive to follow; the day after, standing is lost elsewhere."""
    play = Play().record("E0").go_to(date(2026, 12, 14)).apply("A2", defer=("archive",))
    play.go_to(date(2026, 12, 15))
    play.standing = (broken(play.today),)
    return play


def test_d11_what_may_no_longer_be_deferred_is_asked_for_with_the_reason():
    play = d11()
    with pytest.raises(MayNoLongerDefer) as refused:
        play.accept("A2")
    assert "archive" in refused.value.sentence()
    assert "2026-12-15" in refused.value.sentence()
    offers = {
        one.act: one.possible
        for one in possibilities(play.facts, "A2", play.context(handler(LAND)))
    }
    assert (offers["accept_application"], offers["request_correction"]) == (False, True)
    with pytest.raises(NoticeIncomplete):
        play.do(c.RequestCorrection(item="A2", materials={"plan": RULE}))
    play.do(c.RequestCorrection(item="A2", materials={"archive": "it may no longer follow"}))
    assert play.last("CorrectionRequested")["barred"] == ["archive"]
    told = next(one for one in play.messages if one.template == "correction_requested")
    assert told.params["barred"] == ["archive"]
    assert (play.item("A2").deferred, play.item("A2").commitment) == ((), None)
    play.go_to(date(2026, 12, 17)).hand_in("archive").do(c.SupplyCorrection(item="A2"))
    play.accept("A2").approve("A2")
    assert play.state("A2") is S.GRANTED
    assert play.item("A2").accepted_on == date(2026, 12, 17)
    assert play.differences() == []


def test_d11_what_was_handed_in_meanwhile_is_accepted():
    play = d11().hand_in("archive").accept("A2")
    assert play.state("A2") is S.ACCEPTED


def test_d11_a_commitment_in_place_of_a_paper_is_lost_too():
    play = Play().conclude("E0", "A1", "A2").apply("B0")
    play.standing = (broken(play.today),)
    with pytest.raises(MayNoLongerDefer) as refused:
        play.accept("B0")
    assert "pledge" in refused.value.sentence()
    play.do(c.RequestCorrection(item="B0", materials={"pledge": "by commitment no longer"}))
    play.hand_in("pledge").do(c.SupplyCorrection(item="B0"))
    play.do(c.AcceptApplication(item="B0"), handler(HOUSING))
    assert play.differences() == []


def test_d11_once_a_notice_was_given_nothing_more_is_asked_for():
    """Art. 32(5): everything that was named is in, so acceptance is a duty."""
    play = Play().record("E0").apply("A2", defer=("archive",))
    play.do(c.RequestCorrection(item="A2", materials={"plan": RULE}))
    play.standing = (broken(play.today),)
    play.hand_in("plan").do(c.SupplyCorrection(item="A2"))
    play.accept("A2")
    assert play.item("A2").deferred == ("archive",)


def test_an_entry_that_no_longer_counts_bars_nothing():
    play = d11()
    play.standing = (replace(play.standing[0], state=CreditState.REPAIRED),)
    play.accept("A2")
    other = Play().record("E0")
    other.standing = (broken(other.today),)
    with pytest.raises(StandingForbids):
        other.do(c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
