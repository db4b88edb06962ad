"""A joint acceptance as its people see it: the parts of the whole, and one that is put right."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.states import ItemState
from tests.support.people import APPLICANT, approver, handler
from tests.support.play import SIGNED
from tests.support.portal import Town
from tests.support.yard import HOUSING, PLANNING


def looked_at(town: Town) -> str:
    """A project whose joint visit was held, with its part under examination."""
    project = town.register()
    town.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    for code in ("A1", "A2", "B0"):
        town.do(project, c.SubmitApplication(item=code, commitment=SIGNED))
        town.do(project, c.AcceptApplication(item=code))
        town.do(project, c.ApproveItem(item=code))
    town.do(project, c.RecordMilestone(item="W1", happened_on=town.today))
    town.do(project, c.SubmitApplication(item="D0"))
    town.do(project, c.AcceptApplication(item="D0"))
    town.do(project, c.ScheduleSiteVisit(item="D0", scheduled_for=town.today))
    town.do(project, town.visit(project, "D0"))
    town.do(project, c.SubmitApplication(item="D1"))
    town.do(project, c.AcceptApplication(item="D1"))
    return project


def test_a_part_that_failed_is_reported_and_looked_at_again_on_its_page(town):
    project = looked_at(town)
    part, whole = (f"/projects/{project}/items/{code}" for code in ("D1", "D0"))
    judge = town.browser(approver(PLANNING))
    verdict = judge.open(part).form("require_rectification")
    assert judge.send(verdict, verdict="fail", points="一扇门打不开").status == 200

    enterprise = town.browser(APPLICANT)
    page = enterprise.open(part)
    assert page.region("报告整改完成").says("一扇门打不开")
    assert page.region("为什么是这个期限").entry("由申请人整改：提交整改报告前，办理期限不计算")
    assert enterprise.open(whole).region("各子项")
    town.go_to(town.today.replace(day=town.today.day + 3))
    report = enterprise.open(part).form("report_rectification")
    assert enterprise.send(report, note="已修好").status == 200

    officer = town.browser(handler(PLANNING))
    page = officer.open(part)
    assert page.region("为什么是这个期限").entry("其间为申请人整改时间，不计入办理期限")
    again = page.form("record_verification")
    there = f"{handler(PLANNING).login} {approver(PLANNING).login}"
    assert officer.send(again, officers=there, finding="门已修好").status == 200
    assert judge.send(judge.open(part).form("approve_item")).status == 200
    assert town.facts(project).items["D1"].state is ItemState.GRANTED
    lead = town.browser(approver(HOUSING)).open(whole)
    assert lead.region("各子项").entry("item D1(中)", "planning bureau(中)", "准予")
