"""Architect responsibility in a real database: on the project's page, in the row, in the log, in JSON."""

from __future__ import annotations

import pytest

from models.people.actor import SYSTEM
from services.cases.audit import verify
from services.cases.registration import RegisterProject, register_project
from services.cases.views.project_page import project_page
from services.cases.views.values.plain import as_json
from services.scenarios.scenario_files import publish_shipped
from tests.support.people import APPLICANT, CLERK, STEWARD
from tests.support.portal import Town
from tests.support.yard import ENTERPRISE, OTHER_ENTERPRISE

CODE = "2611-611102-04-01-000900"


@pytest.fixture
def town(town: Town) -> Town:
    with town.database.transaction() as connection:
        publish_shipped(connection, SYSTEM, town.now)
    request = RegisterProject(
        code=CODE,
        title="区图书馆",
        scenario="government-building",
        enterprise=ENTERPRISE,
        attributes={"architect_responsibility": True},
        steward=STEWARD.login,
    )
    register_project(town.database, request, CLERK, town.now)
    return town


def test_the_enterprise_records_team_and_opinions_on_the_page(town):
    browser = town.browser(APPLICANT, "zh-CN")
    page = browser.open(f"/projects/{CODE}/facts")
    assert page.region("建筑师负责制").says("尚未登记责任建筑师")
    form = page.form("record_architect_team")
    wrong = browser.send(
        form, unit="秦岭建筑设计院", unit_code="123", architect="赵栋梁", registration="1856100123"
    )
    assert wrong.status == 422
    assert wrong.form("record_architect_team").fields["architect"] == ["赵栋梁"]
    page = browser.send(wrong.form("record_architect_team"), unit_code=OTHER_ENTERPRISE)
    assert page.fact("责任建筑师").says("1856100123")
    page = browser.send(
        page.form("record_design_opinion"),
        subject="地下车库柱网",
        opinion="柱网调整为8.4米",
        saved_cost="1200000",
    )
    page = browser.send(
        page.form("record_design_opinion"), subject="幕墙", opinion="改用干挂", adopted="false"
    )
    assert page.fact("设计意见").says("2条，其中采纳1条")
    assert page.fact("设计意见").says("节约成本1,200,000元")
    trail = browser.open(f"/projects/{CODE}/trail")
    assert trail.region("办理经过").entry("赵栋梁提出设计意见（第2条），关于幕墙：改用干挂")
    assert browser.open(f"/projects/{CODE}/items/C01").table("材料").row("由责任建筑师承诺代替")
    shown = as_json(project_page(town.database, CODE, town.now, viewer=SYSTEM))["architect"]
    assert shown["team"]["architect"] == "赵栋梁"
    assert [one["saved_cost"] for one in shown["opinions"]] == [None, 1_200_000]
    assert verify(town.database, CODE).broken == ()
