"""After an outage time acts in the order of the legal dates, and nobody loses who was not reminded (ORD, DOWN)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.cases.states import ClockKind, DeficiencyState, ItemState
from models.scenarios.definition import ScenarioDefinition, WhenBasisVoided
from services.cases.audit import verify
from services.cases.watch.deadlines import watch
from tests.support.ledger import FILE, Ledger
from tests.support.people import approver, handler
from tests.support.play import SIGNED, moment
from tests.support.yard import DEFERRABLE, HOUSING, LAND, LIMITS, YARD, asks, item

BROKEN = "SELECT count(*) FROM credit_entry WHERE state = 'open'"


def built_on(code: str) -> ScenarioDefinition:
    """The yard with an item of this name that builds on A2 and falls with it."""
    dependent = item(
        code, "land", HOUSING, **LIMITS, after=("A2",),
        materials=(asks("plan"), asks("insurance", DEFERRABLE)),
        when_basis_voided=WhenBasisVoided.VOID,
    )  # fmt: skip
    made = YARD.model_copy(update={"items": (dependent, *YARD.items)})
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


def granted(ledger: Ledger, project: str, code: str, department: str, *owed: str) -> None:
    application = c.SubmitApplication(item=code, defer=owed, commitment=SIGNED)
    ledger.do(project, application)
    ledger.do(project, c.AcceptApplication(item=code), handler(department))
    ledger.do(project, c.ApproveItem(item=code), approver(department))


def two_that_owe(ledger: Ledger, code: str) -> str:
    """A2 granted on 11-02 until 12-14, what builds on it on 11-09 until 12-21."""
    ledger.go_to(date(2026, 11, 2))
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "survey")
    granted(ledger, project, "A2", LAND, "archive", "insurance")
    ledger.go_to(date(2026, 11, 9))
    granted(ledger, project, code, HOUSING, "insurance")
    return project


def daily(ledger: Ledger, first: date, last: date) -> None:
    on = first
    while on <= last:
        report = watch(ledger.database, moment(on))
        assert report.failed == []
        on += timedelta(days=1)
    ledger.go_to(last)


def outcome(ledger: Ledger, project: str, code: str) -> list[object]:
    facts = ledger.facts(project)
    [debt] = [d.state for d in facts.deficiencies.values() if d.item == code]
    because = {voiding.item: voiding.because for voiding in facts.voidings.values()}
    own = sorted(d.state for d in facts.deficiencies.values() if d.item == "A2")
    return [debt, because == {"A2": None, code: "A2"}, own, ledger.scalar(BROKEN)]


@pytest.mark.parametrize("code", ["A0", "A3"])
@pytest.mark.parametrize("outage", [False, True])
def test_ord_the_ledger_is_the_same_whatever_the_codes_and_the_watch(open_ledger, code, outage):
    ledger = open_ledger(built_on(code))
    project = two_that_owe(ledger, code)
    if outage:
        # Reminded of both, and then nobody watched over both last days.
        daily(ledger, date(2026, 11, 10), date(2026, 12, 11))
        for at in (date(2026, 12, 11),):
            assert watch(ledger.database, moment(at)).failed == []
        remind(ledger, project, code)
        daily(ledger, date(2027, 1, 23), date(2027, 1, 23))
    else:
        daily(ledger, date(2026, 11, 10), date(2027, 1, 23))
    expired = [DeficiencyState.EXPIRED, DeficiencyState.EXPIRED]
    assert outcome(ledger, project, code) == [DeficiencyState.LAPSED, True, expired, 1]
    voided = dated(ledger, project)
    assert voided == [("A2", "2026-12-14"), (code, "2026-12-14")]
    assert verify(ledger.database).ok


def remind(ledger: Ledger, project: str, code: str) -> None:
    """The reminder of the later debt, by the watch of its day on a copy of the clock's own dates."""
    clock = ledger.facts(project).clocks[code, ClockKind.MAKE_UP, 1, "insurance"]
    assert clock.due_on == date(2026, 12, 21)
    assert clock.yellow_on <= date(2026, 12, 14), clock.yellow_on
    assert ("yellow", clock.due_on) in [(rung, last) for rung, last, _ in clock.given]


def dated(ledger: Ledger, project: str) -> list[tuple[str, str]]:
    """What was voided, in order, with the day it fell due."""
    query = (
        "SELECT e.item, e.data ->> 'fell_due_on' FROM case_event e JOIN project p ON p.id = e.project_id"
        " WHERE p.code = :code AND e.kind = 'ApprovalVoided' ORDER BY e.seq"
    )
    with ledger.database.reading() as connection:
        return [(*row,) for row in connection.execute(text(query), {"code": project})]


def test_ord_unreminded_both_are_reminded_and_then_the_basis_falls_first(open_ledger):
    ledger = open_ledger(built_on("A0"))
    project = two_that_owe(ledger, "A0")
    daily(ledger, date(2027, 1, 23), date(2027, 1, 23))
    assert ledger.facts(project).voidings == {}
    daily(ledger, date(2027, 1, 24), date(2027, 2, 1))
    expired = [DeficiencyState.EXPIRED, DeficiencyState.EXPIRED]
    assert outcome(ledger, project, "A0") == [DeficiencyState.LAPSED, True, expired, 1]
    assert verify(ledger.database).ok


def owing(ledger: Ledger) -> str:
    ledger.go_to(date(2026, 11, 2))
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "survey", "insurance")
    granted(ledger, project, "A2", LAND, "archive")
    return project


def test_down_who_was_not_reminded_is_reminded_first_and_has_five_working_days(ledger):
    project = owing(ledger)
    pressed = ledger.accepted()
    report = watch(ledger.database, moment(date(2027, 1, 24)))
    assert (report.graces, report.ended[ClockKind.MAKE_UP], report.failed) == (1, 0, [])
    clock = ledger.facts(project).clocks["A2", ClockKind.MAKE_UP, 1, "archive"]
    [debt] = ledger.facts(project).open_deficiencies("A2")
    assert clock.due_on == debt.due_on == date(2027, 1, 29)
    assert ledger.facts(project).items["A2"].state is ItemState.CONDITIONALLY_GRANTED
    assert told(ledger, project) == {("grace_given", "enterprise"), ("grace_given", "steward")}
    # Nobody is told that a day long past is about to come, and no letter goes out at once.
    of_promise = ("warning_yellow", "steward")  # the project's own, which is yellow today
    decision = {template for template, who in told(ledger, pressed) if "yellow" not in template}
    assert decision == {"warning_missed"}, of_promise
    assert ledger.scalar("SELECT count(*) FROM official_document WHERE category = 'internal'") == 0
    assert verify(ledger.database).ok
    # In the grace a paper is in time.
    ledger.go_to(date(2027, 1, 29))
    paper = c.MakeUpMaterial(item="A2", material="archive", file_name="a.pdf", sha256=FILE)
    ledger.do(project, paper)
    watch(ledger.database, moment(date(2027, 2, 1)))
    assert ledger.facts(project).items["A2"].state is ItemState.CONDITIONALLY_GRANTED
    assert ledger.scalar(BROKEN) == 0
    assert verify(ledger.database).ok


def told(ledger: Ledger, project: str) -> set[tuple[str, str]]:
    """Templates and audiences of what the watch told of time alone."""
    query = (
        "SELECT n.template, n.audience FROM notice n JOIN project p ON p.id = n.project_id"
        " WHERE p.code = :code AND (n.template LIKE 'warning%' OR n.template LIKE 'grace%'"
        " OR n.template LIKE '%voided%')"
    )
    with ledger.database.reading() as connection:
        return {(*row,) for row in connection.execute(text(query), {"code": project})}


def test_down_after_the_grace_time_acts_and_says_on_which_day_it_fell_due(ledger):
    project = owing(ledger)
    watch(ledger.database, moment(date(2027, 1, 24)))
    report = watch(ledger.database, moment(date(2027, 1, 29)))
    assert report.ended[ClockKind.MAKE_UP] == 0
    # A second outage after the reminder helps nobody: the last day was told.
    report = watch(ledger.database, moment(date(2027, 3, 1)))
    assert (report.ended[ClockKind.MAKE_UP], report.failed) == (1, [])
    assert dated(ledger, project) == [("A2", "2027-01-29")]
    assert ledger.scalar(BROKEN) == 1
    assert verify(ledger.database).ok


def test_down_who_comes_before_the_watch_is_in_time_too(ledger):
    """Nobody watched, nobody was reminded: the paper of the day after the last one is not too late."""
    project = owing(ledger)
    ledger.go_to(date(2026, 12, 15))
    paper = c.MakeUpMaterial(item="A2", material="archive", file_name="a.pdf", sha256=FILE)
    ledger.do(project, paper)
    ledger.do(project, c.VerifyMakeUp(item="A2", material="archive", correct=True))
    assert ledger.facts(project).items["A2"].state is ItemState.GRANTED
    assert ledger.scalar(BROKEN) == 0
    assert verify(ledger.database).ok


def test_down_who_was_reminded_before_the_outage_is_not_reminded_again(ledger):
    project = owing(ledger)
    daily(ledger, date(2026, 11, 3), date(2026, 12, 10))
    assert watch(ledger.database, moment(date(2027, 1, 24))).ended[ClockKind.MAKE_UP] == 1
    assert ledger.facts(project).items["A2"].state is ItemState.VOIDED
