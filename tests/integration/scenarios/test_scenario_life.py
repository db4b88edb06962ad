"""The life of a version in a real database: draft, proof, request, approval, retirement, record."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from cli.main import run
from config.scenario_files import SCENARIOS
from config.settings import get_settings
from models.people.actor import SYSTEM, Actor, Role
from models.scenarios.life import VersionState
from services.notices.notice_list import inbox
from services.notices.notices import pump
from services.scenarios import drafts, publication, versions
from services.scenarios import published as scenarios
from services.scenarios.record import MayNotAdminister, acts_of
from services.scenarios.scenario_files import publish_file
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, CLERK, LEADER

KEY = "industrial-simple"
SECOND = Actor("admin2", Role.ADMINISTRATOR)
BROKEN = "key: [unfinished\n  - oh"


@pytest.fixture
def ledger(open_ledger) -> Ledger:
    ledger = open_ledger(pool_size=4)
    with ledger.database.transaction() as connection:
        publish_file(connection, SCENARIOS / f"{KEY}.yaml", SYSTEM, ledger.now)
    return ledger


def start(ledger: Ledger, key: str = KEY, version: int | None = 1, **more):
    return drafts.start_draft(ledger.database, key, version, ADMINISTRATOR, ledger.now, **more)


def save(ledger: Ledger, source: str, seen: str, version: int = 2, actor: Actor = ADMINISTRATOR):
    return drafts.save_draft_source(ledger.database, KEY, version, source, actor, ledger.now, seen)


def read(ledger: Ledger, version: int = 2, key: str = KEY) -> drafts.DraftSource:
    return drafts.draft_source(ledger.database, key, version, ADMINISTRATOR)


def changed(ledger: Ledger) -> None:
    """Version 2 promises a day less, and is proven."""
    start(ledger)
    now = read(ledger)
    save(ledger, now.source.replace("promise: {days: 20", "promise: {days: 19"), now.seen_hash)
    drafts.validate_draft(ledger.database, KEY, 2, ADMINISTRATOR, ledger.now)


def ask(ledger: Ledger, actor: Actor = ADMINISTRATOR, **more):
    return publication.request_publication(ledger.database, KEY, 2, actor, ledger.now, **more)


def approve(ledger: Ledger, actor: Actor = SECOND, **more):
    return publication.approve_publication(ledger.database, KEY, 2, actor, ledger.now, **more)


# --- drafts ---------------------------------------------------------------------------------------


def test_a_draft_begins_with_the_text_of_a_version(ledger):
    assert start(ledger) == (KEY, 2)
    found = read(ledger)
    original = (SCENARIOS / f"{KEY}.yaml").read_text()
    assert found.source == original.replace("version: 1", "version: 2", 1)
    assert found.version.state is VersionState.DRAFT
    assert found.version.content_hash == read(ledger, 1).version.content_hash
    assert start(ledger) == (KEY, 3)


def test_a_draft_begins_with_another_scenario_or_with_nothing(ledger):
    assert start(ledger, "workshop", None, from_key=KEY) == ("workshop", 1)
    assert "\nkey: workshop\nversion: 1\n" in read(ledger, 1, "workshop").source
    assert start(ledger, "empty", None) == ("empty", 1)
    drafts.validate_draft(ledger.database, "empty", 1, ADMINISTRATOR, ledger.now)
    with pytest.raises(drafts.KeyNotPossible):
        start(ledger, "No key", None)
    with pytest.raises(scenarios.UnknownVersion):
        start(ledger, KEY, 9)


def test_a_text_that_is_no_scenario_yet_is_kept(ledger):
    start(ledger)
    found = save(ledger, BROKEN, read(ledger).seen_hash)
    assert (found.source, found.version.content_hash) == (BROKEN, None)
    with pytest.raises(drafts.VersionNotSound):
        drafts.validate_draft(ledger.database, KEY, 2, ADMINISTRATOR, ledger.now)
    with ledger.database.reading() as connection, pytest.raises(scenarios.DraftNotReadable):
        scenarios.draft_of(connection, found.version.id)


def test_two_people_at_one_draft_notice_each_other(ledger):
    start(ledger)
    first = read(ledger)
    save(ledger, first.source + "# a\r\n", first.seen_hash)
    assert read(ledger).source == first.source + "# a\n"
    with pytest.raises(drafts.SourceChanged, match="admin saved version 2"):
        save(ledger, first.source + "# b\n", first.seen_hash, actor=SECOND)


def test_a_draft_has_its_name_and_its_bounds(ledger):
    start(ledger)
    found = read(ledger)
    with pytest.raises(drafts.SourceTooLarge):
        save(ledger, "#" * 1_000_001, found.seen_hash)
    save(ledger, found.source.replace("version: 2", "version: 7"), found.seen_hash)
    with pytest.raises(drafts.NamesAnother, match="version 7; write key: industrial-simple"):
        drafts.validate_draft(ledger.database, KEY, 2, ADMINISTRATOR, ledger.now)


def test_a_draft_is_thrown_away_and_the_record_knows_it(ledger):
    start(ledger)
    drafts.discard_draft(ledger.database, KEY, 2, ADMINISTRATOR, ledger.now)
    with ledger.database.reading() as connection:
        acts = [one.act.value for one in acts_of(connection, KEY, 2)]
    assert acts == ["discard_draft", "start_draft"]
    with pytest.raises(scenarios.WrongVersionState):
        drafts.discard_draft(ledger.database, KEY, 1, ADMINISTRATOR, ledger.now)


def test_a_validated_version_that_is_changed_is_a_draft_again(ledger):
    changed(ledger)
    found = read(ledger)
    assert found.version.state is VersionState.VALIDATED
    save(ledger, found.source + "# more\n", found.seen_hash)
    assert read(ledger).version.state is VersionState.DRAFT


# --- publication ----------------------------------------------------------------------------------


def test_another_administrator_approves(ledger):
    changed(ledger)
    asked = ask(ledger, reason="a day less")
    assert (asked.state, asked.requested_by) == (VersionState.REQUESTED, "admin")
    with pytest.raises(publication.OwnRequest, match="another administrator"):
        approve(ledger, ADMINISTRATOR)
    with pytest.raises(scenarios.VersionChanged):
        approve(ledger, seen_hash="0" * 64)
    found = read(ledger)
    with pytest.raises(scenarios.WrongVersionState):
        save(ledger, found.source + "#", found.seen_hash)
    done = approve(ledger, seen_hash=asked.content_hash)
    assert (done.state, done.requested_by, done.published_by) == (
        VersionState.PUBLISHED,
        "admin",
        "admin2",
    )
    assert done.content_hash == asked.content_hash
    with ledger.database.reading() as connection:
        assert scenarios.newest(connection, KEY)[1].version == 2
        acts = [(one.act.value, one.actor) for one in acts_of(connection, KEY, 2)]
    assert acts == [
        ("publish_scenario", "admin2"),
        ("request_publication", "admin"),
        ("validate_draft", "admin"),
        ("edit_draft", "admin"),
        ("start_draft", "admin"),
    ]


def test_a_request_is_declined_with_a_reason_or_taken_back(ledger):
    changed(ledger)
    ask(ledger, effective_on=ledger.today + timedelta(days=3))
    decline = publication.decline_publication
    with pytest.raises(publication.ReasonMissing):
        decline(ledger.database, KEY, 2, SECOND, ledger.now, " ")
    found = decline(ledger.database, KEY, 2, SECOND, ledger.now, "too short")
    assert (found.state, found.requested_by, found.effective_on) == (
        VersionState.VALIDATED,
        None,
        None,
    )
    with ledger.database.reading() as connection:
        assert acts_of(connection, KEY, 2)[0].reason == "too short"
    ask(ledger)
    with pytest.raises(publication.NotYourRequest):
        publication.withdraw_request(ledger.database, KEY, 2, SECOND, ledger.now)
    back = publication.withdraw_request(ledger.database, KEY, 2, ADMINISTRATOR, ledger.now)
    assert back.state is VersionState.VALIDATED


def test_the_first_day_is_today_or_later(ledger):
    changed(ledger)
    with pytest.raises(publication.EffectiveInThePast):
        ask(ledger, effective_on=ledger.today - timedelta(days=1))
    ask(ledger, effective_on=ledger.today + timedelta(days=1))
    ledger.go_to(ledger.today + timedelta(days=4))
    assert approve(ledger).effective_on == ledger.today


def test_a_district_may_do_without_the_second_approval(ledger, monkeypatch):
    changed(ledger)
    monkeypatch.setenv("KAIGONG_SCENARIO_SECOND_APPROVAL", "false")
    get_settings.cache_clear()
    try:
        assert ask(ledger).state is VersionState.PUBLISHED
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE scenario_version SET source = 'x' WHERE version = 1",
        "UPDATE scenario_version SET content_hash = 'x' WHERE version = 1",
        "UPDATE scenario_version SET definition = '{}' WHERE version = 1",
        "UPDATE scenario_version SET effective_on = '2020-01-01' WHERE version = 1",
        "UPDATE scenario_version SET state = 'draft' WHERE version = 1",
        "DELETE FROM scenario_version WHERE version = 1",
        "UPDATE scenario_act SET actor = 'x'",
        "DELETE FROM scenario_act",
        "TRUNCATE scenario_act",
    ],
)
def test_the_database_refuses_to_change_what_was_published(ledger, change):
    with pytest.raises(IntegrityError), ledger.database.transaction() as connection:
        connection.execute(text(change))


def test_a_retired_version_takes_no_new_project_and_does_not_come_back(ledger):
    done = publication.retire_version(ledger.database, KEY, 1, ADMINISTRATOR, ledger.now)
    assert done.state is VersionState.RETIRED
    with ledger.database.transaction() as connection:
        with pytest.raises(scenarios.UnknownScenario):
            scenarios.newest(connection, KEY)
        with pytest.raises(versions.VersionRetired):
            publish_file(connection, SCENARIOS / f"{KEY}.yaml", SYSTEM, ledger.now)
    with pytest.raises(scenarios.WrongVersionState):
        publication.retire_version(ledger.database, KEY, 1, ADMINISTRATOR, ledger.now)


def test_somebodys_draft_is_not_published_over(ledger, tmp_path):
    changed(ledger)
    file = tmp_path / "other.yaml"
    original = (SCENARIOS / f"{KEY}.yaml").read_text()
    file.write_text(original.replace("version: 1", "version: 2", 1))
    with pytest.raises(versions.VersionTaken), ledger.database.transaction() as connection:
        publish_file(connection, file, SYSTEM, ledger.now)
    with pytest.raises(versions.VersionTaken):
        publication.take_file(ledger.database, file, SYSTEM, ledger.now)
    file.write_text(original.replace("version: 1", "version: 3", 1))
    named = publication.take_file(ledger.database, file, SYSTEM, ledger.now)
    assert named == (KEY, 3)
    asked = publication.request_proven(ledger.database, *named, SYSTEM, ledger.now)
    assert asked.state is VersionState.REQUESTED


@pytest.mark.parametrize("actor", [CLERK, LEADER])
def test_only_administrators_act(ledger, actor):
    changed(ledger)
    database, now = ledger.database, ledger.now
    acts = [
        lambda: drafts.start_draft(database, KEY, 1, actor, now),
        lambda: drafts.save_draft_source(database, KEY, 2, "x", actor, now, "x"),
        lambda: drafts.validate_draft(database, KEY, 2, actor, now),
        lambda: drafts.discard_draft(database, KEY, 2, actor, now),
        lambda: publication.request_publication(database, KEY, 2, actor, now),
        lambda: publication.approve_publication(database, KEY, 2, actor, now),
        lambda: publication.decline_publication(database, KEY, 2, actor, now, "x"),
        lambda: publication.withdraw_request(database, KEY, 2, actor, now),
        lambda: publication.publish_at_once(database, KEY, 2, actor, now),
        lambda: publication.request_proven(database, KEY, 2, actor, now),
        lambda: publication.retire_version(database, KEY, 1, actor, now),
    ]
    for act in acts:
        with pytest.raises(MayNotAdminister):
            act()


# --- who is told ----------------------------------------------------------------------------------


def told(ledger: Ledger, login: str, language: str = "en") -> list[tuple[str, str | None]]:
    """Template and page of what somebody was told, oldest first."""
    pump(ledger.database, ledger.now)
    found = inbox(ledger.database, ledger.actor(login), language)
    assert all("{{" not in one.letter.body for one in found)
    return [(one.template, one.page) for one in reversed(found)]


def test_every_other_administrator_is_told_of_a_request_once_and_its_author_of_the_answer(ledger):
    people(ledger)
    changed(ledger)
    ask(ledger, reason="a day less")
    page = f"/scenarios/{KEY}/2"
    assert told(ledger, "admin2") == told(ledger, "admin3", "zh-CN")
    assert told(ledger, "admin2") == [("scenario_requested", page)]
    assert told(ledger, "admin") == told(ledger, "idle") == []
    letter = inbox(ledger.database, ledger.actor("admin3"), "zh-CN")[0].letter
    assert "工业项目" in letter.title
    assert "a day less" in letter.body
    publication.decline_publication(ledger.database, KEY, 2, SECOND, ledger.now, "too short")
    ask(ledger, effective_on=ledger.today + timedelta(days=1))
    approve(ledger)
    assert told(ledger, "admin") == [("scenario_declined", page), ("scenario_published", page)]
    assert "too short" in inbox(ledger.database, ledger.actor("admin"), "en")[1].letter.body
    assert [template for template, _ in told(ledger, "admin2")] == ["scenario_requested"] * 2


def test_nobody_is_asked_where_no_second_approval_is_needed(ledger, monkeypatch):
    people(ledger)
    changed(ledger)
    monkeypatch.setenv("KAIGONG_SCENARIO_SECOND_APPROVAL", "false")
    get_settings.cache_clear()
    try:
        ask(ledger, SECOND)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert told(ledger, "admin2") == told(ledger, "admin3") == []
    assert told(ledger, "admin") == [("scenario_published", f"/scenarios/{KEY}/2")]


def people(ledger: Ledger) -> None:
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role) SELECT login, login, 'administrator'"
                " FROM unnest(ARRAY['admin', 'admin2', 'admin3']) AS login"
            )
        )


def test_the_record_at_the_console(ledger, monkeypatch, capsys):
    changed(ledger)
    ask(ledger, reason="a day less")
    approve(ledger)
    monkeypatch.setenv("KAIGONG_DATABASE_URL", ledger.url)
    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    try:
        assert run(["scenario", "record", KEY, "--version", "2", "--json"]) == 0
        acts = json.loads(capsys.readouterr().out)["acts"]
        assert run(["scenario", "record", KEY]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert run(["scenario", "record", "nothing-of-the-kind"]) == 2
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert [(one["act"], one["actor"]) for one in acts][-2:] == [
        ("request_publication", "admin"),
        ("publish_scenario", "admin2"),
    ]
    assert acts[-1]["content_hash"] == acts[-2]["content_hash"]
    assert len(lines) == len(acts) + 1
    assert "Ask for publication" in lines[-2]
    assert lines[-2].endswith("a day less")
