"""The rehearsal in the portal and over REST: figures, charts, one at a time, and what is refused."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from config.scenario_files import SCENARIOS
from services.people.tokens import issue_token
from services.scenarios import drafts
from tests.support.drafting import publish_industrial
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER
from tests.support.portal import Browser, Town

KEY = "industrial-simple"
PAGE = f"/scenarios/{KEY}/1/rehearsal"


@pytest.fixture
def town(town: Town) -> Town:
    publish_industrial(town)
    return town


def test_projects_are_simulated_and_charted(admin):
    page = admin.open(PAGE)
    found = admin.send(page.form(PAGE), step="simulate", projects="200", seed="7")
    assert found.status == 200
    assert found.region("推演结果").says("200")
    assert found.says("承诺 20 天")
    assert found.region("推演结果").entry("瓶颈部门")
    assert found.region("推演结果").says("distribution")
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
    assert crowded.region("推演结果").entry("住房和城乡建设局")


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
    if "begins" in values:
        assert found.field("起始日 选填").value == values["begins"]
    else:
        assert found.alert(words)


def test_one_rehearsal_of_a_person_at_a_time(town, admin):
    page = admin.open(PAGE)
    rehearsals = town.app.state.portal.rehearsals
    with rehearsals.place(ADMINISTRATOR.login):
        found = admin.send(page.form(PAGE), step="simulate", projects="10")
        assert found.status == 429
        assert found.alert("您的上一次推演仍在进行")
    with rehearsals.place("somebody"), rehearsals.place("somebody else"):
        found = admin.send(page.form(PAGE), step="simulate", projects="10")
        assert found.status == 429
        assert found.alert("请稍候")
    assert admin.send(page.form(PAGE), step="simulate", projects="10").status == 200


def test_a_draft_with_faults_is_sent_to_the_editor(town, admin):
    drafts.start_draft(town.database, KEY, 1, ADMINISTRATOR, town.now)
    editor = f"/scenarios/{KEY}/2/edit"
    page = admin.open(editor)
    text = page.form(editor).fields["source"][0].replace("[A07]", "[A77]")
    admin.send(page.form(editor), source=text, step="save")
    found = admin.open(f"/scenarios/{KEY}/2/rehearsal")
    assert found.says("更正后才能推演")
    assert editor in found.links


def test_past_projects_are_replayed(town, admin):
    page = admin.open(PAGE)
    found = admin.send(page.form(PAGE), step="replay")
    assert found.region("已有项目按本版本重演").says("本场景尚无已登记的项目")


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
