"""The deadline watch: each rung once, right at midnight in Beijing, and no fault stops the others."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, ItemState, Light
from models.scenarios.definition import ScenarioDefinition, SpecialProcedure
from models.scenarios.warnings import WarningsDefinition, YellowDefinition
from rules.cases.clocks.lights import light_of_all
from rules.installation.policy import LADDER
from services.cases.audit import verify
from services.cases.registration import register_project
from services.cases.watch import deadlines
from services.cases.watch.deadlines import watch
from services.cases.watch.report import WatchReport
from services.documents import writing as documents
from services.scenarios import versions
from services.unit_of_work import Database
from tests.support.ledger import FILE, Ledger
from tests.support.people import ADMINISTRATOR, CLERK, approver, handler
from tests.support.play import SIGNED, moment
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.yard import LAND, PLANNING, YARD, changed_item, days

BEIJING = ZoneInfo("Asia/Shanghai")
RUNGS = ("yellow", "red", "head", "supervision")


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
        start.wait(PATIENCE_SECONDS)
        reports.append(watch(database, now))
        database.close()

    threads = [threading.Thread(target=run) for _ in range(watchers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
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
    # Both have until Monday the 9th; by law until the 30th.
    assert seen[slow] == [(6, "yellow"), (10, "red"), (11, "head"), (16, "supervision")]
    assert seen[hasty] == [
        (4, "yellow"), (10, "red"), (10, "head"), (11, "supervision"), (12, "statutory_yellow")
    ]  # fmt: skip
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


def test_down_after_weeks_of_standstill_everything_is_told_once_and_letters_follow(ledger):
    projects = [ledger.accepted() for _ in range(5)]
    reports = at_once(ledger.url, moment(date(2026, 12, 20)))
    # One message each, with the facts as they are; the letters come days after it, one by one.
    assert sum(report.warnings for report in reports) == 5
    assert {tuple(rungs(ledger, project)) for project in projects} == {("statutory",)}
    assert {template for _, template, _ in told(ledger)} == {"warning_missed"}
    assert set(told(ledger).values()) == {1}
    assert watch(ledger.database, moment(date(2026, 12, 22))).warnings == 5
    assert watch(ledger.database, moment(date(2026, 12, 23))).warnings == 5
    assert watch(ledger.database, moment(date(2027, 1, 5))).warnings == 0
    facts = ledger.facts(projects[0])
    clock = facts.clocks[("A1", ClockKind.DECISION, 1, "")]
    assert (set(clock.warned), clock.next_rung) == (
        {rung.key for rung in LADDER} - {"procedure"},
        None,
    )
    assert set(given(ledger).values()) == {1}
    assert verify(ledger.database).ok


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


def test_warn3_an_extended_limit_has_a_yellow_of_its_own(ledger):
    project = ledger.accepted()
    assert watch(ledger.database, moment(date(2026, 11, 6))).warnings == 1
    ledger.go_to(date(2026, 11, 9))
    ledger.do(project, c.ExtendLimit(item="A1", reason="a complicated case"))
    due_on = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on
    assert due_on == date(2026, 11, 23)
    seen = watched_daily(ledger, project, date(2026, 11, 10), due_on + timedelta(days=1))
    assert seen == [(date(2026, 11, 18), "yellow"), (date(2026, 11, 24), "red")]


def watched_daily(ledger: Ledger, project: str, first: date, last: date) -> list[tuple[date, str]]:
    """What a daily watch warns a project of, with the days."""
    seen: list[tuple[date, str]] = []
    on = first
    while on <= last:
        before = len(rungs(ledger, project))
        assert watch(ledger.database, beijing(on, 9)).failed == []
        seen += [(on, rung) for rung in rungs(ledger, project)[before:]]
        on += timedelta(days=1)
    return seen


def test_warn1_warn2_broken_and_extended_it_is_warned_of_to_the_end_of_the_law(ledger):
    """P as X1: the promise stays broken, and the last day that the law gives is warned of anew."""
    project = ledger.accepted()
    assert [(on.day, rung) for on, rung in watched_daily(
        ledger, project, date(2026, 11, 3), date(2026, 11, 12))
    ] == [(6, "yellow"), (10, "red"), (11, "head")]  # fmt: skip
    ledger.go_to(date(2026, 11, 12))
    ledger.do(project, c.ExtendLimit(item="A1", reason="a complicated case"))
    seen = watched_daily(ledger, project, date(2026, 11, 13), date(2027, 1, 5))
    assert seen == [
        (date(2026, 11, 16), "supervision"),
        (date(2026, 12, 4), "statutory_yellow"),
        (date(2026, 12, 15), "statutory"),
        (date(2026, 12, 16), "statutory_supervision"),
    ]
    clock = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")]
    assert (clock.due_on, clock.statutory_due_on) == (date(2026, 11, 9), date(2026, 12, 14))
    assert len(letters(ledger)) == 2
    assert told(ledger)[(project, "warning_statutory", "leader")] == 1
    assert verify(ledger.database).ok


def test_warn2_extended_after_the_warning_of_the_law_it_is_warned_of_again(ledger):
    project = ledger.accepted()
    watched_daily(ledger, project, date(2026, 11, 3), date(2026, 11, 26))
    assert rungs(ledger, project)[-1] == "statutory_yellow"
    ledger.go_to(date(2026, 11, 27))
    ledger.do(project, c.ExtendLimit(item="A1", reason="a complicated case"))
    seen = watched_daily(ledger, project, date(2026, 11, 28), date(2026, 12, 20))
    assert [rung for _, rung in seen] == [
        "statutory_yellow", "statutory", "statutory_supervision"
    ]  # fmt: skip


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
    assert light_of_all(facts.clocks.values(), before.astimezone(BEIJING).date()) is Light.YELLOW
    assert light_of_all(facts.clocks.values(), after.astimezone(BEIJING).date()) is Light.RED


def test_a_utc_midnight_means_nothing(ledger):
    project = ledger.accepted()
    # 2026-11-10 07:59:59 in Beijing is still the 9th in UTC, and overdue all the same.
    assert watch(ledger.database, datetime(2026, 11, 9, 23, 59, 59, tzinfo=UTC)).warnings == 1
    assert watch(ledger.database, datetime(2026, 11, 10, 0, 0, 0, tzinfo=UTC)).warnings == 0
    # The yellow of days ago is told with it, in one message.
    assert rungs(ledger, project) == ["red"]


def test_a_limit_may_end_on_a_saturday_that_is_worked(database_url):
    ledger = Ledger(database_url, changed_item("A1", promised=days(3)))
    ledger.go_to(date(2026, 9, 30))
    project = ledger.accepted()
    last = ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on
    assert last == date(2026, 10, 10)
    assert last.isoweekday() == 6
    # Half of the three days is over in the afternoon of the 9th: until then nothing is yellow.
    assert watch(ledger.database, beijing(date(2026, 10, 9), 13, 59, 59)).warnings == 0
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
    assert (
        watch(ledger.database, beijing(date(2026, 11, 23), 23, 59, 59)).ended[
            ClockKind.CORRECTION_WINDOW
        ]
        == 0
    )
    assert ledger.facts(project).items["A1"].state is ItemState.RECEIVED
    assert (
        watch(ledger.database, beijing(date(2026, 11, 24))).ended[ClockKind.CORRECTION_WINDOW] == 1
    )
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
    assert sum(report.ended[ClockKind.CORRECTION_WINDOW] for report in reports) == 6
    # Whoever comes second finds nothing to do: that is no fault.
    assert [report.failed for report in reports] == [[]] * len(reports)
    query = "SELECT count(*) FROM case_event WHERE kind = 'ApplicationDeemedAccepted'"
    assert ledger.scalar(query) == 6
    # Written together, and yet each with a receipt of its own number and a chain of its own.
    papers = "SELECT count(DISTINCT number) FROM official_document WHERE kind = 'acceptance_notice'"
    assert ledger.scalar(papers) == 6
    last = "SELECT max(last) FROM document_number WHERE kind = 'acceptance_notice'"
    assert ledger.scalar(last) == 6
    assert verify(ledger.database).ok


def test_thirty_working_days_without_the_paper_void_the_grant(ledger):
    ledger.go_to(date(2026, 10, 9))
    project = deferred(ledger, "archive")
    clock = ledger.facts(project).clocks[("A2", ClockKind.MAKE_UP, 1, "archive")]
    assert clock.due_on == date(2026, 11, 19)
    assert watch(ledger.database, beijing(date(2026, 11, 12))).warnings
    assert (
        watch(ledger.database, beijing(date(2026, 11, 19), 23, 59, 59)).ended[ClockKind.MAKE_UP]
        == 0
    )
    assert ledger.facts(project).items["A2"].state is ItemState.CONDITIONALLY_GRANTED
    reports = at_once(ledger.url, beijing(date(2026, 11, 20)))
    assert (
        sum(report.ended[ClockKind.MAKE_UP] for report in reports),
        [r.failed for r in reports],
    ) == (1, [[]] * 4)
    assert ledger.facts(project).items["A2"].state is ItemState.VOIDED


def test_a_paper_handed_in_on_the_last_day_keeps_the_grant(ledger):
    ledger.go_to(date(2026, 10, 9))
    project = deferred(ledger, "archive")
    ledger.go_to(date(2026, 11, 19))
    paper = c.MakeUpMaterial(item="A2", material="archive", file_name="a.pdf", sha256=FILE)
    ledger.do(project, paper)
    report = watch(ledger.database, beijing(date(2026, 12, 1)))
    assert (report.ended[ClockKind.MAKE_UP], report.failed) == (0, [])
    assert ledger.facts(project).items["A2"].state is ItemState.CONDITIONALLY_GRANTED
    # Who has to verify it is late now, and not the enterprise.
    late = {who for code, template, who in told(ledger) if template == "warning_missed"}
    assert late == {"steward", f"handler:handler.{LAND}", f"department_head:{LAND}"}


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
    watched_daily(ledger, project, date(2026, 12, 31), due_on + timedelta(days=1))
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
    assert report.ended[ClockKind.CORRECTION_WINDOW] == 2
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
