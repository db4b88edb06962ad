"""A new calendar: whose dates move, by how much, because of which days; and notices that are missing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from config.settings import get_settings
from models.cases import commands as c
from models.cases.states import ClockKind
from models.people.actor import SYSTEM
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.warnings import WarningsDefinition, YellowDefinition
from rules.clock.calendar import WorkingCalendar
from rules.clock.calendar_content import calendar_of, content_of
from services.cases import calendar_change
from services.cases.audit import verify
from services.cases.calendar_change import recompute
from services.cases.watch.deadlines import watch
from services.clock.working_calendar import working_calendar
from services.installation.policy import context_for
from services.notices.notice_list import inbox
from services.notices.notices import pump
from services.unit_of_work import Database
from tests.support.holidays import EARLIER_2027, NOTICE_2027, own_notice
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, STEWARD, approver, handler
from tests.support.play import SIGNED, moment
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.yard import LAND, PLANNING, YARD

ON = date(2026, 12, 28)
"""Five working days later the new year has begun."""


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    ledger.go_to(ON)
    with ledger.database.transaction() as connection:
        connection.execute(
            text("INSERT INTO account (login, name, role) VALUES ('admin', 'A', 'administrator')")
        )
    return ledger


@pytest.fixture
def announce() -> Iterator[Callable[[str | None], WorkingCalendar]]:
    """Puts a notice for 2027 into the installation's own folder, or takes it away."""
    with own_notice() as path:

        def put(content: str | None) -> WorkingCalendar:
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_text(content, encoding="utf-8")
            return working_calendar()

        yield put


def decision(ledger: Ledger, project: str) -> Any:
    return ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")]


def events(ledger: Ledger) -> list[tuple[str, dict[str, Any]]]:
    with ledger.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT p.code, e.data::text FROM case_event e JOIN project p"
                " ON p.id = e.project_id WHERE e.kind = 'CalendarChanged' ORDER BY p.id"
            )
        )
        return [(code, json.loads(data)) for code, data in rows]


def versions(ledger: Ledger) -> list[str | None]:
    with ledger.database.reading() as connection:
        return list(connection.execute(text("SELECT calendar FROM project ORDER BY id")).scalars())


# --- the calendar itself ------------------------------------------------------------------------


def test_a_calendar_is_built_again_from_what_is_kept_of_it(announce):
    for notice in (None, NOTICE_2027):
        calendar = announce(notice)
        again = calendar_of(json.loads(json.dumps(content_of(calendar))))
        assert again.version == calendar.version
        for year in (2001, 2026, 2027, 2030, 2099):
            first, last = date(year, 1, 1), date(year, 12, 31)
            assert again.working_days(first, last) == calendar.working_days(first, last)
        assert again.day(date(2027, 1, 1)) == calendar.day(date(2027, 1, 1))


def test_a_half_written_notice_leaves_the_calendar_that_was(announce):
    before = announce(NOTICE_2027)
    path = get_settings().data_dir / "calendars" / "2027.yaml"
    path.write_text("year: 2027\nnotice: {num", encoding="utf-8")
    assert working_calendar() == before


# --- the change ---------------------------------------------------------------------------------


def test_the_watch_moves_what_a_new_notice_moves_and_says_why(ledger, announce):
    project = ledger.accepted()
    old = decision(ledger, project)
    assert old.due_on == date(2027, 1, 5)
    before, after = working_calendar().version, announce(NOTICE_2027).version
    report = watch(ledger.database, moment(ledger.today))
    new = decision(ledger, project)
    assert new.due_on == date(2027, 1, 6)
    assert not new.provisional
    [(code, said)] = events(ledger)
    assert code == project
    assert (said["calendar_before"], said["calendar_after"]) == (before, after)
    assert said["moved"] == [
        {
            "clock": "decision", "item": "A1", "round": 1, "subject": "", "limit": "promised",
            "before": "2027-01-05", "after": "2027-01-06", "days": 1, "because": ["2027-01-04"],
        }
    ]  # fmt: skip
    assert said["changed_days"] == [
        {"date": "2027-01-04", "before": "working_day", "after": "holiday", "name": "元旦"}
    ]
    # The limit to decide, and the promise for the project.
    assert [one["item"] for one in said["confirmed"]] == ["A1", "D0"]
    assert report.moved == 1
    assert verify(ledger.database).ok
    # Once: nothing is left to do.
    assert watch(ledger.database, moment(ledger.today)).moved == 0
    assert len(events(ledger)) == 1


@pytest.mark.parametrize("by_act", [False, True])
def test_a_new_notice_leaves_each_scenario_its_own_lights(database_url, announce, by_act):
    warnings = WarningsDefinition(yellow=YellowDefinition(working_days=3))
    made = YARD.model_copy(update={"warnings": warnings})
    ledger = Ledger(database_url, ScenarioDefinition.model_validate(made.model_dump(by_alias=True)))
    ledger.go_to(ON)
    project = ledger.accepted()
    announce(NOTICE_2027)
    if by_act:
        ledger.hand_in(project, "archive")
    else:
        assert watch(ledger.database, moment(ledger.today)).failed == []
    clock = decision(ledger, project)
    assert clock.due_on == date(2027, 1, 6)
    # Three working days are left: the 31st is the last one but three.
    assert clock.yellow_on == date(2026, 12, 30)
    assert clock.next_rung_on == clock.yellow_on
    ledger.close()


def test_both_limits_of_every_project_and_only_open_clocks(ledger, announce, monkeypatch):
    monkeypatch.setattr(calendar_change, "BATCH", 3)
    projects = [ledger.accepted() for _ in range(8)]
    ledger.do(projects[0], c.ApproveItem(item="A1"), approver(PLANNING))
    announce(EARLIER_2027)
    assert watch(ledger.database, moment(ON)).moved == 0
    # No date moved, but none is provisional any more, and that is told.
    assert {code for code, _ in events(ledger)} == set(projects)
    assert [said["moved"] for _, said in events(ledger)] == [[]] * 8
    after = announce(NOTICE_2027).version
    report = watch(ledger.database, moment(ON))
    # The statutory limit is longer than the exchange of Monday and Sunday: it stays.
    assert (report.moved, report.failed) == (7, [])
    assert set(versions(ledger)) == {after}
    closed = "SELECT due_on FROM clock WHERE project_id = 1 AND item = 'A1' AND kind = 'decision'"
    assert ledger.scalar(closed) == date(2027, 1, 5)
    assert verify(ledger.database).ok


def test_many_watchers_change_each_project_once(ledger, announce, monkeypatch):
    monkeypatch.setattr(calendar_change, "BATCH", 4)
    projects = [ledger.accepted() for _ in range(13)]
    announce(NOTICE_2027)
    start, moved = threading.Barrier(4), []

    def run() -> None:
        database = Database(ledger.url, pool_size=2)
        start.wait(PATIENCE_SECONDS)
        report = watch(database, moment(ON))
        moved.append(report.moved)
        assert report.failed == []
        database.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    watch(ledger.database, moment(ON))
    assert len(moved) == 4
    assert sorted(code for code, _ in events(ledger)) == sorted(projects)
    assert len(set(versions(ledger))) == 1
    assert ledger.scalar("SELECT count(*) FROM calendar_version") == 2
    assert verify(ledger.database).ok


def test_an_act_before_the_watch_brings_its_project_along(ledger, announce):
    """No act mixes two calendars: the change stands in the log before it."""
    project, other = ledger.accepted(), ledger.accepted()
    before, after = working_calendar().version, announce(NOTICE_2027).version
    ledger.do(project, c.ExtendLimit(item="A1", reason="a complicated case"))
    with ledger.database.reading() as connection:
        kinds = connection.execute(
            text("SELECT kind FROM case_event WHERE project_id = 1 ORDER BY seq DESC LIMIT 2")
        ).scalars()
        assert list(kinds) == ["LimitExtended", "CalendarChanged"]
    assert versions(ledger) == [after, before]
    assert decision(ledger, other).due_on == date(2027, 1, 5)
    assert watch(ledger.database, moment(ON)).moved == 1
    assert [code for code, _ in events(ledger)] == [project, other]
    assert verify(ledger.database).ok


def test_what_the_enterprise_owes_moves_in_the_ledger_of_deficiencies_too(ledger, announce):
    ledger.go_to(date(2026, 11, 20))
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "survey", "insurance")
    ledger.do(project, c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="A2"), handler(LAND))
    ledger.do(project, c.ApproveItem(item="A2"), approver(LAND))
    key = ("A2", 1, "archive")
    assert ledger.facts(project).deficiencies[key].due_on == date(2027, 1, 4)
    announce(NOTICE_2027)
    assert watch(ledger.database, moment(ON)).moved == 1
    facts = ledger.facts(project)
    assert facts.deficiencies[key].due_on == date(2027, 1, 5)
    assert facts.clocks[("A2", ClockKind.MAKE_UP, 1, "archive")].due_on == date(2027, 1, 5)
    query = "SELECT string_agg(audience, ',' ORDER BY audience) FROM notice WHERE template = :t"
    assert ledger.scalar(query, t="calendar_changed") == "enterprise,steward"
    assert verify(ledger.database).ok


def test_the_steward_reads_which_day_moved_and_why(ledger, announce):
    project = ledger.accepted()
    announce(NOTICE_2027)
    watch(ledger.database, moment(ON))
    pump(ledger.database, moment(ON))
    for language, words in {
        "zh-CN": ("2027年1月5日", "2027年1月6日", "推后1天", "2027-01-04 放假：元旦", "承诺时限"),
        "en": ("5 January 2027", "6 January 2027", "1 day later", "2027-01-04 is a day off"),
    }.items():
        letters = [
            entry.letter
            for entry in inbox(ledger.database, STEWARD, language)
            if entry.template == "calendar_changed"
        ]
        assert len(letters) == 1
        for word in words:
            assert word in letters[0].body
        assert project in letters[0].body


def test_what_would_move_can_be_listed_first(ledger, announce):
    project = ledger.accepted()
    before, after = working_calendar().version, announce(NOTICE_2027).version
    listed = recompute(ledger.database, context_for(SYSTEM, moment(ON)), dry_run=True)
    assert (listed.calendar, listed.moved, listed.failed) == (after, 1, [])
    [found] = listed.projects
    assert (found.code, found.before) == (project, before)
    assert found.effect.moved[0].after == date(2027, 1, 6)
    assert (events(ledger), versions(ledger)) == ([], [before])
    assert ledger.scalar("SELECT count(*) FROM calendar_version") == 1


def test_a_machine_with_old_notices_works_with_the_calendar_in_force(ledger, announce):
    project = ledger.accepted()
    old, new = working_calendar().version, announce(NOTICE_2027).version
    watch(ledger.database, moment(ON))
    assert announce(None).version == old
    report = recompute(ledger.database, context_for(SYSTEM, moment(ON)))
    assert (report.calendar, report.outdated, report.moved) == (new, old, 0)
    ledger.do(project, c.ExtendLimit(item="A1", reason="a complicated case"))
    late = ledger.accepted()
    assert versions(ledger) == [new, new]
    assert decision(ledger, late).due_on == date(2027, 1, 6)
    assert watch(ledger.database, moment(date(2027, 1, 7))).failed == []
    assert len(events(ledger)) == 1


def test_one_project_that_cannot_be_read_again_keeps_no_other_back(ledger, announce):
    projects = [ledger.accepted() for _ in range(3)]
    with ledger.database.transaction() as connection:
        nonsense = """UPDATE clock SET history = '[{"event": "nonsense"}]' WHERE project_id = 2"""
        connection.execute(text(nonsense))
    announce(NOTICE_2027)
    report = watch(ledger.database, moment(ON))
    assert report.moved == 2
    assert [line.split()[0] for line in report.failed] == [projects[1]]
    assert [code for code, _ in events(ledger)] == [projects[0], projects[2]]


# --- a notice that is missing -------------------------------------------------------------------


def missing(ledger: Ledger) -> list[tuple[int, int]]:
    with ledger.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT (params ->> 'year')::int, (params ->> 'days_left')::int FROM notice"
                " WHERE template = 'holiday_notice_missing' ORDER BY id"
            )
        )
        return [(row[0], row[1]) for row in rows]


def test_a_missing_notice_is_told_sixty_thirty_and_seven_days_before_the_year(ledger, announce):
    for on, told in {
        date(2026, 11, 1): [],
        date(2026, 11, 2): [(2027, 60)],
        date(2026, 11, 20): [(2027, 60)],
        date(2026, 12, 2): [(2027, 60), (2027, 30)],
        date(2026, 12, 25): [(2027, 60), (2027, 30), (2027, 7)],
        date(2027, 1, 1): [(2027, 60), (2027, 30), (2027, 7), (2027, 0)],
        date(2027, 3, 1): [(2027, 60), (2027, 30), (2027, 7), (2027, 0)],
    }.items():
        for _ in range(2):
            watch(ledger.database, moment(on))
        assert missing(ledger) == told
    announce(NOTICE_2027)
    watch(ledger.database, moment(date(2027, 3, 2)))
    assert len(missing(ledger)) == 4


def test_rungs_that_passed_during_a_standstill_are_told_as_one(ledger):
    assert watch(ledger.database, moment(date(2026, 12, 26))).missing_notices == 1
    assert missing(ledger) == [(2027, 6)]


def test_the_administrators_read_what_to_do(ledger):
    watch(ledger.database, moment(date(2026, 12, 2)))
    pump(ledger.database, moment(date(2026, 12, 2)))
    for language, words in {"zh-CN": "2027.yaml", "en": "begins in 30 days"}.items():
        [entry] = inbox(ledger.database, ADMINISTRATOR, language)
        assert (entry.template, entry.alert, entry.project) == (
            "holiday_notice_missing",
            True,
            None,
        )
        assert words in entry.letter.body
    assert inbox(ledger.database, STEWARD, "en") == ()
