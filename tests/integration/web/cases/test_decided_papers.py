"""Case KEEP1 on the pages: a decision's papers can be opened in their version, whatever came since."""

from __future__ import annotations

import hashlib
import io

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from models.cases import commands as c
from services.documents.files import store_file
from services.people.tokens import issue_token
from tests.support.ledger import as_owner, sender
from tests.support.people import APPLICANT, approver, handler
from tests.support.portal import OTHER_APPLICANT, Town
from tests.support.yard import PLANNING

FIRST, SECOND, THIRD = b"the first plan", b"the second plan", b"the third plan"


def hand_in(town: Town, project: str, content: bytes) -> str:
    kept = store_file(town.database, io.BytesIO(content), "plan.txt", 1, sender(APPLICANT))
    command = c.SubmitMaterial(material="plan", file_name="plan.txt", sha256=kept.sha256)
    town.do(project, command)
    return kept.sha256


@pytest.fixture
def project(town: Town) -> str:
    """A1 was granted on the first version of the plan, which was replaced twice since."""
    project = town.register()
    hand_in(town, project, FIRST)
    town.do(project, c.SubmitApplication(item="A1"))
    town.do(project, c.AcceptApplication(item="A1"))
    town.do(project, c.ApproveItem(item="A1"))
    hand_in(town, project, SECOND)
    hand_in(town, project, THIRD)
    return project


def test_keep1_officers_and_the_enterprise_open_both_versions(town, project):
    first = hashlib.sha256(FIRST).hexdigest()
    for who in (handler(PLANNING), approver(PLANNING), APPLICANT):
        browser = town.browser(who)
        page = browser.open(f"/projects/{project}/items/A1")
        papers = page.region("材料")
        assert papers.says("此后已更换")
        link = f"/projects/{project}/papers/plan/{first}"
        assert link in page.html
        kept = browser.client.get(link)
        assert (kept.status_code, kept.content) == (200, FIRST)
        assert ".txt" in kept.headers["content-disposition"]
        assert browser.client.get(f"/projects/{project}/papers/plan").content == THIRD


def test_keep1_every_version_between_stays_as_well_and_no_other_is_given_out(town, project):
    browser = town.browser(APPLICANT)
    second = hashlib.sha256(SECOND).hexdigest()
    assert browser.client.get(f"/projects/{project}/papers/plan/{second}").content == SECOND
    # A file that was handed in elsewhere, or under another name, is none of this paper.
    other = store_file(town.database, io.BytesIO(b"somebody else's"), "x.txt", 1, sender(APPLICANT))
    for address in (f"plan/{other.sha256}", f"drawings/{second}", "plan/nothing"):
        assert browser.client.get(f"/projects/{project}/papers/{address}").status_code == 404
    assert town.browser(OTHER_APPLICANT).client.get(
        f"/projects/{project}/papers/plan/{second}"
    ).status_code in (403, 404)


def test_keep1_programs_open_the_version_that_the_decision_names(town, project):
    token = issue_token(town.database, APPLICANT.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}"}
    client = TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)
    log = client.get(f"/projects/{project}").json()["events"]
    (papers,) = (event["data"]["papers"] for event in log if event["kind"] == "ItemApproved")
    answer = client.get(f"/projects/{project}/papers/plan/{papers['plan']}")
    assert (answer.status_code, answer.content) == (200, FIRST)


def test_keep1_a_decision_from_before_shows_the_papers_that_were_there(town, project):
    with as_owner(town.url) as connection:
        connection.execute(text("ALTER TABLE case_event DISABLE TRIGGER USER"))
        connection.execute(
            text(
                "UPDATE case_event SET data = (data::jsonb - 'papers')::json"
                " WHERE kind = 'ItemApproved'"
            )
        )
        connection.execute(text("ALTER TABLE case_event ENABLE TRIGGER USER"))
    page = town.browser(APPLICANT).open(f"/projects/{project}/items/A1")
    assert f"/papers/plan/{hashlib.sha256(FIRST).hexdigest()}" in page.html


def test_keep1_the_department_is_told_of_the_other_version(town, project):
    del project
    count = town.scalar("SELECT count(*) FROM notice WHERE template = 'paper_replaced'")
    assert count == 2
