"""Signing in: passwords, sessions, forms that prove where they come from, languages, headers."""

from __future__ import annotations

import pytest

from deployments.demo.accounts import demo_sign_ins, seed_demo_accounts
from services.installation.demonstration import NotADemonstration
from services.people import accounts
from tests.support.people import APPLICANT, STEWARD, handler
from tests.support.portal import PASSWORD
from tests.support.yard import LAND
from web.sessions import SESSION


def test_everyone_begins_where_their_work_is(town):
    assert town.browser().open("/").response.url.path == "/sign-in"
    assert town.browser(STEWARD).open("/").response.url.path == "/projects"
    assert town.browser(handler(LAND)).open("/").response.url.path == "/inbox"


@pytest.mark.parametrize(
    ("login", "password"), [("builder", "wrong password"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_password_says_so_and_keeps_the_account(town, login, password):
    page = town.browser().sign_in(login, password)
    assert page.status == 401
    assert page.alert("账号或密码不正确")
    assert page.form("/sign-in").fields["login"] == [login]
    assert SESSION not in page.response.cookies


def test_too_many_wrong_passwords_have_to_wait(town):
    browser = town.browser()
    answers = [browser.sign_in(APPLICANT, "wrong password").status for _ in range(9)]
    assert answers == [401] * 8 + [429]
    assert browser.sign_in(APPLICANT).alert("密码错误次数过多")


def test_signing_in_leads_back_to_where_one_wanted_to_go(town):
    project = town.register()
    browser = town.browser()
    page = browser.open(f"/projects/{project}/items/A1")
    assert page.response.url.path == "/sign-in"
    form = page.form("/sign-in")
    page = browser.send(form, login=APPLICANT.login, password=PASSWORD)
    assert page.response.url.path == f"/projects/{project}/items/A1"


@pytest.mark.parametrize(
    "back", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test"]
)
def test_signing_in_never_leads_elsewhere(town, back):
    browser = town.browser()
    form = browser.open("/sign-in").form("/sign-in")
    form.fields["back"] = [back]
    page = browser.send(form, login=APPLICANT.login, password=PASSWORD)
    assert page.response.url.host == "portal.test"
    assert page.response.url.path == "/projects"


def test_a_form_from_elsewhere_is_refused(town):
    project = town.register()
    browser = town.browser(APPLICANT)
    form = browser.open(f"/projects/{project}/items/A1/apply").form("submit_application")
    form.fields["csrf"] = ["0" * 64]
    assert browser.send(form).status == 403
    other = town.browser(STEWARD).open("/account").form("/account/tokens").fields["csrf"]
    form.fields["csrf"] = other
    assert browser.send(form).status == 403
    del form.fields["csrf"]
    assert browser.send(form).status == 403
    # The API takes no cookie, so that a page elsewhere cannot use one there either.
    assert browser.client.get("/api/v1/me").status_code == 401
    assert town.facts(project).items["A1"].state == "open"


def test_a_session_ends_with_signing_out_and_with_its_password(town):
    browser, elsewhere = town.browser(STEWARD), town.browser(STEWARD)
    form = browser.open("/account").form("/account/password")
    page = browser.send(form, old="wrong password", new="a new password")
    assert page.status == 401
    assert browser.send(form, old=PASSWORD, new="short").status == 422
    page = browser.send(form, old=PASSWORD, new="a new password")
    assert page.status == 200
    assert elsewhere.open("/projects").response.url.path == "/sign-in"
    assert browser.open("/projects").response.url.path == "/projects"
    browser.send(browser.open("/projects").form("/sign-out"))
    assert browser.open("/projects").response.url.path == "/sign-in"


def test_a_forged_or_old_session_is_none(town):
    browser = town.browser(STEWARD)
    cookie = browser.client.cookies[SESSION]
    browser.client.cookies.clear()
    browser.client.cookies.set(SESSION, cookie[:-2] + "xx", domain="portal.test")
    assert browser.open("/projects").response.url.path == "/sign-in"


def test_cookies_and_headers_guard_the_pages(town):
    page = town.browser().sign_in(STEWARD)
    cookie = page.response.history[0].headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    headers = page.response.headers
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert " style=" not in page.html
    assert " onclick=" not in page.html


def test_the_language_follows_the_browser_the_choice_and_the_account(town):
    assert town.browser().open("/sign-in").region("登录")
    assert town.browser(language="en-GB,en;q=0.9").open("/sign-in").region("Sign in")
    browser = town.browser(STEWARD)
    page = browser.open("/language/en?back=/projects")
    assert page.heading("My projects")
    fresh = town.browser(STEWARD)
    assert fresh.open("/projects").heading("My projects")
    assert fresh.open("/language/xx").status == 422


def test_demonstration_accounts_are_shown_where_they_are(town):
    page = town.browser().open("/sign-in")
    assert not page.says(demo_sign_ins()[0].password)
    with town.database.transaction() as connection:
        connection.exec_driver_sql(
            "DELETE FROM account WHERE login IN ('admin', 'leader', 'steward')"
        )
    # Beside real people's accounts there is no demonstration.
    with pytest.raises(NotADemonstration):
        seed_demo_accounts(town.database)
    with town.database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO installation (demonstration_since) VALUES (now())")
    made = seed_demo_accounts(town.database)
    assert made > len(demo_sign_ins())
    assert seed_demo_accounts(town.database) == 0
    page = town.browser().open("/sign-in")
    for one in demo_sign_ins():
        assert page.region("演示账号").entry(one.login)
        assert accounts.authenticate(town.database, one.login, one.password).role is one.role


def test_a_token_is_shown_once_and_can_be_revoked(town):
    browser = town.browser(STEWARD)
    page = browser.send(browser.open("/account").form("/account/tokens"), label="script")
    token = next(word for word in page.text.split() if word.startswith("kg_"))
    headers = {"authorization": f"Bearer {token}"}
    assert browser.client.get("/api/v1/me", headers=headers).json()["login"] == STEWARD.login
    page = browser.open("/account")
    assert not page.says(token)
    browser.send(page.form("/account/tokens/revoke"))
    assert browser.client.get("/api/v1/me", headers=headers).status_code == 401
