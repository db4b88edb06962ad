"""No act done in time becomes late by a new calendar: the cases CAL1 to CAL5."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.cases.states import ClockKind, DeficiencyState, ItemState, VoidingState
from models.people.actor import SYSTEM
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from rules.clock.calendar import WorkingCalendar
from services.cases import calendar_change
from services.cases.audit import verify
from services.cases.calendar_change import recompute
from services.cases.watch.deadlines import watch
from services.cases.watch.report import WatchReport
from services.clock.working_calendar import working_calendar
from services.enterprises.credit import record
from services.installation.policy import context_for
from services.notices.notice_list import inbox
from services.notices.notices import pump
from tests.support.holidays import (
    EARLIER_2027,
    HEAD,
    MORE_REST,
    MORE_WORK,
    REST_2027,
    own_notice,
)
from tests.support.ledger import FILE, Ledger
from tests.support.people import approver, handler, head
from tests.support.play import SIGNED
from tests.support.sizes import patience, size
from tests.support.yard import ENTERPRISE, LAND, PLANNING, YARD

BEIJING = ZoneInfo("Asia/Shanghai")
LONG_SPRING = (
    HEAD
    + "  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\n"
    + "  - {name: 春节, from: 2027-02-05, to: 2027-02-12, make_up: [2027-02-20]}\n"
    + REST_2027
)
DECEMBER = EARLIER_2027.rstrip("\n") + "\n  - {name: 冬休, from: 2027-12-15, to: 2027-12-16}\n"


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


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    with ledger.database.transaction() as connection:
        department = "INSERT INTO department VALUES (:key, :key, :key) ON CONFLICT DO NOTHING"
        connection.execute(text(department), {"key": LAND})
        connection.execute(
            text(
                "INSERT INTO account (login, name, role, department, enterprise) VALUES"
                " ('head.land_bureau', 'H', 'department_head', 'land_bureau', NULL),"
                " ('builder', 'B', 'applicant', NULL, :enterprise)"
            ),
            {"enterprise": ENTERPRISE},
        )
    return ledger


def at(ledger: Ledger, on: date, hour: int = 9) -> WatchReport:
    """The watch of a day, at an hour in Beijing."""
    ledger.go_to(on)
    now = datetime.combine(on, time(hour), BEIJING)
    report = watch(ledger.database, now)
    assert report.failed == []
    return report


def granted(ledger: Ledger, on: date, *owed: str) -> str:
    """F granted on a day with deferred papers."""
    ledger.go_to(on)
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, *({"plan", "survey", "insurance", "archive"} - set(owed)))
    ledger.do(project, c.SubmitApplication(item="A2", defer=owed, commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="A2"), handler(LAND))
    ledger.do(project, c.ApproveItem(item="A2"), approver(LAND))
    return project


def make_up(ledger: Ledger, project: str, material: str = "archive") -> None:
    paper = c.MakeUpMaterial(item="A2", material=material, file_name="a.pdf", sha256=FILE)
    ledger.do(project, paper)


def state(ledger: Ledger, project: str, item: str = "A2") -> ItemState:
    return ledger.facts(project).items[item].state


def owed(ledger: Ledger, project: str, material: str = "archive", round_: int = 1):
    return ledger.facts(project).deficiencies["A2", round_, material]


def told(ledger: Ledger, template: str) -> list[str]:
    query = text("SELECT audience FROM notice WHERE template = :t ORDER BY id")
    with ledger.database.reading() as connection:
        return list(connection.execute(query, {"t": template}).scalars())


# --- CAL1, CAL2 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by_act", [False, True])
def test_cal1_a_later_notice_never_shortens_a_period_that_was_told(ledger, announce, by_act):
    project = granted(ledger, date(2026, 12, 7), "archive")
    last = date(2027, 1, 19)
    assert owed(ledger, project).due_on == last
    at(ledger, date(2027, 1, 12))
    announce(MORE_WORK)
    ledger.go_to(last)
    if by_act:  # the act brings its project onto the new calendar
        make_up(ledger, project)
    at(ledger, last)
    assert state(ledger, project) is ItemState.CONDITIONALLY_GRANTED
    assert owed(ledger, project).due_on == last
    if not by_act:
        clock = ledger.facts(project).clocks["A2", ClockKind.MAKE_UP, 1, "archive"]
        assert (clock.due_on, clock.provisional) == (last, False)
        make_up(ledger, project)
    at(ledger, last, 23)
    at(ledger, last + timedelta(days=1))
    assert state(ledger, project) is ItemState.CONDITIONALLY_GRANTED
    assert record(ledger.database, ENTERPRISE) == ()
    assert "enterprise" not in told(ledger, "calendar_changed")
    assert verify(ledger.database).ok


def test_cal1_what_never_comes_falls_the_day_after_the_day_that_was_told(ledger, announce):
    project = granted(ledger, date(2026, 12, 7), "archive")
    at(ledger, date(2027, 1, 12))
    announce(MORE_WORK)
    for on in (date(2027, 1, 16), date(2027, 1, 19)):
        at(ledger, on)
        assert state(ledger, project) is ItemState.CONDITIONALLY_GRANTED
    at(ledger, date(2027, 1, 20))
    assert state(ledger, project) is ItemState.VOIDED
    assert verify(ledger.database).ok


def test_cal1_a_day_that_moved_later_never_comes_back(ledger, announce):
    project = granted(ledger, date(2026, 12, 7), "archive")
    announce(MORE_REST)
    at(ledger, date(2026, 12, 10))
    later = owed(ledger, project).due_on
    assert later == date(2027, 1, 22)
    assert told(ledger, "calendar_changed") == ["steward", "enterprise"]
    announce(MORE_WORK)
    at(ledger, date(2026, 12, 11))
    assert owed(ledger, project).due_on == later
    announce(MORE_REST)
    at(ledger, date(2026, 12, 12))
    assert owed(ledger, project).due_on == later
    assert verify(ledger.database).ok


def test_cal2_an_act_done_in_time_stays_done_in_time(ledger, announce):
    project = granted(ledger, date(2026, 12, 7), "archive")
    at(ledger, date(2027, 1, 12))
    ledger.go_to(date(2027, 1, 19))
    make_up(ledger, project)
    announce(MORE_WORK)
    for on in (date(2027, 1, 19), date(2027, 1, 20), date(2027, 2, 20)):
        at(ledger, on, 18)
        assert state(ledger, project) is ItemState.CONDITIONALLY_GRANTED
    assert owed(ledger, project).state is DeficiencyState.SUBMITTED
    assert owed(ledger, project).submitted_on == date(2027, 1, 19)
    assert record(ledger.database, ENTERPRISE) == ()
    assert verify(ledger.database).ok


def test_cal1_an_authority_is_pressed_earlier_only_ahead_and_told(ledger, announce):
    """A promise of the planning bureau that ends after four days more of work."""
    ledger.go_to(date(2027, 1, 12))
    project = ledger.accepted()
    key = ("A1", ClockKind.DECISION, 1, "")
    assert ledger.facts(project).clocks[key].due_on == date(2027, 1, 19)
    announce(MORE_WORK)
    at(ledger, date(2027, 1, 13))
    assert ledger.facts(project).clocks[key].due_on == date(2027, 1, 17)
    officer = ledger.facts(project).items["A1"].handler
    assert told(ledger, "calendar_changed")[:3] == ["steward", "enterprise", f"handler:{officer}"]
    assert verify(ledger.database).ok


def test_cal1_an_authoritys_day_that_would_lie_behind_stays(ledger, announce):
    ledger.go_to(date(2027, 1, 12))
    project = ledger.accepted()
    announce(MORE_WORK)
    at(ledger, date(2027, 1, 18))
    clock = ledger.facts(project).clocks["A1", ClockKind.DECISION, 1, ""]
    assert clock.due_on == date(2027, 1, 19)
    # The statutory limit still lies ahead: it is shorter now.
    assert clock.statutory_due_on < date(2027, 2, 16)
    assert verify(ledger.database).ok


# --- CAL3 -----------------------------------------------------------------------------------------


def voided_early(ledger: Ledger, announce) -> str:
    project = granted(ledger, date(2026, 12, 21), "archive")
    assert owed(ledger, project).due_on == date(2027, 2, 2)
    at(ledger, date(2027, 2, 1))
    at(ledger, date(2027, 2, 3))
    assert state(ledger, project) is ItemState.VOIDED
    announce(MORE_REST)
    return project


@pytest.mark.parametrize("begun", [False, True])
def test_cal3_what_was_voided_too_early_is_set_right_in_one_step(ledger, announce, begun):
    project = voided_early(ledger, announce)
    if begun:
        announce(None)
        ledger.do(project, c.StartNewRound(item="A2"))
        announce(MORE_REST)
    at(ledger, date(2027, 2, 4))
    assert told(ledger, "voided_too_early") == ["department_head:land_bureau", "steward"]
    voiding = ledger.facts(project).voidings["A2", 1]
    assert dict(voiding.early) == {"archive": "2027-02-11"}
    ledger.do(project, c.CorrectVoiding(item="A2", reason="by the calendar"), head(LAND))
    facts = ledger.facts(project)
    assert facts.items["A2"].state is ItemState.CONDITIONALLY_GRANTED
    assert facts.voidings["A2", 1].state is VoidingState.CORRECTED
    [correction, entry] = record(ledger.database, ENTERPRISE)
    assert (entry.state.value, correction.kind.value) == ("corrected", "correction")
    # Of its period 02-03, 02-04 and 02-11 were left, so it has the least that there is.
    restored = owed(ledger, project, round_=facts.items["A2"].round)
    assert restored.state is DeficiencyState.OPEN
    assert restored.due_on == date(2027, 2, 17)
    assert verify(ledger.database).ok


def test_cal3_the_head_reads_what_to_do(ledger, announce):
    voided_early(ledger, announce)
    at(ledger, date(2027, 2, 4))
    pump(ledger.database, ledger.now)
    for language, words in {"zh-CN": "作废过早", "en": "Voided too early"}.items():
        letters = [
            entry.letter
            for entry in inbox(ledger.database, ledger.actor("head.land_bureau"), language)
            if entry.template == "voided_too_early"
        ]
        assert [words in letter.title for letter in letters] == [True]


def test_cal3_a_voiding_that_was_right_is_not_told_of(ledger, announce):
    project = granted(ledger, date(2026, 11, 2), "archive")
    at(ledger, date(2026, 12, 11))
    at(ledger, date(2026, 12, 15))
    assert state(ledger, project) is ItemState.VOIDED
    announce(MORE_REST)
    at(ledger, date(2026, 12, 20))
    assert told(ledger, "voided_too_early") == []
    with pytest.raises(Exception, match="not voided too early"):
        ledger.do(project, c.CorrectVoiding(item="A2", reason="?"), head(LAND))


# --- CAL4 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_watch", [False, True])
def test_cal4_the_last_day_to_appeal_moves_with_the_holidays(ledger, announce, by_watch):
    project = granted(ledger, date(2026, 10, 27), "archive")
    last = owed(ledger, project).due_on
    assert last == date(2026, 12, 8)
    for day in (1, 8, 9):
        at(ledger, date(2026, 12, day))
    assert ledger.facts(project).voidings["A2", 1].appeal_until == date(2027, 2, 11)
    announce(LONG_SPRING)
    if by_watch:
        at(ledger, date(2026, 12, 20))
        assert ledger.facts(project).voidings["A2", 1].appeal_until == date(2027, 2, 15)
        assert told(ledger, "calendar_changed") == ["steward", "enterprise"]
    ledger.go_to(date(2027, 2, 15))
    ledger.do(project, c.AppealVoiding(item="A2", reason="it was handed in"))
    assert ledger.facts(project).voidings["A2", 1].state is VoidingState.APPEALED
    assert verify(ledger.database).ok


def test_cal4_the_end_of_a_credit_entry_moves_with_the_holidays(ledger, announce):
    project = granted(ledger, date(2026, 11, 2), "archive")
    at(ledger, date(2026, 12, 11))
    at(ledger, date(2026, 12, 15))
    [entry] = record(ledger.database, ENTERPRISE)
    assert entry.until == date(2027, 12, 15)
    announce(DECEMBER)
    at(ledger, date(2026, 12, 20))
    [entry] = record(ledger.database, ENTERPRISE)
    assert entry.until == date(2027, 12, 17)
    assert told(ledger, "calendar_changed") == ["steward", "enterprise"]
    # What has ended does not come back.
    ledger.go_to(date(2027, 12, 20))
    announce(DECEMBER.replace("2027-12-16", "2027-12-31"))
    recompute(ledger.database, context_for(SYSTEM, ledger.now))
    assert record(ledger.database, ENTERPRISE)[0].until == date(2027, 12, 17)
    assert project
    assert verify(ledger.database).ok


def test_cal4_the_last_day_to_answer_a_supervision_letter_moves(ledger, announce):
    ledger.go_to(date(2026, 12, 16))
    project = ledger.accepted()
    for day in range(21, 31):
        at(ledger, date(2026, 12, day))
    [letter] = ledger.facts(project).supervision.values()
    assert (letter.opened_on, letter.due_on) == (date(2026, 12, 30), date(2027, 1, 5))
    announce(MORE_REST)
    at(ledger, date(2026, 12, 31))
    [letter] = ledger.facts(project).supervision.values()
    assert letter.due_on == date(2027, 1, 8)
    assert f"department_head:{PLANNING}" in told(ledger, "calendar_changed")
    assert verify(ledger.database).ok


def test_cal4_the_day_shown_for_a_consultation_is_the_day_its_clock_ends(database_url, announce):
    consults = ({"department": PLANNING, "limit": {"days": 5, "source": "test"}},)
    items = tuple(
        ItemDefinition.model_validate(
            {
                **item.model_dump(by_alias=True),
                **({"consults": consults} if item.code == "A2" else {}),
            }
        )
        for item in YARD.items
    )
    scenario = ScenarioDefinition.model_validate({**YARD.model_dump(by_alias=True), "items": items})
    ledger = Ledger(database_url, scenario)
    ledger.go_to(date(2026, 12, 28))
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "survey", "insurance", "archive")
    ledger.do(project, c.SubmitApplication(item="A2"))
    ledger.do(project, c.AcceptApplication(item="A2"), handler(LAND))
    announce(MORE_REST)
    at(ledger, date(2026, 12, 29))
    facts = ledger.facts(project)
    [asked] = facts.consultations.values()
    assert asked.due_on == facts.clocks["A2", ClockKind.CONSULTATION, 1, PLANNING].due_on
    assert asked.due_on == date(2027, 1, 8)
    assert verify(ledger.database).ok
    ledger.close()


# --- CAL5 -----------------------------------------------------------------------------------------


def received(ledger: Ledger) -> str:
    ledger.go_to(date(2027, 1, 11))
    project = ledger.register()
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    window = ledger.facts(project).clocks["A1", ClockKind.CORRECTION_WINDOW, 1, ""]
    assert window.due_on == date(2027, 1, 18)
    return project


@pytest.mark.parametrize("watched", [date(2027, 1, 17), date(2027, 1, 18), None])
def test_cal5_silence_is_judged_by_the_day_that_was_shown(ledger, announce, watched):
    project = received(ledger)
    announce(MORE_WORK)
    if watched is not None:
        at(ledger, watched)
    ledger.go_to(date(2027, 1, 18))
    assert state(ledger, project, "A1") is ItemState.RECEIVED
    ask = c.RequestCorrection(item="A1", materials={"plan": "art. 31: unreadable"})
    ledger.do(project, ask, handler(PLANNING))
    assert state(ledger, project, "A1") is ItemState.CORRECTING
    assert verify(ledger.database).ok


# --- a phase that lapsed too early ------------------------------------------------------------------


def phased(ledger: Ledger, on: date) -> str:
    """B1 granted on a day, after which B2 has to be applied for within six months."""
    ledger.go_to(on)
    project = ledger.register(phased=True)
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "survey", "insurance", "archive", "drawings")
    for item in ("A1", "A2", "B1"):
        department = ledger.facts(project).items[item].department
        ledger.do(project, c.SubmitApplication(item=item))
        ledger.do(project, c.AcceptApplication(item=item), handler(department))
        ledger.do(project, c.ApproveItem(item=item), approver(department))
    return project


@pytest.mark.parametrize("applied", [False, True], ids=["not applied for", "applied for late"])
@pytest.mark.parametrize("by_an_act", [False, True], ids=["by the watch", "by an act"])
def test_cal3_a_phase_that_lapsed_too_early_leaves_nothing_behind(
    ledger, announce, by_an_act, applied
):
    project = phased(ledger, date(2026, 7, 4))
    until = ledger.facts(project).clocks["B1", ClockKind.NEXT_PHASE, 1, ""].due_on
    assert until == date(2027, 1, 4)
    for day in (date(2026, 12, 1), date(2026, 12, 28), until, until + timedelta(days=1)):
        at(ledger, day)
    [entry] = record(ledger.database, ENTERPRISE)
    assert (str(entry.cause), str(entry.state)) == ("lapse", "open")
    if applied:
        ledger.do(project, c.SubmitApplication(item="B2"))
    announce(MORE_REST)
    if by_an_act:
        ledger.do(project, c.IssueDocument(item="B1", number="1"))
    else:
        at(ledger, date(2027, 1, 5), hour=12)
    correction, entry = record(ledger.database, ENTERPRISE)
    assert (str(entry.state), correction.closes) == ("corrected", entry.id)
    stops = [task for task in ledger.facts(project).supervision.values() if task.cause == "lapse"]
    assert [str(task.state) for task in stops] == ["dropped"]
    kinds = "SELECT count(*) FROM case_event WHERE kind = 'LapseTakenBack'"
    assert ledger.scalar(kinds) == 1
    assert verify(ledger.database).ok
    # It runs on to its last day, and lapses again after that where nothing comes.
    at(ledger, date(2027, 1, 7))
    at(ledger, date(2027, 1, 8))
    again = (
        not applied and not by_an_act
    )  # who was not reminded of the new day has a period of grace
    assert len(record(ledger.database, ENTERPRISE)) == (3 if again else 2)
    assert verify(ledger.database).ok


# --- many projects --------------------------------------------------------------------------------


def test_many_projects_are_counted_anew_while_people_go_on(ledger, announce, monkeypatch):
    """The short form of ``python -m bench.recount``: each project once, and nobody is kept from acting."""
    monkeypatch.setattr(calendar_change, "BATCH", 5)
    ledger.go_to(date(2026, 12, 28))
    projects = [ledger.accepted() for _ in range(size(20))]
    after = announce(MORE_REST).version
    acts = []

    def people() -> None:
        extension = c.ExtendLimit(item="A1", reason="a complicated case")
        acts.extend(ledger.do(project, extension) for project in projects[::3])

    person = threading.Thread(target=people)
    person.start()
    reports = [watch(ledger.database, ledger.now) for _ in range(2)]
    person.join(patience(60))
    assert [report.failed for report in reports] == [[], []]
    watch(ledger.database, ledger.now)
    assert len(acts) == len(projects[::3])
    with ledger.database.reading() as connection:
        versions = connection.execute(text("SELECT DISTINCT calendar FROM project")).scalars()
        assert list(versions) == [after]
        told = "SELECT count(*) FROM case_event WHERE kind = 'CalendarChanged' GROUP BY project_id"
        assert set(connection.execute(text(told)).scalars()) == {1}
    assert verify(ledger.database).ok
