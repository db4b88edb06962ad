"""Attributes put right in a real database: through the services, the portal, REST and the console."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from cli.main import run
from config.settings import get_settings
from models.cases import commands as c
from models.cases.states import ItemState
from services.cases.audit import verify
from services.notices.notice_list import inbox
from services.notices.notices import pump
from services.people.tokens import issue_token
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK, STEWARD
from tests.support.portal import Town

S = ItemState
PHASED = {"act": "correct_attributes", "attributes": {"phased": True}, "reason": "two phases"}


def states(town: Town, project: str) -> list[ItemState]:
    return [town.facts(project).items[code].state for code in ("B0", "B1", "B2")]


def test_a_steward_sees_what_would_change_and_corrects_it(town):
    project = town.register()
    steward = town.browser(STEWARD)
    page = steward.open(f"/projects/{project}/facts")
    address = f"/projects/{project}/attributes"
    assert address in page.links
    form = steward.open(address).form(address)
    assert form.fields["attribute_area"] == ["1000"]
    page = steward.send(form, attribute_phased="yes", reason="在两期内施工")
    assert page.region("更正后的变化").entry("item B1(中)")
    assert page.region("更正后的变化").entry("phased(中)：否 → 是")
    assert states(town, project) == [S.WAITING, S.NOT_REQUIRED, S.NOT_REQUIRED]
    sure = next(form for form in page.forms if "sure" in form.fields)
    assert steward.send(sure).region("项目信息").fact("phased(中)").says("是")
    page = steward.open(f"/projects/{project}/trail")
    assert page.region("办理经过").entry("更正项目信息（phased(中)：否 → 是）：在两期内施工")
    assert states(town, project) == [S.NOT_REQUIRED, S.WAITING, S.WAITING]
    page = steward.send(steward.open(address).form(address), reason="again")
    assert page.status == 422
    assert page.alert("登记的就是这些内容")
    page = steward.send(steward.open(address).form(address), attribute_area="viel", reason="r")
    assert page.alert("viel")


def test_what_stands_in_the_way_is_said_and_nothing_is_offered(town):
    project = town.register(phased=True)
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    town.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    for command in (c.SubmitApplication, c.AcceptApplication, c.ApproveItem):
        town.do(project, command(item="A2"))
    town.do(project, c.SubmitApplication(item="B1"))
    administrator = town.browser(ADMINISTRATOR)
    address = f"/projects/{project}/attributes"
    form = administrator.open(address).form(address)
    del form.fields["attribute_phased"]
    page = administrator.send(form, reason="in einem Zug")
    assert page.region("目前不能这样更正")
    assert page.region("目前不能这样更正").entry("item B1(中)当前为已接件")
    assert not [form for form in page.forms if "sure" in form.fields]
    for other in (CLERK, APPLICANT):
        assert address not in town.browser(other).open(f"/projects/{project}/facts").links
        assert town.browser(other).open(address).status == 403


def test_the_ledger_the_log_and_the_letters_say_the_same(town):
    project = town.register()
    before = town.facts(project).version
    command = c.CorrectAttributes.model_validate(PHASED)
    first = town.do(project, command, STEWARD, key="once")
    assert town.do(project, command, STEWARD, key="once").repeated
    facts = town.facts(project)
    assert facts.attributes["phased"] is True
    assert facts.version == before + 1 == first.version
    woken = "SELECT w.version FROM wake_up w JOIN project p ON p.id = w.project_id"
    assert town.scalar(woken) == facts.version
    assert verify(town.database).broken == ()
    pump(town.database, town.now)
    found = inbox(town.database, APPLICANT, "en")
    letter = next(one.letter for one in found if one.template == "attributes_corrected")
    assert "phased: no → yes" in letter.body
    assert "1. item B1\n  2. item B2" in letter.body
    with town.database.transaction() as connection:
        connection.execute(text("""UPDATE project SET attributes = '{"phased": false}'"""))
    assert verify(town.database).broken != ()


@pytest.mark.api
def test_over_rest_a_dry_run_first(town):
    project = town.register()
    token = issue_token(town.database, STEWARD.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}"}
    api = TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)
    tried = api.post(f"/projects/{project}/corrections/dry-run", json=PHASED).json()
    assert tried["possible"]
    assert tried["corrected"] == ["phased(中)：否 → 是"]
    assert any("item B1(中)" in line for line in tried["changes"])
    assert states(town, project)[1] is S.NOT_REQUIRED
    assert api.post(f"/projects/{project}/acts", json=PHASED).status_code == 200
    assert states(town, project)[1] is S.WAITING
    wrong = {**PHASED, "attributes": {"floors": "many"}}
    assert api.post(f"/projects/{project}/corrections/dry-run", json=wrong).status_code == 422


def test_at_the_console(town, monkeypatch, capsys):
    project = town.register()
    monkeypatch.setenv("KAIGONG_DATABASE_URL", town.url)
    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    call = ["project", "correct", project, "--set", "phased=yes", "--reason", "two phases"]
    assert run([*call, "--dry-run", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["possible"], found["dry_run"]) == (True, True)
    assert states(town, project)[1] is S.NOT_REQUIRED
    assert run(call) == 0
    assert "is corrected" in capsys.readouterr().out
    assert states(town, project)[1] is S.WAITING
    assert run(call) == 2
