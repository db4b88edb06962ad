"""Security keys and passkeys beside the app: registered, given, refused, renamed, removed."""

from __future__ import annotations

import json
import random
import re

import pytest
from sqlalchemy import text
from webauthn.helpers import base64url_to_bytes

from config.settings import Settings
from models.people.security import SecurityEvent as E
from services.people.security_keys import (
    ANSWERED_WITHIN,
    MOST_KEYS,
    KeyNotRight,
    KeyNotTaken,
    KeyWasCopied,
    LastFactor,
    SecurityKeys,
    TooManyKeys,
    relying_party,
)
from tests.integration.people.authenticator import PRESENT, Authenticator, asked_on, to_text
from tests.integration.people.test_second_factor import code_of, secret_on
from tests.support.people import ADMINISTRATOR, STEWARD, handler
from tests.support.portal import HOSTS, Browser
from tests.support.yard import LAND
from web.app import create_app

OFFICER = handler(LAND)
ADDRESS = "https://portal.test"


def device(**own) -> Authenticator:
    return Authenticator(origin=ADDRESS, party="portal.test", **own)


@pytest.fixture
def portal(town, tmp_path):
    """A portal that asks officers for a second factor, under the name that keys are made for."""
    settings = Settings(
        data_dir=tmp_path,
        clock_file=town.settings.clock_file,
        hosts=HOSTS,
        portal_url=ADDRESS,
        requests_per_minute=1_000_000,
    )
    return create_app(town.database, settings)


@pytest.fixture
def keys(town) -> SecurityKeys:
    party = relying_party(ADDRESS)
    assert party is not None
    return SecurityKeys(town.database, "a key of the installation", party)


@pytest.fixture
def held(keys) -> Authenticator:
    """A device that is a key of the steward."""
    made = device()
    keys.add(STEWARD.login, "here", "desk", made.create(registration(keys)))
    return made


def registration(keys, login=STEWARD.login, holder="here"):
    return json.loads(keys.registration(login, holder))


def question(keys, login=STEWARD.login, holder="here"):
    return json.loads(keys.question(login, holder))


def secure(portal) -> Browser:
    browser = Browser(portal)
    browser.client.base_url = ADDRESS
    return browser


def logged(town, kind):
    with town.database.reading() as connection:
        found = connection.execute(
            text("SELECT subject, detail FROM security_event WHERE kind = :kind ORDER BY id"),
            {"kind": kind},
        )
        return [tuple(row) for row in found]


# --- through the portal ---------------------------------------------------------------------------


def test_a_key_is_the_first_factor_signs_in_and_proves(portal, town):
    browser, made = secure(portal), device()
    page = browser.sign_in(OFFICER)
    assert page.response.url.path == "/sign-in/enrolment"
    answer = made.create(asked_on(page.html))
    done = browser.send(page.form("/sign-in/enrolment/key"), name="工位", credential=answer)
    assert len(re.findall(r'<code class="token">', done.html)) == 10
    again = secure(portal)
    page = again.sign_in(OFFICER)
    assert page.response.url.path == "/sign-in/code"
    answer = made.give(asked_on(page.html))
    assert again.send(page.form("/sign-in/key"), credential=answer).response.url.path == "/inbox"
    # The same answer, in another session of somebody who knows the password.
    thief = secure(portal)
    page = thief.sign_in(OFFICER)
    assert thief.send(page.form("/sign-in/key"), credential=answer).status == 401
    cookie = again.client.cookies["__Host-kaigong_session"]
    page = again.open("/confirm?back=/account")
    answer = made.give(asked_on(page.html))
    page = again.send(page.form("/confirm"), credential=answer)
    assert page.response.url.path == "/account"
    assert again.client.cookies["__Host-kaigong_session"] != cookie
    assert logged(town, E.KEY_ADDED) == [(OFFICER.login, {"key": "工位"})]
    signed_in = [detail["by"] for login, detail in logged(town, E.SIGNED_IN)]
    assert signed_in == ["key", "key"]
    assert logged(town, E.CONFIRMED) == [(OFFICER.login, {"by": "key"})]


def test_codes_stay_with_and_without_javascript(portal):
    browser = secure(portal)
    page = browser.sign_in(OFFICER)
    secret = secret_on(page)
    browser.send(page.form("/sign-in/enrolment"), otp=code_of(secret))
    page, made = browser.open("/account/keys"), device()
    answer = made.create(asked_on(page.html))
    page = browser.send(page.form("/account/keys"), name="desk", credential=answer)
    # An app with its recovery codes was there: no further codes.
    assert page.response.url.path == "/account/keys"
    assert "desk" in page.html
    again = secure(portal)
    page = again.sign_in(OFFICER)
    # Without JavaScript the form of the key stays hidden, and the one of the code is there.
    assert re.search(r'<form method="post" action="/sign-in/key" hidden', page.html)
    page = again.send(page.form("/sign-in/code"), otp=code_of(secret, 1))
    assert page.response.url.path == "/inbox"


def test_several_keys_are_named_renamed_and_removed(portal, town):
    browser = secure(portal)
    browser.sign_in(STEWARD)
    for name in ("desk", "safe"):
        page = browser.open("/account/keys")
        answer = device().create(asked_on(page.html))
        browser.send(page.form("/account/keys"), name=name, credential=answer)
    page = browser.open("/account/keys")
    key = re.search(r'name="key" value="([0-9a-f]{16})"', page.html)[1]
    form = page.form("/account/keys/change")
    page = browser.send(form, key=key, act="rename", name="desk in room 2")
    assert "desk in room 2" in page.html
    page = browser.send(page.form("/account/keys/change"), key=key, act="remove")
    assert "desk in room 2" not in page.html
    key = re.search(r'name="key" value="([0-9a-f]{16})"', page.html)[1]
    last = browser.send(page.form("/account/keys/change"), key=key, act="remove")
    assert last.status == 409
    assert logged(town, E.KEY_RENAMED) == [
        (STEWARD.login, {"key": "desk in room 2", "before": "desk"})
    ]
    assert logged(town, E.KEY_REMOVED) == [(STEWARD.login, {"key": "desk in room 2"})]


def test_the_administrator_takes_keys_away_with_the_factor(portal, town, keys, held):
    town_browser = town.browser(ADMINISTRATOR)
    page = town_browser.open(f"/admin/people/{STEWARD.login}")
    assert "1 个安全密钥" in page.html
    form = page.form(f"/admin/people/{STEWARD.login}/acts")
    town_browser.send(form, act="forget_factor")
    assert keys.of(STEWARD.login) == ()
    assert keys.question(STEWARD.login, "here") is None


def test_keys_need_an_address_that_browsers_take(town, tmp_path):
    settings = Settings(
        data_dir=tmp_path,
        clock_file=town.settings.clock_file,
        hosts=HOSTS,
        portal_url="http://portal.test",
        second_factor=False,
    )
    browser = Browser(create_app(town.database, settings))
    browser.sign_in(STEWARD)
    assert "/account/keys" not in browser.open("/account").html
    assert browser.open("/account/keys").status == 404


# --- what a key is asked and answers --------------------------------------------------------------


def test_a_device_of_another_site_session_person_or_kind_is_not_taken(keys):
    asked = registration(keys)
    wrong = [
        Authenticator(origin="https://portal.test.example", party="portal.test").create(asked),
        Authenticator(origin=ADDRESS, party="example").create(asked),
        device().create(registration(keys, holder="elsewhere")),
        device().create(asked, type="webauthn.get"),
        device().create({"challenge": "AAAA"}),
        device(flags=0).create(asked),
        *("", "{}", "[]", "null", '{"response": 1}', "[" * 5000, "9" * 60_000),
    ]
    for answer in wrong:
        with pytest.raises(KeyNotTaken):
            keys.add(STEWARD.login, "here", "desk", answer)
    assert keys.of(STEWARD.login) == ()


def test_an_answer_counts_once_here_and_now(keys, held, town):
    asked = question(keys)
    answer = held.give(asked)
    keys.check(STEWARD.login, "here", answer)
    used = keys.of(STEWARD.login)[0].used_at
    assert used is not None
    wrong = [
        answer,
        held.give(question(keys, holder="elsewhere")),
        held.give(question(keys), origin="https://portal.test.example"),
        held.give(question(keys), type="webauthn.create"),
        held.give(registration(keys)),
        device(id=held.id).give(question(keys)),
        device().give(question(keys)),
        *("", "{}", "[]", '{"rawId": 7}'),
    ]
    for sent in wrong:
        with pytest.raises(KeyNotRight):
            keys.check(STEWARD.login, "here", sent)
    with pytest.raises(KeyNotRight):
        keys.check(ADMINISTRATOR.login, "here", held.give(question(keys)))
    held.flags = 0
    with pytest.raises(KeyNotRight):
        keys.check(STEWARD.login, "here", held.give(question(keys)))
    held.flags = PRESENT
    keys.check(STEWARD.login, "here", held.give(question(keys)))


def test_an_answer_that_comes_too_late_is_refused(keys, held):
    row = keys._asked(STEWARD.login)[0]
    for age in (ANSWERED_WITHIN + 60, -600):
        asked = {"challenge": to_text(keys._challenge("give", "here", int(row.now) - age))}
        with pytest.raises(KeyNotRight):
            keys.check(STEWARD.login, "here", held.give(asked))


def test_a_copied_key_is_refused_and_told(keys, held, town):
    for _ in range(3):
        keys.check(STEWARD.login, "here", held.give(question(keys)))
    copy = device(id=held.id, key=held.key, count=1)
    with pytest.raises(KeyWasCopied):
        keys.check(STEWARD.login, "here", copy.give(question(keys)))
    assert logged(town, E.KEY_REFUSED) == [(STEWARD.login, {"key": "desk"})]
    keys.check(STEWARD.login, "here", held.give(question(keys)))


def test_a_passkey_that_does_not_count_opens_again_and_again(keys):
    made = device(counts=False)
    keys.add(STEWARD.login, "here", "phone", made.create(registration(keys)))
    for _ in range(3):
        keys.check(STEWARD.login, "here", made.give(question(keys)))


def test_a_device_is_one_key_of_one_account_and_keys_have_a_bound(keys, held):
    assert registration(keys)["excludeCredentials"][0]["id"]
    answer = held.create(registration(keys, ADMINISTRATOR.login))
    with pytest.raises(KeyNotTaken):
        keys.add(ADMINISTRATOR.login, "here", "theirs", answer)
    for number in range(1, MOST_KEYS):
        keys.add(STEWARD.login, "here", f"key {number}", device().create(registration(keys)))
    with pytest.raises(TooManyKeys):
        keys.add(STEWARD.login, "here", "more", device().create(registration(keys)))


def test_the_only_factor_is_not_removed_by_its_owner(keys, held):
    only = keys.of(STEWARD.login)[0].id
    with pytest.raises(LastFactor):
        keys.remove(STEWARD.login, only)
    keys.add(STEWARD.login, "here", "second", device().create(registration(keys)))
    keys.remove(STEWARD.login, only)
    assert [key.name for key in keys.of(STEWARD.login)] == ["second"]


def test_what_is_changed_on_the_way_opens_nothing(keys, held):
    """One byte of any part of the answer changed, left out or put in."""
    chance = random.Random(20260701)
    right = held.give(question(keys))
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for _ in range(50):
            sent = json.loads(right)
            bytes_ = bytearray(base64url_to_bytes(sent["response"][part]))
            place = chance.randrange(len(bytes_))
            bytes_[place : place + chance.randrange(2)] = bytes([bytes_[place] ^ 0x15])
            sent["response"][part] = to_text(bytes(bytes_))
            with pytest.raises(KeyNotRight):
                keys.check(STEWARD.login, "here", json.dumps(sent))
    keys.check(STEWARD.login, "here", right)
