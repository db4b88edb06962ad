"""Somebody's own channels in the portal: added after a proof, shown by kind alone, taken away."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from config.settings import get_settings
from models.people.security import SecurityEvent as E
from services.notices.notices import pump
from services.notices.own_channels import MOST
from services.notices.sealed_channels import opened
from services.people.security_log import Search, log_page
from tests.support.people import APPLICANT, STEWARD
from tests.support.portal import PASSWORD, Browser, Town

PAGE, REMOVE = "/account/channels", "/account/channels/remove"
ADDRESS = "json://127.0.0.1:9/t0ken-{}"


@pytest.fixture
def town(module_town: Town, monkeypatch) -> Town:
    monkeypatch.setenv("KAIGONG_NOTICE_NETWORKS", '["127.0.0.0/8"]')
    get_settings.cache_clear()
    with module_town.database.transaction() as connection:
        connection.execute(text("UPDATE account SET channels = '{}'"))
    yield module_town
    get_settings.cache_clear()


def kept(town: Town, login: str) -> list[str]:
    query = "SELECT channels FROM account WHERE login = :login"
    return list(town.scalar(query, login=login))


def add(browser: Browser, address: str):
    return browser.send(browser.open(PAGE).form(PAGE), channel_address=address)


def test_one_is_added_sealed_and_never_shown_again(town):
    browser = town.browser(STEWARD)
    page = add(browser, ADDRESS.format(1))
    assert page.says("Webhook", "尚未发送过消息")
    assert "t0ken" not in page.html
    (sealed,) = kept(town, STEWARD.login)
    assert "t0ken" not in sealed
    assert opened(sealed) == ADDRESS.format(1)
    told = log_page(town.database, Search(kind=E.CHANNELS_CHANGED)).rows[0]
    assert (told.actor, told.subject, told.detail) == (
        STEWARD.login,
        STEWARD.login,
        {"channels": ["json"]},
    )


def test_a_wrong_one_is_refused_and_not_shown_either(town):
    browser = town.browser(STEWARD)
    for wrong in ("carrier pigeon t0ken", "json://elsewhere.example/t0ken", ""):
        page = add(browser, wrong)
        assert page.status == 422
        assert "t0ken" not in page.html
    assert kept(town, STEWARD.login) == []


def test_there_are_so_many_and_one_that_is_taken_away_leaves_the_others_their_places(town):
    browser = town.browser(APPLICANT)
    for number in range(MOST):
        add(browser, ADDRESS.format(number))
    assert add(browser, ADDRESS.format("more")).status == 409
    form = browser.open(PAGE).form(REMOVE)
    assert form.fields["place"] == ["1"]
    browser.send(form)
    assert browser.send(form).status == 404
    places = kept(town, APPLICANT.login)
    assert places[0] == ""
    assert opened(places[1]) == ADDRESS.format(1)
    add(browser, ADDRESS.format("new"))
    assert opened(kept(town, APPLICANT.login)[-1]) == ADDRESS.format("new")
    town.register()
    pump(town.database, town.now)
    query = (
        "SELECT array_agg(DISTINCT channel ORDER BY channel) FROM delivery WHERE account = :login"
    )
    told = town.scalar(query, login=APPLICANT.login)
    assert told == [*(f"json-{place}" for place in range(2, MOST + 2)), "portal"]
    assert browser.open(PAGE).says("正在发送")


def test_who_was_not_asked_for_minutes_proves_who_they_are_first(town):
    browser = town.browser(STEWARD)
    form = browser.open(PAGE).form(PAGE)
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE session SET proved_at = proved_at - interval '11 min'"))
    assert browser.open(PAGE).response.url.path == "/confirm"
    page = browser.send(form, channel_address=ADDRESS.format(1))
    assert page.response.url.path == "/confirm"
    assert kept(town, STEWARD.login) == []
    assert town.scalar("SELECT count(*) FROM kept_form WHERE fields::text LIKE '%t0ken%'") == 0
    page = browser.send(page.form("/confirm"), password=PASSWORD)
    assert page.response.url.path == PAGE
