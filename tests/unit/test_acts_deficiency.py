"""Deficiencies: made good 销号, returned, or not made good in time and voided 作废."""

from __future__ import annotations

import pytest

from models import commands as c
from models.states import ClockKind, ClockState, DeficiencyState, ItemState, MaterialState
from rules.acts.decision import PrerequisiteMissing
from rules.acts.deficiency import NoSuchDeficiency, NothingToVerify, NotVoidable
from rules.completeness import MaterialsMissing
from tests.support.people import handler
from tests.support.play import SHA, Play
from tests.support.states import conditionally_granted, voided
from tests.support.yard import DEFERRABLE, HOUSING, LAND, asks, changed_item

S = ItemState
OPEN, SUBMITTED = DeficiencyState.OPEN, DeficiencyState.SUBMITTED


def make_up(material: str, item: str = "A2") -> c.MakeUpMaterial:
    return c.MakeUpMaterial(item=item, material=material, file_name="m.pdf", sha256=SHA)


def verify(material: str, *, correct: bool = True, item: str = "A2") -> c.VerifyMakeUp:
    reason = "" if correct else "the stamp is missing"
    return c.VerifyMakeUp(item=item, material=material, correct=correct, reason=reason)


def ledger(play: Play, item: str = "A2") -> dict[str, DeficiencyState]:
    round_ = play.item(item).round
    return {
        d.material: d.state
        for d in play.facts.deficiencies.values()
        if d.item == item and d.round == round_
    }


def test_made_good_verified_and_full():
    play = conditionally_granted().play
    play.do(make_up("archive"))
    assert ledger(play) == {"archive": SUBMITTED, "insurance": OPEN}
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").state is ClockState.RUNNING
    assert play.told("material_made_up") == [f"department:{LAND}"]
    play.do(verify("archive"))
    assert play.state("A2") is S.CONDITIONALLY_GRANTED
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").state is ClockState.STOPPED
    play.do(make_up("insurance"))
    play.do(verify("insurance"))
    assert play.state("A2") is S.GRANTED
    assert set(ledger(play).values()) == {DeficiencyState.CURED}
    assert play.last("DeficiencyCured")["full"] is True


def test_a_wrong_paper_is_returned_and_the_clock_runs_on():
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    play.do(make_up("archive"))
    play.wait(2).do(verify("archive", correct=False))
    assert ledger(play)["archive"] is OPEN
    assert play.facts.materials["archive"].state is MaterialState.RETURNED
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").due_on == due_on
    assert play.told("make_up_returned") == ["enterprise"]
    play.do(make_up("archive"))
    play.do(verify("archive"))


def test_only_what_is_owed_is_made_good():
    play = conditionally_granted().play
    for material in ("plan", "survey"):
        with pytest.raises(NoSuchDeficiency) as refused:
            play.do(make_up(material))
        assert "archive / insurance" in refused.value.sentence()


def test_only_what_is_there_is_verified():
    with pytest.raises(NothingToVerify):
        conditionally_granted().play.do(verify("archive"))


def test_a_paper_handed_in_to_the_project_serves_every_deficiency():
    """材料只交一次: the archive is owed by two items and comes once."""
    play = Play(changed_item("A1", materials=(asks("plan"), asks("archive", DEFERRABLE))))
    play.record("E0")
    for item in ("A1", "A2"):
        play.apply(item, defer=("archive",)).accept(item).approve(item)
    play.hand_in("archive")
    assert ledger(play, "A1") == ledger(play, "A2") == {"archive": SUBMITTED}
    play.do(verify("archive", item="A1"))
    assert play.state("A1") is S.GRANTED
    # What the other department returns is owed there again, and closed where it was closed.
    play.do(verify("archive", correct=False))
    assert ledger(play, "A2") == {"archive": OPEN}
    assert ledger(play, "A1") == {"archive": DeficiencyState.CURED}


def test_a_correction_elsewhere_takes_back_what_waits_to_be_verified():
    scenario = changed_item("A1", materials=(asks("plan"), asks("archive")))
    play = Play(scenario).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2")
    play.apply("A1")
    assert ledger(play) == {"archive": SUBMITTED}
    play.do(c.RequestCorrection(item="A1", materials={"archive": "unreadable"}))
    assert ledger(play) == {"archive": OPEN}
    with pytest.raises(NothingToVerify):
        play.do(verify("archive"))


# --- not made good ------------------------------------------------------------------------------


def lapse(play: Play, material: str = "archive") -> Play:
    return play.after(play.clock("A2", ClockKind.MAKE_UP, material).due_on)


def void(play: Play) -> Play:
    play.do(c.VoidApproval(item="A2", reason="not made good in time"))
    return play


def test_nothing_is_voided_before_the_last_day_is_over():
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    assert due_on is not None
    with pytest.raises(NotVoidable) as refused:
        void(play.go_to(due_on))
    assert due_on.isoformat() in refused.value.sentence()
    void(lapse(play))
    assert play.state("A2") is S.VOIDED
    assert set(ledger(play).values()) == {DeficiencyState.EXPIRED}
    assert sorted(play.told("approval_voided")) == ["enterprise", "steward"]


def test_handed_in_in_time_is_not_held_against_the_enterprise():
    play = conditionally_granted().play
    play.do(make_up("archive"))
    play.do(make_up("insurance"))
    with pytest.raises(NotVoidable):
        void(lapse(play))
    play.do(verify("archive", correct=False))
    void(play)


def test_handed_in_late_is_late_until_it_is_verified():
    play = conditionally_granted().play
    lapse(play).do(make_up("archive"))
    play.do(make_up("insurance"))
    other = conditionally_granted().play
    void(play)
    lapse(other).do(make_up("archive"))
    other.do(verify("archive"))
    other.do(make_up("insurance"))
    other.do(verify("insurance"))
    assert other.state("A2") is S.GRANTED


def test_handing_in_again_does_not_make_a_timely_paper_late():
    play = conditionally_granted().play
    play.do(make_up("archive"))
    play.do(make_up("insurance"))
    lapse(play).do(make_up("archive"))
    with pytest.raises(NotVoidable):
        void(play)


def test_what_was_open_on_its_strength_is_held_back():
    play = conditionally_granted().play
    play.conclude("A1")
    assert play.state("B0") is S.OPEN
    void(lapse(play))
    assert play.state("B0") is S.WAITING
    assert play.item("B0").opened_on is None
    assert "ItemHeldBack" in play.kinds()


def test_what_was_built_on_it_is_re_examined_and_waits():
    play = conditionally_granted().play
    play.conclude("A1").apply("B0").accept("B0")
    void(lapse(play))
    assert play.told("re_examination") == [f"department:{HOUSING}"]
    with pytest.raises(PrerequisiteMissing) as refused:
        play.approve("B0")
    assert "A2" in refused.value.sentence()
    play.do(c.StartNewRound(item="A2"))
    play.conclude("A2").approve("B0")
    assert play.state("B0") is S.GRANTED


def test_its_document_falls_and_so_does_what_was_filled_in_from_it():
    scenario = changed_item("A1", materials=(asks("plan"), asks("archive", DEFERRABLE)))
    play = Play(scenario).record("E0")
    play.apply("A1", defer=("archive",)).accept("A1").approve("A1")
    play.do(c.IssueDocument(item="A1", number="LC-1"))
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2")
    play.apply("B0").accept("B0")
    play.after(play.clock("A1", ClockKind.MAKE_UP, "archive").due_on)
    play.do(c.VoidApproval(item="A1", reason="not made good"))
    assert not play.item("A1").document_issued
    assert play.facts.materials["land_paper"].state is MaterialState.RETURNED
    assert all(
        clock.state is ClockState.STOPPED
        for clock in play.facts.clocks.values()
        if clock.item == "A1"
    )
    play.do(c.StartNewRound(item="A1"))
    with pytest.raises((MaterialsMissing, PrerequisiteMissing)):
        play.approve("B0")
    play.hand_in("archive").conclude("A1").approve("B0")


def test_a_new_round_begins_with_a_clean_sheet():
    play = voided().play
    play.do(c.StartNewRound(item="A2"))
    item = play.item("A2")
    assert (item.round, item.state) == (2, S.OPEN)
    assert (item.deferred, item.commitment, item.handler, item.decided_on) == ((), None, None, None)
    assert ledger(play) == {}
    play.apply("A2").accept("A2").approve("A2")
    assert play.state("A2") is S.GRANTED


def test_the_round_before_stays_in_the_ledger():
    play = voided().play
    play.do(c.StartNewRound(item="A2"))
    play.apply("A2", defer=("insurance",)).accept("A2").approve("A2")
    states = {(d.round, d.material): d.state for d in play.facts.deficiencies.values()}
    assert states == {
        (1, "archive"): DeficiencyState.EXPIRED,
        (1, "insurance"): DeficiencyState.EXPIRED,
        (2, "insurance"): OPEN,
    }


def test_officers_of_the_department_verify():
    play = conditionally_granted().play
    play.do(make_up("archive"))
    play.do(verify("archive"), handler(LAND))


def test_a_paper_filled_in_from_a_document_serves_what_was_owed():
    """The certificate is deferred by one item and issued by another meanwhile."""
    scenario = changed_item("A2", materials=(asks("plan"), asks("land_paper", DEFERRABLE)))
    play = Play(scenario).record("E0")
    play.apply("A2", defer=("land_paper",)).accept("A2").approve("A2")
    play.conclude("A1")
    assert ledger(play) == {"land_paper": SUBMITTED}
    play.do(verify("land_paper"))
    assert play.state("A2") is S.GRANTED
