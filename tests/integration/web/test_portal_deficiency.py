"""Deficiency as people see it: ledger, commitment, credit record, and the second correction notice."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from cli.cases import project as project_command
from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from models.enterprises.credit import CreditState
from models.people.actor import SYSTEM
from services.cases.views.project_page import project_page
from services.cases.watch.deadlines import watch
from services.enterprises import credit
from tests.support.ledger import reminded
from tests.support.people import (
    ADMINISTRATOR,
    APPLICANT,
    CLERK,
    LEADER,
    STEWARD,
    handler,
    head,
)
from tests.support.play import SIGNED
from tests.support.portal import OTHER_APPLICANT, Town
from tests.support.yard import ENTERPRISE, LAND, PLANNING


@pytest.fixture
def town(configured, town: Town) -> Town:
    return town


def deferred(town: Town) -> str:
    """A project whose item A2 was granted without its archive paper."""
    project = town.register()
    town.hand_in(project, "plan", "survey", "insurance")
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    town.do(project, c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
    town.do(project, c.AcceptApplication(item="A2"))
    town.do(project, c.ApproveItem(item="A2"))
    return project


def voided(town: Town) -> str:
    project = deferred(town)
    clock = town.facts(project).clocks[("A2", ClockKind.MAKE_UP, 1, "archive")]
    reminded(town, clock.due_on)
    town.go_to(clock.due_on + timedelta(days=1))
    assert watch(town.database, town.now).ended[ClockKind.MAKE_UP] == 1
    return project


def test_the_ledger_is_shown_to_each_with_their_own(town):
    project = deferred(town)
    for actor in (STEWARD, handler(LAND), LEADER, ADMINISTRATOR, APPLICANT):
        browser = town.browser(actor)
        assert "/deficiencies" in browser.open("/projects").links
        page = browser.open("/deficiencies")
        assert f"/projects/{project}/items/A2" in page.links, actor
        assert page.table("容缺台账").row(f"{handler(LAND).login} 先生")
        assert page.table("容缺台账").row("archive(中)")
    assert project not in town.browser(OTHER_APPLICANT).open("/deficiencies").html
    assert "/deficiencies" not in town.browser(CLERK).open("/projects").links


def test_the_ledger_takes_one_query_however_long_it_is(town):
    leader = town.browser(LEADER)
    counts = []
    for more in (1, 3):
        for _ in range(more):
            deferred(town)
        with town.counted() as seen:
            leader.open("/deficiencies?show=all")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 5


def test_what_was_not_made_good_is_found_among_all(town):
    project = voided(town)
    leader = town.browser(LEADER, "en")
    leader.client.get("/language/en")
    assert leader.open("/deficiencies").says("Nothing is owed.")
    page = leader.open("/deficiencies?show=all")
    assert f"/projects/{project}/items/A2" in page.links
    assert page.table("Deficiency ledger").row("Not made good")
    assert leader.open("/deficiencies?show=nonsense").status == 422


def test_the_command_line_gives_the_ledger_out(town):
    project = deferred(town)
    answer = CliRunner().invoke(project_command.app, ["deficiencies", "--json"])
    document = json.loads(answer.stdout)
    (line,) = document["deficiencies"]
    assert (line["project"], line["material"], line["light"]) == (project, "archive", "green")
    shown = CliRunner().invoke(project_command.app, ["deficiencies"])
    assert "A2" in shown.stdout


def test_the_item_shows_the_signed_commitment(town):
    project = deferred(town)
    page = town.browser(handler(LAND)).open(f"/projects/{project}/items/A2")
    assert page.region("承诺书").says(SIGNED.text)
    assert page.region("材料").says(SIGNED.signer)
    kept = town.scalar(
        "SELECT data -> 'commitment' FROM case_event WHERE kind = 'ApplicationSubmitted'"
    )
    parts = (project, "A2", kept["text"], kept["signer"], kept["signed_at"])
    assert page.fact("SHA-256").says(hashlib.sha256("\n".join(parts).encode()).hexdigest())


def test_a_broken_commitment_is_told_and_repaired(town):
    project = voided(town)
    page = town.browser(STEWARD).open(f"/projects/{project}")
    assert page.says("未修复的失信记录")
    assert page.region("该企业有未修复的失信记录").entry("逾期未补齐：archive(中)")
    assert town.browser(STEWARD).open("/credit").status == 403
    for watcher in (LEADER, ADMINISTRATOR):
        page = town.browser(watcher).open("/credit")
        assert page.table("信用记录").row("逾期未补齐：archive(中)")
        assert f"/projects/{project}/credit" not in [form.action for form in page.forms]
    chief = town.browser(head(LAND))
    form = chief.open("/credit").form("repair_credit")
    assert chief.send(form, reason=" ").status == 422
    page = chief.send(form, reason="已参加培训")
    assert page.table("信用记录").row("已修复")
    assert not any(form.action.endswith("/credit") for form in page.forms)
    assert credit.record(town.database, ENTERPRISE)[1].state is CreditState.REPAIRED
    assert not town.browser(STEWARD).open(f"/projects/{project}").says("未修复的失信记录")
    form.fields["key"] = ["another"]
    assert chief.send(form, reason="again").status == 422


def test_the_page_of_a_revoked_document_says_since_when_why_and_by_what(town):
    project = voided(town)
    found = {
        d.kind: d for d in project_page(town.database, project, town.now, viewer=SYSTEM).documents
    }
    decision = found["void_decision"]
    page = town.browser().open(f"/verify/{found['grant_decision'].token}")
    assert page.done("本文书已作废")
    assert page.done(f"自{town.today.year}年{town.today.month}月{town.today.day}日起无效")
    assert page.done("未在规定期限内补齐容缺材料：archive(中)")
    assert page.done(decision.number)
    assert not page.says("有效")
    assert town.browser().open(f"/verify/{decision.token}").done("有效")
    assert f"/verify/{decision.token}" in page.links


def test_only_the_head_who_may_repairs(town):
    voided(town)
    form = town.browser(head(LAND)).open("/credit").form("correct_credit")
    for actor, status in ((LEADER, 403), (head(PLANNING), 403)):
        browser = town.browser(actor)
        form.fields["csrf"] = browser.open("/account").form("/account/tokens").fields["csrf"]
        assert browser.send(form, reason="x").status == status


def test_a_second_notice_is_the_heads_to_give_with_a_reason(town):
    project = town.register()
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"))
    town.do(project, c.RequestCorrection(item="A1", materials={"plan": "没有盖章（许可法第31条）"}))
    town.hand_in(project, "plan")
    town.do(project, c.SupplyCorrection(item="A1"))
    address = f"/projects/{project}/items/A1"
    assert "request_correction" not in town.browser(handler(PLANNING)).open(address).acts
    chief = town.browser(head(PLANNING))
    form = chief.open(address).form("request_correction")
    assert "override" in form.required
    sent = {"materials": ["plan"], "wrong_paper_plan": "图纸缺页（许可法第32条）"}
    assert chief.send(form, **sent).status == 422
    page = chief.send(form, **sent, override="首次通知遗漏")
    assert page.status == 200
    assert town.facts(project).items["A1"].state is ItemState.CORRECTING
    town.hand_in(project, "plan")
    town.do(project, c.SupplyCorrection(item="A1"))
    assert "request_correction" not in chief.open(address).acts
