"""A version that takes effect next week: until its day nobody meets it, on its day everybody does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cli.main import run
from config.settings import get_settings
from models.scenarios.definition import AttributeDefinition, ScenarioDefinition
from services.cases.registration import register_project
from services.people.tokens import issue_token
from services.scenarios import published as scenarios
from services.scenarios import versions
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK
from tests.support.portal import Browser, Town
from tests.support.yard import ENTERPRISE, YARD, name

IN_A_WEEK = timedelta(days=7)
#: What the version to come asks of every project, and the one in effect does not know.
CELLAR = AttributeDefinition(key="cellar", type="integer", name=name("cellar"))


@pytest.fixture
def town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("KAIGONG_DATABASE_URL", database_url)
    get_settings.cache_clear()
    found = Town(database_url, tmp_path)
    with found.database.transaction() as connection:
        versions.publish(
            connection,
            to_come(),
            "",
            ADMINISTRATOR,
            found.now,
            effective_on=found.today + IN_A_WEEK,
        )
    yield found
    found.close()
    get_settings.cache_clear()


def to_come(key: str = YARD.key, version: int = 2) -> ScenarioDefinition:
    changes = {"key": key, "version": version, "attributes": (*YARD.attributes, CELLAR)}
    made = YARD.model_copy(update=changes)
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


def by_form(browser: Browser, code: str, **answers: str) -> int:
    form = browser.open("/projects/new?scenario=yard").form("/projects/new")
    return browser.send(form, code=code, title="新厂房", **answers).status


def api(town: Town) -> TestClient:
    token = issue_token(town.database, APPLICANT.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}"}
    return TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)


def by_api(client: TestClient, code: str, **attributes: object) -> int:
    wanted = {"code": code, "title": "new works", "enterprise": ENTERPRISE, "scenario": "yard"}
    return client.post("/projects", json={**wanted, "attributes": attributes}).status_code


def by_import(folder: Path, code: str, *, cellar: str | None = None) -> int:
    header, row = "code,title,enterprise,scenario", f"{code},new works,{ENTERPRISE},yard"
    if cellar is not None:
        header, row = f"{header},cellar", f"{row},{cellar}"
    path = folder / "projects.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    return run(["project", "import", str(path), "--json"])


def code(number: int) -> str:
    return f"2611-611102-04-01-{number:06d}"


def versions_of(town: Town, *numbers: int) -> list[int]:
    return [town.facts(code(number)).scenario.version for number in numbers]


def test_ver1_until_its_day_nobody_meets_it(town, tmp_path, capsys):
    enterprise = town.browser(APPLICANT)
    for days in (0, 6):
        town.go_to(town.today + timedelta(days=days))
        form = enterprise.open("/projects/new?scenario=yard").form("/projects/new")
        assert "attribute_cellar" not in form.fields
        assert [one["version"] for one in api(town).get("/scenarios").json()] == [1]
        first = 700_001 + 10 * days
        assert by_form(enterprise, code(first)) == 200
        assert by_api(api(town), code(first + 1)) == 201
        assert by_api(api(town), code(first + 2), cellar=1) == 422
        assert by_import(tmp_path, code(first + 3)) == 0
        assert by_import(tmp_path, code(first + 4), cellar="1") != 0
        capsys.readouterr()
        assert versions_of(town, first, first + 1, first + 3) == [1, 1, 1]
        town.go_to(town.today - timedelta(days=days))


def test_ver1_on_its_day_everybody_meets_it(town, tmp_path, capsys):
    enterprise, client = town.browser(APPLICANT), api(town)
    town.go_to(town.today + IN_A_WEEK)
    form = enterprise.open("/projects/new?scenario=yard").form("/projects/new")
    assert "attribute_cellar" in form.fields
    assert [one["version"] for one in client.get("/scenarios").json()] == [2]
    assert by_form(enterprise, code(700_001), attribute_cellar="1") == 200
    assert by_api(client, code(700_002), cellar=0) == 201
    assert by_api(client, code(700_003)) == 422
    assert by_import(tmp_path, code(700_004), cellar="1") == 0
    assert by_import(tmp_path, code(700_005)) != 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["imported"] == [code(700_004)]
    assert versions_of(town, 700_001, 700_002, 700_004) == [2, 2, 2]


def test_a_scenario_that_only_comes_is_no_choice_yet_and_says_when(town):
    first = town.today + IN_A_WEEK
    with town.database.transaction() as connection:
        versions.publish(
            connection, to_come("shed", 1), "", ADMINISTRATOR, town.now, effective_on=first
        )
    assert "/projects/new?scenario=shed" not in town.browser(APPLICANT).open("/projects/new").links
    wanted = town.request(scenario="shed", attributes={"cellar": 1})
    with pytest.raises(scenarios.ScenarioNotInEffect, match=first.isoformat()) as refusal:
        register_project(town.database, wanted, CLERK, town.now)
    assert refusal.value.params["known"] == ["yard"]
    town.go_to(first)
    assert register_project(town.database, wanted, CLERK, town.now).project == wanted.code
    assert town.facts(wanted.code).scenario.key == "shed"


def test_who_administers_goes_on_from_the_version_to_come(town):
    with town.database.reading() as connection:
        assert scenarios.newest(connection, "yard")[1].version == 2
        assert scenarios.effective(connection, "yard", town.today)[1].version == 1
        assert [one.version for one in scenarios.every_newest(connection)] == [2]
