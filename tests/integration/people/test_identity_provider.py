"""Signing in by a real OpenID provider on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from config.settings import Settings
from models.people.security import SecurityEvent as E
from services.people import identity_provider
from services.people.identity_provider import IdentityProvider, NotProven, ProviderNotReached
from services.people.security_log import Search, log_page
from tests.integration.people.real_provider import CLIENT, SECRET, RealProvider, User, real_provider
from tests.support.people import LEADER, STEWARD, handler
from tests.support.portal import HOSTS, Browser, Town
from tests.support.yard import LAND
from web.app import create_app
from web.sessions import PROVIDER

OFFICER = handler(LAND)
PEOPLE = (
    User(sub="0001", claims={"preferred_username": "Steward"}),
    User(sub="0002", claims={"preferred_username": "stranger"}),
    User(sub="0003", claims={"preferred_username": OFFICER.login}),
    User(sub="0004", claims={"preferred_username": STEWARD.login}),
    User(sub="0005", claims={"preferred_username": LEADER.login}),
)


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with real_provider(*PEOPLE) as found:
        yield found


@pytest.fixture
def portal(module_town: Town, provider: RealProvider):
    town = module_town
    provider.proven.clear()
    with town.database.transaction() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
    settings = Settings(
        data_dir=town.settings.data_dir,
        clock_file=town.settings.clock_file,
        hosts=HOSTS,
        portal_url="http://portal.test",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="新区统一身份认证",
    )
    return create_app(town.database, settings)


def asked(browser: Browser, back: str = "/") -> str:
    """Where the browser is sent when somebody chooses the provider."""
    answer = browser.client.get(f"/sign-in/provider?back={back}", follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def through(browser: Browser, provider: RealProvider, subject: str, back: str = "/"):
    return browser.open(provider.sign_in(asked(browser, back), subject))


def test_the_sign_in_page_names_the_provider_and_leads_there_and_back(portal, provider):
    browser = Browser(portal, "zh-CN")
    page = browser.open("/sign-in")
    assert page.link("使用新区统一身份认证登录").address.startswith("/sign-in/provider")
    page = through(browser, provider, "0001", "/notices")
    assert page.response.url.path == "/notices"
    assert len(provider.proven) == 1


def test_an_account_is_matched_by_login_once_and_by_subject_from_then_on(
    portal, provider, module_town
):
    assert through(Browser(portal), provider, "0001").response.url.path == "/projects"
    # Somebody else whom the provider gives the same name later is not the same person.
    refused = through(Browser(portal, "zh-CN"), provider, "0004")
    assert refused.status == 401
    linked = log_page(module_town.database, Search(kind=E.IDENTITY_LINKED)).rows
    # Others of the module may have been linked before.
    assert [entry.subject for entry in linked].count(STEWARD.login) == 1
    assert (
        log_page(module_town.database, Search(kind=E.SIGNED_IN)).rows[0].detail["by"] == "provider"
    )


def test_who_has_no_account_here_gets_none(portal, provider):
    page = through(Browser(portal, "zh-CN"), provider, "0002")
    assert page.status == 401
    assert page.alert("管理员")


def test_a_disabled_account_is_not_opened_by_the_provider_either(portal, provider, module_town):
    through(Browser(portal), provider, "0005")
    closed = "UPDATE account SET active = :active WHERE login = 'leader'"
    with module_town.database.transaction() as connection:
        connection.execute(text(closed), {"active": False})
    assert through(Browser(portal), provider, "0005").status == 401
    with module_town.database.transaction() as connection:
        connection.execute(text(closed), {"active": True})


def test_a_role_that_needs_a_second_factor_is_asked_for_it_still(portal, provider):
    page = through(Browser(portal), provider, "0003")
    assert page.response.url.path == "/sign-in/enrolment"


def test_an_answer_belongs_to_the_browser_that_asked(portal, provider):
    address = provider.sign_in(asked(Browser(portal)), "0001")
    victim = Browser(portal)
    assert victim.open(address).status == 401
    asked(victim)
    assert victim.open(address).status == 401
    assert victim.open("/account").response.url.path == "/sign-in"


def test_an_answer_counts_once(portal, provider):
    browser = Browser(portal)
    address = provider.sign_in(asked(browser), "0001")
    kept = browser.client.cookies[PROVIDER]
    assert browser.open(address).response.url.path == "/projects"
    other = Browser(portal)
    other.client.cookies.set(PROVIDER, kept, domain="portal.test")
    assert other.open(address).status == 401


def test_an_altered_challenge_is_refused_by_the_provider(portal, provider):
    """A code that was caught on the way is worth nothing without the verifier."""
    browser = Browser(portal)
    address = provider.sign_in(asked(browser), "0001")
    for code in provider.challenges:
        provider.challenges[code] = "another"
    assert browser.open(address).status == 401


def as_client(provider: RealProvider, **more: str) -> IdentityProvider:
    values = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "login_claim": "preferred_username",
        "return_address": "http://portal.test/sign-in/provider/return",
    }
    return IdentityProvider(**values | more)


def code_in(address: str) -> tuple[str, str]:
    from urllib.parse import parse_qs, urlsplit

    found = parse_qs(urlsplit(address).query)
    return found["state"][0], found["code"][0]


@pytest.mark.parametrize("changed", ["nonce", "audience", "key", "algorithm", "time"])
def test_a_token_that_was_made_for_something_else_proves_nothing(provider, monkeypatch, changed):
    client = as_client(provider)
    address, question = client.ask("/")
    state, code = code_in(provider.sign_in(address, "0001"))
    if changed == "nonce":
        monkeypatch.setattr(identity_provider.secrets, "compare_digest", _only_state(state))
    if changed == "audience":
        token = client._id_token(question, code)
        client = as_client(provider, client_id="another")
        monkeypatch.setattr(IdentityProvider, "_id_token", lambda *_: token)
    if changed == "key":
        with real_provider(*PEOPLE) as other:
            keys = identity_provider._get(f"{other.issuer}/jwks")
        get = identity_provider._get
        monkeypatch.setattr(
            identity_provider, "_get", lambda a: keys if a.endswith("/jwks") else get(a)
        )
    if changed == "algorithm":
        monkeypatch.setattr(identity_provider, "ALGORITHMS", ("ES256",))
    if changed == "time":
        monkeypatch.setattr(identity_provider, "LEEWAY_SECONDS", -7200)
    with pytest.raises(NotProven):
        client.answered(question, state, code)


def _only_state(state: str):
    return lambda _asked, told: told == state.encode()


def test_a_provider_that_calls_itself_otherwise_is_not_believed(provider):
    with pytest.raises(ProviderNotReached):
        as_client(provider, issuer=provider.issuer + "/").ask("/")
    with pytest.raises(ProviderNotReached):
        as_client(provider, issuer="http://127.0.0.1:9").ask("/")


def test_the_address_for_mail_names_an_account_only_when_it_is_verified(provider):
    client = as_client(provider, login_claim="email")
    assert client._login({"email": "steward"}) is None
    assert client._login({"email": "Steward", "email_verified": True}) == "steward"


def test_who_is_signed_in_proves_themselves_anew(portal, provider, module_town):
    browser = Browser(portal)
    through(browser, provider, "0001")
    with module_town.database.transaction() as connection:
        connection.execute(text("UPDATE session SET proved_at = now() - interval '1 hour'"))
    address = asked(browser, "/account")
    assert "prompt=login" in address
    page = browser.open(provider.sign_in(address, "0001"))
    assert page.response.url.path == "/account"
    page = browser.send(page.form("/account/tokens"), label="x")
    assert page.says("x")
    assert browser.open(provider.sign_in(asked(browser), "0003")).status == 422


def test_without_a_provider_there_is_no_such_page(module_town):
    browser = module_town.browser()
    assert not [link for link in browser.open("/sign-in").links if "provider" in link]
    assert browser.open("/sign-in/provider").status == 404


@pytest.mark.parametrize("issuer", ["http://id.example.org", "ftp://x", "id.example.org"])
def test_a_provider_elsewhere_is_reached_by_tls_only(issuer, tmp_path):
    with pytest.raises(ValidationError):
        Settings(data_dir=tmp_path, oidc_issuer=issuer, oidc_client_id="x")
