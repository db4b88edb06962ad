"""Too many wrong passwords: one limit for all portals of an installation, and nothing typed is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from config.settings import Settings, get_settings
from services.people.accounts import WrongPassword
from services.people.sign_ins import Limit, SignIns, TooManyTries
from services.unit_of_work import Database
from tests.support.people import APPLICANT, STEWARD
from tests.support.portal import HOSTS, PASSWORD, Browser, Town
from web.app import create_app

WRONG = "wrong password"
TWO = Limit(tries=2, seconds=60)
LOGIN, OTHER = APPLICANT.login, STEWARD.login


@pytest.fixture
def town(database_url: str, tmp_path, monkeypatch) -> Iterator[Town]:
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    get_settings.cache_clear()
    found = Town(database_url, tmp_path)
    yield found
    found.close()
    get_settings.cache_clear()


@pytest.fixture
def sign_ins(town: Town) -> SignIns:
    return SignIns(town.database, "k" * 32, TWO)


def fail(sign_ins: SignIns, login: str = LOGIN, address: str = "10.0.0.1") -> None:
    with pytest.raises(WrongPassword):
        sign_ins.sign_in(login, WRONG, address)


def refused(sign_ins: SignIns, login: str = LOGIN, address: str = "10.0.0.1") -> bool:
    """Whether the right password is not even looked at."""
    try:
        sign_ins.sign_in(login, PASSWORD, address)
    except TooManyTries:
        return True
    return False


def pass_by(town: Town, seconds: int) -> None:
    """As if everything had happened so much earlier."""
    earlier = (
        "UPDATE sign_in_attempt SET forget_at = forget_at - make_interval(secs => :s),"
        " failed_at = ARRAY(SELECT at - make_interval(secs => :s) FROM unnest(failed_at) at)"
    )
    with town.database.transaction() as connection:
        connection.execute(text(earlier), {"s": seconds})


def rows(town: Town) -> list[tuple[bytes, int]]:
    with town.database.reading() as connection:
        query = "SELECT holder, cardinality(failed_at) FROM sign_in_attempt"
        return [(bytes(row[0]), row[1]) for row in connection.execute(text(query))]


def test_an_account_waits_wherever_it_is_tried_from(sign_ins):
    fail(sign_ins, address="10.0.0.1")
    fail(sign_ins, address="10.0.0.2")
    assert refused(sign_ins, address="10.0.0.3")
    assert not refused(sign_ins, login=OTHER, address="10.0.0.3")


def test_an_address_waits_whatever_account_it_tries(sign_ins):
    fail(sign_ins, login="nobody")
    fail(sign_ins, login="no one")
    assert refused(sign_ins)
    assert not refused(sign_ins, address="10.0.0.2")


def test_the_wait_ends_by_itself_and_is_not_lengthened(town, sign_ins):
    fail(sign_ins)
    pass_by(town, 40)
    fail(sign_ins)
    assert refused(sign_ins)
    pass_by(town, 21)  # the first of the two is over a minute ago
    fail(sign_ins)
    assert refused(sign_ins)
    pass_by(town, 61)
    assert not refused(sign_ins)


def test_who_got_in_begins_anew(town, sign_ins):
    fail(sign_ins)
    assert not refused(sign_ins)
    assert rows(town) == []
    fail(sign_ins)
    assert not refused(sign_ins)


def test_the_sentence_names_the_minutes_that_are_left(town):
    sign_ins = SignIns(town.database, "k" * 32)
    for _ in range(8):
        fail(sign_ins)
    pass_by(town, 100)
    with pytest.raises(TooManyTries) as refusal:
        sign_ins.sign_in(LOGIN, PASSWORD, "10.0.0.9")
    assert refusal.value.params["minutes"] == 3


def test_two_portals_share_the_limit_and_a_restart_forgets_nothing(town, database_url, tmp_path):
    """Eight failures over two portals; then a third portal starts and refuses as well."""
    databases = [Database(database_url) for _ in range(2)]
    settings = Settings(data_dir=tmp_path, clock_file=tmp_path / "clock", hosts=HOSTS)
    try:
        first, second = Browser(town.app), Browser(create_app(databases[0], settings))
        statuses = [
            browser.sign_in(LOGIN, WRONG).status for _ in range(4) for browser in (first, second)
        ]
        assert statuses == [401] * 8
        started_later = Browser(create_app(databases[1], settings))
        for browser in (first, second, started_later):
            page = browser.sign_in(LOGIN)
            assert page.status == 429
            assert page.alert("密码错误次数过多")
        answer = started_later.client.post(
            "/api/v1/tokens", json={"login": LOGIN, "password": PASSWORD, "label": "x"}
        )
        assert answer.status_code == 429
        assert answer.json()["type"] == "urn:kaigong:problem:too_many_tries"
    finally:
        for database in databases:
            database.close()


def test_however_many_come_at_once_only_so_many_passwords_are_looked_at(town, database_url):
    portals = [SignIns(Database(database_url), "k" * 32) for _ in range(2)]
    start = threading.Barrier(16)

    def attempt(number: int) -> str:
        start.wait()
        try:
            portals[number % 2].sign_in(LOGIN, WRONG, f"10.0.1.{number}")
        except (WrongPassword, TooManyTries) as refusal:
            return type(refusal).__name__
        return "signed in"

    with ThreadPoolExecutor(16) as people:
        answers = sorted(people.map(attempt, range(16)))
    for portal in portals:
        portal.database.close()
    assert answers == ["TooManyTries"] * 8 + ["WrongPassword"] * 8


def test_many_people_of_one_address_sign_in_at_once(town, database_url):
    sign_ins = SignIns(town.database, "k" * 32, TWO)
    start = threading.Barrier(6)

    def attempt(login: str) -> str:
        start.wait()
        return sign_ins.sign_in(login, PASSWORD, "10.0.0.1").login

    logins = [LOGIN, OTHER, "rival", "deputy", LOGIN, OTHER]
    with ThreadPoolExecutor(6) as people:
        assert list(people.map(attempt, logins)) == logins


def test_nothing_that_was_typed_is_kept(town, sign_ins):
    fail(sign_ins, login="open sesame", address="192.0.2.7")
    kept = rows(town)
    assert len(kept) == 2
    assert all(len(holder) == 32 for holder, _ in kept)
    with town.database.reading() as connection:
        whole = str(connection.execute(text("SELECT * FROM sign_in_attempt")).all())
    assert not [typed for typed in ("sesame", WRONG, "192.0.2.7") if typed in whole]
    other_key = SignIns(town.database, "j" * 32, TWO)
    fail(other_key, login="open sesame", address="192.0.2.7")
    assert len(rows(town)) == 4


def test_what_is_over_is_removed_and_the_rest_is_bounded(town):
    limit = Limit(tries=2, seconds=60, remembered=5)
    sign_ins = SignIns(town.database, "k" * 32, limit)
    fail(sign_ins, login="first", address="10.1.0.1")
    pass_by(town, 61)
    fail(sign_ins, login="second", address="10.1.0.2")
    assert len(rows(town)) == 2
    for number in range(8):
        fail(sign_ins, login=f"person {number}", address=f"10.2.0.{number}")
    assert len(rows(town)) == 5
    assert max(count for _, count in rows(town)) == 1
