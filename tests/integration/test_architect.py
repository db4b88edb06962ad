"""Architect responsibility in a real database: on the project's page, in the row, in the log, in JSON."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.settings import get_settings
from models.actor import SYSTEM
from services.audit import verify
from services.registration import RegisterProject, register_project
from services.scenario_admin.files import publish_shipped
from services.views.project_page import project_page
from services.views.values.plain import as_json
from tests.support.people import APPLICANT, CLERK, STEWARD
from tests.support.portal import Town
from tests.support.yard import ENTERPRISE, OTHER_ENTERPRISE

CODE = "2611-611102-04-01-000900"


@pytest.fixture
def town(database_url: str, tmp_path, monkeypatch) -> Iterator[Town]:
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    get_settings.cache_clear()
    found = Town(database_url, tmp_path)
    with found.database.transaction() as connection:
        publish_shipped(connection, SYSTEM, found.now)
    request = RegisterProject(
        code=CODE,
        title="区图书馆",
        scenario="government-building",
        enterprise=ENTERPRISE,
        attributes={"architect_responsibility": True},
        steward=STEWARD.login,
    )
    register_project(found.database, request, CLERK, found.now)
    yield found
    found.close()
    get_settings.cache_clear()


def test_the_enterprise_records_team_and_opinions_on_the_page(town):
    browser = town.browser(APPLICANT, "zh-CN")
    page = browser.open(f"/projects/{CODE}")
    assert "尚未登记责任建筑师" in page.text
    form = page.form("record_architect_team")
    wrong = browser.send(
        form, unit="秦岭建筑设计院", unit_code="123", architect="赵栋梁", registration="1856100123"
    )
    assert wrong.status == 422
    assert "赵栋梁" in wrong.html
    page = browser.send(wrong.form("record_architect_team"), unit_code=OTHER_ENTERPRISE)
    assert "1856100123" in page.text
    page = browser.send(
        page.form("record_design_opinion"),
        subject="地下车库柱网",
        opinion="柱网调整为8.4米",
        saved_cost="1200000",
    )
    page = browser.send(
        page.form("record_design_opinion"), subject="幕墙", opinion="改用干挂", adopted="false"
    )
    assert "2条，其中采纳1条" in page.text
    assert "节约成本1,200,000元" in page.text
    assert "赵栋梁提出设计意见（第2条），关于幕墙：改用干挂" in page.text
    assert "由责任建筑师承诺代替" in browser.open(f"/projects/{CODE}/items/C01").text
    shown = as_json(project_page(town.database, CODE, town.now))["architect"]
    assert shown["team"]["architect"] == "赵栋梁"
    assert [one["saved_cost"] for one in shown["opinions"]] == [None, 1_200_000]
    assert verify(town.database, CODE).broken == ()
