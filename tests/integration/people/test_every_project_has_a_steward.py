"""Case STW1: every project has a steward from its first day, or somebody is told to assign one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from models.cases import commands as c
from models.people.actor import Actor, Role
from services.cases.handover.departure import disable_account
from services.cases.project_import import import_projects
from services.cases.registration import register_project
from services.notices.notice_list import inbox
from services.notices.notices import pump
from services.people.tokens import issue_token
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK, LEADER, STEWARD
from tests.support.portal import Town
from tests.support.yard import ENTERPRISE

SECOND = Actor("aunt", Role.PROJECT_STEWARD)


def add_steward(town: Town, login: str = SECOND.login) -> None:
    with town.database.transaction() as connection:
        connection.execute(
            text("INSERT INTO account (login, name, role) VALUES (:l, :l, 'project_steward')"),
            {"l": login},
        )


def off_duty(town: Town, *logins: str) -> None:
    for login in logins:
        disable_account(town.database, login, town.now, at_once=True)


def registered(town: Town) -> str:
    request = town.request(steward=None)
    return register_project(town.database, request, CLERK, town.now).project


def told(town: Town, login: str, template: str) -> Sequence[object]:
    pump(town.database, town.now)
    return [
        one for one in inbox(town.database, town.actor(login), "zh-CN") if one.template == template
    ]


def test_stw1_who_is_on_duty_with_the_fewest_open_projects_is_assigned(town):
    add_steward(town)
    stewards = [town.facts(registered(town)).steward for _ in range(4)]
    assert sorted(stewards) == sorted([SECOND.login, STEWARD.login] * 2)
    assert told(town, STEWARD.login, "steward_assigned")
    # Who left has none, and finished projects are no burden.
    off_duty(town, SECOND.login)
    assert town.facts(registered(town)).steward == STEWARD.login


def test_stw1_by_form_by_rest_and_by_a_table_alike(town, tmp_path):
    add_steward(town)
    clerk = town.browser(CLERK)
    form = clerk.open("/projects/new?scenario=yard").form("/projects/new")
    code = "2611-611102-04-01-990001"
    page = clerk.send(form, code=code, title="新厂房", enterprise=ENTERPRISE, steward="")
    assert page.status == 200

    token = issue_token(town.database, APPLICANT.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}"}
    client = TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)
    wanted = {"title": "works", "enterprise": ENTERPRISE, "scenario": "yard"}
    code = "2611-611102-04-01-990002"
    assert client.post("/projects", json={**wanted, "code": code}).status_code == 201

    path = tmp_path / "projects.csv"
    lines = [f"2611-611102-04-01-99000{n},works,{ENTERPRISE},yard" for n in (3, 4)]
    path.write_text("\n".join(["code,title,enterprise,scenario", *lines]), encoding="utf-8")
    import_projects(town.database, path, ADMINISTRATOR, town.now)
    stewards = [town.facts(f"2611-611102-04-01-99000{n}").steward for n in (1, 2, 3, 4)]
    assert sorted(map(str, stewards)) == sorted([SECOND.login, STEWARD.login] * 2)


def test_stw1_where_nobody_is_on_duty_it_is_said_who_assigns_until_when(town):
    off_duty(town, STEWARD.login)
    code = registered(town)
    assert town.facts(code).steward == ADMINISTRATOR.login
    for who in (ADMINISTRATOR, LEADER):
        (notice,) = told(town, who.login, "steward_missing")
        assert "11月3日" in notice.letter.title
    (notice,) = told(town, APPLICANT.login, "project_registered")
    assert "11月3日" in notice.letter.body


@pytest.mark.parametrize("who", [ADMINISTRATOR, LEADER])
def test_stw1_projects_without_one_are_on_the_desk(town, who):
    town.register()
    off_duty(town, STEWARD.login)
    orphan = registered(town)
    browser = town.browser(who)
    page = browser.open("/projects")
    # One was registered without, the other one's steward left.
    assert page.says("没有管家")
    listed = browser.open("/projects?steward=-&state=active")
    assert orphan in listed.html
    assert listed.html.count('class="row-') == 2
    add_steward(town)
    form = browser.open(f"/projects/{orphan}/facts").form("assign_steward")
    assert browser.send(form, steward=SECOND.login).status == 200
    assert browser.open("/projects?steward=-&state=active").html.count('class="row-') == 1


def test_stw1_messages_for_the_steward_reach_administrator_and_leader_meanwhile(town):
    off_duty(town, STEWARD.login)
    code = registered(town)
    town.hand_in(code, "plan")
    town.do(code, c.SubmitApplication(item="A1"))
    town.do(code, c.RefuseApplication(item="A1", reason="wrong", competent_authority="city"))
    for who in (ADMINISTRATOR, LEADER):
        assert told(town, who.login, "application_refused"), who
    # From the assignment on they are the steward's alone.
    add_steward(town)
    town.do(code, c.AssignSteward(steward=SECOND.login), ADMINISTRATOR)
    assert told(town, SECOND.login, "steward_assigned")
    assert not told(town, LEADER.login, "steward_assigned")
