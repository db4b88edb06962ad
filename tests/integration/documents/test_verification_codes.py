"""Codes of documents cannot be guessed without end, and who opens a document is known."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from models.people.security import SecurityEvent as E
from services.people.security_log import Search, log_page
from tests.support.people import APPLICANT, STEWARD
from tests.support.portal import PASSWORD, Town


@pytest.fixture
def town(module_town: Town) -> Town:
    with module_town.database.transaction() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
    return module_town


def visitor(town: Town, host: str) -> TestClient:
    return TestClient(town.app, base_url="http://portal.test", client=(host, 1))


def code_of(town: Town, project: str) -> str:
    query = "SELECT d.token FROM official_document d JOIN project p ON p.id = d.project_id"
    return str(town.scalar(f"{query} WHERE p.code = :code ORDER BY d.id LIMIT 1", code=project))


def test_codes_are_not_tried_without_end_and_right_ones_go_on(town):
    code = code_of(town, town.accepted())
    visitor_of_town = visitor(town, "192.0.2.30")
    addresses = ("/verify/{}", "/verify/{}/file", "/api/v1/documents/{}")
    tried = [addresses[n % 3].format(f"guess-{n}") for n in range(10)]
    answers = [visitor_of_town.get(address) for address in tried]
    assert [answer.status_code for answer in answers] == [404] * 8 + [429] * 2
    assert answers[-1].status_code == 429
    assert "too_many_codes" in visitor_of_town.get("/api/v1/documents/guess").text
    entries = log_page(town.database, Search(kind=E.TOKEN_REFUSED)).rows
    assert {(entry.address, entry.detail["secret"]) for entry in entries} == {
        ("192.0.2.30", "document")
    }
    assert "guess" not in str(entries)
    for address in addresses:
        assert visitor_of_town.get(address.format(code)).status_code == 200
    # Somebody at the same address signs in.
    asked = {"login": STEWARD.login, "password": PASSWORD}
    assert visitor_of_town.post("/api/v1/tokens", json=asked).status_code == 201


def test_who_opens_a_paper_or_a_document_is_in_the_security_log(town):
    project = town.accepted()
    code = code_of(town, project)
    browser = town.browser(APPLICANT)
    paper = f"/projects/{project}/papers/plan"
    for address in (paper, f"/verify/{code}/file"):
        assert browser.client.get(address).status_code == 200
    document, plan, *_ = log_page(town.database, Search(kind=E.PERSONAL_DATA_READ)).rows
    assert (plan.actor, plan.detail["path"]) == (APPLICANT.login, paper)
    assert document.detail["route"] == "/verify/{token}/file"
    assert document.detail["document"].endswith(".pdf")
    assert code not in str(document)
