"""The answer to a supervision letter 督办函: whose it is, what it has to say, whom it reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState, Light, ProjectState
from models.cases.supervision import SUPERVISION, SupervisionState
from models.people.actor import Role
from rules.cases.acts.supervision import DoneBeforeLetter, NoSuchLetter, NoSuchTask
from rules.cases.offers import possibilities
from rules.cases.permissions import NotTheirs, RoleMayNotAct
from rules.cases.progress import unfinished
from rules.cases.warnings import DueClock, answers_for
from services.cases.views.parts.supervision import supervision_rows
from tests.support.people import LEADER, approver, handler, head
from tests.support.play import Play
from tests.support.states import written_to
from tests.support.yard import HOUSING, LAND, PLANNING


@pytest.fixture
def play() -> Play:
    """A1 of the planning bureau is under examination, and its letter has to be answered in three days."""
    return written_to(ItemState.ACCEPTED).play


def answer(play: Play, **values: object) -> c.ReplyToSupervision:
    said = {"cause": "two were ill", "measures": "others help", "until": play.today}
    return c.ReplyToSupervision.model_validate({"item": "A1", "number": 1, **said, **values})


def test_the_head_of_the_department_answers_it_once(play):
    for other in (handler(PLANNING), approver(PLANNING), LEADER):
        with pytest.raises(RoleMayNotAct):
            play.do(answer(play), other)
    with pytest.raises(NotTheirs, match=PLANNING):
        play.do(answer(play), head(LAND))
    with pytest.raises(NoSuchLetter, match="unanswered are: 1"):
        play.do(answer(play, number=2), head(PLANNING))
    play.do(answer(play, until=play.today + timedelta(days=4)), head(PLANNING))
    letter = play.facts.supervision[1]
    assert (letter.state, letter.reason, letter.note) == (
        SupervisionState.DONE,
        "two were ill",
        "others help",
    )
    assert (letter.until, letter.closed_by) == (play.today + timedelta(days=4), f"head.{PLANNING}")
    with pytest.raises(NoSuchLetter, match="unanswered are: none"):
        play.do(answer(play), head(PLANNING))


def test_what_is_done_was_not_done_before_the_letter(play):
    before = play.today - timedelta(days=1)
    with pytest.raises(DoneBeforeLetter):
        play.do(answer(play, until=before), head(PLANNING))
    play.do(answer(play), head(PLANNING))


@pytest.mark.parametrize(("days", "late", "light"), [(3, False, Light.GREEN), (4, True, Light.RED)])
def test_a_late_answer_says_so_to_the_leader_and_stays_red(play, days, late, light):
    play.wait(0)
    written = play.today
    play.today = written + timedelta(days=days)
    (open_,) = supervision_rows(play.facts, play.today)
    assert open_.light is (Light.RED if late else Light.YELLOW)
    play.do(answer(play), head(PLANNING))
    told = [m for m in play.messages if m.template == "supervision_replied"]
    assert [m.audience for m in told] == ["leader", "steward"]
    assert {m.params["late"] for m in told} == {late}
    (shown,) = supervision_rows(play.facts, play.today)
    assert (shown.late, shown.light) == (late, light)


def test_a_letter_is_no_task_and_keeps_no_project_open(play):
    close = c.CompleteSupervision(item="A1", number=1, note="seen")
    with pytest.raises(NoSuchTask, match="none"):
        play.do(close, approver(PLANNING))
    play.approve("A1")
    without = play.facts.having({SUPERVISION: {}})
    assert unfinished(play.facts) == unfinished(without)
    acts = possibilities(play.facts, "A1", play.context(head(PLANNING)))
    assert ("reply_to_supervision", True) in [(one.act, one.possible) for one in acts]


def test_a_letter_is_answered_in_a_closed_project_too(play):
    play.facts = replace(play.facts, state=ProjectState.COMPLETED)
    play.do(answer(play), head(PLANNING))
    assert "leader" in play.told("supervision_replied")


def test_only_its_own_head_is_offered_the_answer(play):
    letter = replace(play.facts.supervision[1], number=2, department=HOUSING)
    play.facts = play.facts.having({SUPERVISION: {1: play.facts.supervision[1], 2: letter}})
    for department, number in ((PLANNING, 1), (HOUSING, 2)):
        acts = possibilities(play.facts, "A1", play.context(head(department)))
        assert [one.possible for one in acts if one.act == "reply_to_supervision"] == [True]
        play.do(answer(play, number=number), head(department))
    assert [one.role for one in play.log][-2:] == [Role.DEPARTMENT_HEAD] * 2


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        (ClockKind.DECISION, "", PLANNING),
        (ClockKind.MAKE_UP, "archive", PLANNING),
        (ClockKind.CONSULTATION, HOUSING, HOUSING),
        (ClockKind.NEXT_PHASE, "", None),
    ],
)
def test_who_is_late_answers(kind, subject, expected):
    on = date(2026, 11, 9)
    clock = DueClock("A1", kind, 1, subject, on, on, on, on, None, (), "supervision", on, PLANNING, None)  # fmt: skip
    assert answers_for(clock) == expected
