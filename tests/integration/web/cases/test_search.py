"""One search: an exact number leads to its page, words to what bears them, and to nothing that is not one's own."""

from __future__ import annotations

from tests.support.people import APPLICANT, LEADER, STEWARD
from tests.support.portal import OTHER_APPLICANT


def path(page) -> str:
    return page.response.url.path


def test_an_exact_number_leads_to_its_page(town):
    project = town.granted()
    browser = town.browser(APPLICANT)
    assert path(browser.open(f"/search?q={project}")) == f"/projects/{project}"
    number = town.scalar("SELECT number FROM official_document ORDER BY id LIMIT 1")
    token = town.scalar("SELECT token FROM official_document ORDER BY id LIMIT 1")
    assert path(browser.open(f"/search?q={number}")) == f"/verify/{token}"


def test_words_and_beginnings_lead_to_what_bears_them(town):
    project = town.granted()
    number = town.scalar("SELECT number FROM official_document ORDER BY id LIMIT 1")
    leader = town.browser(LEADER)
    assert f"/projects/{project}" in leader.open("/search?q=ya").links
    page = leader.open(f"/search?q={number[:4]}")
    assert page.says(number)
    assert leader.open("/search?q=%25%25").says("没有找到")
    assert leader.open("/search?q=x").says("两个字即可")


def test_what_is_not_ones_own_is_not_there(town):
    project = town.granted()
    number = town.scalar("SELECT number FROM official_document ORDER BY id LIMIT 1")
    rival = town.browser(OTHER_APPLICANT)
    for words in (project, number, number[:4], "yard"):
        page = rival.open(f"/search?q={words}")
        assert path(page) == "/search"
        assert project not in page.text.replace(f"q={project}", "").replace(f"“{project}”", "")


def test_the_search_stands_in_the_head_of_every_page(town):
    steward = town.browser(STEWARD)
    for address in ("/projects", "/account", "/guides"):
        assert 'role="search"' in steward.open(address).response.text
    assert 'role="search"' not in town.browser().open("/guides").response.text
