"""The security log: who did what from where, append-only, shown to the administrator and to auditors."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from structlog.testing import capture_logs

from models.people.security import Origin
from models.people.security import SecurityEvent as E
from services.cases.watch.deadlines import watch
from services.people import security_log, tokens
from services.people.security_log import Entry, Search, log_page
from tests.support.ledger import as_owner
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK, LEADER, STEWARD
from tests.support.portal import PASSWORD, Browser, Town
from tests.support.yard import ENTERPRISE
from web.app import create_app


@pytest.fixture
def town(module_town: Town) -> Town:
    """The town of this module: its log is never emptied, so each test looks at what came last."""
    with module_town.database.transaction() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
    return module_town


def entries(town: Town, kind: E, subject: str | None = None) -> Sequence[Entry]:
    rows = log_page(town.database, Search(kind=kind)).rows
    return [row for row in rows if subject is None or row.subject == subject]


def test_signing_in_and_out_and_a_wrong_password_are_logged(town):
    browser = town.browser()
    browser.sign_in(STEWARD, "wrong password")
    (failed, *_) = entries(town, E.SIGN_IN_FAILED)
    assert (failed.actor, failed.subject, failed.address) == (None, STEWARD.login, "testclient")
    assert "wrong password" not in str(failed)
    browser.sign_in(STEWARD)
    (entry, *_) = entries(town, E.SIGNED_IN)
    assert (entry.actor, entry.detail["by"]) == (STEWARD.login, "password")
    browser.send(browser.open("/account").form("/sign-out"))
    assert entries(town, E.SIGNED_OUT)[0].actor == STEWARD.login


def test_what_is_typed_where_the_login_belongs_is_not_logged(town):
    town.browser().sign_in("open sesame of mine", "x")
    assert entries(town, E.SIGN_IN_FAILED)[0].subject is None
    assert not log_page(town.database, Search("sesame")).rows


def test_a_sprayed_password_makes_the_address_wait_whoever_signs_in_between(town):
    """One password over many accounts; one's own right password in between pays for none of it."""
    spray = Browser(town.app)
    for login in ("admin", "deputy", "leader", "rival"):
        assert spray.sign_in(login, "spring 2026 spring").status == 401
    assert spray.sign_in(APPLICANT).response.url.path == "/projects"
    spray.send(spray.open("/account").form("/sign-out"))
    for login in ("clerk", "steward", "nobody", "no one"):
        spray.sign_in(login, "spring 2026 spring")
    assert spray.sign_in("head.land", "spring 2026 spring").status == 429
    assert entries(town, E.MADE_TO_WAIT)[0].address == "testclient"
    elsewhere = Browser(town.app)
    elsewhere.client = TestClient(town.app, base_url="http://portal.test", client=("192.0.2.7", 1))
    assert elsewhere.sign_in(STEWARD).response.url.path == "/projects"


def test_tokens_are_logged_by_their_id_and_a_wrong_one_counts_for_its_address(town):
    browser = town.browser(STEWARD)
    page = browser.open("/account")
    browser.send(page.form("/account/tokens"), label="a script")
    (made, *_) = entries(town, E.TOKEN_MADE)
    kept = tokens.tokens_of(town.database, STEWARD.login)[0]
    assert (made.actor, made.detail["token"]) == (STEWARD.login, kept.id)
    browser.send(browser.open("/account").form("/account/tokens/revoke"), id=kept.id)
    assert entries(town, E.TOKEN_REVOKED)[0].detail["token"] == kept.id
    client = TestClient(town.app, base_url="http://portal.test", client=("192.0.2.8", 1))
    wrong = {"authorization": "Bearer kg_wrong"}
    answers = [client.get("/api/v1/me", headers=wrong).status_code for _ in range(9)]
    assert answers == [401] * 8 + [429]
    assert entries(town, E.TOKEN_REFUSED)[0].address == "192.0.2.8"
    # Programs with a right one go on: a token is not guessed, and an office has one address.
    token = tokens.issue_token(town.database, STEWARD.login, "t", town.now)
    right = {"authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=right).status_code == 200


def test_a_changed_password_and_what_it_ends(town):
    town.browser(LEADER)
    browser = town.browser(LEADER)
    page = browser.open("/account")
    browser.send(page.form("/account/password"), old=PASSWORD, new="quiet river under stone")
    assert entries(town, E.PASSWORD_CHANGED)[0].subject == LEADER.login
    changed = "UPDATE account SET password_hash = (SELECT password_hash FROM account WHERE login = 'clerk') WHERE login = 'leader'"
    with town.database.transaction() as connection:
        connection.execute(text(changed))


def test_a_refusal_is_logged_with_who_asked_for_what(town):
    browser = town.browser(CLERK)
    assert browser.client.get("/admin/security-log").status_code == 403
    (refused, *_) = entries(town, E.REFUSED)
    assert refused.actor == CLERK.login
    assert refused.detail["path"] == "/admin/security-log"
    assert refused.detail["why"] == "role_may_not_act"


def test_what_an_administrator_does_and_takes_out_is_logged(town):
    browser = town.browser(ADMINISTRATOR)
    browser.client.get("/scenarios/yard/1/export")
    (taken, *_) = entries(town, E.EXPORTED)
    assert (taken.actor, taken.detail["path"]) == (ADMINISTRATOR.login, "/scenarios/yard/1/export")
    code = "2611-611102-04-01-990077"
    form = browser.open("/projects/new?scenario=yard").form("/projects/new")
    browser.send(form, code=code, title="新厂房", enterprise=ENTERPRISE, steward="")
    assert entries(town, E.ADMINISTRATOR_ACT)[0].detail["path"] == "/projects/new"


def test_administrator_and_auditor_search_and_nobody_else_looks(town):
    security_log.record(town.database, E.EXPORTED, Origin("x", "192.0.2.99"), path="/a/b%c")
    for reader in (ADMINISTRATOR, LEADER):
        browser = town.browser(reader, "zh-CN")
        page = browser.open("/admin/security-log?text=192.0.2.99&kind=exported&since=2020-01-01")
        assert page.says("导出")
        assert page.html.count("<tr>") == 2
        assert browser.open("/admin/security-log?text=b%25c").html.count("<tr>") == 2
        assert browser.open("/admin/security-log?until=2020-01-01").says("没有符合条件的记录")
    assert town.browser(STEWARD).open("/admin/security-log").status == 403
    assert town.browser(LEADER).open("/projects").link("安全日志")


def test_pages_follow_each_other(town):
    for number in range(security_log.PAGE_SIZE + 2):
        security_log.record(town.database, E.EXPORTED, Origin("pages", "-"), number=number)
    first, second = (log_page(town.database, Search("pages", number=n)) for n in (1, 2))
    assert (len(first.rows), first.more, len(second.rows), second.more) == (50, True, 2, False)
    assert first.rows[0].detail["number"] == 51


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE security_event SET actor = 'somebody else'",
        "DELETE FROM security_event",
        "TRUNCATE security_event",
    ],
)
def test_what_was_logged_is_neither_changed_nor_removed(town, change):
    security_log.record(town.database, E.SIGNED_IN, Origin("a", "-"))
    refused = (IntegrityError, ProgrammingError)
    with pytest.raises(refused), town.database.transaction() as connection:
        connection.execute(text(change))
    with pytest.raises(IntegrityError), as_owner(town.url) as connection:
        connection.execute(text(change))


def test_what_is_older_than_the_district_keeps_it_is_removed_by_the_watch(town):
    old = "INSERT INTO security_event (at, kind, actor, address) SELECT now() - make_interval(days => d), 'signed_in', 'old', '-' FROM unnest(ARRAY[170, 190]) d"
    with town.database.transaction() as connection:
        connection.execute(text(old))
    watch(town.database, town.now)
    assert len(log_page(town.database, Search("old")).rows) == 1
    assert security_log.forget_old(town.database, 1) == 0


def test_every_entry_is_a_line_of_the_programs_log_too(town):
    with capture_logs() as lines:
        security_log.record(town.database, E.EXPORTED, Origin("me", "192.0.2.5"), path="/x")
    (line,) = lines
    assert (line["event"], line["kind"], line["actor"]) == ("security_event", "exported", "me")
    assert (line["address"], line["detail"]) == ("192.0.2.5", {"path": "/x"})


def test_a_forged_proxy_header_is_not_where_somebody_came_from(town):
    """Only a proxy that is trusted says where a request came from, and only about its own hop."""
    settings = town.settings.model_copy(update={"trusted_proxies": "192.0.2.1, 10.42.0.0/16"})
    behind = create_app(town.database, settings)
    forged = {"authorization": "Bearer kg_wrong", "x-forwarded-for": "203.0.113.6, 198.51.100.7"}
    outside, proxy, of_network = "192.0.2.50", "192.0.2.1", "10.42.7.9"
    came = {outside: outside, proxy: "198.51.100.7", of_network: "198.51.100.7"}
    for peer, told in came.items():
        client = TestClient(behind, base_url="http://portal.test", client=(peer, 1))
        client.get("/api/v1/me", headers=forged)
        assert entries(town, E.TOKEN_REFUSED)[0].address == told
