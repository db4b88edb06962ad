"""Mobile and identity numbers are masked on pages and by the API; the click that shows them is logged."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient

from models.cases import commands as c
from models.people.security import SecurityEvent as E
from services.people import tokens
from services.people.security_log import Search, log_page
from tests.support.people import APPLICANT, CLERK, STEWARD, head
from tests.support.portal import Town
from tests.support.yard import PLANNING
from web.masking import masked_page

MOBILE, MASKED = "13912345678", "139****5678"


@pytest.fixture(scope="module")
def project(module_town: Town) -> str:
    """Somebody wrote their number, and somebody else's, where free words go."""
    town = module_town
    code = town.register()
    town.hand_in(code, "plan")
    town.do(code, c.SubmitApplication(item="A1"))
    wrong = f"no scale (art. 31)；王工 {MOBILE}，身份证 610104199001011234"
    town.do(code, c.RequestCorrection(item="A1", materials={"plan": wrong}))
    return code


def reads(town: Town) -> int:
    return len(log_page(town.database, Search(kind=E.PERSONAL_DATA_READ)).rows)


@pytest.mark.parametrize("address", ["/projects/{code}", "/projects/{code}/items/A1", "/notices"])
def test_a_page_masks_numbers_and_shows_them_on_a_click_that_is_logged(
    module_town, project, address
):
    browser = module_town.browser(APPLICANT, "zh-CN")
    page = browser.open(address.format(code=project))
    if address == "/notices":
        page = browser.open("/projects/" + project)
    assert MOBILE not in page.html
    assert "610104199001011234" not in page.html
    assert MASKED in page.html
    before = reads(module_town)
    shown = browser.send(page.form("/whole-numbers"))
    assert MOBILE in shown.html
    assert "显示完整号码" not in shown.html
    assert reads(module_town) == before + 1
    entry = log_page(module_town.database, Search(kind=E.PERSONAL_DATA_READ)).rows[0]
    assert (entry.actor, entry.detail["path"]) == (APPLICANT.login, page.response.url.path)


def test_the_address_with_whole_numbers_is_of_one_session_one_page_and_some_minutes(
    module_town, project, monkeypatch
):
    browser = module_town.browser(STEWARD)
    page = browser.open(f"/projects/{project}")
    shown = browser.send(page.form("/whole-numbers"))
    address = str(shown.response.url)
    query = address.partition("?")[2]
    assert MOBILE in browser.open(address).html
    assert MOBILE not in module_town.browser(head(PLANNING)).open(address).html
    assert MOBILE not in browser.open(f"/projects/{project}/items/A1?{query}").html
    for forged in ("whole=9999999999.x", "whole=x", "whole=²³.x", "whole=" + "9" * 400):
        assert MOBILE not in browser.open(f"/projects/{project}?{forged}").html
    monkeypatch.setattr("web.masking.time.time", lambda: 4_000_000_000)
    assert MOBILE not in browser.open(address).html


def test_the_api_masks_too_and_answers_whole_only_when_asked_and_logged(module_town, project):
    town = module_town
    token = tokens.issue_token(town.database, CLERK.login, "t", town.now)
    headers = {"authorization": f"Bearer {token}"}
    client = TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)
    answer = client.get(f"/projects/{project}")
    assert MOBILE not in answer.text
    assert MASKED in answer.text
    before = reads(town)
    whole = client.get(f"/projects/{project}?whole_numbers=true")
    assert MOBILE in whole.text
    assert reads(town) == before + 1


def test_what_is_filled_in_and_where_links_lead_stays():
    page = (
        f'<title>a {MOBILE}</title><a href="/x/{MOBILE}" title="of {MOBILE}">b</a>'
        f'<input value="{MOBILE}"><textarea>{MOBILE}</textarea><p>&lt;{MOBILE}&gt;</p>'
    )
    masked, count = masked_page(page, date(2026, 12, 1))
    assert count == 3
    assert masked == (
        f'<title>a {MASKED}</title><a href="/x/{MOBILE}" title="of {MASKED}">b</a>'
        f'<input value="{MOBILE}"><textarea>{MOBILE}</textarea><p>&lt;{MASKED}&gt;</p>'
    )
