"""A version of a scenario in a real browser: written, proven, approved by another, projects moved to it."""

from __future__ import annotations

import pytest

from config.scenario_files import SCENARIOS
from models.people.actor import SYSTEM
from services.cases.registration import register_project
from services.scenarios.scenario_files import publish_file
from tests.browser.test_portal import FAULTS, PHONE
from tests.support.people import ADMINISTRATOR, CLERK
from tests.support.portal import SECOND_ADMINISTRATOR

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
KEY = "factory-warehouse"
HERE = f"/scenarios/{KEY}"


@pytest.fixture
def project(module_town):
    """A project on the first version of a shipped scenario."""
    with module_town.database.transaction() as connection:
        publish_file(connection, SCENARIOS / f"{KEY}.yaml", SYSTEM, module_town.now)
    return register_project(
        module_town.database, module_town.request(scenario=KEY), CLERK, module_town.now
    ).project


def test_a_version_from_its_draft_to_the_projects_on_it(module_town, person, project):
    writer = person(ADMINISTRATOR.login)
    screen = writer.page
    screen.goto(f"{HERE}/1")
    screen.get_by_role("button", name="以本版本新建草稿").click()
    screen.get_by_role("link", name="修改文本").click()
    text = screen.get_by_label("场景文本")
    text.fill(text.input_value().replace("promise: {days: 20", "promise: {days: 18", 1))
    screen.get_by_role("button", name="保存").click()
    screen.get_by_role("status").get_by_text("修改草稿").wait_for()

    screen.goto(f"{HERE}/2")
    screen.get_by_role("button", name="校验").click()
    screen.get_by_label("修改内容和理由").fill("承诺缩短两个工作日")
    screen.get_by_role("button", name="申请发布").click()
    screen.get_by_role("status").get_by_text("申请发布").wait_for()
    assert screen.get_by_role("button", name="批准发布").count() == 0

    approver = person(SECOND_ADMINISTRATOR.login)
    screen = approver.page
    screen.goto("/projects")
    screen.get_by_role("link", name="审批场景 1").click()
    screen.locator(f"a[href='{HERE}/2']").click()
    assert "承诺缩短两个工作日" in screen.locator(".next").inner_text()
    screen.get_by_role("link", name="与现行第 1 版的差异").click()
    assert "18" in screen.locator(".changes").inner_text()
    screen.go_back()
    screen.get_by_role("button", name="批准发布").click()
    screen.get_by_role("status").get_by_text("发布").wait_for()

    screen.goto(f"{HERE}/migrate?from=1&to=2")
    assert project in screen.locator("table.migration").inner_text()
    assert module_town.facts(project).scenario.version == 1
    screen.get_by_role("button", name="迁移所选项目").click()
    # Other tests of this run may have left projects on the first version: all of them move.
    screen.get_by_role("heading", name="0 个未迁移").wait_for()
    assert module_town.facts(project).scenario.version == 2
    for one in (writer, approver):
        assert one.complaints == []


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_the_pages_of_scenarios_can_be_used_by_everyone(module_town, person, project, screen):
    one = person(ADMINISTRATOR.login, **screen)
    faults = {}
    for address in (
        "/scenarios",
        f"{HERE}/1",
        f"{HERE}/diff?from=1&to=yard@1",
        f"{HERE}/migrate",
        f"{HERE}/migrate?from=1&to=1",
        "/scenario-import",
    ):
        one.page.goto(address)
        found = one.page.evaluate(FAULTS)
        if found:
            faults[address] = found
    assert faults == {}
