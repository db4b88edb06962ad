"""At the counter: referral, no licence needed, put right on the spot (Licensing Law art. 32(1))."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState, MaterialState
from models.people.actor import Role
from models.scenarios.definition import ScenarioDefinition
from rules.cases.acts.application import AcceptedBySilence
from rules.cases.acts.corrections import CorrectionAlreadyRequested
from rules.cases.acts.intake import AlreadyThere, UnknownReceiver
from rules.cases.acts.lifecycle import BeginTheWhole, NeverNeeded
from rules.cases.decide import ItemChanged
from rules.cases.instruments.completeness import MaterialHeldBySystem, MaterialNotInCatalogue
from rules.cases.migration import migrate
from rules.cases.permissions import NotTheirs, RoleMayNotAct
from rules.cases.progress import StageState, stage_view
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK, STEWARD, approver, handler, head
from tests.support.play import SHA, Play
from tests.support.states import received, yard
from tests.support.yard import HOUSING, LAND, PLANNING, YARD

S = ItemState


def refer(department: str = HOUSING) -> c.ReferApplication:
    return c.ReferApplication(item="A1", department=department, reason="it is about a building")


NOT_NEEDED = c.DeclareNotRequired(item="A1", reason="the certificate stands already")


def fix(material: str = "plan", **more: object) -> c.FixOnTheSpot:
    return c.FixOnTheSpot(item="A1", material=material, file_name="plan.pdf", sha256=SHA, **more)


def second(**changes: object) -> ScenarioDefinition:
    made = YARD.model_copy(update={"version": 2, **changes})
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


def move(play: Play, scenario: ScenarioDefinition) -> None:
    play._keep(migrate(play.facts, scenario, play.context(ADMINISTRATOR)), ADMINISTRATOR)


# --- referral -------------------------------------------------------------------------------------


def test_the_window_refers_what_it_may_not_refuse():
    play = received().play
    window = play.clock("A1", ClockKind.CORRECTION_WINDOW)
    play.do(refer(), CLERK)
    assert (play.state("A1"), play.item("A1").department) == (S.RECEIVED, HOUSING)
    # Counted from the receipt: nothing begins anew.
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW) == window
    assert play.last("ApplicationReferred")["from"] == PLANNING
    assert play.told("application_referred") == [
        "enterprise", "steward", f"department:{HOUSING}", f"department:{PLANNING}",
    ]  # fmt: skip
    assert play.differences() == []


def test_from_then_on_it_is_theirs_to_the_end():
    play = received().play
    play.do(refer(), handler(PLANNING))
    with pytest.raises(NotTheirs) as refused:
        play.do(c.AcceptApplication(item="A1"), handler(PLANNING))
    assert HOUSING in refused.value.sentence()
    play.do(c.AcceptApplication(item="A1"), handler(HOUSING))
    play.do(c.ExtendLimit(item="A1", reason="complicated"), head(HOUSING))
    play.do(c.ApproveItem(item="A1"), approver(HOUSING))
    assert play.state("A1") is S.GRANTED
    assert play.differences() == []


def test_a_new_round_stays_with_them():
    play = received().play
    play.do(refer(), CLERK)
    play.do(c.WithdrawApplication(item="A1"))
    assert play.told("application_withdrawn")[0] == f"department:{HOUSING}"
    play.do(c.StartNewRound(item="A1"))
    assert play.item("A1").department == HOUSING
    assert play.differences() == []


def test_the_window_may_ask_the_department_itself_and_an_officer_may_not():
    play = received().play
    play.do(refer(PLANNING), CLERK)
    assert play.item("A1").department == PLANNING
    assert play.told("application_referred") == ["enterprise", "steward", f"department:{PLANNING}"]
    with pytest.raises(AlreadyThere):
        play.do(refer(PLANNING), handler(PLANNING))


def test_an_application_is_referred_within_the_new_area_only():
    with pytest.raises(UnknownReceiver) as refused:
        received().play.do(refer("the_city"), CLERK)
    for part in ("the_city", LAND, PLANNING, HOUSING):
        assert part in refused.value.sentence()


def test_silence_counts_from_the_receipt_however_often_it_is_referred():
    play = received().play
    due_on = play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on
    play.wait(2).do(refer(), CLERK)
    play.wait(2).do(refer(LAND), handler(HOUSING))
    play.after(due_on).do(c.DeemAccepted(item="A1"))
    assert play.item("A1").accepted_on == play.item("A1").received_on
    assert play.differences() == []


def test_what_was_referred_stays_so_in_another_version():
    play = received().play
    play.do(refer(), CLERK)
    move(play, second())
    assert play.item("A1").department == HOUSING


def test_a_wrong_receiver_refuses_by_name_or_refers_on():
    play = received().play
    play.do(refer(), CLERK)
    play.do(
        c.RefuseApplication(item="A1", reason="no", competent_authority="the city"),
        handler(HOUSING),
    )
    assert play.state("A1") is S.NOT_ACCEPTED


# --- no licence needed ----------------------------------------------------------------------------


@pytest.mark.parametrize("officer", [handler, approver, head])
def test_no_licence_needed_frees_what_waited(officer):
    play = yard().conclude("A2").hand_in("plan").apply("A1")
    assert (play.state("N1"), play.state("B0")) == (S.WAITING, S.WAITING)
    play.do(NOT_NEEDED, officer(PLANNING))
    assert play.state("A1") is S.NOT_REQUIRED
    assert play.item("A1").decided_on == play.today
    assert (play.state("N1"), play.state("B0")) == (S.ACCEPTED, S.OPEN)
    assert not [clock for clock in play.facts.clocks.values() if clock.item == "A1"
                and clock.stopped_on is None]  # fmt: skip
    assert play.told("not_required") == ["enterprise", "steward"]
    assert play.differences() == []


@pytest.mark.parametrize("who", [CLERK, APPLICANT, STEWARD, ADMINISTRATOR])
def test_whether_a_licence_is_needed_is_for_officers_to_say(who):
    with pytest.raises(RoleMayNotAct):
        received().play.do(NOT_NEEDED, who)


def test_the_stage_still_shows_it():
    play = received().play
    play.do(NOT_NEEDED)
    assert "A1" in stage_view(play.facts, "land").items
    assert "B1" not in stage_view(play.facts, "permit").items
    alone = second(items=tuple(one for one in YARD.items if one.code == "A1"), version=1)
    play = Play(alone).apply("A1")
    play.do(NOT_NEEDED)
    view = stage_view(play.facts, "land")
    assert (view.state, view.items, view.waiting) == (StageState.NOT_REQUIRED, ("A1",), ())
    play.do(c.CloseProject())


def test_a_wrong_answer_is_begun_again_and_what_was_built_on_it_is_seen_to():
    play = yard().conclude("A2").hand_in("plan").apply("A1")
    play.do(NOT_NEEDED)
    play.approve("N1")
    play.do(c.StartNewRound(item="A1"))
    assert (play.state("A1"), play.item("A1").round) == (S.OPEN, 2)
    assert play.item("N1").re_examination == ("A1",)
    assert play.state("B0") is S.WAITING
    assert play.differences() == []
    play.conclude("A1")
    assert play.state("B0") is S.OPEN


def test_what_asks_for_its_document_goes_on_with_the_answer():
    play = yard().conclude("A2").hand_in("plan").apply("A1")
    play.do(NOT_NEEDED)
    assert play.facts.materials["land_paper"].source == "not_required:A1"
    play.conclude("B0")
    play.do(c.StartNewRound(item="A1"))
    assert play.facts.materials["land_paper"].state is MaterialState.RETURNED
    assert play.differences() == []
    play.conclude("A1")
    assert play.facts.materials["land_paper"].source == "document:land_certificate"
    assert play.differences() == []


def test_the_parts_of_a_joint_item_fall_away_and_come_back_with_it():
    play = Play().conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1").apply("D0")
    play.do(c.DeclareNotRequired(item="D0", reason="nothing was built"))
    assert play.state("D1") is S.NOT_REQUIRED
    with pytest.raises(BeginTheWhole):
        play.do(c.StartNewRound(item="D1"))
    play.do(c.StartNewRound(item="D0"))
    assert (play.state("D0"), play.state("D1")) == (S.OPEN, S.WAITING)
    assert play.differences() == []
    play.conclude("D0")
    assert play.state("D1") is S.GRANTED


def test_a_project_closes_over_what_is_not_needed():
    play = Play().conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1").apply("D0")
    play.do(c.DeclareNotRequired(item="D0", reason="nothing was built"))
    play.do(c.CloseProject())


def test_what_the_scenario_does_not_need_is_not_begun():
    with pytest.raises(NeverNeeded):
        yard().do(c.StartNewRound(item="B1"))


def test_it_stays_not_needed_in_another_version():
    play = received().play
    play.do(NOT_NEEDED)
    move(play, second())
    assert play.state("A1") is S.NOT_REQUIRED
    assert play.item("A1").involved


# --- on the spot ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [APPLICANT, STEWARD, CLERK])
def test_a_paper_is_put_right_on_the_spot_and_no_notice_is_spent(who):
    place = received()
    play = place.play
    window = play.clock("A1", ClockKind.CORRECTION_WINDOW)
    seen = play.item("A1").version
    play.do(fix(note="the seal was missing"), who)
    assert (play.state("A1"), play.item("A1").correction_notices) == (S.RECEIVED, 0)
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW) == window
    assert play.facts.materials["plan"].version == 2
    told = [f"department:{PLANNING}", *([] if who.role is Role.APPLICANT else ["enterprise"])]
    assert play.told("fixed_on_the_spot") == told
    # Nobody accepts what they have not seen.
    with pytest.raises(ItemChanged):
        play.do(c.AcceptApplication(item="A1", seen_version=seen))
    play.do(c.RequestCorrection(item="A1", materials={"plan": "still unsigned (art. 31)"}))
    assert play.differences() == []


def test_what_was_left_out_may_be_brought_along():
    play = yard()
    play.do(c.SubmitApplication(item="A1"))
    play.do(fix(), CLERK)
    play.accept("A1")
    assert play.state("A1") is S.ACCEPTED


def test_the_one_notice_is_still_one():
    play = received().play
    for _ in range(3):
        play.do(fix(), CLERK)
    play.do(c.RequestCorrection(item="A1", materials={"plan": "r (art. 31)"}))
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    play.do(fix(), CLERK)
    with pytest.raises(CorrectionAlreadyRequested):
        play.do(c.RequestCorrection(item="A1", materials={"plan": "r (art. 31)"}))


def test_only_papers_that_the_item_asks_for_and_the_system_does_not_hold():
    play = received().play
    with pytest.raises(MaterialNotInCatalogue):
        play.do(fix("drawings"))
    with pytest.raises(MaterialHeldBySystem):
        play.do(fix("business_licence"))


def test_what_was_owed_elsewhere_is_served():
    asks_it = [r for r in YARD.item["A2"].materials if r.material == "archive"]
    items = tuple(
        one.model_copy(update={"materials": (*one.materials, *asks_it)})
        if one.code == "A1"
        else one
        for one in YARD.items
    )
    both = Play(second(items=items, version=1)).record("E0")
    both.apply("A2", defer=("archive",)).accept("A2").approve("A2")
    both.hand_in("plan").apply("A1", defer=("archive",))
    both.do(fix("archive"), CLERK)
    assert both.facts.open_deficiencies("A2")[0].submitted_on == both.today
    assert both.differences() == []


# --- silence --------------------------------------------------------------------------------------

SENT_BACK = [
    c.RequestCorrection(item="A1", materials={"plan": "r (art. 31)"}),
    c.RefuseApplication(item="A1", reason="r", competent_authority="the city"),
    NOT_NEEDED,
]


@pytest.mark.parametrize("command", SENT_BACK, ids=lambda command: command.act)
def test_what_silence_accepted_is_not_sent_back(command):
    """From the first minute after the fifth day, even before the watch has entered it."""
    play = received().play
    due_on = play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on
    play.after(due_on)
    with pytest.raises(AcceptedBySilence) as refused:
        play.do(command)
    assert due_on.isoformat() in refused.value.sentence()
    on_time = received().play
    on_time.go_to(due_on).do(command)


def test_who_accepts_after_silence_changes_nothing_of_the_day():
    silent, late = received().play, received().play
    for play in (silent, late):
        play.after(play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on)
    silent.do(c.DeemAccepted(item="A1"))
    late.accept("A1")
    assert late.item("A1").accepted_on == late.item("A1").received_on
    both = [play.clock("A1", ClockKind.DECISION).due_on for play in (silent, late)]
    assert both[0] == both[1]
    assert late.differences() == []
