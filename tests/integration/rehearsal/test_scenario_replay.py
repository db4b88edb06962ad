"""Past projects of a real database through another definition: command, API and service agree."""

from __future__ import annotations

import json

import pytest

from cli.main import run
from config.settings import get_settings
from config.texts import translator
from models.cases import commands as c
from models.errors import NotFound
from models.scenarios.definition import ScenarioDefinition
from services.cases.migration import migrate_projects
from services.clock.working_calendar import working_calendar
from services.rehearsal.past_projects import replay_projects, replay_view
from services.scenarios import versions
from tests.support.people import ADMINISTRATOR
from tests.support.play import START
from tests.support.yard import YARD


def shorter(**values: object) -> ScenarioDefinition:
    """The yard with a limit of one day for A1, which took three, and without the check N1."""
    document = YARD.model_dump(mode="json", by_alias=True)
    for item in document["items"]:
        item["after"] = [code for code in item["after"] if code != "N1"]
        if item["code"] == "A1":
            item["promised"] = {"days": 1}
    document["items"] = [item for item in document["items"] if item["code"] != "N1"]
    return ScenarioDefinition.model_validate({**document, "version": 2, **values})


@pytest.fixture
def project(ledger):
    """A project whose A1 was granted on the third working day after its acceptance."""
    code = ledger.accepted()
    ledger.go_to(working_calendar().add_working_days(START, 3))
    ledger.do(code, c.ApproveItem(item="A1"))
    ledger.go_to(working_calendar().add_working_days(START, 10))
    return code


def replayed(ledger, draft, **options):
    with ledger.database.reading() as connection:
        return replay_projects(connection, draft, ledger.today, **options)


def test_through_its_own_version_nothing_changes(ledger, project):
    found = replayed(ledger, YARD)
    assert [one.code for one in found.projects] == [project]
    assert found.projects[0].same
    assert found.changed == 0
    assert (
        found.projects[0].then.items["A1"].decided_on
        == ledger.facts(project).items["A1"].decided_on
    )


def test_a_draft_shows_what_would_have_been_different(ledger, project):
    before = ledger.count("case_event")
    view = replay_view(replayed(ledger, shorter()), translator("en"), "en")
    (told,) = view["projects"]
    assert (told["added"], told["dropped"]) == ([], ["N1"])
    assert told["now"]["late"] == ["A1"]
    assert "A1" not in told["then"]["late"]
    said = [one["message"] for one in told["differences"]]
    assert "N1 item N1 would not have been needed." in said
    assert (
        "A1 item A1 would have been late: the last day was 2026-11-03, the decision came on 2026-11-05."
        in said
    )
    json.dumps(view)
    assert ledger.count("case_event") == before


def test_projects_are_chosen_by_code_or_by_the_day_of_registration(ledger, project):
    other = ledger.register()
    assert {one.code for one in replayed(ledger, YARD).projects} == {project, other}
    assert [one.code for one in replayed(ledger, YARD, projects=[project]).projects] == [project]
    assert [one.code for one in replayed(ledger, YARD, since=ledger.today).projects] == [other]
    with pytest.raises(NotFound):
        replayed(ledger, YARD, projects=["2611-611102-04-01-999999"])


def test_a_project_that_moved_is_replayed_from_its_log(ledger):
    ledger.accepted()
    now = shorter()
    with ledger.database.transaction() as connection:
        versions.publish(connection, now, "", ADMINISTRATOR, ledger.now)
    migrate_projects(ledger.database, "yard", 1, 2, ADMINISTRATOR, ledger.now)
    (found,) = replayed(ledger, now).projects
    assert found.scenario.version == 2
    assert found.same
    assert "N1" not in found.then.items


def test_on_the_command_line(ledger, project, capsys, monkeypatch):
    monkeypatch.setenv("KAIGONG_DATABASE_URL", ledger.url)
    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    try:
        assert run(["scenario", "replay", "yard@1", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["sum"]["changed"] == 0
        arguments = ["scenario", "replay", "factory-warehouse", "--projects", project]
        assert run(arguments) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"{project}  yard 1\n")
        assert "1 projects replayed; something would change for 1." in out
        assert run(["scenario", "replay", "yard", "--since", "soon"]) == 2
    finally:
        get_settings.cache_clear()
