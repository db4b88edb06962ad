"""Permits of one phase through the services and on the pages: the watch, the credit record, the forms."""

from __future__ import annotations

from datetime import timedelta

from models.cases import commands as c
from models.cases.states import ClockKind
from models.cases.supervision import SupervisionKind
from models.enterprises.credit import CreditCause
from rules.cases.instruments.phases import open_tasks
from services.cases import audit
from services.cases.lifecycle import advance_stage
from services.cases.views.inbox import inbox
from services.cases.watch.deadlines import watch
from services.enterprises import credit
from tests.support.people import APPLICANT, STEWARD, approver, handler
from tests.support.play import SHA
from tests.support.portal import Town
from tests.support.yard import ENTERPRISE, HOUSING

ITEM = "/projects/{}/items/B1"


def pit(town: Town) -> str:
    """A project whose foundation pit is permitted."""
    project = town.register(phased=True)
    town.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    for item in ("A2", "B1"):
        town.do(project, c.SubmitApplication(item=item))
        town.do(project, c.AcceptApplication(item=item))
        town.do(project, c.ApproveItem(item=item))
    return project


def stops(town: Town, project: str) -> int:
    open_ = open_tasks(town.facts(project).supervision)
    return sum(task.kind is SupervisionKind.STOP_WORK for task in open_)


def test_the_watch_warns_stops_the_work_and_enters_it_once(town):
    project = pit(town)
    clock = town.facts(project).clocks["B1", ClockKind.NEXT_PHASE, 1, ""]
    town.go_to(clock.yellow_on)
    watch(town.database, town.now)
    town.go_to(clock.due_on)
    watch(town.database, town.now)
    assert stops(town, project) == 0
    town.go_to(clock.due_on + timedelta(days=1))
    first = watch(town.database, town.now)
    assert (first.ended[ClockKind.NEXT_PHASE], first.failed) == (1, [])
    for days in (0, 1, 10, 30):
        town.go_to(town.today + timedelta(days=days))
        assert watch(town.database, town.now).ended[ClockKind.NEXT_PHASE] == 0
    assert stops(town, project) == 1
    (entry,) = _standing(town)
    assert (entry.cause, entry.item) == (CreditCause.LAPSE, "B1")
    rungs = town.facts(project).clocks["B1", ClockKind.NEXT_PHASE, 1, ""].warned
    assert sorted(rungs) == sorted(set(rungs)) == ["head", "red", "supervision", "yellow"]
    assert audit.verify(town.database, project).ok


def _standing(town: Town):
    with town.database.reading() as connection:
        return credit.standing(connection, ENTERPRISE).entries


def test_an_officer_records_a_violation_and_closes_it_on_the_page(town):
    project = pit(town)
    officer = town.browser(handler(HOUSING))
    form = officer.open(ITEM.format(project)).form("record_violation")
    seen = officer.send(form, finding="基坑未验收即浇筑主体柱")
    assert seen.status == 200
    assert seen.region("办结监管任务").says("责令停工")
    told = town.browser(APPLICANT).open(f"/projects/{project}")
    time = town.browser(APPLICANT).open(f"/projects/{project}/clock")
    assert time.region("监管").entry("基坑未验收即浇筑主体柱")
    assert told.region("已责令停工：item B1(中)")
    assert seen.says("按取得本许可时的承诺，最迟应在2027年5月5日")
    assert seen.says("申请item B2(中)")
    assert [entry.cause for entry in _standing(town)] == [CreditCause.VIOLATION]
    rows = inbox(town.database, approver(HOUSING), town.now).rows
    assert [(row.item, row.task) for row in rows] == [("B1", "supervise")]
    assert town.browser(approver(HOUSING)).open("/inbox").table("待办").row("办结监管任务")
    assert "complete_supervision" not in town.browser(STEWARD).open(ITEM.format(project)).acts

    page = officer.open(ITEM.format(project))
    wanted = [f for f in page.forms if f.act == "complete_supervision"]
    stop = next(n for n, t in town.facts(project).supervision.items() if t.kind == "stop_work")
    form = next(f for f in wanted if f.fields["number"] == [str(stop)])
    done = officer.send(form, note="主体柱已拆除,经核查符合许可范围")
    assert done.status == 200
    assert done.region("监管").entry("主体柱已拆除")
    assert stops(town, project) == 0
    assert audit.verify(town.database, project).ok


def test_the_machine_shows_what_the_phases_wait_for(town):
    project = pit(town)
    facts = town.facts(project)
    report = advance_stage(town.database, facts.id, "permit", town.now)
    assert report.state == "AwaitingNextPhase"
    assert "B2 (2027-05-05)" in report.message
    clock = town.facts(project).clocks["B1", ClockKind.NEXT_PHASE, 1, ""]
    for day in (clock.yellow_on, clock.due_on + timedelta(days=1)):
        town.go_to(day)
        watch(town.database, town.now)
    assert advance_stage(town.database, facts.id, "permit", town.now).state == "WorkStopped"
    assert SHA not in report.message


def test_the_enterprise_sees_until_when_the_next_phase_is_applied_for(town):
    project = pit(town)
    town.do(project, c.SubmitApplication(item="A1"))
    town.do(project, c.AcceptApplication(item="A1"))
    town.do(project, c.ApproveItem(item="A1"))
    page = town.browser(APPLICANT).open(f"/projects/{project}")
    assert page.region("下一步要办").entry("5月5日")
