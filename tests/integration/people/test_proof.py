"""Before what is hard to undo somebody proves again who they are; what was typed waits."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.people.security import SecurityEvent as E
from models.scenarios.life import ScenarioAct
from rules.cases.declarations.registry import registry
from services.people import accounts, tokens
from services.people.security_log import Search, log_page
from tests.support.people import ADMINISTRATOR, STEWARD
from tests.support.portal import PASSWORD, Browser, Town
from web.sessions import SESSION


@pytest.fixture
def town(module_town: Town) -> Town:
    with module_town.database.transaction() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
    return module_town


def later(town: Town, minutes: int) -> None:
    """As if everybody had signed in so long ago."""
    earlier = "UPDATE session SET proved_at = proved_at - make_interval(mins => :m)"
    with town.database.transaction() as connection:
        connection.execute(text(earlier), {"m": minutes})


def confirm(browser: Browser, page, password: str = PASSWORD):
    return browser.send(page.form("/confirm"), password=password)


def test_within_ten_minutes_nobody_is_asked(town):
    browser = town.browser(STEWARD)
    later(town, 9)
    browser.send(browser.open("/account").form("/account/tokens"), label="soon")
    assert tokens.tokens_of(town.database, STEWARD.login)[0].label == "soon"


def test_later_the_password_comes_first_and_what_was_typed_is_there_again(town):
    browser = town.browser(ADMINISTRATOR)
    form = browser.open("/admin/people/new").form("/admin/people/new")
    later(town, 11)
    page = browser.send(form, login="olga", name="奥加", role="window_clerk")
    assert page.response.url.path == "/confirm"
    assert accounts.find(town.database, "olga") is None
    wrong = confirm(browser, page, "not the password")
    assert wrong.status == 401
    page = confirm(browser, wrong)
    assert page.response.url.path == "/admin/people/new"
    assert page.field("姓名").value == "奥加"
    page = browser.send(page.form("/admin/people/new"), role="window_clerk")
    assert page.says("奥加", "已邀请")
    assert log_page(town.database, Search(kind=E.CONFIRMED)).rows[0].actor == ADMINISTRATOR.login


def test_confirming_gives_the_session_another_id_and_a_stolen_cookie_ends(town):
    browser, thief = town.browser(STEWARD), town.browser()
    stolen = browser.client.cookies[SESSION]
    thief.client.cookies.set(SESSION, stolen, domain="portal.test")
    assert thief.open("/account").response.url.path == "/account"
    page = browser.open("/confirm?back=/account")
    assert confirm(browser, page).response.url.path == "/account"
    assert browser.client.cookies[SESSION] != stolen
    assert thief.open("/account").response.url.path == "/sign-in"


def test_guesses_are_throttled_here_too(town):
    browser = town.browser(STEWARD)
    page = browser.open("/confirm?back=/account")
    answers = [confirm(browser, page, "wrong").status for _ in range(9)]
    assert answers == [401] * 8 + [429]


def test_it_leads_to_no_other_site(town):
    browser = town.browser(ADMINISTRATOR)
    page = browser.open("/confirm?back=//evil.example")
    assert "evil" not in confirm(browser, page).response.url.host


def test_a_revocation_a_publication_and_a_post_are_asked_for_too(town):
    project = town.register()
    asked = {
        "/projects/" + project: (f"/projects/{project}/acts", "revoke_licence"),
        "/scenarios/yard/1": ("/scenarios/yard/1/acts", ScenarioAct.RETIRE.value),
        "/admin/organisation": ("/admin/organisation", "grant_post"),
    }
    browser = town.browser(ADMINISTRATOR)
    for page, (action, act) in asked.items():
        form = browser.open("/account").form("/account/password")
        fields = {**form.fields, "act": act, "form_page": page}
        later(town, 11)
        answer = browser.client.post(action, data=fields, follow_redirects=False)
        assert answer.headers["location"].startswith("/confirm?back="), page


def test_every_way_in_which_an_approval_is_taken_back_asks_for_it():
    taken_back = {"revoke_licence", "recall_approval", "cancel_licence"}
    assert {act for act, declared in registry().acts.items() if declared.proof} == taken_back


def test_an_export_is_asked_for_and_what_was_only_asked_for_is_no_export(town):
    browser = town.browser(ADMINISTRATOR)
    later(town, 11)
    page = browser.open("/scenarios/yard/1/export")
    assert page.response.url.path == "/confirm"
    assert log_page(town.database, Search(kind=E.EXPORTED)).rows == ()
    file = confirm(browser, page).response
    assert (file.status_code, file.headers["content-type"]) == (200, "application/json")
    (entry,) = log_page(town.database, Search(kind=E.EXPORTED)).rows
    assert entry.actor == ADMINISTRATOR.login
