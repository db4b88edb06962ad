"""From the application to its acceptance (Licensing Law art. 32)."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, ItemState, MaterialState
from rules.cases.acts.application import CommitmentMissing, NotApplied, NotExpiredYet
from rules.cases.acts.corrections import CorrectionAlreadyRequested
from rules.cases.instruments.completeness import (
    MaterialHeldBySystem,
    MaterialNotDue,
    MaterialNotInCatalogue,
    MaterialsMissing,
    NotDeferrable,
)
from tests.support.people import CLERK, handler, head
from tests.support.play import SIGNED, Play
from tests.support.states import correcting, received, yard
from tests.support.yard import PLANNING, changed_item

S = ItemState
WINDOW = ClockKind.CORRECTION_WINDOW


def ask(item: str, *materials: str) -> c.RequestCorrection:
    return c.RequestCorrection(
        item=item, materials=dict.fromkeys(materials, "a page is missing (art. 32)")
    )


def test_an_application_is_taken_in_complete_or_not():
    play = Play()
    play.do(c.SubmitApplication(item="A1"))
    assert play.state("A1") is S.RECEIVED
    assert play.item("A1").received_on == play.today
    assert play.clock("A1", WINDOW).due_on == date(2026, 11, 9)
    assert play.told("application_received") == [f"department:{PLANNING}"]


def test_an_incomplete_application_is_not_accepted():
    play = Play().apply("A1", complete=False)
    with pytest.raises(MaterialsMissing) as refused:
        play.accept("A1")
    assert "plan" in refused.value.sentence()
    play.hand_in("plan").accept("A1")
    assert play.state("A1") is S.ACCEPTED


def test_a_second_notice_is_the_heads_own_account():
    play = received().play
    first = ask("A1", "plan")
    play.do(first)
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    again = first.model_copy(update={"override": "a page was lost by us"})
    for command, officer in ((first, head(PLANNING)), (again, handler(PLANNING)), (again, CLERK)):
        with pytest.raises(CorrectionAlreadyRequested):
            play.do(command, officer)
    play.do(again, head(PLANNING))
    assert play.last("CorrectionRequested")["override"] == "a page was lost by us"
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    with pytest.raises(CorrectionAlreadyRequested):
        play.do(again, head(PLANNING))
    assert play.differences() == []
    play.accept("A1")


def test_acceptance_starts_both_limits_and_names_the_handler():
    place = received()
    place.play.accept("A1")
    clock = place.play.clock("A1", ClockKind.DECISION)
    assert (clock.promised_length, clock.statutory_length) == (5, 20)
    assert clock.due_on == date(2026, 11, 9)
    assert clock.statutory_due_on == date(2026, 11, 30)
    assert place.play.clock("A1", WINDOW).state is ClockState.STOPPED
    assert place.play.item("A1").handler == f"handler.{PLANNING}"


# --- deferral -----------------------------------------------------------------------------------


def test_deferral_needs_a_signed_commitment():
    play = yard().hand_in("plan", "insurance", "survey")
    with pytest.raises(CommitmentMissing) as refused:
        play.do(c.SubmitApplication(item="A2", defer=("archive",)))
    assert refused.value.field == "commitment"
    play.do(c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
    assert play.item("A2").deferred == ("archive",)
    assert play.item("A2").commitment == SIGNED.signer


@pytest.mark.parametrize("material", ["plan", "drawings"])
def test_only_what_the_item_names_as_deferrable_is_deferred(material):
    with pytest.raises(NotDeferrable) as refused:
        yard().do(c.SubmitApplication(item="A2", defer=(material,), commitment=SIGNED))
    for part in (material, "A2", "archive", "insurance", "survey"):
        assert part in refused.value.sentence()


def test_what_is_there_already_is_not_deferred():
    play = yard().hand_in("plan", "archive")
    play.do(
        c.SubmitApplication(item="A2", defer=("archive", "survey", "survey"), commitment=SIGNED)
    )
    assert play.item("A2").deferred == ("survey",)
    # Nothing is owed, so nothing has to be promised.
    other = yard().hand_in("plan", "archive", "insurance", "survey")
    other.do(c.SubmitApplication(item="A2", defer=("archive",)))
    assert other.item("A2").deferred == ()


def test_a_commitment_takes_the_place_of_a_paper():
    play = Play().conclude("E0", "A1", "A2").hand_in("drawings")
    with pytest.raises(CommitmentMissing):
        play.do(c.SubmitApplication(item="B0"))
    play.do(c.SubmitApplication(item="B0", commitment=SIGNED))
    play.accept("B0").approve("B0")
    assert play.state("B0") is S.GRANTED


def test_the_paper_itself_needs_no_commitment():
    play = Play().conclude("E0", "A1", "A2").hand_in("drawings", "pledge")
    play.do(c.SubmitApplication(item="B0"))
    play.accept("B0")


# --- one correction notice ----------------------------------------------------------------------


def test_corrections_are_asked_for_once():
    place = correcting()
    play = place.play
    assert play.item("A1").correction_notices == 1
    assert play.facts.materials["plan"].state is MaterialState.RETURNED
    assert sorted(play.told("correction_requested")) == ["enterprise", "steward"]
    with pytest.raises(MaterialsMissing):
        play.do(c.SupplyCorrection(item="A1"))
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    with pytest.raises(CorrectionAlreadyRequested) as refused:
        play.do(ask("A1", "plan"))
    assert "once" in refused.value.sentence()


def test_a_correction_stops_the_window_and_is_received_anew():
    place = correcting()
    play = place.play
    first = play.clock("A1", WINDOW)
    assert first.state is ClockState.STOPPED
    play.wait(3).hand_in("plan").do(c.SupplyCorrection(item="A1"))
    assert play.item("A1").received_on == play.today
    second = play.clock("A1", WINDOW, "corrected")
    assert second.state is ClockState.RUNNING
    assert second.started_on == play.today
    assert play.clock("A1", WINDOW) == first  # its history stands


def test_a_new_round_may_ask_again():
    play = correcting().play
    play.do(c.WithdrawApplication(item="A1"))
    play.do(c.StartNewRound(item="A1"))
    play.apply("A1").do(ask("A1", "plan"))
    assert play.item("A1").correction_notices == 1
    assert play.item("A1").round == 2


@pytest.mark.parametrize("material", ["drawings", "nothing-of-ours"])
def test_nothing_outside_the_catalogue_is_asked_for(material):
    """Art. 31: the material list of the item is a whitelist."""
    with pytest.raises(MaterialNotInCatalogue) as refused:
        received().play.do(ask("A1", "plan", material))
    assert material in refused.value.sentence()
    assert "business_licence / plan" in refused.value.sentence()


def test_nothing_that_the_system_holds_is_asked_for():
    """Art. 33: shared materials are not asked for again, and not handed in either."""
    play = received().play
    with pytest.raises(MaterialHeldBySystem):
        play.do(ask("A1", "business_licence"))
    with pytest.raises(MaterialHeldBySystem):
        play.hand_in("business_licence")


def test_nothing_outside_the_catalogue_is_handed_in():
    with pytest.raises(MaterialNotInCatalogue) as refused:
        Play().hand_in("photograph")
    assert "drawings" in refused.value.sentence()
    assert "business_licence" not in refused.value.sentence()


def test_what_was_lawfully_deferred_is_not_asked_for_now():
    play = yard().apply("A2", defer=("archive",))
    with pytest.raises(MaterialNotDue) as refused:
        play.do(ask("A2", "archive"))
    assert "commitment" in refused.value.sentence()
    play.do(ask("A2", "plan"))


def test_what_a_commitment_replaces_is_not_asked_for():
    play = Play().conclude("E0", "A1", "A2").apply("B0")
    with pytest.raises(MaterialNotDue):
        play.do(ask("B0", "pledge"))


# --- silence ------------------------------------------------------------------------------------


def test_silence_accepts_as_of_the_day_of_receipt():
    """Worked example: received Mon 2026-11-16, silent; 20 working days end Mon 2026-12-14."""
    play = Play(changed_item("A1", promised=None), on=date(2026, 11, 16)).apply("A1")
    play.go_to(date(2026, 11, 23))
    with pytest.raises(NotExpiredYet) as refused:
        play.do(c.DeemAccepted(item="A1"))
    assert "2026-11-23" in refused.value.sentence()
    play.go_to(date(2026, 11, 24)).do(c.DeemAccepted(item="A1"))
    item = play.item("A1")
    assert (item.state, item.accepted_on) == (S.ACCEPTED, date(2026, 11, 16))
    assert item.handler == handler(PLANNING).login
    assert play.clock("A1", ClockKind.DECISION).due_on == date(2026, 12, 14)
    assert sorted(play.told("application_deemed_accepted")) == ["enterprise", "steward"]


def test_silence_after_a_correction_accepts_as_of_the_correction():
    play = correcting().play
    play.wait(4).hand_in("plan").do(c.SupplyCorrection(item="A1"))
    corrected_on = play.today
    play.after(play.clock("A1", WINDOW, "corrected").due_on).do(c.DeemAccepted(item="A1"))
    assert play.item("A1").accepted_on == corrected_on


def test_silently_accepted_and_incomplete_is_not_granted():
    play = Play().apply("A1", complete=False)
    play.after(play.clock("A1", WINDOW).due_on).do(c.DeemAccepted(item="A1"))
    with pytest.raises(MaterialsMissing):
        play.approve("A1")
    play.do(c.DenyItem(item="A1", reason="the plan is missing"))


# --- refusal and withdrawal ---------------------------------------------------------------------


def test_a_refusal_names_who_is_competent_and_ends_every_clock():
    play = received().play
    refusal = c.RefuseApplication(item="A1", reason="outside", competent_authority="the city")
    play.do(refusal)
    assert play.state("A1") is S.NOT_ACCEPTED
    assert play.last("ApplicationRefused")["competent_authority"] == "the city"
    assert play.clock("A1", WINDOW).state is ClockState.STOPPED


def test_a_suspended_application_is_withdrawn():
    from tests.support.states import suspended

    play = suspended().play
    play.do(c.WithdrawApplication(item="A1", reason="another site"))
    assert play.state("A1") is S.WITHDRAWN
    assert play.clock("A1", ClockKind.DECISION).state is ClockState.STOPPED


def test_nobody_applies_for_a_milestone_or_an_internal_item():
    play = Play()
    with pytest.raises(NotApplied):
        play.do(c.SubmitApplication(item="E0"))
    play.conclude("A1")
    assert play.state("N1") is S.ACCEPTED
    with pytest.raises(NotApplied):
        play.do(c.WithdrawApplication(item="N1"))


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m"])
def test_control_characters_are_no_text(text):
    with pytest.raises(ValueError, match="pattern"):
        c.DenyItem(item="A1", reason=text)
    assert c.DenyItem(item="A1", reason="one\ntwo\tthree").reason
