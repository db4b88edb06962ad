"""Case FORM1: what was typed when the sign-in had ended is there again, and is sent by nobody else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from models.cases.states import ItemState
from rules.scenarios.editing import values_of
from tests.support.drafting import EDIT, start_drafting, text_of
from tests.support.page import Form
from tests.support.people import ADMINISTRATOR, CLERK, STEWARD, approver, handler
from tests.support.places import ROOT
from tests.support.portal import PASSWORD, Browser, Page, Town
from tests.support.yard import ENTERPRISE, PLANNING
from web.kept_forms import LEFT_OUT

TEMPLATES = ROOT / "web" / "templates"

REGISTER = "/projects/new?scenario=yard"
CODE = "2611-611102-04-01-888001"


def end_sign_in(town: Town) -> None:
    """Everybody's sign-in ends, as by its hours."""
    with town.database.transaction() as connection:
        connection.execute(text("DELETE FROM session"))


def sign_in_again(browser: Browser, page: Page, login: str) -> Page:
    form = page.form("/sign-in")
    assert form.fields["login"] == [login]
    return browser.send(form, password=PASSWORD)


def long_form(browser: Browser) -> Form:
    form = browser.open(REGISTER).form("/projects/new")
    form.fields |= {
        "code": [CODE],
        "title": ["新建厂房“一期”<甲>"],
        "enterprise": [ENTERPRISE],
        "attribute_area": ["4321.5"],
    }
    return form


def test_form1_after_signing_in_again_the_form_is_there_and_not_sent(town):
    browser = town.browser(STEWARD)
    form = long_form(browser)
    end_sign_in(town)
    page = browser.send(form)
    assert page.status == 401
    assert page.says("您填写的表单已保留")
    back = sign_in_again(browser, page, STEWARD.login)
    assert back.status == 200
    assert back.says("您填写的内容已恢复")
    filled = back.form("/projects/new")
    for name in ("code", "title", "enterprise", "attribute_area"):
        assert filled.fields[name] == form.fields[name], name
    assert town.scalar("SELECT count(*) FROM project") == 0
    assert browser.send(filled).status == 200
    assert town.scalar("SELECT count(*) FROM project") == 1


def test_form1_an_act_on_an_item_alike(town):
    project = town.accepted()
    approving = approver(PLANNING)
    browser = town.browser(approving)
    address = f"/projects/{project}/items/A1"
    form = browser.open(address).form("deny_item")
    form.fields["reason"] = ["规划条件不符：容积率超过2.0，\n详见附件。"]
    end_sign_in(town)
    page = browser.send(form)
    back = sign_in_again(browser, page, approving.login)
    filled = back.form("deny_item")
    assert [line.strip() for line in filled.fields["reason"][0].splitlines()] == [
        line.strip() for line in form.fields["reason"][0].splitlines()
    ]
    assert town.facts(project).items["A1"].state is ItemState.ACCEPTED
    browser.send(filled)
    assert town.facts(project).items["A1"].state is ItemState.DENIED


def test_form1_a_form_is_not_sent_as_who_signed_in_meanwhile(town):
    browser = town.browser(STEWARD)
    form = long_form(browser)
    browser.send(browser.open("/projects").form("/sign-out"))
    assert browser.sign_in(CLERK).status == 200
    page = browser.send(form)
    assert page.status == 403
    assert page.alert("没有提交")
    # Whoever is not who typed it neither sees nor sends it.
    refused = browser.send(page.form("/sign-in"), login=CLERK.login, password=PASSWORD)
    assert refused.status == 403
    assert town.scalar("SELECT count(*) FROM project") == 0
    back = sign_in_again(browser, page, STEWARD.login)
    assert back.form("/projects/new").fields["title"] == form.fields["title"]
    assert town.scalar("SELECT count(*) FROM project") == 0


def test_form1_who_signed_in_again_elsewhere_goes_on_at_once(town):
    browser = town.browser(STEWARD)
    form = long_form(browser)
    end_sign_in(town)
    browser.sign_in(STEWARD)
    back = browser.send(form)
    assert back.status == 200
    assert back.says("您填写的内容已恢复")
    assert back.form("/projects/new").fields["title"] == form.fields["title"]
    assert town.scalar("SELECT count(*) FROM project") == 0


def test_form1_nobody_else_finds_it_by_its_address(town):
    browser = town.browser(STEWARD)
    form = long_form(browser)
    end_sign_in(town)
    back = sign_in_again(browser, browser.send(form), STEWARD.login)
    address = str(back.response.url)
    assert "kept=" in address
    other = town.browser(CLERK).open(address)
    assert not other.says("您填写的内容已恢复")
    assert other.form("/projects/new").fields["title"] != form.fields["title"]


def test_form1_a_form_of_another_site_is_not_carried(town):
    browser = town.browser(STEWARD)
    form = long_form(browser)
    end_sign_in(town)
    for header in ({"origin": "http://evil.test"}, {"sec-fetch-site": "cross-site"}):
        answer = browser.client.post(form.action, data=form.fields, headers=header)
        assert "kept" not in Page(answer).form("/sign-in").fields


def test_form1_passwords_are_never_carried(town):
    browser = town.browser(STEWARD)
    form = browser.open("/account").form("/account/password")
    form.fields |= {key: ["very secret words"] for key in ("old", "new")}
    end_sign_in(town)
    assert "very secret words" not in browser.send(form).html


def test_form1_no_form_asks_for_a_password_under_another_name():
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for tag in re.findall(r"<input[^>]*type=\"password\"[^>]*>", path.read_text("utf-8"))
        for name in re.findall(r'name="([^"]*)"', tag)
    }
    assert asked
    assert asked <= LEFT_OUT


@pytest.mark.parametrize("field", ["csrf", "form_of"])
def test_form1_a_form_that_came_from_no_page_of_ours_is_refused(town, field):
    browser = town.browser(STEWARD)
    form = long_form(browser)
    form.fields[field] = [form.fields[field][0][:-4] + "0000"]
    assert browser.send(form).status == (403 if field == "csrf" else 200)
    end_sign_in(town)
    assert "kept" not in browser.send(form).form("/sign-in").fields


@pytest.mark.parametrize("nonsense", ["{", "[]", '{"fields": 1}', '{"fields": {}, "page": 5}'])
def test_form1_nonsense_in_the_carried_form_is_no_fault(town, nonsense):
    browser = town.browser()
    form = browser.open("/sign-in").form("/sign-in")
    page = browser.send(form, login=STEWARD.login, password=PASSWORD, kept=nonsense)
    assert page.status in {200, 403}


def test_form1_the_text_of_a_scenario_and_its_forms_alike(town):
    start_drafting(town)
    browser = town.browser(ADMINISTRATOR)
    editor = browser.open(EDIT).form(EDIT)
    wanted = text_of(town).replace("promise: {days: 20", "promise: {days: 19")
    end_sign_in(town)
    page = browser.send(editor, source=wanted, step="save")
    back = sign_in_again(browser, page, ADMINISTRATOR.login)
    assert back.form(EDIT).fields["source"][0].strip() == wanted.strip()
    assert "days: 19" not in text_of(town)
    assert browser.send(back.form(EDIT), step="save").status == 200
    assert values_of(text_of(town))["promise"]["days"] == 19

    item = f"{EDIT}/items/A11"
    form = browser.open(item).form(item)
    end_sign_in(town)
    page = browser.send(form, step="preview", promised_days="6", when_basis_voided="void")
    back = sign_in_again(browser, page, ADMINISTRATOR.login)
    fields = back.form(item).fields
    assert (fields["promised_days"], fields["when_basis_voided"]) == (["6"], ["void"])
    shown = browser.send(back.form(item), step="preview")
    end_sign_in(town)
    page = browser.send(shown.form(EDIT), step="save")
    back = sign_in_again(browser, page, ADMINISTRATOR.login)
    assert browser.send(back.form(EDIT), step="save").status == 200
    assert "void" in str(values_of(text_of(town))["items"])


def test_form1_a_form_that_was_refused_before_is_kept_as_well(town):
    browser = town.browser(handler(PLANNING))
    project = town.accepted()
    address = f"/projects/{project}/items/A1"
    page = browser.open(address)
    form = next(form for form in page.forms if form.act == "suspend_clock")
    refused = browser.send(form, planned_days="no number", reason="专家评审")
    again = next(form for form in refused.forms if form.act == "suspend_clock")
    end_sign_in(town)
    back = sign_in_again(browser, browser.send(again), handler(PLANNING).login)
    assert str(back.response.url).split("?")[0].endswith(address)
