"""The deadline watch: each rung once, right at midnight in Beijing, and no fault stops the others."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from models import commands as c
from models.definition import ScenarioDefinition, SpecialProcedure
from models.states import ClockKind, ClockState, ItemState, Light
from models.warning import WarningsDefinition, YellowDefinition
from services.audit import verify
from services.documents import writing as documents
from services.lifecycle import project_light
from services.registration import register_project
from services.scenario_admin import versions
from services.unit_of_work import Database
from services.watch import deadlines
from services.watch.deadlines import WatchReport, watch
from tests.support.ledger import FILE, Ledger
from tests.support.people import ADMINISTRATOR, CLERK, approver, handler
from tests.support.play import SIGNED, moment
from tests.support.yard import LAND, PLANNING, YARD, changed_item, days

BEIJING = ZoneInfo("Asia/Shanghai")
RUNGS = ("yellow", "red", "head", "supervision")


@pytest.fixture
def ledger(database_url) -> Iterator[Ledger]:
    ledger = Ledger(database_url)
    yield ledger
    ledger.close()


def beijing(on: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment in Beijing as the machine tells it: in UTC."""
    here = datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=BEIJING)
    return here.astimezone(UTC)


def given(ledger: Ledger) -> Counter[tuple[str, str, str]]:
    """How often each rung of each clock was given, by project."""
    with ledger.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT p.code, e.data ->> 'clock', e.data ->> 'rung' FROM case_event e"
                " JOIN project p ON p.id = e.project_id WHERE e.kind = 'WarningGiven'"
            )
        )
        return Counter((row[0], row[1], row[2]) for row in rows)


def told(ledger: Ledger) -> Counter[tuple[str, str, str]]:
    """How often each warning was told to each audience, by project."""
    with ledger.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT p.code, n.template, n.audience FROM notice n"
                " JOIN project p ON p.id = n.project_id WHERE n.template LIKE 'warning%'"
            )
        )
        return Counter((row[0], row[1], row[2]) for row in rows)


def rungs(ledger: Ledger, project: str) -> list[str]:
    """What a project was warned of, in order."""
    with ledger.database.reading() as connection:
        return list(
            connection.execute(
                text(
                    "SELECT e.data ->> 'rung' FROM case_event e JOIN project p"
                    " ON p.id = e.project_id WHERE p.code = :code AND e.kind = 'WarningGiven'"
                    " ORDER BY e.seq"
                ),
                {"code": project},
            ).scalars()
        )


def at_once(url: str, now: datetime, watchers: int = 4) -> list[WatchReport]:
    """So many watchers, each with connections of its own, that begin at the same moment."""
    reports: list[WatchReport] = []
    start = threading.Barrier(watchers)

    def run() -> None:
        database = Database(url, pool_size=2)
        start.wait(20)
        reports.append(watch(database, now))
        database.close()

    threads = [threading.Thread(target=run) for _ in range(watchers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(reports) == watchers
    return reports


def deferred(ledger: Ledger, *materials: str) -> str:
    """A project in which A2 was granted while papers are owed."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, *({"plan", "survey", "archive", "insurance"} - set(materials)))
    ledger.do(project, c.SubmitApplication(item="A2", defer=materials, commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="A2"), handler(LAND))
    ledger.do(project, c.ApproveItem(item="A2"), approver(LAND))
    return project


def earlier(key: str) -> ScenarioDefinition:
    """The yard under another name, which warns earlier and climbs its ladder faster."""
    warnings = WarningsDefinition(
        yellow=YellowDefinition(percent=60), head_after=1, supervision_after=2
    )
    made = YARD.model_copy(update={"key": key, "warnings": warnings})
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


# --- by the scenario ----------------------------------------------------------------------------


def test_each_project_is_warned_as_its_scenario_says(ledger):
    with ledger.database.transaction() as connection:
        versions.publish(connection, earlier("hasty"), "x", ADMINISTRATOR, ledger.now)
    slow = ledger.accepted()
    request = ledger.request(scenario="hasty")
    hasty = register_project(ledger.database, request, CLERK, ledger.now).project
    ledger.hand_in(hasty, "plan")
    ledger.do(hasty, c.SubmitApplication(item="A1"))
    ledger.do(hasty, c.AcceptApplication(item="A1"))
    seen = {slow: [], hasty: []}
    for on in range(3, 18):
        before = {project: rungs(ledger, project) for project in seen}
        report = watch(ledger.database, beijing(date(2026, 11, on)))
        assert report.failed == []
        for project, days_of in seen.items():
            days_of += [(on, rung) for rung in rungs(ledger, project)[len(before[project]) :]]
    # Both have until Monday the 9th.
    assert seen[slow] == [(6, "yellow"), (10, "red"), (11, "head"), (16, "supervision")]
    assert seen[hasty] == [(4, "yellow"), (10, "red"), (10, "head"), (11, "supervision")]
    assert verify(ledger.database).ok


# --- once ---------------------------------------------------------------------------------------


def test_each_rung_is_given_once_however_many_watchers_run(ledger, monkeypatch):
    monkeypatch.setattr(deadlines, "BATCH", 7)
    projects = [ledger.accepted() for _ in range(24)]
    for on in (date(2026, 11, 6), date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 16)):
        reports = at_once(ledger.url, moment(on))
        assert [report.failed for report in reports] == [[]] * len(reports)
        # What one watcher leaves because another one holds it is done by the other one.
        assert sum(report.warnings for report in reports) == len(projects)
    expected = {(code, "decision", rung): 1 for code in projects for rung in RUNGS}
    assert given(ledger) == expected
    assert set(told(ledger).values()) == {1}
    assert told(ledger)[(projects[0], "warning_head", f"department_head:{PLANNING}")] == 1
    assert told(ledger)[(projects[0], "warning_supervision", "leader")] == 1
    assert verify(ledger.database).broken == ()


def letters(ledger: Ledger) -> list[tuple[str, str]]:
    query = (
        "SELECT number, face ->> 'reply_by' FROM official_document WHERE kind = :kind ORDER BY id"
    )
    with ledger.database.reading() as connection:
        rows = connection.execute(text(query), {"kind": "supervision_letter"})
        return [(row[0], row[1]) for row in rows]


def test_the_last_rung_is_a_numbered_letter_each_once(ledger, monkeypatch):
    projects = [ledger.accepted() for _ in range(4)]
    watch(ledger.database, beijing(date(2026, 11, 13)))
    assert letters(ledger) == []
    real = documents.write_letter

    def refuses(connection, act, kind, face):
        if act.facts.code == projects[1]:
            connection.execute(text("SELECT 1 / 0"))
        real(connection, act, kind, face)

    monkeypatch.setattr(documents, "write_letter", refuses)
    # One letter that cannot be written keeps no other back, and leaves no gap in the numbers.
    report = watch(ledger.database, beijing(date(2026, 11, 16)))
    assert len(report.failed) == 1
    assert projects[1] in report.failed[0]
    expected = [(f"西咸督办〔2026〕000{n}号", "2026-11-19") for n in (1, 2, 3)]
    assert letters(ledger) == expected
    monkeypatch.setattr(documents, "write_letter", real)
    at_once(ledger.url, beijing(date(2026, 11, 16), 9))
    assert letters(ledger) == [*expected, ("西咸督办〔2026〕0004号", "2026-11-19")]
    assert told(ledger)[(projects[0], "warning_supervision", f"department_head:{PLANNING}")] == 1
    assert verify(ledger.database).ok


def test_after_weeks_of_standstill_everything_is_given_once_and_in_order(ledger):
    projects = [ledger.accepted() for _ in range(5)]
    reports = at_once(ledger.url, moment(date(2026, 12, 20)))
    assert sum(report.warnings for report in reports) == 5 * len(RUNGS)
    assert {tuple(rungs(ledger, project)) for project in projects} == {RUNGS}
    assert set(given(ledger).values()) == {1}
    assert watch(ledger.database, moment(date(2027, 1, 20))).warnings == 0
    facts = ledger.facts(projects[0])
    clock = facts.clocks[("A1", ClockKind.DECISION, 1, "")]
    assert (clock.warned, clock.next_rung, clock.next_rung_on) == (RUNGS, None, None)


def test_a_watcher_leaves_a_project_in_use_and_comes_back(ledger, monkeypatch):
    """Nobody waits for an officer's transaction; and a batch in use does not end the watch."""
    monkeypatch.setattr(deadlines, "BATCH", 2)
    projects = [ledger.accepted() for _ in range(5)]
    with ledger.database.transaction() as officer:
        officer.execute(text("SELECT 1 FROM project WHERE id <= 2 FOR NO KEY UPDATE"))
        report = watch(ledger.database, moment(date(2026, 11, 6)))
    assert (report.warnings, report.failed) == (3, [])
    assert watch(ledger.database, moment(date(2026, 11, 6))).warnings == 2
    assert given(ledger) == {(code, "decision", "yellow"): 1 for code in projects}


def test_what_is_decided_or_withdrawn_is_not_warned_of(ledger):
    decided, withdrawn = ledger.accepted(), ledger.accepted()
    ledger.do(decided, c.ApproveItem(item="A1"), approver(PLANNING))
    ledger.do(withdrawn, c.WithdrawApplication(item="A1"))
    assert watch(ledger.database, moment(date(2026, 12, 20))).failed == []
    late = "kind = 'WarningGiven' AND item = 'A1' AND data ->> 'clock' = 'decision'"
    assert ledger.scalar(f"SELECT count(*) FROM case_event WHERE {late}") == 0


def test_an_extension_after_the_yellow_light_gives_no_second_one(ledger):
    project = ledger.accepted()
    assert watch(ledger.database, moment(date(2026, 11, 6))).warnings == 1
    ledger.go_to(date(2026, 11, 9))
    ledger.do(project, c.ExtendLimit(item="A1", reason="a complicated case"))
    due_on = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on
    assert due_on == date(2026, 11, 23)
    assert watch(ledger.database, beijing(due_on, 23, 59, 59)).warnings == 0
    assert watch(ledger.database, beijing(due_on + timedelta(days=1))).warnings == 1
    assert rungs(ledger, project) == ["yellow", "red"]


# --- midnight in Beijing ------------------------------------------------------------------------


def test_the_last_day_ends_at_midnight_in_beijing(ledger):
    project = ledger.accepted()
    last = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on
    assert last == date(2026, 11, 9)
    before, after = beijing(last, 23, 59, 59), beijing(last + timedelta(days=1))
    # The boundary lies in the afternoon of the same day in UTC.
    assert (before.hour, after.hour, after.date()) == (15, 16, last)
    assert watch(ledger.database, before).warnings == 1  # the yellow one of three days ago
    assert watch(ledger.database, after).warnings == 1
    assert rungs(ledger, project) == ["yellow", "red"]
    facts = ledger.facts(project)
    assert project_light(facts, before.astimezone(BEIJING).date()) is Light.YELLOW
    assert project_light(facts, after.astimezone(BEIJING).date()) is Light.RED


def test_a_utc_midnight_means_nothing(ledger):
    project = ledger.accepted()
    # 2026-11-10 07:59:59 in Beijing is still the 9th in UTC, and overdue all the same.
    assert watch(ledger.database, datetime(2026, 11, 9, 23, 59, 59, tzinfo=UTC)).warnings == 2
    assert watch(ledger.database, datetime(2026, 11, 10, 0, 0, 0, tzinfo=UTC)).warnings == 0
    assert rungs(ledger, project) == ["yellow", "red"]


def test_a_limit_may_end_on_a_saturday_that_is_worked(database_url):
    ledger = Ledger(database_url, changed_item("A1", promised=days(3)))
    ledger.go_to(date(2026, 9, 30))
    project = ledger.accepted()
    last = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on
    assert last == date(2026, 10, 10)
    assert last.isoweekday() == 6
    # The first of the two working days left is the 9th: until then nothing is yellow.
    assert watch(ledger.database, beijing(date(2026, 10, 8), 23, 59, 59)).warnings == 0
    assert watch(ledger.database, beijing(last, 23, 59, 59)).warnings == 1
    assert watch(ledger.database, beijing(date(2026, 10, 11))).warnings == 1
    assert rungs(ledger, project) == ["yellow", "red"]
    # Two working days past a Saturday that was worked are Monday and Tuesday.
    assert watch(ledger.database, beijing(date(2026, 10, 12), 23, 59, 59)).warnings == 0
    assert watch(ledger.database, beijing(date(2026, 10, 13))).warnings == 1
    ledger.close()


# --- what the law does at the end ---------------------------------------------------------------


def received(ledger: Ledger) -> str:
    project = ledger.register()
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    return project


def test_five_working_days_of_silence_accept_as_of_the_receipt(ledger):
    ledger.go_to(date(2026, 11, 16))
    project = received(ledger)
    assert watch(ledger.database, beijing(date(2026, 11, 23), 23, 59, 59)).deemed_accepted == 0
    assert ledger.facts(project).items["A1"].state is ItemState.RECEIVED
    assert watch(ledger.database, beijing(date(2026, 11, 24))).deemed_accepted == 1
    facts = ledger.facts(project)
    assert facts.items["A1"].state is ItemState.ACCEPTED
    assert facts.items["A1"].accepted_on == date(2026, 11, 16)
    # The days of silence are used up: twenty working days from the receipt, not from now.
    clock = facts.clocks[("A1", ClockKind.DECISION, 1, "")]
    assert clock.statutory_due_on == date(2026, 12, 14)
    assert ("A1", ClockKind.CORRECTION_WINDOW, 1, "") not in facts.clocks


def test_silence_accepts_once_however_many_watchers_run(ledger):
    ledger.go_to(date(2026, 11, 16))
    for _ in range(6):
        received(ledger)
    reports = at_once(ledger.url, beijing(date(2026, 11, 24)))
    assert sum(report.deemed_accepted for report in reports) == 6
    # Whoever comes second finds nothing to do: that is no fault.
    assert [report.failed for report in reports] == [[]] * len(reports)
    query = "SELECT count(*) FROM case_event WHERE kind = 'ApplicationDeemedAccepted'"
    assert ledger.scalar(query) == 6


def test_thirty_working_days_without_the_paper_void_the_grant(ledger):
    ledger.go_to(date(2026, 10, 9))
    project = deferred(ledger, "archive")
    clock = ledger.facts(project).clocks[("A2", ClockKind.MAKE_UP, 1, "archive")]
    assert clock.due_on == date(2026, 11, 19)
    assert watch(ledger.database, beijing(date(2026, 11, 19), 23, 59, 59)).voided == 0
    assert ledger.facts(project).items["A2"].state is ItemState.CONDITIONALLY_GRANTED
    reports = at_once(ledger.url, beijing(date(2026, 11, 20)))
    assert (sum(report.voided for report in reports), [r.failed for r in reports]) == (1, [[]] * 4)
    assert ledger.facts(project).items["A2"].state is ItemState.VOIDED


def test_a_paper_handed_in_on_the_last_day_keeps_the_grant(ledger):
    ledger.go_to(date(2026, 10, 9))
    project = deferred(ledger, "archive")
    ledger.go_to(date(2026, 11, 19))
    paper = c.MakeUpMaterial(item="A2", material="archive", file_name="a.pdf", sha256=FILE)
    ledger.do(project, paper)
    report = watch(ledger.database, beijing(date(2026, 12, 1)))
    assert (report.voided, report.failed) == (0, [])
    assert ledger.facts(project).items["A2"].state is ItemState.CONDITIONALLY_GRANTED
    # Who has to verify it is late now, and not the enterprise.
    reds = {who for code, template, who in told(ledger) if template == "warning_red"}
    assert reds == {"steward", f"handler:handler.{LAND}"}


def test_a_suspended_clock_warns_of_nothing_but_its_procedure(ledger):
    project = ledger.accepted()
    review = SpecialProcedure.EXPERT_REVIEW
    ledger.do(project, c.SuspendClock(item="A1", procedure=review, planned_days=5))
    clock = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")]
    assert (clock.state, clock.due_on) == (ClockState.SUSPENDED, None)
    # Planned until Monday the 9th.
    assert watch(ledger.database, beijing(date(2026, 11, 9), 23, 59, 59)).warnings == 0
    assert watch(ledger.database, beijing(date(2026, 11, 10))).warnings == 1
    assert watch(ledger.database, beijing(date(2026, 12, 30))).warnings == 0
    assert rungs(ledger, project) == ["procedure"]
    ledger.go_to(date(2026, 12, 30))
    ledger.do(project, c.ResumeClock(item="A1", result="the experts agree"))
    due_on = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on
    watch(ledger.database, beijing(due_on + timedelta(days=1)))
    assert rungs(ledger, project) == ["procedure", "yellow", "red"]


# --- one fault never stops the others -----------------------------------------------------------


def spoil(ledger: Ledger, statement: str, project: str) -> None:
    with ledger.database.transaction() as connection:
        values = {"code": project}
        where = "(SELECT id FROM project WHERE code = :code)"
        connection.execute(text(statement.format(project=where)), values)


def test_a_history_that_cannot_be_read_stops_nobody_else(ledger):
    ledger.go_to(date(2026, 11, 16))
    projects = [received(ledger) for _ in range(3)]
    nonsense = (
        """UPDATE clock SET history = '[{{"event": "nonsense"}}]' WHERE project_id = {project}"""
    )
    spoil(ledger, nonsense, projects[1])
    report = watch(ledger.database, beijing(date(2026, 11, 24)))
    assert report.deemed_accepted == 2
    (line,) = report.failed
    assert projects[1] in line
    assert ledger.facts(projects[2]).items["A1"].state is ItemState.ACCEPTED
    # It is reported as long as it is so.
    assert len(watch(ledger.database, beijing(date(2026, 11, 25))).failed) == 1


def test_a_clock_that_cannot_be_warned_of_keeps_no_other_of_its_project_back(ledger):
    project = ledger.accepted()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "archive", "insurance", "survey")
    ledger.do(project, c.SubmitApplication(item="A2"))
    ledger.do(project, c.AcceptApplication(item="A2"), handler(LAND))
    spoil(
        ledger,
        "UPDATE clock SET next_rung = 'nonsense' WHERE project_id = {project} AND item = 'A1'"
        " AND kind = 'decision'",
        project,
    )
    report = watch(ledger.database, moment(date(2026, 11, 6)))
    assert (report.warnings, len(report.failed)) == (1, 1)
    assert "A1" in report.failed[0]
    assert rungs(ledger, project) == ["yellow"]


def test_a_chain_that_cannot_be_continued_keeps_no_other_project_back(ledger):
    """The database refuses a second event of the same number: in the write of all at once."""
    projects = [ledger.accepted() for _ in range(5)]
    spoil(
        ledger,
        "UPDATE project SET event_count = event_count - 1 WHERE id = {project}",
        projects[2],
    )
    report = watch(ledger.database, moment(date(2026, 11, 6)))
    assert (report.warnings, len(report.failed)) == (4, 1)
    assert projects[2] in report.failed[0]
    others = set(projects) - {projects[2]}
    assert given(ledger) == {(code, "decision", "yellow"): 1 for code in others}
