"""Case WATCH1: a deadline watch that stands still is seen by operators, programs and the desk."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from deployments.local.findings import State
from deployments.local.health import _schedules, _watch
from deployments.local.prefect_client import Paused
from services.cases.watch.deadlines import watch
from services.installation.heartbeat import last_watch
from tests.support.people import ADMINISTRATOR, APPLICANT, LEADER, STEWARD, approver
from tests.support.play import START, moment
from tests.support.portal import Town
from tests.support.yard import PLANNING


def stand_still(town: Town, minutes: int) -> None:
    watch(town.database, town.now)
    with town.database.transaction() as connection:
        moved = "UPDATE heartbeat SET done_at = done_at - :by"
        connection.execute(text(moved), {"by": timedelta(minutes=minutes)})


def found(town: Town):
    with town.database.reading() as connection:
        return _watch(last_watch(connection))


def test_watch1_doctor_says_since_when_and_how_to_take_it_up(town):
    assert found(town).state is State.NOTE
    stand_still(town, 5)
    assert found(town).state is State.UP
    stand_still(town, 40)
    finding = found(town)
    assert finding.state is State.DOWN
    assert "40 minutes ago" in finding.sentence(finding.detail, str)
    assert "kaigong deploy" in finding.remedy
    # The next watch that comes to its end is enough.
    watch(town.database, town.now)
    assert found(town).state is State.UP


def test_watch1_doctor_ends_with_one_and_says_which_part(town, capsys, monkeypatch, database_url):
    from cli.main import run
    from config.settings import get_settings

    stand_still(town, 40)
    monkeypatch.setenv("KAIGONG_DATABASE_URL", database_url)
    get_settings.cache_clear()
    try:
        assert run(["doctor", "--json"]) == 1
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    parts = {part["part"]: part for part in json.loads(capsys.readouterr().out)["parts"]}
    assert parts["deadline watch"]["state"] == "down"
    assert "kaigong deploy" in parts["deadline watch"]["remedy"]


def test_watch1_what_was_switched_off_is_named():
    (up,) = _schedules(())
    assert up.state is State.UP
    paused = (
        Paused("deadline-watch (every-five-minutes)", moment(START)),
        Paused("kaigong", moment(START), is_pool=True),
    )
    schedule, pool = _schedules(paused)
    assert (schedule.part, pool.part) == ("schedule", "work pool")
    assert schedule.state is pool.state is State.DOWN
    assert "deadline-watch (every-five-minutes)" in schedule.sentence(schedule.detail, str)
    assert "kaigong deploy" in schedule.remedy


def test_watch1_readiness_and_figures_show_the_age(town):
    client = town.browser().client
    assert client.get("/readyz").json()["watch"] == "never"
    assert "kaigong_watch_age_seconds NaN" in client.get("/metrics").text
    stand_still(town, 40)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["watch"]) == (200, "stands still")
    assert 2400 <= ready.json()["watch_age_seconds"] < 2500
    figure = next(
        line
        for line in client.get("/metrics").text.splitlines()
        if line.startswith("kaigong_watch_age_seconds")
    )
    assert float(figure.split()[1]) >= 2400


@pytest.mark.parametrize("who", [STEWARD, LEADER, ADMINISTRATOR, approver(PLANNING)])
def test_watch1_the_desk_says_that_lights_are_as_of_that_hour(town, who):
    browser = town.browser(who)
    stand_still(town, 10)
    assert not browser.open("/projects").says("亮灯状态截至")
    stand_still(town, 40)
    page = browser.open("/projects")
    assert page.says("亮灯状态截至11月2日 10:00")
    watch(town.database, town.now)
    assert not browser.open("/projects").says("亮灯状态截至")


def test_watch1_an_enterprise_is_not_troubled_with_it(town):
    stand_still(town, 40)
    assert not town.browser(APPLICANT).open("/projects").says("亮灯状态截至")
