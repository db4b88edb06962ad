"""Agents as people see them: the enterprise gives, sees and takes back, the agent accepts and acts."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli.cases import project as project_command
from models.cases import commands as c
from models.cases.agency import AuthorisationState
from models.cases.states import ItemState
from services.people.tokens import issue_token
from tests.support.ledger import FILE
from tests.support.people import ADMINISTRATOR, AGENT, APPLICANT, CLERK, LEADER, STEWARD, handler
from tests.support.portal import OTHER_APPLICANT, PDF, Town
from tests.support.yard import LAND
from web.templating import fields_of

PAPER = c.SubmitMaterial(material="plan", file_name="a.pdf", sha256=FILE)
S = AuthorisationState


@pytest.fixture
def town(configured, town: Town) -> Town:
    with town.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role, password_hash, language) SELECT 'agent',"
                " '钱代办', 'agent', password_hash, language FROM account WHERE login = 'builder'"
            )
        )
    return town


def project(town: Town) -> str:
    code = town.register()
    town.do(code, c.AssignSteward(steward=STEWARD.login), ADMINISTRATOR)
    return code


def given(town: Town, code: str, *acts: str) -> int:
    written = {
        "agent": AGENT.login,
        "kind": "private_agent",
        "acts": acts or ("submit_material",),
        "valid_from": town.today,
        "valid_until": town.today + timedelta(days=30),
        "text": "for our papers",
        "signer": "Wang",
    }
    town.do(code, c.GiveAuthorisation(**written), APPLICANT)
    number = max(town.facts(code).authorisations)
    town.do(code, c.AcceptAuthorisation(number=number), AGENT)
    return number


def test_from_the_enterprises_form_to_the_agents_act_and_back(town):
    code = project(town)
    enterprise, agent = town.browser(APPLICANT), town.browser(AGENT)
    address = f"/projects/{code}/agency"
    assert agent.open(f"/projects/{code}").status == 404
    form = enterprise.open(address).form("give_authorisation")
    # Every field of the command that is not ticked stands on the form, with what is usual.
    asked = {field.name for field in fields_of("give_authorisation")} - {"items", "replaces"}
    assert asked <= set(form.fields)
    assert form.fields["valid_from"] == [town.today.isoformat()]
    assert (form.fields["kind"], form.fields["fee"]) == (["steward"], ["0"])
    acts = ["submit_material", "submit_application", "withdraw_application"]
    chosen = {"agent": "agent", "kind": "private_agent", "acts": acts, "items": ["A1"]}
    page = enterprise.send(form, **chosen, signer="王总")
    assert page.done("授权代办")
    assert town.facts(code).authorisations[1].items == ("A1",)
    waiting = agent.open(address)
    agent.send(waiting.form("accept_authorisation"))
    assert town.facts(code).authorisations[1].state is S.ACTIVE
    papers = agent.open(f"/projects/{code}/papers").form(f"/projects/{code}/papers")
    agent.send(papers, files={"paper_plan": ("plan.pdf", PDF)})
    form = agent.open(f"/projects/{code}/items/A1/apply").form("submit_application")
    agent.send(form, step="file")
    assert town.facts(code).items["A1"].state is ItemState.RECEIVED
    seen = enterprise.open(f"/projects/{code}/trail")
    assert seen.says("钱代办 · 代", "授权第1号")
    done = enterprise.open(address)
    assert done.table("代办人以企业名义办理的事项").row("2", "钱代办", "申报")
    enterprise.send(done.form("revoke_authorisation"), reason="自行办理")
    assert town.facts(code).authorisations[1].state is S.REVOKED
    assert agent.open(f"/projects/{code}").status == 404
    assert town.facts(code).items["A1"].state is ItemState.RECEIVED


def test_what_is_wrong_is_said_above_the_form_with_what_was_typed(town):
    code = project(town)
    enterprise = town.browser(APPLICANT)
    form = enterprise.open(f"/projects/{code}/agency").form("give_authorisation")
    wrong = {"agent": STEWARD.login, "kind": "steward", "acts": ["withdraw_application"]}
    page = enterprise.send(form, **wrong, signer="王总")
    assert page.alert("不得授权给为审批提供服务的项目管家")
    assert page.form("give_authorisation").fields["signer"] == ["王总"]
    assert not town.facts(code).authorisations


def test_the_window_takes_in_a_signed_paper_and_the_enterprise_reads_it(town):
    code = project(town)
    clerk = town.browser(CLERK)
    form = clerk.open(f"/projects/{code}/agency").form("enter_authorisation")
    chosen = {"agent": STEWARD.login, "kind": "steward", "acts": ["submit_material"]}
    page = clerk.send(form, files={"file": ("委托书.pdf", PDF)}, **chosen, signer="王总")
    assert page.done("登记纸质授权")
    paper = town.browser(APPLICANT).client.get(f"/projects/{code}/agency/1/paper")
    assert (paper.status_code, paper.content) == (200, PDF)
    assert town.browser(OTHER_APPLICANT).client.get(
        f"/projects/{code}/agency/1/paper"
    ).status_code in {403, 404}
    assert town.browser(APPLICANT).open(f"/projects/{code}/agency/2/paper").status == 404


def test_the_enterprise_objects_in_the_portal(town):
    code = project(town)
    given(town, code)
    town.do(code, PAPER, AGENT)
    enterprise = town.browser(APPLICANT)
    page = enterprise.open(f"/projects/{code}/agency")
    shown = enterprise.send(page.form("dispute_agent_act"), reason="图纸版本不对")
    assert shown.done("对代办行为提出异议")
    assert shown.table("代办人以企业名义办理的事项").row("图纸版本不对")
    assert "dispute_agent_act" not in town.browser(AGENT).open(f"/projects/{code}/agency").acts


def test_a_steward_is_told_what_is_missing_and_refused_from_the_day_on(town):
    code = project(town)
    steward = town.browser(STEWARD)
    assert steward.open(f"/projects/{code}").says("2027年1月1日起")
    town.do(code, PAPER, STEWARD)
    assert town.browser(APPLICANT).open(f"/projects/{code}/trail").says("没有书面授权")
    for viewer in (STEWARD, APPLICANT, ADMINISTRATOR, LEADER):
        browser = town.browser(viewer)
        page = browser.open("/agency")
        assert "/agency" in page.links
        assert page.table("尚缺的授权").row(code, "1项"), viewer
    assert not town.browser(OTHER_APPLICANT).open("/agency").says(code)
    town.go_to(date(2027, 1, 4))
    late = town.browser(STEWARD)
    form = late.open(f"/projects/{code}/papers").form(f"/projects/{code}/papers")
    refused = late.send(form, files={"paper_plan": ("plan.pdf", PDF)})
    assert refused.alert("没有", "书面授权", "第二十九条")


def test_a_steward_sees_no_commitment_to_sign(town):
    code = project(town)
    town.do(code, c.RecordMilestone(item="E0", happened_on=town.today))
    own = (
        town.browser(APPLICANT).open(f"/projects/{code}/items/A2/apply").form("submit_application")
    )
    assert "commitment_text" in own.fields
    page = town.browser(STEWARD).open(f"/projects/{code}/items/A2/apply")
    assert "commitment_text" not in page.form("submit_application").fields


def test_lists_for_programs_and_on_the_command_line(town):
    code = project(town)
    given(town, code)
    call = CliRunner().invoke(project_command.app, ["authorisations", "--json"])
    document = json.loads(call.stdout)
    assert document["total"] == 1
    row = document["authorisations"][0]
    assert (row["agent"], row["state"], row["acts"]) == ("agent", "active", ["submit_material"])
    lacking = CliRunner().invoke(project_command.app, ["authorisations", "--missing", "--json"])
    assert code in [line["project"] for line in json.loads(lacking.stdout)["missing"]]
    said = CliRunner().invoke(project_command.app, ["authorisations"])
    assert "钱代办" in said.stdout
    missing = CliRunner().invoke(project_command.app, ["authorisations", "--missing"])
    assert code in missing.stdout
    client = town.browser().client
    for actor, expected in ((AGENT, [code]), (APPLICANT, [code]), (OTHER_APPLICANT, [])):
        token = issue_token(town.database, actor.login, "t", town.now)
        headers = {"Authorization": f"Bearer {token}"}
        found = client.get("/api/v1/authorisations", headers=headers).json()
        assert [line["project"] for line in found] == expected
    token = issue_token(town.database, ADMINISTRATOR.login, "t", town.now)
    headers = {"Authorization": f"Bearer {token}"}
    found = client.get("/api/v1/authorisations/missing", headers=headers).json()
    assert code in [line["project"] for line in found]


def test_officers_have_no_menu_entry_and_see_who_acts(town):
    code = project(town)
    given(town, code)
    town.do(code, c.RecordMilestone(item="E0", happened_on=town.today))
    officer = town.browser(handler(LAND))
    assert "/agency" not in officer.open("/inbox").links
    page = officer.open(f"/projects/{code}/agency")
    assert page.says("钱代办")
    assert page.acts == set()
