"""The portal in a real browser: one item through three people's hands, and pages everyone can use."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER, STEWARD, approver, handler
from tests.support.run.waiting import until
from tests.support.yard import PLANNING

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAPER = {"name": "总平面方案.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a plan"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_an_item_goes_through_three_hands(module_town, person, script):
    project = module_town.register()
    enterprise = person(APPLICANT.login, java_script_enabled=script, **PHONE)
    screen = enterprise.page
    screen.goto(f"/projects/{project}")
    screen.get_by_role("link", name="去办理 item A1(中)").click()
    screen.get_by_label("现在上传").set_input_files(PAPER)
    screen.get_by_role("button", name="确认并申报").click()
    screen.get_by_role("status").get_by_text("申报").wait_for()

    officer = person(handler(PLANNING).login, java_script_enabled=script)
    screen = officer.page
    screen.get_by_role("row", name="yard").filter(
        has=screen.locator(f"[href='/projects/{project}']")
    ).get_by_role("link", name="打开").click()
    screen.get_by_role("button", name="受理").click()
    screen.get_by_role("status").get_by_text("受理").wait_for()

    decider = person(approver(PLANNING).login, java_script_enabled=script)
    screen = decider.page
    screen.goto(f"/projects/{project}/items/A1")
    screen.get_by_label("意见").fill("同意")
    screen.get_by_role("button", name="准予").click()
    screen.get_by_role("status").get_by_text("准予").wait_for()
    assert module_town.facts(project).items["A1"].state is ItemState.GRANTED

    enterprise.page.goto(f"/projects/{project}/items/A1")
    assert "准予" in enterprise.page.locator(".headline").inner_text()
    for one in (enterprise, officer, decider):
        assert one.complaints == []


#: Faults that a person with a screen reader, a keyboard or weak eyes would meet; runs in the page.
FAULTS = """() => {
  const faults = [];
  const named = (e) => (e.getAttribute('aria-label') || '').trim() ||
    (e.getAttribute('aria-labelledby') || '').split(' ').some((id) => document.getElementById(id)) ||
    (e.labels && e.labels.length) || (e.textContent || '').trim() || e.title;
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  if (!document.documentElement.lang) faults.push('no language');
  if (!document.querySelector('main')) faults.push('no main');
  if (!document.title.trim()) faults.push('no title');
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push('id twice: ' + id);
  for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
    if (!(e.labels && e.labels.length) && !e.getAttribute('aria-label')) faults.push('no label: ' + e.name);
  for (const e of document.querySelectorAll('a[href], button, summary'))
    if (!named(e)) faults.push('no name: ' + e.outerHTML.slice(0, 80));
  for (const e of document.querySelectorAll('img')) if (!e.hasAttribute('alt')) faults.push('no alt');
  for (const e of document.querySelectorAll('th')) if (!e.scope && e.textContent.trim()) faults.push('th without scope');
  const light = (c) => { const v = c.map((x) => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
  const colour = (s) => { const m = s.match(/[\\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3); };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest('.unseen')) continue;
    const [a, b] = [light(colour(getComputedStyle(e).color)), light(behind(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faults.push('contrast ' + contrast.toFixed(1) + ': ' + e.textContent.trim().slice(0, 30));
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 1) faults.push('wider than the screen by ' + wide);
  return [...new Set(faults)];
}"""


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_pages_can_be_used_by_everyone(module_town, person, screen):
    project = module_town.accepted()
    addresses = {
        None: ["/sign-in"],
        STEWARD.login: [
            "/projects",
            "/projects/new",
            "/projects/new?scenario=yard",
            f"/projects/{project}",
            "/notices",
            "/agency",
            "/account",
        ],
        APPLICANT.login: [
            f"/projects/{project}/agency",
            f"/projects/{project}",
            f"/projects/{module_town.register()}/items/A1",
        ],
        ADMINISTRATOR.login: [
            "/account/channels",
            "/admin/people",
            "/admin/people/new",
            f"/admin/people/{APPLICANT.login}",
            "/admin/security-log",
        ],
        LEADER.login: ["/ledgers/rounds", "/figures?cut=department", "/deficiencies?show=all"],
        approver(PLANNING).login: ["/inbox", f"/projects/{project}/items/A1", "/projects/none"],
    }
    faults = {}
    for login, pages in addresses.items():
        one = person(login, **screen)
        for page in pages:
            one.page.goto(page)
            found = one.page.evaluate(FAULTS)
            if found:
                faults[login, page] = found
    assert faults == {}


def test_the_keyboard_reaches_the_content_and_the_decision(module_town, person):
    project = module_town.accepted()
    one = person(approver(PLANNING).login)
    one.page.goto(f"/projects/{project}/items/A1")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.className") == "skip"
    one.page.keyboard.press("Enter")
    until(lambda: one.page.evaluate("document.activeElement.id") == "main")
    for _ in range(60):
        one.page.keyboard.press("Tab")
        if one.page.evaluate("document.activeElement.closest('.act-approve_item') !== null"):
            break
    else:
        pytest.fail("the keyboard does not reach the form")


def test_a_second_click_sends_nothing(module_town, person):
    project = module_town.accepted()
    one = person(approver(PLANNING).login)
    one.page.goto(f"/projects/{project}/items/A1")
    sent = []
    one.page.on(
        "request", lambda request: sent.append(request) if request.method == "POST" else None
    )
    one.page.get_by_role("button", name="准予").dblclick()
    one.page.get_by_role("status").get_by_text("准予").wait_for()
    assert len(sent) == 1


def test_what_is_typed_is_saved_and_files_are_sent_as_they_are_chosen(module_town, person):
    project = module_town.register()
    module_town.do(project, c.RecordMilestone(item="E0", happened_on=module_town.today))
    screen = person(APPLICANT.login).page
    screen.goto(f"/projects/{project}/items/A2/apply")
    screen.get_by_label("a_text(中)").fill("渭城建工")
    screen.get_by_label("a_integer(中)").focus()
    screen.locator("#draft-state").get_by_text("草稿已保存").wait_for()
    names = ("plan.pdf", "insurance.pdf", "扫描.pdf")
    files = [{**PAPER, "name": name, "buffer": PAPER["buffer"] + name.encode()} for name in names]
    screen.get_by_label("批量上传").set_input_files(files)
    screen.get_by_text("共3份文件：已存2份，待您选1份，未存0份").wait_for()
    assert screen.get_by_label("a_text(中)").input_value() == "渭城建工"
    screen.get_by_label("扫描.pdf").select_option(label="survey(中)")
    screen.get_by_label("容缺后补 archive(中)").check()
    screen.get_by_label("我代表企业签署本承诺书").check()
    screen.get_by_role("button", name="确认并申报").click()
    screen.get_by_role("status").get_by_text("申报").wait_for()
    assert screen.url.endswith("/items/A2?done=submit_application")


def test_the_end_of_the_sign_in_is_told_two_minutes_before_and_one_click_moves_it(person):
    screen = person(APPLICANT.login).page
    screen.clock.install()
    screen.goto("/account")
    banner = screen.get_by_text("登录将在两分钟后失效")
    screen.clock.fast_forward("01:57:59")
    assert not banner.is_visible()
    screen.clock.fast_forward("00:02")
    banner.wait_for()
    screen.get_by_role("button", name="继续登录").click()
    banner.wait_for(state="hidden")
    screen.clock.fast_forward("01:57:59")
    assert not banner.is_visible()
