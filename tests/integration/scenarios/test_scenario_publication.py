"""Publishing scenarios into a real database: once per version, and only what is sound."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from cli.main import run
from config.scenario_files import SCENARIOS
from config.settings import get_settings
from models.people.actor import SYSTEM, Role
from models.scenarios.definition import ItemMode
from services.people.accounts import NewAccount, create_account
from services.scenarios import published as scenarios
from services.scenarios import versions
from services.scenarios.drafts import VersionNotSound, validate, written
from services.scenarios.installation_check import installation_findings
from services.scenarios.scenario_files import NotPublishable, publish_file, publish_shipped
from services.unit_of_work import Database
from tests.unit.scenarios.test_scenario_findings import FOLDER

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
INDUSTRIAL = SCENARIOS / "industrial-simple.yaml"


@pytest.fixture
def database(database_url):
    database = Database(database_url, pool_size=2)
    yield database
    database.close()


def count(connection):
    return connection.execute(text("SELECT count(*) FROM scenario_version")).scalar_one()


def test_every_shipped_scenario_is_published_once(database):
    with database.transaction() as connection:
        first = publish_shipped(connection, SYSTEM, NOW)
    with database.transaction() as connection:
        again = publish_shipped(connection, SYSTEM, NOW)
        assert [one.id for one in again] == [one.id for one in first]
        assert count(connection) == len(first) == 8
        stored, definition = scenarios.newest(connection, "industrial-simple")
        assert stored in {one.id for one in first}
        assert definition.content_hash == next(
            one.definition.content_hash for one in first if one.id == stored
        )
        departments = connection.execute(text("SELECT key FROM department")).scalars().all()
        assert {item.department for item in definition.items} <= set(departments)


def test_an_unsound_scenario_is_refused_and_nothing_is_written(database):
    with (
        pytest.raises(NotPublishable, match="line 7: A1 comes after B9") as refusal,
        database.transaction() as connection,
    ):
        publish_file(connection, FOLDER / "unknown_item.yaml", SYSTEM, NOW)
    assert "unknown_item.yaml" in str(refusal.value)
    with database.reading() as connection:
        assert count(connection) == 0


def test_a_version_number_is_used_once(database, tmp_path):
    with database.transaction() as connection:
        publish_file(connection, INDUSTRIAL, SYSTEM, NOW)
    changed = tmp_path / "industrial-simple.yaml"
    changed.write_text(INDUSTRIAL.read_text().replace("promise: {days: 20", "promise: {days: 19"))
    with pytest.raises(versions.VersionTaken), database.transaction() as connection:
        publish_file(connection, changed, SYSTEM, NOW)
    changed.write_text(changed.read_text().replace("version: 1", "version: 2"))
    with database.transaction() as connection:
        publish_file(connection, changed, SYSTEM, NOW)
    with database.transaction() as connection:
        assert scenarios.newest(connection, "industrial-simple")[1].promise.days == 19


def test_the_command_publishes(database_url, monkeypatch, capsys):
    monkeypatch.setenv("KAIGONG_DATABASE_URL", database_url)
    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    try:
        assert run(["scenario", "publish", str(INDUSTRIAL)]) == 0
        assert capsys.readouterr().out == "industrial-simple, version 1, is published.\n"
        assert run(["scenario", "publish", str(FOLDER / "cycle.yaml")]) == 1
        assert "cycle.yaml:7:" in capsys.readouterr().err
        assert run(["scenario", "publish", str(FOLDER / "yaml_alias.yaml")]) == 2
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_the_installation_lacks_officers_until_they_have_accounts(database):
    with database.transaction() as connection:
        found = publish_file(connection, INDUSTRIAL, SYSTEM, NOW).definition
        lacking = installation_findings(connection, found)
    deciding = {item.department for item in found.items if item.mode is not ItemMode.MILESTONE}
    asked = {one.department for item in found.items for one in item.consults}
    assert {one.params["department"] for one in lacking} == deciding | asked
    assert {one.code for one in lacking} == {"department_without_officers"}
    for role, still in ((Role.HANDLER, True), (Role.APPROVER, False)):
        request = NewAccount(
            login=f"li.{role.value}",
            name="Li",
            role=role,
            department="admin_approval_bureau",
            password=SecretStr("long enough words"),
        )
        create_account(database, request)
        with database.reading() as connection:
            lacking = installation_findings(connection, found)
        assert ("admin_approval_bureau" in {one.params["department"] for one in lacking}) is still


def test_a_draft_whose_page_has_no_template_stays_a_draft(database):
    source = (FOLDER / "template_missing.yaml").read_text()
    with database.transaction() as connection:
        versions.save_draft(connection, written("sample", 1, source), SYSTEM, NOW)
        with pytest.raises(VersionNotSound, match="there is no template own_page"):
            validate(connection, "sample", 1, SYSTEM, NOW)
