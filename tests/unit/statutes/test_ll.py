"""行政许可法: the rows of the table of statutes, each played with its dates."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind
from models.clock.values import Unit
from rules.cases.acts.limits import (
    AskedAlready,
    ExtensionOfGovernment,
    LengthFixed,
    NoLimitToExtend,
    OwnExtension,
)
from rules.cases.permissions import RoleMayNotAct
from rules.clock.appending import ExtendedAlready, ExtensionTooLate, NoExtension
from rules.scenarios.extensions import extension_of
from tests.support.people import GOVERNMENT, LEADER, approver, head
from tests.support.play import Play
from tests.support.yard import PLANNING, YARD, changed_item

MONDAY = date(2026, 11, 2)
LAW = {"days": 20, "source": "行政许可法第42条 [L]"}


def under_examination(statutory: object, promised: object = None, **more: object) -> Play:
    """An application that was accepted on the Monday, under limits of its own."""
    scenario = changed_item("A1", statutory=statutory, promised=promised, **more)
    return Play(scenario, MONDAY).apply("A1").accept("A1")


def until(play: Play) -> date | None:
    return play.clock("A1", ClockKind.DECISION).statutory_due_on


def test_ll42_1_its_twenty_days_are_extended_by_ten():
    play = under_examination(LAW)
    assert until(play) == date(2026, 11, 30)
    play.go_to(date(2026, 11, 30)).do(c.ExtendLimit(item="A1", reason="complicated"))
    assert until(play) == date(2026, 12, 14)
    with pytest.raises(ExtendedAlready):
        play.do(c.ExtendLimit(item="A1", reason="again"))
    assert play.differences() == []


def test_ll42_1_not_after_its_end_by_nobody_else_and_by_no_other_length():
    play = under_examination(LAW)
    for person in (approver(PLANNING), LEADER, GOVERNMENT):
        with pytest.raises(RoleMayNotAct):
            play.do(c.ExtendLimit(item="A1", reason="r"), person)
    for days in (5, 11):
        with pytest.raises(LengthFixed):
            play.do(c.ExtendLimit(item="A1", reason="r", days=days), head(PLANNING))
    play.go_to(date(2026, 12, 1))
    with pytest.raises(ExtensionTooLate):
        play.do(c.ExtendLimit(item="A1", reason="r"), head(PLANNING))


@pytest.mark.parametrize(
    "statutory",
    [
        pytest.param(
            {"days": 60, "unit": "natural_day", "source": "环境影响评价法第22条"}, id="60nd"
        ),
        pytest.param({"days": 30, "source": "不动产登记暂行条例第20条 [L]"}, id="30wd"),
        pytest.param({"days": 20, "source": "某某条例第3条 [L]"}, id="20wd-of-another-act"),
        pytest.param({"days": 15, "source": None}, id="15wd"),
        pytest.param({**LAW, "extension": {"days": 0}}, id="none-said"),
        pytest.param({**LAW, "starts": "received"}, id="from-receipt"),
        pytest.param(None, id="a-promise"),
    ],
)
def test_e42_1_no_other_limit_is_extended(statutory):
    promised = {"days": 5} if statutory is None else None
    play = under_examination(statutory, promised)
    before = play.clock("A1", ClockKind.DECISION).due_on
    for person in (head(PLANNING), GOVERNMENT):
        with pytest.raises(NoExtension):
            play.do(c.ExtendLimit(item="A1", reason="r"), person)
    assert play.clock("A1", ClockKind.DECISION).due_on == before
    assert "extend_limit" not in play.offered("A1", head(PLANNING))


def test_e42_1_what_has_no_limit_has_nothing_to_extend():
    with pytest.raises(NoLimitToExtend):
        under_examination(None).do(c.ExtendLimit(item="A1", reason="r"))


JOINT = {
    "statutory": {"days": 45, "source": "行政许可法第四十二条第二款 [L]"},
    "joint_handling": True,
}


def test_ll42_2_the_head_of_the_government_extends_joint_handling_by_fifteen():
    play = under_examination(**JOINT)
    assert until(play) == date(2027, 1, 5)
    play.do(c.ExtendLimit(item="A1", reason="five departments"), GOVERNMENT)
    assert until(play) == date(2027, 1, 26)
    assert play.differences() == []


def test_ll42_2_neither_the_leader_nor_a_department_extends_it():
    play = under_examination(**JOINT)
    with pytest.raises(RoleMayNotAct):
        play.do(c.ExtendLimit(item="A1", reason="r"), LEADER)
    with pytest.raises(ExtensionOfGovernment):
        play.do(c.ExtendLimit(item="A1", reason="r"), head(PLANNING))
    assert "extend_limit" not in play.offered("A1", head(PLANNING))
    assert "extend_limit" in play.offered("A1", GOVERNMENT)


def test_e42_2_the_department_asks_for_it():
    play = under_examination(**JOINT)
    play.do(c.AskForExtension(item="A1", reason="five departments"), head(PLANNING))
    assert sorted(play.told("extension_asked")) == ["government_head", "steward"]
    with pytest.raises(AskedAlready):
        play.do(c.AskForExtension(item="A1", reason="once more"), head(PLANNING))
    assert play.item("A1").extension_asked_on == MONDAY
    play.wait(3).do(c.ExtendLimit(item="A1", reason="five departments"), GOVERNMENT)
    assert play.item("A1").extension_asked_on is None
    assert play.differences() == []


def test_e42_2_where_the_own_head_extends_nobody_else_is_asked():
    play = under_examination(LAW)
    with pytest.raises(OwnExtension):
        play.do(c.AskForExtension(item="A1", reason="r"), head(PLANNING))
    assert "ask_for_extension" not in play.offered("A1", head(PLANNING))


@pytest.mark.parametrize("code", [item.code for item in YARD.items if item.statutory])
def test_ll42_1_a_limit_that_says_nothing_is_that_of_the_licensing_law(code):
    """Versions that were published before limits said how they are extended."""
    allowed = extension_of(YARD.item[code])
    assert allowed is not None
    assert (allowed.days, allowed.unit, allowed.by.value) == (10, Unit.WORKING_DAY, "head")
