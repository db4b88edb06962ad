"""After the password: the code of an authenticator app, set up where the role needs one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from config.settings import Settings
from models.people.actor import Role
from services.installation.sealing import SealedWithAnotherKey, Sealer
from services.people.second_factor import NEEDED_BY, Need, SecondFactors, WrongCode, _step_of
from services.people.sign_ins import SignIns
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER, STEWARD, handler
from tests.support.portal import HOSTS, PASSWORD, Browser
from tests.support.yard import LAND
from web.app import create_app

OFFICER = handler(LAND)


@pytest.fixture
def portal(town, tmp_path):
    """A portal that asks officers for a second factor."""
    return create_app(
        town.database, Settings(data_dir=tmp_path, clock_file=town.settings.clock_file, hosts=HOSTS)
    )


@pytest.fixture
def factors(town, tmp_path) -> SecondFactors:
    return SecondFactors(
        town.database, Sealer(Settings(data_dir=tmp_path).signing_key), required=True
    )


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=steps)


def secret_on(page) -> str:
    found = re.search(r'<code class="token">([A-Z2-7]+)</code>', page.html)
    assert found is not None
    return found[1]


@dataclass(frozen=True)
class App:
    """An app that was set up: its secret, the code that did it, and the recovery codes."""

    secret: str
    used: str
    recovery: list[str]


def enrolled(portal, actor) -> App:
    """Sets an app up at the first sign-in."""
    browser = Browser(portal)
    page = browser.sign_in(actor)
    secret = secret_on(page)
    used = code_of(secret)
    page = browser.send(page.form("/sign-in/enrolment"), otp=used)
    return App(secret, used, re.findall(r'<code class="token">([a-z2-9-]+)</code>', page.html))


def next_step(secret: str) -> str:
    """A code that was not used yet: the next step counts too."""
    return code_of(secret, 1)


@pytest.mark.parametrize("actor", [OFFICER, ADMINISTRATOR, LEADER])
def test_a_role_that_decides_sets_up_an_app_before_anything_else(portal, actor):
    browser = Browser(portal)
    page = browser.sign_in(actor)
    assert page.response.url.path == "/sign-in/enrolment"
    assert browser.open("/inbox").response.url.path == "/sign-in"
    secret = secret_on(page)
    wrong = browser.send(page.form("/sign-in/enrolment"), otp="000000")
    assert wrong.alert("验证码")
    assert secret_on(wrong) == secret
    done = browser.send(wrong.form("/sign-in/enrolment"), otp=code_of(secret))
    assert len(re.findall(r'<code class="token">', done.html)) == 10
    assert browser.open("/account").response.url.path == "/account"


def test_who_neither_decides_nor_sees_everything_goes_without():
    without = {Role.APPLICANT, Role.AGENT, Role.PROJECT_STEWARD, Role.SYSTEM}
    assert set(Role) - NEEDED_BY == without


def test_nobody_else_needs_one_and_everybody_may(portal):
    browser = Browser(portal)
    assert browser.sign_in(APPLICANT).response.url.path == "/projects"
    page = browser.open("/account/second-factor")
    browser.send(page.form("/account/second-factor"), otp=code_of(secret_on(page)))
    assert Browser(portal).sign_in(APPLICANT).response.url.path == "/sign-in/code"


def test_a_code_counts_once(portal):
    app = enrolled(portal, OFFICER)
    first, second = Browser(portal), Browser(portal)
    page = first.send(first.sign_in(OFFICER).form("/sign-in/code"), otp=app.used)
    assert page.alert("验证码")
    fresh = next_step(app.secret)
    assert first.send(page.form("/sign-in/code"), otp=fresh).response.url.path == "/inbox"
    again = second.send(second.sign_in(OFFICER).form("/sign-in/code"), otp=fresh)
    assert again.alert("验证码")


def test_a_recovery_code_counts_once(portal):
    codes = enrolled(portal, OFFICER).recovery
    browser = Browser(portal)
    page = browser.send(browser.sign_in(OFFICER).form("/sign-in/code"), otp=codes[0].upper())
    assert page.response.url.path == "/inbox"
    again = Browser(portal)
    assert again.send(again.sign_in(OFFICER).form("/sign-in/code"), otp=codes[0]).alert("验证码")


def test_codes_cannot_be_guessed_without_end(portal):
    enrolled(portal, OFFICER)
    browser = Browser(portal)
    page = browser.sign_in(OFFICER)
    answers = [browser.send(page.form("/sign-in/code"), otp=f"{n:06d}").status for n in range(9)]
    assert answers[-1] == 429
    assert set(answers[:7]) == {401}
    # Neither another address nor a right password in between begins anew.
    other = Browser(portal)
    other.client = TestClient(portal, base_url="http://portal.test", client=("192.0.2.9", 1))
    assert other.send(other.sign_in(OFFICER).form("/sign-in/code"), otp="000000").status == 429


def test_the_password_alone_opens_neither_page_nor_api(portal):
    asked = {"login": OFFICER.login, "password": PASSWORD}
    client = TestClient(portal, base_url="http://portal.test")
    assert (
        client.post("/api/v1/tokens", json=asked).json()["errors"][0]["code"]
        == "second_factor_missing"
    )
    secret = enrolled(portal, OFFICER).secret
    assert client.post("/api/v1/tokens", json=asked).json()["errors"][0]["code"] == "wrong_code"
    answer = client.post("/api/v1/tokens", json={**asked, "otp": next_step(secret)})
    assert answer.status_code == 201
    assert client.post(
        "/api/v1/tokens", json={"login": STEWARD.login, "password": PASSWORD}
    ).is_success


def test_what_waits_for_a_code_ends_by_itself(portal, town):
    enrolled(portal, OFFICER)
    browser = Browser(portal)
    page = browser.sign_in(OFFICER)
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE session SET seen_at = now() - interval '11 minutes'"))
    assert browser.send(page.form("/sign-in/code"), otp="000000").response.url.path == "/sign-in"


def test_a_lost_phone_is_forgotten_and_another_one_set_up(portal, factors):
    enrolled(portal, OFFICER)
    factors.forget(OFFICER.login)
    assert Browser(portal).sign_in(OFFICER).response.url.path == "/sign-in/enrolment"


def test_the_database_keeps_no_secret_that_makes_codes(portal, town, factors):
    app = enrolled(portal, OFFICER)
    with town.database.reading() as connection:
        kept = connection.execute(
            text(
                "SELECT f::text || (SELECT string_agg(r::text, '') FROM recovery_code r) FROM second_factor f"
            )
        ).scalar_one()
    for private in (app.secret, *app.recovery):
        assert private.encode().hex() not in kept
        assert private not in kept
    other = SecondFactors(town.database, Sealer("another key"), required=True)
    with pytest.raises(SealedWithAnotherKey):
        other.check(OFFICER.login, code_of(app.secret))


def test_the_neighbouring_steps_count_and_no_others():
    secret, now = pyotp.random_base32(), 59_000_000
    app = pyotp.TOTP(secret)
    steps = {
        beside: _step_of(secret, app.generate_otp(now + beside), now) for beside in range(-3, 4)
    }
    assert steps == {-3: None, -2: None, -1: now - 1, 0: now, 1: now + 1, 2: None, 3: None}


def test_a_code_of_far_away_opens_nothing_and_one_beside_it_does(town, factors):
    secret = factors.prepare(STEWARD.login).secret
    for steps in (-20, 20):
        with pytest.raises(WrongCode):
            factors.confirm(STEWARD.login, code_of(secret, steps))
    factors.confirm(STEWARD.login, code_of(secret))
    # Now, or on a slow machine half a minute ago: one step after the one that was used.
    factors.check(STEWARD.login, code_of(secret, 1))


def test_an_installation_may_do_without(town, tmp_path):
    sealer = Sealer(Settings(data_dir=tmp_path).signing_key)
    account = SignIns(town.database, "key").sign_in(OFFICER.login, PASSWORD, "192.0.2.1")
    assert SecondFactors(town.database, sealer, required=False).need(account) is Need.NOTHING
    assert SecondFactors(town.database, sealer, required=True).need(account) is Need.ENROLMENT
