"""Deficiencies: made good 销号, returned, or not made good in time and voided 作废."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.outcome import Outcome
from models.cases.states import (
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    Light,
    MaterialState,
)
from rules.cases.acts.decision import PrerequisiteMissing
from rules.cases.acts.deficiencies import (
    MAKE_UP,
    VERIFY_MAKE_UP,
    VOID,
    HandedInLate,
    NoSuchDeficiency,
    NothingToVerify,
    NotVoidable,
)
from rules.cases.clocks.lights import light_of
from rules.cases.declarations.act import Situation
from rules.cases.instruments.completeness import MaterialsMissing
from rules.cases.progress import StageState, WaitsFor, stage_view, whose_move
from services.clock.working_calendar import working_calendar
from tests.support.people import handler
from tests.support.play import SHA, Play
from tests.support.states import conditionally_granted, flagged, preliminary, voided
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


def events(outcome: Outcome, *keys: str) -> list[tuple[str, str | None, dict[str, object]]]:
    """Kind and item of what happened, with some of its details."""
    return [
        (event.kind, event.item, {key: event.data[key] for key in keys if key in event.data})
        for event in outcome.events
    ]


def test_made_good_verified_and_full():
    play = conditionally_granted().play
    play.do(make_up("archive"))
    assert ledger(play) == {"archive": SUBMITTED, "insurance": OPEN}
    # Handing in stops the thirty days; the department's own time begins.
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").state is ClockState.SUSPENDED
    assert play.clock("A2", ClockKind.VERIFICATION, "archive").state is ClockState.RUNNING
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
    """The days that the department took are the applicant's still."""
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    play.do(make_up("archive"))
    play.wait(2).do(verify("archive", correct=False))
    assert ledger(play)["archive"] is OPEN
    assert play.facts.materials["archive"].state is MaterialState.RETURNED
    later = working_calendar().add_working_days(due_on, 2)
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").due_on == later
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
    with pytest.raises(NothingToVerify) as refused:
        conditionally_granted().play.do(verify("archive"))
    assert "archive of A2 was not handed in yet" in refused.value.sentence()


def test_where_nothing_is_owed_any_more_nothing_is_made_good():
    play = conditionally_granted().play
    for material in ("archive", "insurance"):
        play.do(make_up(material))
    play.do(verify("archive"))
    with pytest.raises(NoSuchDeficiency) as refused:
        play.do(verify("archive"))
    assert "archive is not owed for A2; owed are: insurance" in refused.value.sentence()
    play = preliminary().play
    for material in ("survey", "archive"):
        play.do(make_up(material))
        play.do(verify(material))
    with pytest.raises(NoSuchDeficiency) as refused:
        play.do(make_up("archive"))
    assert "owed are: none." in refused.value.sentence()


def test_the_paper_that_was_owed_is_kept_and_told_of():
    play = conditionally_granted().play
    outcome = play.do(make_up("archive"))
    paper = play.facts.materials["archive"]
    assert (paper.file_name, paper.sha256, paper.provided_on) == ("m.pdf", SHA, play.today)
    assert events(outcome, "material", "sha256") == [
        ("MaterialSubmitted", "A2", {"material": "archive", "sha256": SHA}),
        ("MaterialMadeUp", "A2", {"material": "archive"}),
    ]


def test_where_a_paper_was_handed_in_is_told_first():
    """Its own department verifies before those that are served beside it."""
    play = Play(changed_item("A1", materials=(asks("plan"), asks("archive", DEFERRABLE))))
    play.record("E0")
    for item in ("A1", "A2"):
        play.apply(item, defer=("archive",)).accept(item).approve(item)
    outcome = play.do(make_up("archive", item="A2"))
    made_up = [event.item for event in outcome.events if event.kind == "MaterialMadeUp"]
    assert made_up == ["A2", "A1"]


def test_closing_a_deficiency_leaves_its_day_its_reason_and_word_to_both():
    play = conditionally_granted().play
    play.do(make_up("archive"))
    outcome = play.wait(1).do(verify("archive"))
    (cured,) = (d for d in play.facts.deficiencies.values() if d.material == "archive")
    assert (cured.state, cured.closed_on) == (DeficiencyState.CURED, play.today)
    stopped = play.clock("A2", ClockKind.MAKE_UP, "archive").history[-1]
    assert (stopped.on, stopped.reason) == (play.today, "cured")
    assert events(outcome, "material", "full") == [
        ("DeficiencyCured", "A2", {"material": "archive", "full": False})
    ]
    told = [(m.audience, m.template, m.item, m.params) for m in outcome.messages]
    assert told == [
        (audience, "deficiency_cured", "A2", {"material": "archive"})
        for audience in ("enterprise", "steward")
    ]


def test_what_is_returned_says_why():
    play = conditionally_granted().play
    play.do(make_up("archive"))
    outcome = play.do(verify("archive", correct=False))
    details = {"material": "archive", "reason": "the stamp is missing"}
    assert events(outcome, "material", "reason") == [("MakeUpReturned", "A2", details)]
    until = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on.isoformat()
    told = {**details, "due_on": until}
    assert [(m.audience, m.params) for m in outcome.messages] == [("enterprise", told)]


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


def test_d07_a_correction_elsewhere_leaves_open_what_waits_to_be_verified():
    """A return concerns the item whose bureau returned it."""
    scenario = changed_item("A1", materials=(asks("plan"), asks("archive")))
    play = Play(scenario).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2")
    play.apply("A1")
    assert ledger(play) == {"archive": SUBMITTED}
    play.do(c.RequestCorrection(item="A1", materials={"archive": "unreadable (art. 31)"}))
    assert ledger(play) == {"archive": SUBMITTED}
    play.do(verify("archive"))
    assert play.state("A2") is S.GRANTED


def prel() -> Play:
    """The preliminary opinion of 2026-11-02 with *survey* and *archive* still to come."""
    play = preliminary().play
    clock = play.clock("A2", ClockKind.DECISION)
    assert (clock.state, clock.due_on) == (ClockState.SUSPENDED, None)
    return play


def test_prel_after_the_cure_the_decision_is_due_again():
    play = prel().go_to(date(2026, 12, 14))
    play.do(make_up("survey"))
    play.go_to(date(2026, 12, 16)).do(verify("survey"))
    clock = play.clock("A2", ClockKind.DECISION)
    # The department had used nothing of its five days, nor of its twenty.
    assert (clock.state, clock.due_on) == (ClockState.RUNNING, date(2026, 12, 23))
    assert clock.statutory_due_on == date(2027, 1, 14)
    assert clock.next_rung == "yellow"
    assert whose_move(play.facts, play.item("A2")) is WaitsFor.DEPARTMENT
    assert stage_view(play.facts, "land").state is StageState.AWAITING_DECISION
    told = sorted(play.told("decision_due_again"))
    assert told == [f"department:{LAND}", "enterprise", "steward"]
    assert light_of(clock, date(2026, 12, 24)) is Light.RED
    # What is still owed and cannot change the result keeps nobody from deciding.
    play.approve("A2")
    assert play.state("A2") is S.CONDITIONALLY_GRANTED
    assert play.differences() == []


def test_prel_what_changes_nothing_does_not_start_the_limit_again():
    play = prel()
    play.do(make_up("archive"))
    play.do(verify("archive"))
    assert play.clock("A2", ClockKind.DECISION).state is ClockState.SUSPENDED
    assert play.told("decision_due_again") == []
    assert whose_move(play.facts, play.item("A2")) is WaitsFor.APPLICANT
    play.do(make_up("survey"))
    play.do(verify("survey", correct=False))
    assert play.clock("A2", ClockKind.DECISION).state is ClockState.SUSPENDED
    play.do(make_up("survey"))
    play.wait(1).do(verify("survey"))
    assert play.clock("A2", ClockKind.DECISION).state is ClockState.RUNNING


def test_prel_an_opinion_that_fell_or_was_denied_leaves_no_clock():
    fallen = lapse(prel(), "survey")
    fallen.do(c.VoidApproval(item="A2", reason="not made good"))
    assert fallen.clock("A2", ClockKind.DECISION).state is ClockState.STOPPED
    fallen.do(c.AppealVoiding(item="A2", reason="it was there"))
    fallen.do(c.DecideAppeal(item="A2", upheld=True, reason="so it was"))
    # Restored, it has a limit to decide again, held until the survey is verified.
    assert fallen.state("A2") is S.PRELIMINARY
    assert fallen.clock("A2", ClockKind.DECISION).state is ClockState.SUSPENDED
    fallen.do(make_up("survey"))
    fallen.do(verify("survey"))
    assert fallen.clock("A2", ClockKind.DECISION).state is ClockState.RUNNING
    assert fallen.differences() == []
    denied = prel()
    denied.do(c.DenyItem(item="A2", reason="against the plan"))
    assert denied.clock("A2", ClockKind.DECISION).state is ClockState.STOPPED


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


def test_what_was_handed_in_on_the_last_day_came_in_time():
    """The time that the department takes to verify is not held against the enterprise."""
    for days, late in ((0, False), (1, True)):
        play = conditionally_granted().play
        due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
        for material in ("insurance", "archive"):
            play.go_to(due_on + timedelta(days=days) if material == "archive" else due_on)
            play.do(make_up(material))
        play.go_to(due_on + timedelta(days=5))
        if late:
            assert void(play).state("A2") is S.VOIDED
        else:
            with pytest.raises(NotVoidable):
                void(play)
    assert sorted(play.told("approval_voided")) == ["enterprise", "steward"]


def test_handed_in_in_time_is_not_held_against_the_enterprise():
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    play.do(make_up("archive"))
    play.do(make_up("insurance"))
    with pytest.raises(NotVoidable):
        void(play.after(due_on))
    play.do(verify("archive", correct=False))
    with pytest.raises(NotVoidable):
        void(play)
    void(lapse(play))


def test_d02_handed_in_late_does_not_make_good():
    """Late is late, whether the department or the watch is faster."""
    play = conditionally_granted().play
    lapse(play).do(make_up("archive"))
    for correct in (True, False):
        with pytest.raises(HandedInLate) as refused:
            play.do(verify("archive", correct=correct))
        assert "archive of A2 came on 2026-12-15" in refused.value.sentence()
    assert play.told("material_came_late") == ["enterprise", "steward", f"department_head:{LAND}"]
    void(play)
    assert ledger(play) == {
        "archive": DeficiencyState.HANDED_IN_LATE,
        "insurance": DeficiencyState.EXPIRED,
    }


def test_d02_what_comes_after_the_voiding_is_late_too_and_the_head_may_accept_it():
    play = void(lapse(conditionally_granted().play))
    for material in ("archive", "insurance"):
        play.do(make_up(material))
    assert set(ledger(play).values()) == {DeficiencyState.HANDED_IN_LATE}
    play.do(c.ReinstateApproval(item="A2", reason="a day late, and nobody was harmed"))
    assert play.state("A2") is S.GRANTED
    assert play.differences() == []


def test_d05_the_ledger_tells_what_was_handed_in():
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    play.go_to(due_on).do(make_up("archive"))
    void(play.after(due_on))
    assert ledger(play) == {
        "archive": DeficiencyState.UNVERIFIED,
        "insurance": DeficiencyState.EXPIRED,
    }
    assert play.last("ApprovalVoided")["materials"] == ["insurance"]
    assert play.differences() == []


def test_d06_a_paper_returned_after_the_last_day_leaves_time_to_put_it_right():
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    assert due_on == date(2026, 12, 14)
    play.go_to(due_on)
    for material in ("archive", "insurance"):
        play.do(make_up(material))
    assert play.clock("A2", ClockKind.VERIFICATION, "archive").due_on == date(2026, 12, 21)
    play.go_to(date(2026, 12, 29)).do(verify("archive", correct=False))
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").due_on == date(2027, 1, 6)
    (owed,) = (d for d in play.facts.deficiencies.values() if d.material == "archive")
    assert (owed.state, owed.due_on) == (OPEN, date(2027, 1, 6))
    with pytest.raises(NotVoidable):
        void(play)
    # Handed in again and returned again, it has what was left, and at least five days.
    play.go_to(date(2026, 12, 30)).do(make_up("archive"))
    assert play.clock("A2", ClockKind.VERIFICATION, "archive").due_on == date(2027, 1, 7)
    play.go_to(date(2027, 1, 7)).do(verify("archive", correct=False))
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").due_on == date(2027, 1, 14)
    void(play.go_to(date(2027, 1, 15)))
    assert play.differences() == []


def test_d07_a_return_concerns_the_item_whose_bureau_returned_it():
    play = Play(changed_item("A1", materials=(asks("plan"), asks("archive", DEFERRABLE))))
    play.record("E0")
    for item in ("A1", "A2"):
        play.apply(item, defer=("archive",)).accept(item).approve(item)
    play.go_to(date(2026, 12, 14)).hand_in("archive")
    play.go_to(date(2026, 12, 18)).do(verify("archive", correct=False))
    assert ledger(play, "A2") == {"archive": OPEN}
    assert ledger(play, "A1") == {"archive": SUBMITTED}
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").due_on == date(2026, 12, 25)
    assert play.clock("A1", ClockKind.VERIFICATION, "archive").state is ClockState.RUNNING
    play.go_to(date(2026, 12, 20)).hand_in("archive")
    assert play.clock("A2", ClockKind.VERIFICATION, "archive").state is ClockState.RUNNING
    play.do(verify("archive", item="A1"))
    play.do(verify("archive"))
    assert (play.state("A1"), play.state("A2")) == (S.GRANTED, S.GRANTED)
    assert play.differences() == []


def test_handing_in_again_does_not_make_a_timely_paper_late():
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    play.do(make_up("archive"))
    play.do(make_up("insurance"))
    play.after(due_on).do(make_up("archive"))
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


def test_a_voiding_says_what_was_left_out_and_closes_it_that_day():
    play = lapse(conditionally_granted().play)
    outcome = play.do(c.VoidApproval(item="A2", reason="not made good in time"))
    closed = {d.material: (d.state, d.closed_on) for d in play.facts.deficiencies.values()}
    assert closed == dict.fromkeys(("archive", "insurance"), (DeficiencyState.EXPIRED, play.today))
    voided_now = play.last("ApprovalVoided")
    assert voided_now["materials"] == ["archive", "insurance"]
    told = [m for m in outcome.messages if m.template == "approval_voided"]
    assert [(m.audience, m.item, m.params["materials"]) for m in told] == [
        ("enterprise", "A2", ["archive", "insurance"]),
        ("steward", "A2", ["archive", "insurance"]),
    ]


def test_what_falls_with_another_lapses_and_does_not_expire():
    """A2 is to be examined again because of E0; nothing it owes is late."""
    play = flagged(S.CONDITIONALLY_GRANTED).play
    outcome = void(play).log
    assert play.state("A2") is S.VOIDED
    assert set(ledger(play).values()) == {DeficiencyState.LAPSED}
    assert outcome
    assert play.told("approval_voided") == []
    (because,) = {m.params["because"] for m in play.messages if "because" in m.params}
    assert because == "E0"


def test_a_grant_that_owes_nothing_is_not_voided():
    play = Play().apply("A1").accept("A1").approve("A1")
    with pytest.raises(NotVoidable) as refused:
        play.do(c.VoidApproval(item="A1", reason="a mistake"))
    assert "nothing that A1 owes" in refused.value.sentence()
    assert "the earliest last day is -." in refused.value.sentence()


# --- what is offered ----------------------------------------------------------------------------


def offered(play: Play) -> dict[str, c.ProjectCommand | None]:
    """The acts on deficiencies that A2 offers, with the command that would be sent."""
    situation = Situation(play.facts, "A2", play.context(handler(LAND)))
    return {
        act.name: act.sample(situation) if act.sample else None
        for act in (MAKE_UP, VERIFY_MAKE_UP, VOID)
        if act.offered is not None and act.offered(situation)
    }


def test_each_act_is_offered_while_there_is_something_for_it():
    play = conditionally_granted().play
    assert set(offered(play)) == {"make_up_material"}
    play.do(make_up("archive"))
    acts = offered(play)
    assert set(acts) == {"make_up_material", "verify_make_up"}
    assert acts["make_up_material"].material == "insurance"
    assert acts["verify_make_up"] == c.VerifyMakeUp(item="A2", material="archive", correct=True)
    play.do(acts["verify_make_up"])
    play.do(acts["make_up_material"])
    assert set(offered(play)) == {"verify_make_up"}


def test_a_voiding_is_offered_the_day_after_the_last_or_when_it_has_to_be_looked_at():
    play = conditionally_granted().play
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    assert "void_approval" not in offered(play.go_to(due_on))
    assert "void_approval" in offered(play.after(due_on))
    assert "void_approval" in offered(flagged(S.CONDITIONALLY_GRANTED).play)
