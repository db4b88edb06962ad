"""Pages and answers repeat what people typed, whatever words of ours it looks like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.settings import get_settings
from models.cases import commands as c
from models.people.actor import Actor, Role
from services.cases.registration import register_project
from services.people import accounts
from tests.support.ledger import FILE
from tests.support.people import APPLICANT, CLERK, handler
from tests.support.portal import PASSWORD, Town, _hashed
from tests.support.yard import PLANNING

#: A leader whose login is the name of a role.
APPROVER = Actor("approver", Role.LEADER)


@pytest.fixture
def town(database_url: str, tmp_path, monkeypatch) -> Iterator[Town]:
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    get_settings.cache_clear()
    found = Town(database_url, tmp_path)
    yield found
    found.close()
    get_settings.cache_clear()


def opened(town: Town) -> str:
    """A project that is called Open, with a paper in a file that is called granted."""
    request = town.request(title="Open")
    project = register_project(town.database, request, CLERK, town.now).project
    paper = c.SubmitMaterial(material="plan", file_name="granted", sha256=FILE)
    town.do(project, paper, APPLICANT)
    town.do(project, c.SubmitApplication(item="A1"))
    return project


def test_a_project_and_a_file_are_called_on_pages_what_people_called_them(town):
    project = opened(town)
    page = town.browser(CLERK, "zh-CN").open(f"/projects/{project}")
    assert "Open" in page.text
    assert "打开" not in page.text
    officer = town.browser(handler(PLANNING), "zh-CN")
    assert "granted" in officer.open(f"/projects/{project}/items/A1").text


def test_a_reason_stands_on_the_time_line_as_it_was_typed(town):
    project = opened(town)
    town.do(project, c.RequestCorrection(item="A1", materials={"plan": "granted (art. 31)"}))
    page = town.browser(APPLICANT, "zh-CN").open(f"/projects/{project}")
    assert "：granted" in page.text


def test_a_refusal_names_a_login_that_is_called_like_a_role(town):
    project = opened(town)
    with town.database.transaction() as connection:
        account = accounts.NewAccount(
            login="approver", name="审批", role=Role.LEADER, password=PASSWORD
        )
        accounts.insert_account(connection, account, hashed=_hashed(PASSWORD))
    browser = town.browser(APPROVER, "zh-CN")
    answer = browser.open("/admin")
    assert answer.status == 403
    assert "approver" in answer.text
    assert "平台管理员" in answer.text
    assert project
