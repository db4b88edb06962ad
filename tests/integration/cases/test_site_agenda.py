"""Visits and inspections in the officers' inboxes: by day, for whoever has to come, with the act."""

from __future__ import annotations

from datetime import timedelta

from models.cases import commands as c
from models.people.actor import Actor
from services.cases.views.inbox import inbox
from services.cases.views.site_agenda import agenda
from tests.support.people import APPLICANT, CLERK, approver, handler
from tests.support.portal import Town
from tests.support.yard import HOUSING, LAND, PLANNING


def joint(town: Town) -> str:
    """A project whose joint acceptance is under examination."""
    project = town.register()
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    town.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    for item in ("A1", "A2", "B0"):
        signed = {"commitment": c.Commitment(text="t", signer="s")} if item == "B0" else {}
        town.do(project, c.SubmitApplication(item=item, **signed))
        town.do(project, c.AcceptApplication(item=item))
        town.do(project, c.ApproveItem(item=item))
    town.do(project, c.RecordMilestone(item="W1", happened_on=town.today))
    town.do(project, c.SubmitApplication(item="D0"))
    town.do(project, c.AcceptApplication(item="D0"))
    return project


def tasks(town: Town, actor: Actor, item: str) -> list[str]:
    rows = inbox(town.database, actor, town.now).rows
    return [row.task for row in rows if row.item == item]


def days(town: Town, actor: Actor) -> list[tuple[str, str, bool, bool]]:
    rows = agenda(town.database, actor, town.now)
    return [(row.kind, row.project, row.records, row.late) for row in rows]


def test_a_visit_stands_in_the_inbox_of_everyone_who_has_to_come(town):
    project = joint(town)
    lead = handler(HOUSING)
    assert tasks(town, lead, "D0") == ["schedule_visit"]
    assert days(town, lead) == []
    on = town.today + timedelta(days=2)
    town.do(project, c.ScheduleSiteVisit(item="D0", scheduled_for=on))
    assert tasks(town, lead, "D0") == ["hold_visit"]
    assert days(town, lead) == [("visit", project, True, False)]
    assert days(town, approver(PLANNING)) == [("visit", project, False, False)]
    for nobody in (handler(LAND), CLERK, APPLICANT):
        assert days(town, nobody) == []
    row = agenda(town.database, lead, town.now)[0]
    assert row.on == on
    assert [(one.department, one.officers) for one in row.parties] == [(HOUSING, 1), (PLANNING, 2)]
    page = town.browser(lead).open("/inbox")
    assert f"/projects/{project}/items/D0#act-record_site_visit" in page.links
    assert page.table("现场安排").row("planning bureau(中) 2 人")
    assert f"/projects/{project}/items/D0" in town.browser(handler(PLANNING)).open("/inbox").links
    town.go_to(on + timedelta(days=1))
    assert days(town, lead) == [("visit", project, True, True)]
    town.do(project, town.visit(project, "D0"), lead)
    assert days(town, lead) == days(town, handler(PLANNING)) == []
    assert tasks(town, lead, "D0") == ["decide"]


def test_inspections_come_in_the_order_of_the_days(town):
    project = town.register(phased=True)
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    town.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    for item in ("A2", "B1"):
        town.do(project, c.SubmitApplication(item=item))
        town.do(project, c.AcceptApplication(item=item))
        town.do(project, c.ApproveItem(item=item))
    other = joint(town)
    on = town.today + timedelta(days=30)
    town.do(other, c.ScheduleSiteVisit(item="D0", scheduled_for=on))
    assert days(town, handler(HOUSING)) == [
        ("inspection", project, True, False),
        ("visit", other, True, False),
    ]
    page = town.browser(handler(HOUSING)).open("/inbox")
    assert f"/projects/{project}/items/B1#act-complete_supervision" in page.links
    assert page.table("现场安排").row("周")
