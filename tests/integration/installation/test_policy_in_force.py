"""One policy for every machine: the first one is written down, another one is told of everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cli.main import run
from config.settings import get_settings
from deployments.local.findings import State
from deployments.local.health import examine
from services.cases.watch.deadlines import watch
from tests.support.people import ADMINISTRATOR
from tests.support.portal import Town


@pytest.fixture
def town(configured, tmp_path, town: Town) -> Town:
    configured.setenv("KAIGONG_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    return town


def doctor(town: Town) -> tuple[State, str]:
    (found,) = [one for one in examine(get_settings(), town.today) if one.part == "policy"]
    return found.state, found.sentence(found.detail, str)


def choose(content: str) -> None:
    (get_settings().data_dir / "policy.yaml").write_text(content, encoding="utf-8")


def ready(town: Town) -> str:
    return town.browser().client.get("/readyz").json()["policy"]


def test_a_machine_with_another_policy_is_told_until_one_of_the_two_holds(town, capsys):
    assert doctor(town) == (State.UP, "the first deadline watch brings this one into force")
    assert watch(town.database, town.now).failed == []
    assert doctor(town) == (State.UP, "the one in force since 2026-11-02")
    assert ready(town) == "in force"

    choose("yellow: {percent: 35}\nladder: {supervision_after: 9}")
    (told,) = watch(town.database, town.now).failed
    assert "yellow.percent: 35 ≠ 20" in told
    assert "ladder.supervision_after: 9 ≠ 5" in told
    state, said = doctor(town)
    assert state is State.DOWN
    assert "yellow.percent: 35 ≠ 20" in said
    assert ready(town) == "differs"
    assert town.browser(ADMINISTRATOR).open("/admin").alert("yellow.percent: 35")

    assert run(["clock", "recompute", "--all", "--dry-run"]) == 0
    assert doctor(town)[0] is State.DOWN
    assert run(["clock", "recompute", "--all"]) == 0
    assert watch(town.database, town.now).failed == []
    assert doctor(town)[0] is State.UP
    choose("{}")
    assert "yellow.percent: 20 ≠ 35" in doctor(town)[1]
    capsys.readouterr()


def test_a_faulty_file_and_a_choice_of_another_version_of_the_program(town):
    watch(town.database, town.now)
    choose("yellow: {percent: 200}")
    state, said = doctor(town)
    assert state is State.DOWN
    assert "yellow.percent" in said
    choose("{}")
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE policy_version SET content = content - 'make_up'"))
    assert doctor(town)[0] is State.UP
