"""Guides for applicants in the portal: without signing in, for all projects and for one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.settings import get_settings
from models.definition import ScenarioDefinition
from services.scenario_admin import versions
from tests.support.people import ADMINISTRATOR
from tests.support.portal import Town
from tests.support.yard import YARD


@pytest.fixture
def town(database_url: str, tmp_path, monkeypatch) -> Iterator[Town]:
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    get_settings.cache_clear()
    found = Town(database_url, tmp_path)
    yield found
    found.close()
    get_settings.cache_clear()


def test_everyone_finds_a_guide_and_what_their_own_project_needs(town):
    visitor = town.browser(language="en")
    assert "/guides" in visitor.open("/sign-in").links
    listed = visitor.open("/guides")
    assert (listed.status, "/guides/yard" in listed.links) == (200, True)
    every = visitor.open("/guides/yard")
    assert "item B0" in every.text
    assert "item B1" in every.text
    assert 'name="answered" value="yes"' in every.html
    assert 'name="attribute_phased"' in every.html
    own = visitor.open("/guides/yard?answered=yes&attribute_phased=yes")
    assert "item B1" in own.text
    assert "item B0" not in own.text
    other = visitor.open("/guides/yard?answered=yes")
    assert "item B0" in other.text
    assert "item B1" not in other.text


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
    assert "The new yard" not in visitor.open("/guides").text
    town.go_to(first)
    assert "The new yard" in visitor.open("/guides").text
