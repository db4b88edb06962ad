"""One joint visit a round: scheduled, told once, held by everyone, and never a second one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from rules.cases.acts import site_visit as acts
from rules.cases.acts.decision import TwoOfficersNeeded, VerificationMissing
from rules.cases.instruments.site_visit import covered_by, parties
from tests.support.people import approver, handler, head
from tests.support.play import Play
from tests.support.states import joint
from tests.support.yard import HOUSING, PLANNING, changed_item

HERE = {
    HOUSING: (handler(HOUSING).login,),
    PLANNING: (handler(PLANNING).login, approver(PLANNING).login),
}


def schedule(play: Play, days: int = 0) -> None:
    on = play.today + timedelta(days=days)
    play.do(c.ScheduleSiteVisit(item="D0", scheduled_for=on))


def held(play: Play, officers: dict[str, tuple[str, ...]] | None = None) -> c.RecordSiteVisit:
    return c.RecordSiteVisit(
        item="D0", held_on=play.today, officers=officers or HERE, finding="as on the plan"
    )


def test_everyone_who_takes_part_is_told_once():
    play = joint().play
    schedule(play, 1)
    told = [f"department:{HOUSING}", f"department:{PLANNING}", "enterprise", "steward"]
    assert sorted(play.told("site_visit_scheduled")) == sorted(told)
    with pytest.raises(acts.ScheduledAlready):
        schedule(play, 1)
    schedule(play, 2)
    assert len(play.told("site_visit_scheduled")) == 2 * len(told)
    assert play.differences() == []


def test_nobody_is_called_to_a_day_that_is_over():
    play = joint().play
    with pytest.raises(acts.ScheduledInPast):
        schedule(play, -1)


def test_the_visit_verifies_the_parts_that_need_it():
    play = joint(scheduled=True).play
    play.apply("D1").accept("D1")
    with pytest.raises(VerificationMissing):
        play.approve("D1")
    play.do(held(play))
    assert play.item("D1").verified_by == HERE[PLANNING]
    assert play.item("D0").verified_by == ()
    play.approve("D1").approve("D0")
    assert play.state("D0") is ItemState.GRANTED
    assert sorted(play.told("site_visit_held")) == ["enterprise", "steward"]
    assert play.differences() == []


def test_a_second_first_visit_is_impossible():
    play = joint(scheduled=True).play
    play.do(held(play))
    with pytest.raises(acts.SiteVisitHeldAlready):
        play.do(held(play))
    with pytest.raises(acts.SiteVisitHeldAlready):
        schedule(play, 3)
    assert list(play.facts.site_visits) == [("D0", 1, 1)]


@pytest.mark.parametrize(
    ("officers", "refusal"),
    [
        ({HOUSING: HERE[HOUSING]}, acts.PartiesMissing),
        ({**HERE, PLANNING: HERE[PLANNING][:1]}, acts.PartiesMissing),
        ({**HERE, PLANNING: HERE[PLANNING][:1] * 2}, acts.PartiesMissing),
        ({**HERE, "stranger": ("s",)}, acts.NotAParty),
        ({**HERE, HOUSING: (head(HOUSING).login,)}, acts.RecorderAbsent),
    ],
)
def test_who_was_there(officers, refusal):
    play = joint(scheduled=True).play
    with pytest.raises(refusal) as refused:
        play.do(held(play, officers), handler(HOUSING))
    assert refused.value.sentence()


def test_held_between_the_acceptance_and_today_and_scheduled_before():
    play = joint().play
    with pytest.raises(acts.SiteVisitNotScheduled):
        play.do(held(play))
    schedule(play)
    for days in (-1, 1):
        on = play.today + timedelta(days=days)
        with pytest.raises(acts.HeldOutOfTime):
            play.do(held(play).model_copy(update={"held_on": on}))


def test_nothing_is_decided_without_the_visit():
    play = Play(changed_item("D1", site_verification=False))
    play.conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1")
    play.apply("D0").accept("D0").apply("D1").accept("D1").approve("D1")
    with pytest.raises(acts.SiteVisitMissing):
        play.approve("D0")
    schedule(play)
    play.do(held(play, {HOUSING: (handler(HOUSING).login, approver(HOUSING).login)}))
    play.approve("D0")


def test_a_part_is_verified_by_the_joint_visit_and_re_inspected_only_when_it_has_to_be():
    play = joint(scheduled=True).play
    play.apply("D1").accept("D1")
    record = c.RecordVerification(item="D1", officers=HERE[PLANNING], finding="mended")
    with pytest.raises(acts.JointVisitFirst):
        play.do(record)
    play.do(held(play))
    with pytest.raises(acts.VerifiedAlready):
        play.do(record)
    play.do(c.DenyItem(item="D1", reason="too high"))
    play.do(c.StartNewRound(item="D1"))
    play.apply("D1").accept("D1")
    with pytest.raises(TwoOfficersNeeded):
        play.do(record.model_copy(update={"officers": HERE[PLANNING][:1]}))
    play.do(record)
    assert play.facts.site_visits["D1", 2, 2].officers == {PLANNING: list(HERE[PLANNING])}
    assert play.item("D1").verified_by == HERE[PLANNING]
    assert play.differences() == []


def test_a_new_round_has_a_visit_of_its_own():
    play = joint(scheduled=True).play
    play.do(held(play))
    play.do(c.WithdrawApplication(item="D0"))
    play.do(c.StartNewRound(item="D0"))
    play.apply("D0").accept("D0")
    with pytest.raises(acts.SiteVisitNotScheduled):
        play.do(held(play))
    schedule(play)
    play.do(held(play))
    assert [key[:2] for key in play.facts.site_visits] == [("D0", 1), ("D0", 2)]
    assert play.differences() == []


def test_no_visit_where_none_is_declared():
    play = Play().apply("A1").accept("A1")
    with pytest.raises(acts.NoSiteVisit):
        play.do(c.ScheduleSiteVisit(item="A1", scheduled_for=play.today))


def test_without_parts_the_visit_is_for_what_follows_in_the_stage():
    play = Play(changed_item("A2", site_visit={"officers": 2}))
    assert parties(play.facts.scenario, play.facts.items, "A2") == {"land_bureau": 2}
    play = Play(changed_item("A1", site_visit={"officers": 3}))
    assert covered_by(play.facts.scenario, play.facts.items, "N1") == "A1"
    assert covered_by(play.facts.scenario, play.facts.items, "B0") is None
    assert parties(play.facts.scenario, play.facts.items, "A1") == {PLANNING: 1, "land_bureau": 1}


def test_nobody_goes_alone():
    """Where one department looks at everything, it sends the officers that a visit needs."""
    play = joint(scenario=changed_item("D1", department=HOUSING, site_verification=False)).play
    assert parties(play.facts.scenario, play.facts.items, "D0") == {HOUSING: 2}
