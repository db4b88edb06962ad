"""The rehearsal in the portal and over REST: figures, charts, one at a time, and what is refused."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from config.scenario_files import SCENARIOS
from config.settings import get_settings
from models.actor import SYSTEM
from services.accounts import issue_token
from services.scenario_admin import drafts
from services.scenario_admin.files import publish_file
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER
from tests.support.portal import Browser, Town

KEY = "industrial-simple"
PAGE = f"/scenarios/{KEY}/1/rehearsal"


@pytest.fixture
def town(database_url: str, tmp_path, monkeypatch) -> Iterator[Town]:
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    get_settings.cache_clear()
    found = Town(database_url, tmp_path)
    with found.database.transaction() as connection:
        publish_file(connection, SCENARIOS / f"{KEY}.yaml", SYSTEM, found.now)
    yield found
    found.close()
    get_settings.cache_clear()


@pytest.fixture
def admin(town: Town) -> Browser:
    return town.browser(ADMINISTRATOR, "zh-CN")


def test_projects_are_simulated_and_charted(admin):
    page = admin.open(PAGE)
    found = admin.send(page.form(PAGE), step="simulate", projects="200", seed="7")
    assert found.status == 200
    assert "200" in found.text
    assert "承诺 20 天" in found.html
    assert "瓶颈部门" in found.text
    assert "distribution" in found.html
    again = admin.send(page.form(PAGE), step="simulate", projects="200", seed="7")
    assert again.html.count("<rect") == found.html.count("<rect")
    crowded = admin.send(
        page.form(PAGE),
        step="simulate",
        projects="200",
        seed="7",
        over="10",
        capacity_housing_construction_bureau="1",
    )
    assert crowded.form(PAGE).fields["capacity_housing_construction_bureau"] == ["1"]
    assert "住房和城乡建设局" in crowded.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"projects": "10001"}, "10001"),
        ({"projects": "0"}, "0"),
        ({"projects": "many"}, "many"),
        ({"begins": "soon"}, "soon"),
        ({"over": "9999"}, "9999"),
        ({"capacity_housing_construction_bureau": "-3"}, "-3"),
        ({"begins": "1990-01-01"}, "1990"),
    ],
)
def test_what_cannot_be_rehearsed_is_told(admin, values, words):
    page = admin.open(PAGE)
    found = admin.send(page.form(PAGE), step="simulate", **values)
    assert found.status == 422
    assert words in found.text or words in found.html


def test_one_rehearsal_of_a_person_at_a_time(town, admin):
    page = admin.open(PAGE)
    rehearsals = town.app.state.portal.rehearsals
    with rehearsals.place(ADMINISTRATOR.login):
        found = admin.send(page.form(PAGE), step="simulate", projects="10")
        assert found.status == 429
        assert "您的上一次推演仍在进行" in found.text
    with rehearsals.place("somebody"), rehearsals.place("somebody else"):
        found = admin.send(page.form(PAGE), step="simulate", projects="10")
        assert found.status == 429
        assert "请稍候" in found.text
    assert admin.send(page.form(PAGE), step="simulate", projects="10").status == 200


def test_a_draft_with_faults_is_sent_to_the_editor(town, admin):
    drafts.start_draft(town.database, KEY, 1, ADMINISTRATOR, town.now)
    editor = f"/scenarios/{KEY}/2/edit"
    page = admin.open(editor)
    text = page.form(editor).fields["source"][0].replace("[A07]", "[A77]")
    admin.send(page.form(editor), source=text, step="save")
    found = admin.open(f"/scenarios/{KEY}/2/rehearsal")
    assert "更正后才能推演" in found.text
    assert editor in found.links


def test_past_projects_are_replayed(town, admin):
    page = admin.open(PAGE)
    found = admin.send(page.form(PAGE), step="replay")
    assert "本场景尚无已登记的项目" in found.text


def test_who_may_rehearse(town):
    assert town.browser(LEADER).open(PAGE).status == 200
    assert town.browser(APPLICANT).open(PAGE).status == 403


# --- REST --------------------------------------------------------------------------------------------


def post(town: Town, address: str, actor=ADMINISTRATOR, **document):
    token = issue_token(town.database, actor.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}", "accept-language": "zh-CN"}
    return Browser(town.app).client.post(
        f"/api/v1/scenarios/{address}", json=document, headers=headers
    )


def test_a_text_is_checked_drawn_and_rehearsed_over_rest(town):
    text = (SCENARIOS / f"{KEY}.yaml").read_text(encoding="utf-8")
    answer = post(town, "check", source=text).json()
    assert answer["ok"]
    assert answer["critical_path"]["items"][-1] == "D01"
    faulty = post(town, "check", source=text.replace("after: [A07]", "after: [A77]")).json()
    assert not faulty["ok"]
    assert "unknown_item" in {one["code"] for one in faulty["findings"]}
    assert post(town, "check", source="key: [").json()["findings"][0]["code"] == "yaml_syntax"

    picture = post(town, "drawing", scenario=KEY, version=1, lang="en")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    ET.fromstring(picture.content)  # noqa: S314 - our own picture
    assert post(town, "drawing", source="key: [").status_code == 422

    forecast = post(town, "rehearsal", scenario=KEY, projects=50, seed=3).json()
    assert forecast["projects"] == 50
    assert sum(count for _, count in forecast["distribution"]) == 50
    assert forecast == post(town, "rehearsal", scenario=KEY, projects=50, seed=3).json()


def test_rest_refuses_in_problem_documents(town):
    assert post(town, "check").status_code == 422
    assert post(town, "check", source="x" * 1_000_001).status_code == 422
    refused = post(town, "check", source="x" * 5_000_000)
    assert refused.status_code == 413
    assert [one["code"] for one in refused.json()["errors"]] == ["text_too_large"]
    assert post(town, "rehearsal", scenario=KEY, projects=10_001).status_code == 422
    assert post(town, "check", actor=APPLICANT, scenario=KEY).status_code == 403
