"""Versions in a real database: their life, running projects that move, and files between districts."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from cli.main import run
from config.notice_templates import render
from config.scenario_files import SCENARIOS
from config.settings import get_settings
from models.cases import commands as c
from models.cases.states import ItemState
from models.people.actor import SYSTEM
from models.scenarios.definition import ItemMode, LimitDefinition, ScenarioDefinition
from models.scenarios.life import VersionState
from rules.rehearsal import KINDS
from services.cases.audit import verify
from services.cases.migration import migrate_projects
from services.cases.views.ledger import ProjectQuery, projects
from services.cases.views.project_page import project_page
from services.cases.views.timeline import sentence
from services.clock.working_calendar import working_calendar
from services.ledger.store import load
from services.rehearsal.past_projects import observed_paces
from services.scenarios import published as scenarios
from services.scenarios import transfer as scenario_transfer
from services.scenarios import versions
from services.scenarios.drafts import discard_draft, draft_source
from services.scenarios.publication import publish_at_once
from services.scenarios.record import MayNotAdminister, acts_of
from services.scenarios.scenario_files import shipped
from services.scenarios.versions import Draft
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, CLERK, STEWARD, handler
from tests.support.yard import LAND, YARD, item

S = ItemState
SISTER = (
    (SCENARIOS / "industrial-simple.yaml")
    .read_text()
    .replace("key: industrial-simple", "key: sister")
)
PUBLISHED = VersionState.PUBLISHED
INDUSTRIAL = shipped()["industrial-simple"].definition


def second(**values: object) -> ScenarioDefinition:
    """Version 2: one item more, no check N1, a shorter promise for A1."""
    kept = [one for one in YARD.items if one.code != "N1"]
    shorter = {"promised": LimitDefinition(days=3, source="test")}
    kept = [one.model_copy(update=shorter) if one.code == "A1" else one for one in kept]
    made = YARD.model_copy(
        update={"version": 2, "items": (*kept, item("X1", "land", LAND)), **values}
    )
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


@pytest.fixture
def ledger(open_ledger) -> Ledger:
    return open_ledger(pool_size=3)


def publish(ledger: Ledger, scenario: ScenarioDefinition, **more: object) -> int:
    with ledger.database.transaction() as connection:
        return versions.publish(connection, scenario, "x", ADMINISTRATOR, ledger.now, **more)


def move(ledger: Ledger, *, dry_run: bool = False, before: int = 1, after: int = 2):
    return migrate_projects(
        ledger.database, "yard", before, after, ADMINISTRATOR, ledger.now, dry_run=dry_run
    ).projects


# --- migration ------------------------------------------------------------------------------------


def test_every_project_moves_or_says_why_not(ledger):
    fresh, running, checked = ledger.register(), ledger.accepted(), ledger.granted()
    publish(ledger, second())
    tried = {one.project: one for one in move(ledger, dry_run=True)}
    assert ledger.facts(fresh).scenario.version == 1
    assert ledger.scalar("SELECT count(*) FROM case_event WHERE kind = 'ScenarioMigrated'") == 0
    done = {one.project: one for one in move(ledger)}
    assert done == tried
    assert done[fresh].migrated
    assert done[running].migrated
    assert not done[checked].migrated
    assert [reason.code for reason in done[checked].refusals] == ["vanishes"]
    for project in (fresh, running):
        facts = ledger.facts(project)
        assert facts.scenario.version == 2
        assert set(facts.items) == set(second().item)
        assert facts.items["X1"].state is S.OPEN
    assert ledger.facts(checked).scenario.version == 1
    assert set(ledger.facts(checked).items) == set(YARD.item)
    assert verify(ledger.database).broken == ()


def test_own1_what_opens_by_itself_has_its_officers_in_turn(ledger):
    """An internal item that a migration brings, and one that is there from the registration on."""
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role, department)"
                " VALUES ('another', 'another', 'handler', :land)"
            ),
            {"land": LAND},
        )
    running = [ledger.register(), ledger.register()]
    check = item("X2", "land", LAND, mode=ItemMode.INTERNAL)
    publish(ledger, second(items=(*YARD.items, check)))
    assert all(done.migrated for done in move(ledger))
    fresh = [ledger.register(), ledger.register()]
    both = {"another", handler(LAND).login}
    for pair in (running, fresh):
        assert {ledger.facts(code).items["X2"].handler for code in pair} == both
    assert verify(ledger.database).broken == ()


def test_decisions_stay_and_the_project_goes_on(ledger):
    project = ledger.granted()
    ledger.do(project, c.IssueDocument(item="A1"))
    keep = second(items=(*YARD.items, item("X1", "land", LAND)))
    before = ledger.facts(project).items["A1"]
    publish(ledger, keep)
    (done,) = move(ledger)
    assert done.migrated
    assert ledger.facts(project).items["A1"] == before
    ledger.do(project, c.RecordDelivery(item="A1"))
    ledger.do(project, c.ApproveItem(item="N1"))
    ledger.do(project, c.SubmitApplication(item="X1"))
    assert ledger.facts(project).items["X1"].state is S.RECEIVED
    assert verify(ledger.database).broken == ()


def test_a_shorter_limit_reaches_the_clock_row(ledger):
    project = ledger.accepted()
    publish(ledger, second())
    due = ledger.scalar("SELECT due_on FROM clock WHERE kind = 'decision' AND item = 'A1'")
    move(ledger)
    now = ledger.scalar("SELECT due_on FROM clock WHERE kind = 'decision' AND item = 'A1'")
    assert now == working_calendar().add_working_days(ledger.today, 3) < due
    with ledger.database.reading() as connection:
        wake = (
            "SELECT w.version FROM wake_up w JOIN project p ON p.id = w.project_id WHERE code = :c"
        )
        woken = connection.execute(text(wake), {"c": project}).scalar_one()
        assert woken == load(connection, project).facts.version


def test_the_pages_of_a_project_that_lost_an_item(ledger):
    project = ledger.register()
    without = tuple(
        one.model_copy(update={"after": tuple(code for code in one.after if code != "A1")})
        for one in YARD.items
        if one.code != "A1"
    )
    publish(ledger, second(items=without))
    assert [one.migrated for one in move(ledger)] == [True]
    page = project_page(ledger.database, project, ledger.now, viewer=STEWARD)
    told = [sentence(event, ledger.facts(project), "en") for event in page.events]
    assert "Moved from version 1 to version 2 of the scenario" in told
    assert "A1 is open to apply" in told
    (line,) = projects(ledger.database, ProjectQuery(page=1), ledger.today, viewer=SYSTEM).projects
    assert line.code == project
    values = {
        "project": "P",
        "code": project,
        "link": "l",
        "enterprise": "E",
        "steward": "Li",
        "on": ledger.today,
        "before": 1,
        "after": 2,
    }
    for reader in ("enterprise", "steward"):
        assert "version 2" in render("scenario_migrated", reader, "en", values).body


def test_moving_twice_does_nothing_more(ledger):
    ledger.register()
    publish(ledger, second())
    assert len(move(ledger)) == 1
    events = ledger.count("case_event")
    assert move(ledger) == ()
    assert ledger.count("case_event") == events


def test_only_an_administrator_and_only_to_a_published_version(ledger):
    ledger.register()
    with pytest.raises(scenarios.UnknownVersion, match="its versions are: 1"):
        move(ledger)
    with ledger.database.transaction() as connection:
        keep(connection, second(), ledger.now)
    with pytest.raises(scenarios.WrongVersionState):
        move(ledger)
    publish(ledger, second())
    with pytest.raises(MayNotAdminister):
        migrate_projects(ledger.database, "yard", 1, 2, CLERK, ledger.now)


# --- the life of a version ------------------------------------------------------------------------


def numbered(version: int, **values: object) -> ScenarioDefinition:
    """A sound scenario with another version number."""
    made = INDUSTRIAL.model_copy(update={"version": version, **values})
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


def keep(connection, scenario: ScenarioDefinition, now, source: str = "x") -> None:
    """A draft as it came from elsewhere: its definition counts, not its text."""
    draft = Draft(scenario.key, scenario.version, source, scenario, imported_from="test")
    versions.save_draft(connection, draft, ADMINISTRATOR, now)


def test_a_version_takes_effect_on_its_day(ledger):
    publish(ledger, second(), effective_on=ledger.today + timedelta(days=7))
    first = ledger.register()
    ledger.go_to(ledger.today + timedelta(days=7))
    later = ledger.register()
    versions = [ledger.facts(project).scenario.version for project in (first, later)]
    assert versions == [1, 2]


# --- files between districts ----------------------------------------------------------------------


@pytest.fixture
def exported(ledger, tmp_path):
    path = tmp_path / "yard.json"
    with ledger.database.reading() as connection:
        path.write_bytes(scenario_transfer.export(connection, "yard", None, "admin", ledger.now))
    return path


def test_a_scenario_travels_in_one_file(ledger, exported, tmp_path, monkeypatch):
    signer = scenario_transfer.own_fingerprint()
    monkeypatch.setenv("KAIGONG_SECRET_KEY", "another district, with a secret of its own")
    get_settings.cache_clear()
    try:
        with pytest.raises(scenario_transfer.SignerUnknown, match=signer):
            scenario_transfer.read(exported)
        received = scenario_transfer.read(exported, signer)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert received.content.scenario == YARD
    assert received.signer == signer


def sister(ledger, path):
    """A file of a district whose scenario is not here."""
    with ledger.database.transaction() as connection:
        keep(connection, numbered(1, key="sister"), ledger.now, SISTER)
        path.write_bytes(scenario_transfer.export(connection, "sister", 1, "admin", ledger.now))
    discard_draft(ledger.database, "sister", 1, ADMINISTRATOR, ledger.now)
    return path


def test_what_comes_in_is_a_draft_that_has_to_be_proven(ledger, tmp_path):
    received = scenario_transfer.read(sister(ledger, tmp_path / "sister.json"))
    found = scenario_transfer.take_in(ledger.database, received, ADMINISTRATOR, ledger.now)
    assert (found.state, found.version) == (VersionState.DRAFT, 1)
    assert found.imported_from == scenario_transfer.own_fingerprint()
    with pytest.raises(scenario_transfer.AlreadyHere):
        scenario_transfer.take_in(ledger.database, received, ADMINISTRATOR, ledger.now)
    with ledger.database.reading() as connection, pytest.raises(scenarios.UnknownScenario):
        scenarios.newest(connection, "sister")
    publish_at_once(ledger.database, "sister", 1, SYSTEM, ledger.now)
    with ledger.database.reading() as connection:
        assert scenarios.newest(connection, "sister")[1] == numbered(1, key="sister")


def test_a_number_that_is_used_here_gives_way_to_the_next_one(ledger, tmp_path):
    received = scenario_transfer.read(sister(ledger, tmp_path / "sister.json"))
    publish(ledger, numbered(1, key="sister", name=YARD.name))
    found = scenario_transfer.take_in(ledger.database, received, ADMINISTRATOR, ledger.now)
    assert found.version == 2
    assert found.content_hash == received.content.content_hash
    kept = draft_source(ledger.database, "sister", 2, ADMINISTRATOR)
    assert "key: sister\nversion: 2\n" in kept.source
    with pytest.raises(MayNotAdminister):
        scenario_transfer.take_in(ledger.database, received, CLERK, ledger.now)


def test_a_changed_file_is_refused_in_one_sentence(exported):
    document = json.loads(exported.read_text())
    document["content"] = document["content"].replace('"days":20', '"days":21', 1)
    exported.write_text(json.dumps(document))
    with pytest.raises(scenario_transfer.SignatureWrong, match="was changed after it was exported"):
        scenario_transfer.read(exported)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 5000, b"x" * 5_000_000])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(scenario_transfer.NoTransferFile):
        scenario_transfer.read(path)


# --- history --------------------------------------------------------------------------------------


def test_rehearsals_learn_from_the_past(ledger):
    start = ledger.today
    for number in range(1, 7):
        ledger.go_to(start)
        project = ledger.register(number)
        ledger.hand_in(project, "plan")
        ledger.go_to(working_calendar().add_working_days(start, 2))
        ledger.do(project, c.SubmitApplication(item="A1"))
        ledger.do(project, c.AcceptApplication(item="A1"))
        ledger.go_to(working_calendar().add_working_days(start, 6))
        ledger.do(project, c.ApproveItem(item="A1"))
    with ledger.database.reading() as connection:
        paces = observed_paces(connection, YARD, working_calendar())
    assert paces.items["A1"].apply == (2,) * 6
    assert paces.items["A1"].share == (4 / 5,) * 6
    assert "B0" not in paces.items
    assert "ItemApproved" in KINDS


# --- the commands ---------------------------------------------------------------------------------


@pytest.fixture
def call(ledger, monkeypatch, capsys):
    monkeypatch.setenv("KAIGONG_DATABASE_URL", ledger.url)
    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()

    def called(*arguments: object) -> tuple[int, str, str]:
        code = run(["scenario", *map(str, arguments)])
        output = capsys.readouterr()
        return code, output.out, output.err

    yield called
    monkeypatch.undo()
    get_settings.cache_clear()


def test_migrate_says_per_project_what_changes_and_why_not(ledger, call):
    fresh, checked = ledger.register(), ledger.granted()
    publish(ledger, second())
    arguments = ("migrate", "yard", "--from", 1, "--to", 2, "--json")
    code, out, err = call(*arguments, "--dry-run")
    document = json.loads(out)
    assert (code, err, document["dry_run"]) == (1, "", True)
    moved, stays = document["projects"]
    assert (moved["project"], moved["migrated"], moved["refusals"]) == (fresh, True, [])
    assert {"code": "item_added", "item": "X1", "message": "X1 is added."} in moved["changes"]
    assert (stays["project"], stays["migrated"], stays["changes"]) == (checked, False, [])
    assert stays["refusals"][0]["message"].startswith("N1 is accepted and the new version")
    assert ledger.facts(fresh).scenario.version == 1
    code, out, _ = call(*arguments)
    assert json.loads(out) == {**document, "dry_run": False}
    assert ledger.facts(fresh).scenario.version == 2
    code, out, _ = call(*arguments[:-1])
    assert code == 1
    assert out.startswith(f"{checked}  stays\n")
    code, _, err = call("migrate", "yard", "--from", 1, "--to", 9)
    assert code == 2
    assert err == "version: yard has no version 9; its versions are: 1 / 2.\n"


def test_versions_are_listed_compared_and_retired(ledger, call):
    publish(ledger, second())
    code, out, _ = call("versions", "yard", "--json")
    assert code == 0
    assert [(one["version"], one["state"]) for one in json.loads(out)] == [
        (1, "published"),
        (2, "published"),
    ]
    code, out, _ = call("diff", "yard@1", "yard@2")
    assert code == 0
    assert "N1 item N1 is taken out." in out.splitlines()
    assert call("diff", "yard@1", "yard@1")[1] == "They say the same.\n"
    assert call("retire", "yard", "--version", 2)[1] == "yard, version 2, is retired.\n"
    code, _, err = call("retire", "yard", "--version", 2)
    assert (code, err.count("\n")) == (2, 1)


def test_a_scenario_is_exported_and_imported(ledger, call, tmp_path):
    path = sister(ledger, tmp_path / "sister.json")
    code, out, err = call("export", "yard", "--output", tmp_path / "yard.json")
    assert (code, err) == (0, "")
    assert scenario_transfer.own_fingerprint() in out
    said = "sister, version 1, is a draft now; prove and publish it next.\n"
    assert call("import", path) == (0, said, "")
    assert call("publish", "sister@1") == (0, "sister, version 1, is published.\n", "")
    with ledger.database.reading() as connection:
        (act, *_) = acts_of(connection, "sister")
    assert (act.act, act.actor) == ("publish_scenario", "console")
    path.write_text(path.read_text().replace("sister", "broken", 1))
    code, _, err = call("import", path)
    assert code == 2
    assert err.startswith("file: ")
    assert err.count("\n") == 1


def test_simulate_with_the_paces_of_the_past(ledger, call):
    code, out, err = call("simulate", "yard", "--projects", 20, "--history", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["projects"] == 20
    code, _, err = call("simulate", "unheard-of")
    assert code == 2
    assert err.startswith("scenario: unheard-of is not a published scenario")
