"""An administrator who has never seen the code: from nothing to a rehearsed scenario, with the mouse."""

from __future__ import annotations

import pytest

from rules.scenarios.reading import read_scenario
from services.scenarios import drafts
from services.scenarios.scenario_files import catalogue
from tests.browser.test_portal import FAULTS, PHONE
from tests.support.people import ADMINISTRATOR

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
KEY = "data-centre"
CHOSEN = ["E0", "A01", "A07", "B02", "C01", "C03", "C05", "W1", "D01", "D11", "D13"]
ADDRESSES = [
    "/scenarios/new",
    "/scenarios/new?from=catalogue",
    f"/scenarios/{KEY}/1/edit",
    f"/scenarios/{KEY}/1/edit/items/B02",
    f"/scenarios/{KEY}/1/edit/items/new",
    f"/scenarios/{KEY}/1/edit/items/new?own=yes",
    f"/scenarios/{KEY}/1/edit/stages/land",
    f"/scenarios/{KEY}/1/edit/stages/new",
    f"/scenarios/{KEY}/1/edit/basics",
    f"/scenarios/{KEY}/1/edit/attributes",
    f"/scenarios/{KEY}/1/edit/promises",
    f"/scenarios/{KEY}/1/rehearsal",
]


def begin(screen) -> None:
    """The wizard: name, promise, items."""
    screen.goto("/scenarios/new")
    screen.get_by_role("link", name="从事项库挑选事项").click()
    screen.get_by_label("标识").fill(KEY)
    screen.get_by_label("中文名称").fill("数据中心项目")
    for code in CHOSEN:
        screen.locator(f"input[value='{code}']").check()
    screen.get_by_role("button", name="生成草稿").click()
    screen.wait_for_url("**/edit*")


def change(screen, before: str, after: str) -> None:
    """Type over a piece of the text."""
    screen.locator("#text").evaluate(
        "(area, [before, after]) => { area.value = area.value.replace(before, after);"
        " area.dispatchEvent(new Event('input', {bubbles: true})); }",
        [before, after],
    )


def test_a_new_scenario_is_made_corrected_drawn_and_rehearsed(module_town, person):
    administrator = person(ADMINISTRATOR.login)
    screen = administrator.page
    begin(screen)
    assert screen.locator(".picture svg a").count() == len(CHOSEN) - 2
    assert screen.locator(".told-error").count() == 0

    change(screen, "after: [A07]", "after: [A70]")
    fault = screen.locator(".told-error").filter(has_text="A70").first
    fault.wait_for()
    assert screen.locator("#numbers .marked-error").count() >= 1
    fault.get_by_role("link").click()
    selected = screen.evaluate(
        "() => { const t = document.getElementById('text');"
        " return t.value.slice(t.selectionStart, t.selectionEnd); }"
    )
    assert "A70" in selected
    change(screen, "after: [A70]", "after: [A07]")
    screen.locator(".told-error").first.wait_for(state="detached")
    assert "C05" in screen.locator(".picture").inner_text()

    # The page before has the same link.
    with screen.expect_navigation():
        screen.get_by_role("button", name="保存").click()
    screen.get_by_role("link", name="B02 建设工程规划许可证").last.click()
    screen.get_by_label("承诺时限", exact=True).fill("4")
    screen.get_by_role("button", name="查看将要改动的内容").click()
    assert "days: 4" in screen.locator(".line-changes .new").inner_text()
    screen.get_by_role("button", name="保存本次修改").click()
    screen.wait_for_url("**/edit?*")

    screen.get_by_role("link", name="推演").click()
    screen.wait_for_url("**/rehearsal*")
    screen.locator("main").get_by_label("项目", exact=False).first.fill("300")
    screen.get_by_role("button", name="开始推演").click()
    screen.get_by_role("img", name="项目按计时工作日分布").wait_for()
    assert "300" in screen.locator(".stage-head").first.inner_text()
    text = drafts.draft_source(module_town.database, KEY, 1, ADMINISTRATOR).source
    assert read_scenario(text, catalogue()).publishable
    assert administrator.complaints == []

    for options in ({}, PHONE):
        visitor = person(ADMINISTRATOR.login, **options)
        for address in ADDRESSES:
            visitor.page.goto(address)
            assert visitor.page.evaluate(FAULTS) == [], (address, options)
        assert visitor.complaints == []
