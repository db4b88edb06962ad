"""What readings, explanations, spans and movements say field by field, at the edges of their days."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases.states import Light
from models.clock.values import (
    RECTIFICATION,
    ClockExtended,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    ClockTerms,
    CountingMode,
    DayCount,
    Limit,
    Reason,
    Span,
    Thresholds,
    Unit,
)
from rules.clock import (
    OpenClock,
    Path,
    counted_critical_path,
    counted_spans,
    describe,
    explain,
    project_clock,
    promise_is_lawful,
    read_clock,
    reproject,
    union,
)
from rules.clock.lights import ClockReading
from rules.clock.spans import CircularOrder
from tests.unit.clock.clock_cases import toy_calendar

D = date.fromisoformat
PLAIN, _ = toy_calendar()
POLICY = ClockPolicy()
MONDAY = D("2026-11-02")
THREE, TEN = ClockTerms(promised=Limit(3)), ClockTerms(promised=Limit(10))
#: A clock of ten days on Monday, its special procedure from Wednesday to the next Tuesday.
PROCEDURE = (
    ClockStarted(MONDAY),
    ClockSuspended(D("2026-11-04"), "1", "expert_review"),
    ClockResumed(D("2026-11-10"), "1"),
)


def view_of(*events, terms=TEN, calendar=PLAIN):
    return project_clock(terms, events, calendar, POLICY)


# --- a reading --------------------------------------------------------------------------------


def test_every_field_of_a_reading(calendar):
    terms = ClockTerms(promised=Limit(5), statutory=Limit(10))
    view = view_of(ClockStarted(MONDAY), terms=terms, calendar=calendar)
    on = D("2026-11-10")
    assert read_clock(view, on, calendar, Thresholds()) == ClockReading(
        on=on,
        counted_days=6,
        remaining_working_days=-1,
        overdue_promised=True,
        overdue_statutory=False,
        light=Light.RED,
        suspended=False,
        provisional=False,
    )


def test_a_reading_uses_the_thresholds_it_is_given():
    view, on = view_of(ClockStarted(MONDAY)), D("2026-11-10")
    assert read_clock(view, on, PLAIN, Thresholds()).light is Light.GREEN
    assert read_clock(view, on, PLAIN, Thresholds(percent=50)).light is Light.YELLOW


def test_a_clock_is_suspended_until_it_resumes_or_stops():
    paused, on = PROCEDURE[:2], D("2026-11-06")
    assert read_clock(view_of(*paused), on, PLAIN, Thresholds()).suspended
    assert not read_clock(view_of(*PROCEDURE), on, PLAIN, Thresholds()).suspended
    stopped = read_clock(view_of(*paused, ClockStopped(D("2026-11-05"))), on, PLAIN, Thresholds())
    assert (stopped.on, stopped.suspended) == (D("2026-11-05"), False)


def test_a_reading_says_that_its_dates_are_provisional(calendar):
    view = view_of(ClockStarted(D("2030-03-01")), calendar=calendar)
    assert read_clock(view, D("2030-03-04"), calendar, Thresholds()).provisional


def test_the_first_day_of_a_notice_is_used_up_on_that_day():
    terms = ClockTerms(promised=Limit(5), mode=CountingMode.NOTICE)
    view = view_of(ClockStarted(MONDAY), terms=terms)
    assert read_clock(view, MONDAY, PLAIN, Thresholds()).counted_days == 1
    assert read_clock(view, D("2026-11-04"), PLAIN, Thresholds()).counted_days == 3


# --- an explanation ---------------------------------------------------------------------------


def days_of(*events, terms=THREE, calendar=PLAIN, policy=POLICY, **more):
    return list(explain(terms, events, calendar, policy, **more))


def test_days_without_a_name_have_none(calendar):
    """A Saturday ends it: the last day moves on to Monday."""
    terms = ClockTerms(promised=Limit(2, Unit.NATURAL_DAY))
    assert days_of(ClockStarted(D("2026-11-05")), terms=terms, calendar=calendar) == [
        DayCount(D("2026-11-05"), False, Reason.FIRST_DAY, "", False),
        DayCount(D("2026-11-06"), True, Reason.NATURAL_DAY, "", False),
        DayCount(D("2026-11-07"), True, Reason.NATURAL_DAY, "", False),
        DayCount(D("2026-11-08"), False, Reason.MOVED_ON, "", False),
        DayCount(D("2026-11-09"), False, Reason.MOVED_ON, "", False),
    ]


def test_each_suspended_day_has_the_name_of_its_procedure_to_the_last():
    events = (
        ClockStarted(MONDAY),
        ClockSuspended(D("2026-11-03"), "1", "expert_review"),
        ClockResumed(D("2026-11-05"), "1"),
        ClockSuspended(D("2026-11-09"), "2", "hearing"),
        ClockResumed(D("2026-11-10"), "2"),
        ClockSuspended(D("2026-11-11"), "3"),
        ClockResumed(D("2026-11-12"), "3"),
    )
    terms = ClockTerms(promised=Limit(6))
    names = {
        day.date.day: day.name
        for day in days_of(*events, terms=terms)
        if day.reason is Reason.SUSPENDED
    }
    assert names == {4: "expert review", 5: "expert review", 10: "hearing", 12: ""}


def test_every_day_of_a_year_without_a_notice_is_provisional(calendar):
    terms = ClockTerms(promised=Limit(5, Unit.NATURAL_DAY))
    events = (
        ClockStarted(D("2030-03-04")),
        ClockSuspended(D("2030-03-05"), "1", "hearing"),
        ClockResumed(D("2030-03-06"), "1"),
    )
    days = days_of(*events, terms=terms, calendar=calendar)
    assert {day.reason for day in days} >= {Reason.FIRST_DAY, Reason.SUSPENDED, Reason.MOVED_ON}
    assert all(day.provisional for day in days)


def test_an_extension_that_leaves_the_promise_leaves_its_days():
    events = (ClockStarted(MONDAY), ClockExtended(D("2026-11-03"), Limit(4)))
    assert days_of(*events)[-1].date == D("2026-11-11")
    policy = ClockPolicy(extension_moves_promise=False)
    assert days_of(*events, policy=policy)[-1].date == D("2026-11-05")


def test_a_paused_clock_counts_as_it_did_before():
    events = (ClockStarted(MONDAY), ClockSuspended(D("2026-11-03"), "1", "hearing"))
    until = D("2026-11-07")
    days = days_of(*events, until=until)
    assert [(day.date.day, day.reason) for day in days] == [
        (2, Reason.FIRST_DAY),
        (3, Reason.WORKING_DAY),
        *((day, Reason.SUSPENDED) for day in (4, 5, 6, 7)),
    ]
    notice = ClockTerms(promised=Limit(3), mode=CountingMode.NOTICE)
    first = days_of(*events, terms=notice, until=until)[0]
    assert (first.date, first.counted, first.reason) == (MONDAY, True, Reason.WORKING_DAY)


@pytest.mark.parametrize(
    ("reason", "name", "sentence"),
    [
        (Reason.SUSPENDED, RECTIFICATION, "The applicant rectifies, not counted"),
        (Reason.SUSPENDED, "hearing", "Special procedure, not counted: hearing"),
        (Reason.SUSPENDED, "", "Special procedure, not counted"),
        (Reason.HOLIDAY, "", "Holiday"),
        (Reason.HOLIDAY, "Spring Festival", "Holiday: Spring Festival"),
        (Reason.MAKE_UP_DAY, "", "Make-up working day"),
        (Reason.MAKE_UP_DAY, "Spring Festival", "Make-up working day for Spring Festival"),
        (Reason.WEEKEND, "", "Weekend"),
    ],
)
def test_a_day_is_described_by_its_reason_and_name(reason, name, sentence):
    assert describe(DayCount(MONDAY, False, reason, name, False)) == sentence


# --- limits by law ----------------------------------------------------------------------------


@pytest.mark.parametrize(("promised", "lawful"), [(19, True), (20, True), (21, False)])
def test_a_promise_may_take_all_that_the_law_allows(promised, lawful):
    assert promise_is_lawful(Limit(promised), Limit(20), PLAIN, MONDAY) is lawful


def test_a_promise_is_held_against_the_year_before_too():
    """A long holiday last year makes five working days longer than nine natural days."""
    holiday = {D(f"2025-12-{day:02}") for day in range(8, 20)}
    calendar, _ = toy_calendar(holiday)
    promised, statutory = Limit(5), Limit(9, Unit.NATURAL_DAY)
    assert not promise_is_lawful(promised, statutory, calendar, D("2026-03-02"))
    assert promise_is_lawful(promised, statutory, calendar, D("2027-03-02"))


# --- spans ------------------------------------------------------------------------------------


def test_a_span_without_a_day_is_none():
    assert union([Span(MONDAY, MONDAY)], D("2026-11-30")) == ()
    assert union([Span(D("2026-11-10"), None)], MONDAY) == ()
    paused_at_once = (
        ClockStarted(MONDAY),
        ClockSuspended(MONDAY, "1", "hearing"),
        ClockResumed(D("2026-11-05"), "1"),
    )
    assert counted_spans(view_of(*paused_at_once), D("2026-11-06")) == (
        Span(D("2026-11-05"), D("2026-11-06")),
    )


def test_the_critical_path_knows_items_that_stand_alone_and_items_that_never_ran():
    week = [Span(MONDAY, D("2026-11-09"))]
    until = D("2026-11-30")
    assert counted_critical_path({"A": week}, {}, PLAIN, until) == Path(5, ("A",))
    after = {"C": ("B",), "B": ("A",)}
    later = [Span(D("2026-11-09"), D("2026-11-11"))]
    found = counted_critical_path({"A": week, "C": later}, after, PLAIN, until)
    assert found == Path(7, ("A", "B", "C"))


def test_a_circle_is_shown_as_it_runs():
    with pytest.raises(CircularOrder) as refused:
        counted_critical_path({}, {"A": ("B",), "B": ("A",)}, PLAIN, MONDAY)
    sentence = refused.value.sentence()
    assert "A → B → A" in sentence or "B → A → B" in sentence


# --- a change of calendar ---------------------------------------------------------------------


def test_both_limits_of_a_clock_move_each_by_its_name():
    after, _ = toy_calendar({D("2026-11-03")})
    terms = ClockTerms(promised=Limit(5), statutory=Limit(10))
    statutory = ClockTerms(statutory=Limit(10))
    started = (ClockStarted(MONDAY),)
    clocks = [OpenClock("a", terms, started), OpenClock("b", statutory, started)]
    found = reproject(clocks, PLAIN, after, POLICY)
    assert [(one.key, one.limit) for one in found.moved] == [
        ("a", "promised"),
        ("a", "statutory"),
        ("b", "statutory"),
    ]
    # The day after the start is the first that counts, and the reason for each of them.
    assert all([day.after.date for day in one.because] == [D("2026-11-03")] for one in found.moved)
    assert found.confirmed == ()
    assert found.unchanged == 0


def test_a_promise_that_stays_does_not_hide_a_statutory_limit_that_moves():
    after, _ = toy_calendar({D("2026-11-12")})
    terms = ClockTerms(promised=Limit(5), statutory=Limit(10))
    found = reproject([OpenClock("a", terms, (ClockStarted(MONDAY),))], PLAIN, after, POLICY)
    assert [one.limit for one in found.moved] == ["statutory"]


def test_reprojection_counts_by_the_policy_it_is_given():
    after, _ = toy_calendar({D("2026-11-03")})
    policy = ClockPolicy(suspension_start_counts=False, suspension_end_counts=True)
    clock = OpenClock("a", ClockTerms(promised=Limit(10)), PROCEDURE)
    (moved,) = reproject([clock], PLAIN, after, policy).moved
    assert moved.before == project_clock(clock.terms, PROCEDURE, PLAIN, policy).due_on
    assert moved.after == project_clock(clock.terms, PROCEDURE, after, policy).due_on
