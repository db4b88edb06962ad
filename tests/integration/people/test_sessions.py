"""Sessions are rows: signing out ends them, for whoever else has the cookie too."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from services.people import sessions, tokens
from services.people.passwords import PasswordTooCommon, hash_password
from tests.support.people import APPLICANT, STEWARD
from tests.support.portal import PASSWORD, Browser
from web.app import create_app
from web.sessions import SESSION

NEW = "quiet river under stone"


def stolen(town, browser):
    """Another browser with the same cookie."""
    other = town.browser()
    other.client.cookies.set(SESSION, browser.client.cookies[SESSION], domain="portal.test")
    assert is_signed_in(other)
    return other


def is_signed_in(browser) -> bool:
    return browser.open("/account").response.url.path == "/account"


def endings(page):
    """The forms that end sessions: one for each other device, then one for all."""
    return [form for form in page.forms if form.action == "/account/sessions/end"]


def change(town, statement: str, **values: object) -> None:
    with town.database.transaction() as connection:
        assert connection.execute(text(statement), values).rowcount


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(town):
    browser = town.browser(STEWARD)
    thief = stolen(town, browser)
    browser.send(browser.open("/account").form("/sign-out"))
    assert not is_signed_in(browser)
    assert not is_signed_in(thief)


def test_a_new_password_ends_every_other_session_and_every_token(town):
    browser, elsewhere = town.browser(STEWARD), town.browser(STEWARD)
    token = tokens.issue_token(town.database, STEWARD.login, "a script", town.now)
    form = browser.open("/account").form("/account/password")
    browser.send(form, old=PASSWORD, new=NEW)
    assert is_signed_in(browser)
    assert not is_signed_in(elsewhere)
    with pytest.raises(tokens.TokenNotValid):
        tokens.by_token(town.database, token, town.now)
    assert town.browser().sign_in(STEWARD, NEW).response.url.path == "/projects"


def test_one_sees_where_one_is_signed_in_and_ends_it_from_anywhere(town):
    here, there, third = (town.browser(STEWARD) for _ in range(3))
    page = here.open("/account")
    assert page.response.text.count("在该设备退出登录") == 2
    here.send(endings(page)[0])
    assert sorted([is_signed_in(there), is_signed_in(third)]) == [False, True]
    here.send(endings(here.open("/account"))[-1])
    assert [is_signed_in(b) for b in (here, there, third)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(town):
    steward, applicant = town.browser(STEWARD), town.browser(APPLICANT)
    session = sessions.of(town.database, STEWARD.login, limits(town))[0]
    sessions.end_one(town.database, APPLICANT.login, session.id)
    assert is_signed_in(steward)
    assert is_signed_in(applicant)


def limits(town) -> sessions.Limits:
    return sessions.Limits(town.settings.session_hours, town.settings.session_idle_minutes)


@pytest.mark.parametrize(
    "made_old",
    [
        "UPDATE session SET ends_at = now() - interval '1 second'",
        "UPDATE session SET seen_at = now() - interval '121 minutes'",
        "UPDATE account SET active = false WHERE login = 'steward'",
    ],
)
def test_a_session_ends_by_time_without_use_and_with_its_account(town, made_old):
    browser = town.browser(STEWARD)
    change(town, made_old)
    assert not is_signed_in(browser)


def test_looking_at_a_page_moves_the_idle_limit_on(town):
    browser = town.browser(STEWARD)
    change(town, "UPDATE session SET seen_at = now() - interval '119 minutes'")
    assert is_signed_in(browser)
    change(town, "UPDATE session SET seen_at = seen_at - interval '119 minutes'")
    assert is_signed_in(browser)


def test_the_database_holds_no_token_that_signs_in(town):
    browser = town.browser(STEWARD)
    token = browser.client.cookies[SESSION]
    with town.database.reading() as connection:
        kept = connection.execute(text("SELECT s::text FROM session s")).scalars().all()
    assert len(kept) == 1
    assert token not in kept[0]


def test_a_session_costs_a_page_one_statement(town):
    browser = town.browser(STEWARD)
    with town.counted() as statements:
        browser.client.get("/sign-in", follow_redirects=False)
    assert len(statements) == 1


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "QWERTYUIOP123",
        "111111111111",
        "steward.login",
        "1qaz2wsx3edc",
        "Steward!12345",
    ],
)
def test_what_many_people_choose_is_refused(password):
    login = "steward.login" if password == "steward.login" else "steward"
    with pytest.raises(PasswordTooCommon):
        hash_password(password, login)


def test_an_account_with_an_older_shorter_password_still_opens(town):
    short = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("8 chars!")
    change(town, "UPDATE account SET password_hash = :hash WHERE login = 'steward'", hash=short)
    assert town.browser().sign_in(STEWARD, "8 chars!").response.url.path == "/projects"


def test_sessions_elsewhere_are_ended_after_a_proof(town):
    browser, elsewhere = town.browser(STEWARD), town.browser(STEWARD)
    page = browser.open("/account")
    change(town, "UPDATE session SET proved_at = proved_at - interval '11 minutes'")
    asked = browser.send(endings(page)[-1])
    assert asked.response.url.path == "/confirm"
    assert is_signed_in(elsewhere)


def test_passwords_are_taken_as_typed(town):
    """Blanks at both ends, signs of every kind, and longer than anybody needs (ASVS 6.2.8, 6.2.9)."""
    typed = "  Päßwort mit 开工 und \t🏗️ " + "x" * 200 + "  "
    browser = town.browser(STEWARD)
    form = browser.open("/account").form("/account/password")
    browser.send(form, old=PASSWORD, new=typed)
    assert town.browser().sign_in(STEWARD, typed).response.url.path == "/projects"
    for other in (typed.lower(), typed[:72]):
        assert town.browser().sign_in(STEWARD, other).status == 401
    client = town.browser().client
    for password, status in ((typed, 201), (typed.strip(), 401)):
        asked = {"login": STEWARD.login, "password": password}
        assert client.post("/api/v1/tokens", json=asked).status_code == status


def test_signing_out_clears_what_the_browser_kept(town):
    settings = town.settings.model_copy(update={"portal_url": "https://portal.test"})
    browser = Browser(create_app(town.database, settings))
    browser.client.base_url = "https://portal.test"
    assert browser.sign_in(STEWARD).status == 200
    answer = browser.send(browser.open("/account").form("/sign-out")).response.history[0]
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert '__Host-kaigong_session=""' in answer.headers["set-cookie"]
    assert "Secure" in answer.headers["set-cookie"]
    plain = town.browser(STEWARD)
    answer = plain.send(plain.open("/account").form("/sign-out")).response.history[0]
    assert "clear-site-data" not in answer.headers
