"""Certificates that are issued together: held back, released as one, broken by the law's last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.facts import ITEMS
from models.cases.states import ClockKind, ItemState
from models.scenarios.definition import BundleDefinition, ItemMode, ScenarioDefinition
from rules.cases import progress as planning
from rules.cases.acts.bundles import BundleNotWhole, NothingHeldBack, UnknownBundle
from rules.cases.acts.lifecycle import HeldInBundle
from rules.cases.clocks.ends import expired
from rules.cases.instruments.bundles import Release, bundles, held_in
from tests.support.people import APPLICANT, approver, handler
from tests.support.play import Play
from tests.support.yard import LAND, PLANNING, YARD, item, name

HAND_OVER = item("H1", "land", LAND, mode=ItemMode.MILESTONE, counted=False, after=("E0",))
TOGETHER = BundleDefinition(
    key="together",
    name=name("two at once"),
    items=("A1", "B0", "B1"),
    released_by="H1",
    when="!project.phased",
)


def scenario(**changes: object) -> ScenarioDefinition:
    return ScenarioDefinition.model_validate(
        {
            **YARD.model_dump(by_alias=True),
            "items": (*YARD.items, HAND_OVER),
            "bundles": (TOGETHER.model_copy(update=changes),),
        }
    )


def begun(**attributes: bool) -> Play:
    """The land certificate is granted; the permit is open, the hand-over is not recorded."""
    return Play(scenario(), **attributes).record("E0").apply("A1").accept("A1").approve("A1")


def both_granted() -> Play:
    play = begun()
    play.conclude("A2")
    return play.apply("B0").accept("B0").approve("B0")


def void(play: Play, code: str) -> None:
    """An approval falls because what it was built on fell."""
    items = {**play.facts.items, code: replace(play.item(code), re_examination=("E0",))}
    play.facts = play.facts.having({ITEMS: items})
    play.do(c.VoidApproval(item=code, reason="wrong"), approver(PLANNING))
    play.machine()


def issued(play: Play) -> dict[str, object]:
    return {
        happened.event.item: happened.on
        for happened in play.log
        if happened.event.kind == "DocumentIssued"
    }


def test_what_is_granted_is_held_back():
    play = begun().machine()
    assert issued(play) == {}
    held = held_in(play.facts, "A1")
    assert held is not None
    assert held.held == ("A1",)
    assert held.waits_for == ("B0", "H1")
    assert held.until == play.clock("A1", ClockKind.DELIVERY).due_on
    assert "A1" in planning.unfinished(play.facts)
    assert planning.held_back(play.facts) == {"A1": held}


def test_nobody_issues_what_is_held_back():
    play = begun()
    with pytest.raises(HeldInBundle) as refused:
        play.do(c.IssueDocument(item="A1", number="1"), handler(PLANNING))
    assert refused.value.params["missing"] == ["B0", "H1"]


def test_what_follows_does_not_wait_for_the_document():
    play = begun().conclude("A2")
    assert play.state("B0") is ItemState.OPEN
    assert play.facts.materials["land_paper"].source == "document:land_certificate"


@pytest.mark.parametrize("last", ["hand-over", "permit"])
def test_released_as_one_by_whichever_comes_last(last):
    if last == "hand-over":
        play = both_granted().machine().wait(1).record("H1").machine()
    else:
        play = begun().conclude("A2").record("H1").machine().wait(1)
        play.apply("B0").accept("B0").approve("B0").machine()
    assert issued(play) == {"A1": play.today, "B0": play.today}
    assert play.last("BundleReleased")["held"] == ["A1", "B0"]
    assert play.told("bundle_released") == ["enterprise", "steward"]
    assert list(bundles(play.facts)) == []
    assert play.differences() == []


def test_the_release_is_one_act():
    play = both_granted().record("H1")
    work = planning.machine_work(play.facts, "land")
    assert c.ReleaseBundle(bundle="together") in work
    assert planning.machine_work(play.facts, "permit") == (c.OpenStage(stage="permit"),)
    outcome = play.do(c.ReleaseBundle(bundle="together", numbers={"A1": "1", "B0": "2"}))
    kinds = [event.kind for event in outcome.events]
    assert kinds == ["BundleReleased", "DocumentIssued", "DocumentIssued"]
    assert [event.data["number"] for event in outcome.events[1:]] == ["1", "2"]


def test_the_last_day_of_the_earliest_breaks_it():
    play = begun().conclude("A2")
    last_day = play.clock("A1", ClockKind.DELIVERY).due_on
    play.go_to(last_day - timedelta(days=1))
    assert expired(play.facts, "A1", play.today) is None
    with pytest.raises(BundleNotWhole) as refused:
        play.do(c.ReleaseBundle(bundle="together"))
    assert refused.value.params == {
        "field": "bundle",
        "bundle": "together",
        "missing": ["B0", "H1"],
        "until": last_day.isoformat(),
    }
    play.go_to(last_day)
    play.do(expired(play.facts, "A1", play.today))
    assert issued(play) == {"A1": last_day}
    assert play.last("BundleBroken")["why"] == Release.LAST_DAY
    assert play.last("BundleBroken")["waiting"] == ["B0", "H1"]
    assert play.told("bundle_broken") == ["enterprise", "steward"]
    assert play.differences() == []


def test_after_it_is_broken_each_is_issued_when_it_is_granted():
    play = begun().conclude("A2")
    play.go_to(play.clock("A1", ClockKind.DELIVERY).due_on)
    play.do(expired(play.facts, "A1", play.today))
    play.apply("B0").accept("B0").approve("B0").machine()
    assert set(issued(play)) == {"A1", "B0"}


def test_the_delivery_runs_from_the_grant():
    play = both_granted()
    granted = play.item("A1").decided_on
    play.wait(3).record("H1").machine()
    assert play.clock("A1", ClockKind.DELIVERY).started_on == granted


@pytest.mark.parametrize("end", ["denied", "withdrawn", "refused"])
def test_an_item_that_ends_without_a_grant_holds_nothing_back(end):
    play = begun().conclude("A2").apply("B0")
    if end == "denied":
        play.accept("B0").do(c.DenyItem(item="B0", reason="against the plan"))
    elif end == "withdrawn":
        play.do(c.WithdrawApplication(item="B0"))
    else:
        play.do(c.RefuseApplication(item="B0", reason="r", competent_authority="the city"))
    play.machine()
    assert set(issued(play)) == {"A1"}
    assert play.last("BundleBroken")["why"] == Release.ENDED
    assert play.differences() == []


def test_nothing_granted_yet_and_begun_again_it_is_whole_again():
    play = Play(scenario()).record("E0").apply("A1")
    play.do(c.WithdrawApplication(item="A1"))
    play.machine()
    assert "BundleBroken" not in play.kinds()
    play.do(c.StartNewRound(item="A1"), APPLICANT)
    play.apply("A1").accept("A1").approve("A1").machine()
    assert issued(play) == {}
    assert held_in(play.facts, "A1") is not None


def test_a_voided_item_is_waited_for_in_its_next_round():
    play = begun()
    void(play, "A1")
    assert play.state("A1") is ItemState.OPEN
    assert play.item("A1").round == 2
    assert issued(play) == {}
    play.apply("A1").accept("A1").approve("A1").conclude("A2")
    play.apply("B0").accept("B0").approve("B0").record("H1").machine()
    assert set(issued(play)) == {"A1", "B0"}


def test_what_is_examined_again_is_not_issued():
    play = both_granted()
    void(play, "A1")
    assert play.item("B0").re_examination == ("A1",)
    play.apply("A1").accept("A1").approve("A1").record("H1").machine()
    assert held_in(play.facts, "B0").waits_for == ("B0",)
    assert issued(play) == {}
    play.do(c.ConfirmAfterReExamination(item="B0", reason="it stands"))
    play.machine()
    assert set(issued(play)) == {"A1", "B0"}


def test_items_that_the_project_does_not_need_are_no_part_of_it():
    play = begun()
    assert held_in(play.facts, "A1").items == ("A1", "B0")


@pytest.mark.parametrize(
    ("changes", "attributes"),
    [
        pytest.param({}, {"phased": True}, id="its condition does not hold"),
        pytest.param({"released_by": "B2", "when": None}, {}, id="its event is not needed"),
    ],
)
def test_where_it_does_not_apply_nothing_is_held_back(changes, attributes):
    play = Play(scenario(**changes), **attributes).record("E0").apply("A1").accept("A1")
    play.approve("A1").machine()
    assert set(issued(play)) == {"A1"}


def test_one_certificate_can_wait_for_the_hand_over():
    play = Play(scenario(items=("A1",))).record("E0").apply("A1").accept("A1").approve("A1")
    play.machine().wait(2)
    assert issued(play) == {}
    play.record("H1").machine()
    assert issued(play) == {"A1": play.today}


def test_what_cannot_be_released():
    play = begun()
    with pytest.raises(UnknownBundle):
        play.do(c.ReleaseBundle(bundle="apart"))
    fresh = Play(scenario())
    with pytest.raises(NothingHeldBack):
        fresh.do(c.ReleaseBundle(bundle="together"))
