"""Accounts that nobody uses: told, closed, kept where something hangs on them, and in use again in time."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.people.security import SecurityEvent as E
from rules.installation.policy import SecurityPolicy
from services.cases.handover.unused_accounts import close_unused
from services.notices.notice_list import inbox
from services.notices.notices import expand
from services.people.security_log import Search, log_page
from services.people.tokens import by_token, issue_token
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER, STEWARD
from tests.support.portal import OTHER_APPLICANT, PASSWORD, Town

POLICY = SecurityPolicy(unused_months=3, unused_notice_days=10)


@pytest.fixture
def town(module_town: Town) -> Town:
    back = "UPDATE account SET active = true, used_at = now(), warned_at = NULL"
    with module_town.database.transaction() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
        connection.execute(text(back))
    return module_town


def unused(
    town: Town, login: str, months: int, days: int = 0, *, warned: int | None = None
) -> None:
    """As if nobody had used an account for so long, and its person had been told so many days ago."""
    values = {"login": login, "months": months, "days": days, "warned": warned}
    with town.database.transaction() as connection:
        connection.execute(_UNUSED, values)


def closed(town: Town) -> tuple[str, ...]:
    return close_unused(town.database, POLICY, town.now)


def is_open(town: Town, login: str) -> object:
    return town.scalar("SELECT active FROM account WHERE login = :login", login=login)


def test_its_person_is_told_once_and_the_account_closed_when_they_stay_away(town):
    login = OTHER_APPLICANT.login
    unused(town, login, 2)
    assert closed(town) == ()
    assert town.scalar("SELECT warned_at FROM account WHERE login = :l", l=login) is None
    unused(town, login, 4)
    assert (closed(town), closed(town)) == ((), ())
    expand(town.database, town.now)
    (notice,) = inbox(town.database, OTHER_APPLICANT, "zh-CN")
    assert (notice.template, notice.page) == ("account_unused", "/sign-in")
    assert "停用" in notice.letter.title
    unused(town, login, 4, warned=9)
    assert closed(town) == ()
    unused(town, login, 4, warned=10)
    assert closed(town) == (login,)
    assert not is_open(town, login)
    entry = log_page(town.database, Search(kind=E.ACCOUNT_DISABLED)).rows[0]
    assert (entry.subject, entry.address) == (login, "watch")
    page = town.browser(ADMINISTRATOR).open("/admin/security-log?kind=account_disabled")
    assert page.says("时限监察")


def test_what_hangs_on_an_account_keeps_it_open(town):
    town.register()
    for login in (APPLICANT.login, STEWARD.login):
        unused(town, login, 9, warned=60)
    administrators = town.scalar(
        "SELECT array_agg(login) FROM account WHERE role = 'administrator'"
    )
    for login in administrators:
        unused(town, login, 9, warned=60)
    left = closed(town)
    assert APPLICANT.login not in left
    assert STEWARD.login not in left
    assert len(set(administrators) - set(left)) == 1


def test_who_signs_in_or_sends_a_program_keeps_the_account(town):
    for login in (LEADER.login, OTHER_APPLICANT.login):
        unused(town, login, 9, warned=60)
    token = issue_token(town.database, OTHER_APPLICANT.login, "t", town.now)
    assert by_token(town.database, token, town.now).account.login == OTHER_APPLICANT.login
    browser = town.browser()
    assert browser.sign_in(LEADER, "wrong password").status == 401
    assert town.scalar("SELECT used_at < warned_at FROM account WHERE login = 'leader'")
    browser.sign_in(LEADER, PASSWORD)
    assert closed(town) == ()
    assert is_open(town, LEADER.login)


_UNUSED = text(
    "UPDATE account SET used_at = now() - make_interval(months => :months, days => :days),"
    " warned_at = now() - make_interval(days => CAST(:warned AS integer)) WHERE login = :login"
)
