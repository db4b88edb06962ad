"""Supervision letters 督办函 on the pages: who answers, who waits, who must not read them."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import Light
from models.cases.supervision import SupervisionState
from models.errors import NotFound, NotPermitted
from services.cases import audit
from services.cases.pages.menu import menu_counts
from services.cases.views.inbox import inbox
from services.cases.views.project_page import project_page
from services.cases.watch.deadlines import watch
from tests.support.people import APPLICANT, LEADER, STEWARD, approver, handler, head
from tests.support.portal import OTHER_APPLICANT, Town
from tests.support.yard import HOUSING, LAND, PLANNING

ITEM = "/projects/{}/items/A1"
#: A1 has until Monday the 9th; five working days later the letter is written, three later it is due.
WRITTEN, DUE, LATE = date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 20)


@pytest.fixture
def project(town: Town) -> str:
    """A project about which a letter was written today."""
    found = town.accepted()
    for day in (6, 10, 11, 16):
        town.go_to(date(2026, 11, day))
        assert watch(town.database, town.now).failed == []
    assert town.today == WRITTEN
    return found


def tasks(town: Town, actor) -> list[tuple[str, str, date | None, Light]]:
    rows = inbox(town.database, actor, town.now).rows
    return [(row.item, row.task, row.due_on, row.light) for row in rows]


def token(town: Town) -> str:
    return str(town.scalar("SELECT token FROM official_document WHERE category = 'internal'"))


def test_the_head_answers_and_the_leader_sees_that_it_was_late(town, project):
    due = ("A1", "reply", DUE, Light.RED)
    assert tasks(town, head(PLANNING)) == [due]
    assert tasks(town, LEADER) == [("A1", "reply", DUE, Light.RED)]
    assert menu_counts(town.database, LEADER).inbox == 1
    assert [task for _, task, _, _ in tasks(town, approver(PLANNING))] == ["decide"]
    assert tasks(town, head(LAND)) == []
    town.go_to(LATE)
    assert town.browser(LEADER).open(ITEM.format(project)).region("督办函").entry("逾期未答复")
    browser = town.browser(head(PLANNING))
    form = browser.open(ITEM.format(project)).form("reply_to_supervision")
    refused = browser.send(form, cause="人手不足", measures="加派人员", until="2026-11-01")
    assert refused.status == 422
    page = browser.send(
        refused.form("reply_to_supervision"),
        cause="人手不足", measures="加派人员", until="2026-11-24",
    )  # fmt: skip
    assert "reply_to_supervision" not in page.acts
    assert tasks(town, LEADER) == []
    assert [task for _, task, _, _ in tasks(town, head(PLANNING))] == ["decide"]
    for reader in (LEADER, STEWARD, handler(PLANNING)):
        shown = town.browser(reader).open(f"/projects/{project}/clock")
        assert shown.region("督办函").entry("人手不足")
        assert shown.region("督办函").entry("逾期答复")
    town.go_to(date(2026, 11, 25))
    assert town.browser(LEADER).open(ITEM.format(project)).region("督办函").entry("至今未办结")
    town.do(project, c.ApproveItem(item="A1"), approver(PLANNING))
    assert not town.browser(LEADER).open(ITEM.format(project)).says("至今未办结")
    told = "SELECT count(*) FROM notice WHERE template = 'supervision_replied' AND audience = :who"
    assert [town.scalar(told, who=who) for who in ("leader", "steward")] == [1, 1]
    assert audit.verify(town.database).ok


def test_a_letter_can_be_answered_after_the_item_was_decided(town, project):
    town.do(project, c.ApproveItem(item="A1"), approver(PLANNING))
    reply = c.ReplyToSupervision(
        item="A1", number=1, cause="ill", measures="decided", until=town.today
    )
    for other in (head(LAND), approver(PLANNING)):
        with pytest.raises(NotPermitted):
            town.do(project, reply, other)
    town.do(project, reply, head(PLANNING))
    (letter,) = town.facts(project).supervision.values()
    assert (letter.state, letter.late(town.today)) == (SupervisionState.DONE, False)
    watch(town.database, town.now)
    assert town.scalar("SELECT count(*) FROM supervision_task") == 1
    assert audit.verify(town.database).ok


def test_neither_the_enterprise_nor_a_stranger_reads_it(town, project):
    address = f"/verify/{token(town)}"
    for outsider in (town.browser(), town.browser(APPLICANT), town.browser(head(HOUSING))):
        page = outsider.open(address)
        assert page.says("西咸督办〔2026〕0001号")
        assert page.says("经核验真实")
        for secret in ("yard", "item A1", project, "planning"):
            assert not page.says(secret)
        assert outsider.open(f"{address}/file").status in (403, 404)
    for insider in (LEADER, STEWARD, handler(PLANNING)):
        page = town.browser(insider).open(address)
        assert page.fact("答复情况").says("请于11月19日前答复")
        assert page.status == 200
    assert town.browser(LEADER).open(f"{address}/file").html.startswith("%PDF")
    reply = c.ReplyToSupervision(
        item="A1", number=1, cause="ill", measures="more", until=town.today
    )
    town.do(project, reply, head(PLANNING))
    seen = project_page(town.database, project, town.now, viewer=APPLICANT)
    assert [d.kind for d in seen.documents if d.kind == "supervision_letter"] == []
    assert seen.supervision == ()
    assert "ill" not in [event.data.get("why") for event in seen.events]
    assert not any({"supervision", "reply_by"} & set(event.data) for event in seen.events)
    with pytest.raises(NotFound):
        project_page(town.database, project, town.now, viewer=OTHER_APPLICANT)
