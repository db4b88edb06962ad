"""Why an item is due when it is, from the service and from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from cli.main import run
from config.settings import get_settings
from config.texts import translator
from models.cases import commands as c
from models.cases.states import ClockKind
from models.people.actor import SYSTEM
from models.scenarios.definition import SpecialProcedure
from rules.cases.decide import UnknownItem
from rules.clock.calendar import WorkingCalendar
from services import timing
from services.cases.audit import verify
from services.cases.views.project_page import project_page
from services.cases.views.why import sentences, why
from services.cases.watch.deadlines import watch
from services.clock.working_calendar import working_calendar
from tests.support.holidays import NOTICE_2027, own_notice
from tests.support.people import approver
from tests.support.play import moment
from tests.support.yard import PLANNING


@pytest.fixture
def announce() -> Iterator[Callable[[], WorkingCalendar]]:
    with own_notice() as path:

        def put() -> WorkingCalendar:
            path.write_text(NOTICE_2027, encoding="utf-8")
            return working_calendar()

        yield put


@pytest.fixture
def console(ledger, monkeypatch) -> Iterator[None]:
    """The command line works on the ledger of the test."""
    monkeypatch.setenv("KAIGONG_DATABASE_URL", ledger.url)
    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_every_day_pause_and_extension_has_its_reason(ledger):
    project = ledger.accepted()
    ledger.go_to(date(2026, 11, 4))
    review = SpecialProcedure.EXPERT_REVIEW
    ledger.do(project, c.SuspendClock(item="A1", procedure=review, planned_days=3))
    ledger.go_to(date(2026, 11, 9))
    ledger.do(project, c.ResumeClock(item="A1", result="the experts agree"))
    ledger.do(project, c.ExtendLimit(item="A1", reason="a complicated case"))
    found = why(ledger.database, project, "A1", ledger.now, viewer=SYSTEM)
    assert [one.clock.kind for one in found.clocks] == [
        ClockKind.CORRECTION_WINDOW,
        ClockKind.WINDOW_LOOK,
        ClockKind.DECISION,
    ]
    decision = found.clocks[-1]
    assert decision.clock.due_on == date(2026, 11, 26)
    reasons = {day.date.day: day.reason for day in decision.days[:8]}
    assert reasons == {
        2: "The first day is not counted",
        3: "Working day",
        4: "Working day",
        **dict.fromkeys(range(5, 10), "Special procedure, not counted: expert review"),
    }
    # Both limits: five and ten working days as promised, twenty and ten by statute.
    assert sum(day.counted for day in decision.days) == 15
    assert sum(day.counted for day in decision.statutory_days) == 30
    [pause] = decision.pauses
    assert (pause.began_on, pause.ended_on) == (date(2026, 11, 4), date(2026, 11, 9))
    assert (pause.procedure, pause.planned_length) == ("expert_review", 3)
    [extension] = decision.extensions
    assert (extension.length, extension.reason) == (10, "a complicated case")
    assert (pause.planned_until, decision.yellow_on) == (date(2026, 11, 9), date(2026, 11, 23))
    assert sentences(decision) == (
        (
            "Special procedure Expert review, not counted: after 2026-11-04 up to 2026-11-09;"
            " planned were 3 working days, to 2026-11-09"
        ),
        (
            "Extended on 2026-11-09 by 10 working days, approved by head.planning_bureau:"
            " a complicated case"
        ),
        (
            "The light turns yellow on 2026-11-23, when 20 per cent of the limit or 1 working days are"
            " left: a choice of the district, not of the law"
        ),
    )
    assert decision.moves == ()
    chinese = why(ledger.database, project, "A1", ledger.now, translator("zh-CN"), viewer=SYSTEM)
    assert chinese.clocks[-1].days[1].reason == "工作日"


def test_what_a_new_calendar_moved_is_part_of_the_answer(ledger, announce):
    ledger.go_to(date(2026, 12, 28))
    project, decided = ledger.accepted(), ledger.accepted()
    ledger.go_to(date(2026, 12, 30))
    ledger.do(decided, c.ApproveItem(item="A1"), approver(PLANNING))
    before = working_calendar().version
    after = announce().version
    ledger.go_to(date(2026, 12, 31))
    watch(ledger.database, ledger.now)
    clock = why(ledger.database, project, "A1", ledger.now, viewer=SYSTEM).clocks[-1]
    assert (clock.calendar, clock.clock.due_on) == (after, date(2027, 1, 6))
    [move] = clock.moves
    assert (move.on, move.limit) == (date(2026, 12, 31), "promised")
    assert (move.before, move.after) == (date(2027, 1, 5), date(2027, 1, 6))
    assert move.because == (date(2027, 1, 4),)
    assert (
        "A new calendar moved the promised limit on 2026-12-31 from 2027-01-05 to 2027-01-06:"
        " 2027-01-04 is a day off: 元旦"
    ) in sentences(clock)
    # What was decided before is read on the calendar of its time.
    of_then = why(ledger.database, decided, "A1", ledger.now, viewer=SYSTEM).clocks
    stopped = next(one for one in of_then if one.clock.kind == ClockKind.DECISION)
    assert (stopped.calendar, stopped.days[-1].date) == (before, date(2027, 1, 5))


def test_an_item_that_is_none_is_refused(ledger):
    with pytest.raises(UnknownItem, match="Z9"):
        why(ledger.database, ledger.register(), "Z9", ledger.now, viewer=SYSTEM)


def test_the_page_counts_the_authorities_time_once(ledger):
    project = ledger.accepted()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "archive", "insurance", "survey")
    ledger.go_to(date(2026, 11, 3))
    ledger.do(project, c.SubmitApplication(item="A2"))
    ledger.do(project, c.AcceptApplication(item="A2"))
    ledger.go_to(date(2026, 11, 5))
    counted = project_page(ledger.database, project, ledger.now, viewer=SYSTEM).counted
    # A1 since the 2nd, A2 since the 3rd, side by side.
    assert (counted.days, counted.promised, counted.path) == (3, 60, ("A1",))
    assert counted.stages == {"land": 3, "permit": 0, "acceptance": 0}


def test_on_the_command_line(ledger, console, capsys):
    project = ledger.accepted()
    assert run(["project", "why", project, "A1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    decision = document["clocks"][-1]
    assert decision["clock"]["due_on"] == "2026-11-09"
    assert [day["date"] for day in decision["days"] if day["counted"]][-1] == "2026-11-09"
    assert run(["project", "why", project, "A1"]) == 0
    assert "promised limit: 5 working days, last day 2026-11-09" in capsys.readouterr().out
    assert run(["project", "why", project, "Z9"]) == 2
    assert run(["project", "show", project, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counted"]["promised"] == 60


def test_recomputing_on_the_command_line(ledger, console, announce, capsys):
    ledger.go_to(date(2026, 12, 28))
    project = ledger.accepted()
    after = announce().version
    for dry_run, moved in ((True, 1), (False, 1), (False, 0)):
        arguments = ["clock", "recompute", "--json", *(["--dry-run"] if dry_run else [])]
        assert run(arguments) == 0
        document = json.loads(capsys.readouterr().out)
        assert (document["calendar"], document["moved"]) == (after, moved)
        assert document["dry_run"] is dry_run
    assert ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on == date(
        2027, 1, 6
    )
    assert run(["clock", "recompute"]) == 0
    assert "0 days moved." in capsys.readouterr().out


def test_a_withdrawn_notice_comes_back_into_force_when_told_so(ledger, console, announce, capsys):
    ledger.go_to(date(2026, 12, 28))
    project = ledger.accepted()
    old = working_calendar().version
    announce()
    watch(ledger.database, moment(ledger.today))
    (get_settings().data_dir / "calendars" / "2027.yaml").unlink()
    assert run(["clock", "recompute", "--this-machine", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["calendar"], document["moved"]) == (old, 1)
    assert ledger.facts(project).clocks[("A1", ClockKind.DECISION, 1, "")].due_on == date(
        2027, 1, 5
    )


def test_a_district_that_counts_otherwise_moves_running_clocks_on_record(
    ledger, console, capsys, monkeypatch
):
    """R5 the other way round: the day on which the result comes in counts as used."""
    project = ledger.accepted()
    ledger.go_to(date(2026, 11, 3))
    review = SpecialProcedure.EXPERT_REVIEW
    ledger.do(project, c.SuspendClock(item="A1", procedure=review, planned_days=3))
    ledger.go_to(date(2026, 11, 5))
    ledger.do(project, c.ResumeClock(item="A1", result="the experts agree"))
    key = ("A1", ClockKind.DECISION, 1, "")
    assert ledger.facts(project).clocks[key].due_on == date(2026, 11, 11)
    # The days lie ahead: an authority's own last day moves earlier only then.
    monkeypatch.setattr(timing, "now", lambda: ledger.now)
    path = get_settings().data_dir / "policy.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("suspension: {end_counts: true}", encoding="utf-8")
    try:
        for arguments, moved in ((["--dry-run"], 2), ([], 2), ([], 0)):
            assert run(["clock", "recompute", "--all", "--json", *arguments]) == 0
            assert json.loads(capsys.readouterr().out)["moved"] == moved
        assert ledger.facts(project).clocks[key].due_on == date(2026, 11, 10)
        decision = why(ledger.database, project, "A1", ledger.now, viewer=SYSTEM).clocks[-1]
        assert [move.by_policy for move in decision.moves] == [True, True]
        assert any("rules of counting changed" in words for words in sentences(decision))
        assert verify(ledger.database).ok
    finally:
        path.unlink()
