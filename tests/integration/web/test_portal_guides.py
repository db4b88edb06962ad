"""Guides for applicants in the portal: without signing in, for all projects and for one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.scenarios.definition import ScenarioDefinition
from services.scenarios import versions
from tests.support.people import ADMINISTRATOR
from tests.support.yard import YARD


def test_everyone_finds_a_guide_and_what_their_own_project_needs(town):
    visitor = town.browser(language="en")
    assert "/guides" in visitor.open("/sign-in").links
    listed = visitor.open("/guides")
    assert (listed.status, "/guides/yard" in listed.links) == (200, True)
    every = visitor.open("/guides/yard")
    assert every.row("item B0")
    assert every.row("item B1")
    assert 'name="answered" value="yes"' in every.html
    assert every.field("phased")
    own = visitor.open("/guides/yard?answered=yes&attribute_phased=yes")
    assert own.row("item B1")
    assert not own.says("item B0")
    other = visitor.open("/guides/yard?answered=yes")
    assert other.row("item B0")
    assert not other.says("item B1")


def test_it_is_had_as_pdf_too(town):
    visitor = town.browser(language="en")
    answer = visitor.client.get("/guides/yard/pdf?answered=yes")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("path", ["/guides/nothing", "/guides/nothing/pdf", "/guides/%00"])
def test_a_guide_that_is_not_there(town, path):
    assert town.browser(language="en").open(path).status == 404


def test_on_display_is_the_version_in_effect(town):
    document = YARD.model_dump(mode="json", by_alias=True)
    document |= {"version": 2, "name": {"zh": "新版", "en": "The new yard"}}
    later = ScenarioDefinition.model_validate(document)
    first = town.today + timedelta(days=7)
    with town.database.transaction() as connection:
        versions.publish(connection, later, "", ADMINISTRATOR, town.now, effective_on=first)
    visitor = town.browser(language="en")
    assert not visitor.open("/guides").says("The new yard")
    town.go_to(first)
    assert visitor.open("/guides").link("The new yard")


def test_the_sample_form_of_an_item_is_open_to_everyone(town):
    """Licensing Law art. 30: model texts are displayed."""
    browser = town.browser()
    page = browser.open("/guides/yard/items/A2/sample")
    assert page.status == 200
    for words in (
        "样表",
        "a_credit_code(中)",
        "piles(中)" if page.says("piles(中)") else "open_cut(中)",
        "plan(中)",
    ):
        assert page.says(words)
    blank = browser.open("/guides/yard/items/A2/sample?blank=true")
    assert blank.says("空白表")
    assert not blank.says("91611102MA0FAKE175")
    assert browser.open("/guides/yard/items/NONE/sample").status == 404
