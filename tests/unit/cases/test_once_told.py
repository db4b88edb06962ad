"""One notice, complete; and what has to follow from its answer: Licensing Law art. 32(1)(4) and (5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.cases import commands as c
from models.cases.facts import ITEMS, MATERIALS
from models.cases.states import ClockKind, ItemState
from models.scenarios.definition import ScenarioDefinition
from rules.cases.acts.application import MustAccept
from rules.cases.acts.corrections import CorrectionAlreadyRequested, NoticeIncomplete
from rules.cases.instruments.completeness import MaterialsMissing
from rules.cases.instruments.corrections import RuleNotNamed
from tests.support.people import CLERK, approver, handler, head
from tests.support.play import Play
from tests.support.yard import PLANNING, asks, changed_item

S = ItemState
PLAN = {"plan": "not handed in"}
REFUSAL = c.RefuseApplication(item="A1", reason="outside", competent_authority="the city")
NOT_NEEDED = c.DeclareNotRequired(item="A1", reason="it stands already")


def two_papers() -> ScenarioDefinition:
    """A1 asks for the plan and for the drawings, and for what the system holds."""
    papers = ("plan", "drawings", "business_licence")
    return changed_item("A1", materials=[asks(key).model_dump() for key in papers])


def asked(**papers: str) -> c.RequestCorrection:
    return c.RequestCorrection(item="A1", materials=papers)


def corrected() -> Play:
    """R3: received without the plan on 2026-11-02, asked for it that day, complete on 2026-11-05."""
    play = Play(on=date(2026, 11, 2)).apply("A1", complete=False)
    play.do(asked(**PLAN))
    play.go_to(date(2026, 11, 5)).hand_in("plan").do(c.SupplyCorrection(item="A1"))
    return play


# --- one notice -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [CLERK, handler(PLANNING), head(PLANNING)])
def test_once1_a_notice_that_leaves_out_a_missing_paper_is_refused(who):
    play = Play(two_papers()).apply("A1", complete=False)
    with pytest.raises(NoticeIncomplete) as refused:
        play.do(asked(**PLAN), who)
    assert "drawings" in refused.value.sentence()
    assert play.state("A1") is S.RECEIVED
    play.do(asked(**PLAN, drawings="not handed in"), who)
    play.hand_in("plan", "drawings").do(c.SupplyCorrection(item="A1"))
    play.accept("A1")


def test_once1_a_paper_that_was_returned_is_named_too():
    """What another item's department gave back is missing here as well."""
    play = Play(two_papers()).record("E0").hand_in("plan").apply("A2")
    play.do(c.SubmitApplication(item="A1"))
    play.do(c.RequestCorrection(item="A2", materials={"plan": "no seal (art. 31)"}))
    with pytest.raises(NoticeIncomplete):
        play.do(asked(drawings="not handed in"))


def test_once1_what_was_never_named_is_not_asked_for_afterwards():
    """A notice of before could leave a paper out: then the paper is not held against the applicant."""
    play = Play(two_papers()).apply("A1", complete=False)
    play.do(asked(**PLAN, drawings="not handed in"))
    named = {"materials": PLAN, "fields": {}}
    items = {**play.facts.items}
    items["A1"] = replace(items["A1"], corrections=named)
    play.facts = play.facts.having({ITEMS: items})
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    play.accept("A1").approve("A1")
    assert play.state("A1") is S.GRANTED


def test_once1_the_system_holds_what_it_holds():
    """A paper that the system has not got yet is nobody's to correct, and no reason not to take it."""
    play = Play(two_papers()).hand_in("drawings")
    materials = {k: v for k, v in play.facts.materials.items() if k != "business_licence"}
    play.facts = play.facts.having({MATERIALS: materials})
    play.do(c.SubmitApplication(item="A1"))
    play.do(asked(**PLAN))
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    play.accept("A1")
    with pytest.raises(MaterialsMissing):
        play.approve("A1")


def test_once2_a_second_notice_is_refused_to_all_but_the_heads_override():
    play = corrected()
    again = asked(plan="overlooked (art. 31)")
    for who in (CLERK, handler(PLANNING), approver(PLANNING), head(PLANNING)):
        with pytest.raises(CorrectionAlreadyRequested):
            play.do(again, who)
    overridden = again.model_copy(update={"override": "the seal of the correction is another's"})
    for who in (CLERK, handler(PLANNING), approver(PLANNING)):
        with pytest.raises(CorrectionAlreadyRequested):
            play.do(overridden, who)
    play.do(overridden, head(PLANNING))
    assert play.item("A1").correction_notices == 2
    assert play.last("CorrectionRequested")["override"] == overridden.override
    told = [m for m in play.messages if m.template == "correction_requested"][-2:]
    assert [(m.audience, m.params["override"]) for m in told] == [
        ("enterprise", overridden.override),
        ("steward", overridden.override),
    ]


# --- complete means accepted ----------------------------------------------------------------------


@pytest.mark.parametrize("on", [date(2026, 11, 5), date(2026, 11, 9), date(2026, 11, 12)])
@pytest.mark.parametrize("who", [CLERK, handler(PLANNING)])
def test_r3_accepted_as_of_the_day_on_which_the_correction_was_complete(on, who):
    play = corrected().go_to(on)
    play.do(c.AcceptApplication(item="A1"), who)
    clock = play.clock("A1", ClockKind.DECISION)
    assert play.item("A1").accepted_on == date(2026, 11, 5)
    assert (clock.due_on, clock.statutory_due_on) == (date(2026, 11, 12), date(2026, 12, 3))
    assert play.differences() == []


def test_r3_by_itself_when_the_window_ends():
    play = corrected().go_to(date(2026, 11, 13))
    play.do(c.DeemAccepted(item="A1"))
    assert play.item("A1").accepted_on == date(2026, 11, 5)
    assert play.clock("A1", ClockKind.DECISION).statutory_due_on == date(2026, 12, 3)


def test_r3_without_a_notice_the_day_of_acceptance_is_the_officers():
    play = Play(on=date(2026, 11, 2)).apply("A1").go_to(date(2026, 11, 4)).accept("A1")
    assert play.item("A1").accepted_on == date(2026, 11, 4)


@pytest.mark.parametrize("command", [REFUSAL, NOT_NEEDED], ids=lambda command: command.act)
@pytest.mark.parametrize("on", [date(2026, 11, 5), date(2026, 11, 12)])
def test_ll32_5_r32_5_nothing_of_the_day_of_receipt_is_raised_after_a_complete_correction(
    command, on
):
    play = corrected().go_to(on)
    with pytest.raises(MustAccept) as refused:
        play.do(command)
    assert "2026-11-05" in refused.value.sentence()
    Play().apply("A1").do(command)


@pytest.mark.parametrize("reason", ["please nicer", "plan 21, page 3", "once more", "第3页请美化"])
def test_r32_5_a_paper_that_is_there_needs_the_rule_that_it_breaks(reason):
    play = Play().apply("A1")
    with pytest.raises(RuleNotNamed) as refused:
        play.do(asked(plan=reason))
    assert "plan" in refused.value.sentence()
    assert play.state("A1") is S.RECEIVED


@pytest.mark.parametrize(
    "reason",
    [
        "no seal, Licensing Law art. 31",
        "未加盖公章（行政许可法第三十一条）",
        "比例尺不符《城市规划制图标准》",
        "fire lane too narrow, GB 50016-2014 7.1.8",
        "fire lane too narrow, GB/T 50103",
        "§ 12: unsigned",
    ],
)
def test_r32_5_a_rule_is_cited_as_people_cite(reason):
    play = Play().apply("A1")
    play.do(asked(plan=reason))
    assert play.state("A1") is S.CORRECTING


def test_r32_5_what_is_missing_needs_no_rule():
    play = Play().apply("A1", complete=False)
    play.do(asked(plan="please"))
    assert play.state("A1") is S.CORRECTING
