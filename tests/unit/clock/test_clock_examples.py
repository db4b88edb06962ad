"""The worked examples of the rules, on the official calendar of 2025 and 2026."""

from __future__ import annotations

from datetime import date

import pytest

from models.clock.values import (
    ClockExtended,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    ClockTerms,
    CountingMode,
    Limit,
    Reason,
    Thresholds,
    Unit,
)
from models.errors import InvalidInput
from rules.clock import (
    PUBLIC_NOTICE,
    STATUTORY_CLOCKS,
    as_working_days,
    deadline,
    deemed_accepted_on,
    describe,
    explain,
    notice_end,
    project_clock,
    promise_is_lawful,
    read_clock,
)
from rules.clock.counting import FOREVER, corresponding_day

D = date.fromisoformat
NATURAL, MONTH = Unit.NATURAL_DAY, Unit.MONTH


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2026-11-16", 5, "2026-11-23"),  # the window to ask for corrections
        ("2026-11-16", 20, "2026-12-14"),  # deemed accepted: counted from the receipt
        ("2026-11-23", 20, "2026-12-21"),  # what it would be without the deeming
        ("2026-02-13", 5, "2026-02-27"),  # Saturday 02-14 counts
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-09-30", 3, "2026-10-10"),  # ends on a make-up Saturday
        ("2026-10-09", 30, "2026-11-19"),  # making up a deferred material
        ("2026-11-02", 10, "2026-11-16"),
        ("2026-11-07", 1, "2026-11-09"),  # received on a Saturday
        ("2025-12-30", 3, "2026-01-05"),  # over New Year: 12-31, make-up Sunday 01-04, Monday
        ("2026-11-16", 0, "2026-11-16"),  # same day
        ("2026-11-21", 0, "2026-11-23"),  # same day, received on a Saturday
    ],
)
def test_working_day_deadlines(calendar, start, length, due):
    assert deadline(calendar, D(start), Limit(length)) == D(due)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-02", Limit(7, NATURAL), "2026-11-09"),
        ("2026-11-02", Limit(5, NATURAL), "2026-11-09"),  # Saturday moves to Monday (art. 203)
        ("2026-09-24", Limit(7, NATURAL), "2026-10-08"),  # 10-01 moves past the holiday
        ("2026-02-08", Limit(6, NATURAL), "2026-02-14"),  # a make-up Saturday is no rest day
        ("2026-01-31", Limit(1, MONTH), "2026-02-28"),  # month end (art. 202), a make-up Saturday
        ("2026-03-31", Limit(1, MONTH), "2026-04-30"),
        ("2026-08-15", Limit(6, MONTH), "2027-02-15"),
        ("2026-04-05", Limit(1, MONTH), "2026-05-06"),  # 05-05 is a day off
        ("2026-11-13", Limit(0, NATURAL), "2026-11-13"),
        ("2026-11-14", Limit(0, MONTH), "2026-11-16"),
    ],
)
def test_natural_days_and_months_move_off_rest_days(calendar, start, limit, due):
    assert deadline(calendar, D(start), limit) == D(due)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2025-12-09", Limit(5), "2025-12-15"),  # a published environmental notice
        ("2026-02-13", Limit(5), "2026-02-26"),  # another: make-up Saturday counts
        ("2026-11-14", Limit(1), "2026-11-16"),  # begins on a Saturday
        ("2026-11-02", Limit(3, NATURAL), "2026-11-04"),
        ("2026-11-02", Limit(6, NATURAL), "2026-11-09"),  # 11-07 is a Saturday
        ("2026-01-15", Limit(1, MONTH), "2026-02-14"),
        ("2026-06-01", Limit(1, MONTH), "2026-06-30"),
        ("2026-01-31", Limit(1, MONTH), "2026-02-28"),
    ],
)
def test_public_notices_count_their_first_day(calendar, start, limit, due):
    assert notice_end(calendar, D(start), limit) == D(due)


REVIEW = (
    ClockStarted(D("2026-11-02")),
    ClockSuspended(D("2026-11-05"), procedure="expert_review", planned=Limit(5)),
    ClockResumed(D("2026-11-12")),
)
TERMS = ClockTerms(statutory=Limit(20), promised=Limit(10), extension=Limit(10))


def test_expert_review_excludes_five_working_days(calendar):
    view = project_clock(TERMS, REVIEW, calendar, ClockPolicy())
    assert view.promised_due_on == view.due_on == D("2026-11-23")
    assert view.statutory_due_on == D("2026-12-07")
    assert not view.suspended
    assert view.running


@pytest.mark.parametrize(
    ("policy", "due"),
    [
        (ClockPolicy(), "2026-11-23"),
        (ClockPolicy(suspension_end_counts=True), "2026-11-20"),
        (ClockPolicy(suspension_start_counts=False), "2026-11-24"),
        (ClockPolicy(suspension_start_counts=False, suspension_end_counts=True), "2026-11-23"),
    ],
)
def test_boundary_days_of_a_suspension_are_policy(calendar, policy, due):
    assert project_clock(TERMS, REVIEW, calendar, policy).due_on == D(due)


def test_an_open_suspension_pauses_both_limits(calendar):
    view = project_clock(TERMS, REVIEW[:2], calendar, ClockPolicy())
    assert view.due_on is None
    assert view.statutory_due_on is None
    assert view.suspended_since == D("2026-11-05")
    assert view.suspension_planned_until == D("2026-11-12")
    assert view.promised.frozen_due_on == D("2026-11-16")


def test_a_suspension_after_the_last_day_cures_nothing(calendar):
    late = (ClockStarted(D("2026-11-02")), ClockSuspended(D("2026-11-18")))
    view = project_clock(TERMS, late, calendar, ClockPolicy())
    assert view.promised_due_on == D("2026-11-16")
    assert view.statutory_due_on is None
    reading = read_clock(view, D("2026-12-30"), calendar, Thresholds())
    assert reading.overdue_promised
    assert not reading.overdue_statutory


def test_overlapping_suspensions_are_counted_once(calendar):
    events = (
        ClockStarted(D("2026-11-02")),
        ClockSuspended(D("2026-11-05"), ref="review"),
        ClockSuspended(D("2026-11-10"), ref="hearing"),
        ClockResumed(D("2026-11-12"), ref="review"),
        ClockResumed(D("2026-11-13"), ref="hearing"),
    )
    view = project_clock(TERMS, events, calendar, ClockPolicy())
    assert view.due_on == D("2026-11-24")
    assert len(view.excluded) == 1
    half_open = project_clock(TERMS, events[:4], calendar, ClockPolicy())
    assert half_open.suspended_since == D("2026-11-10")
    assert half_open.due_on is None


def test_an_extension_moves_both_limits_or_by_policy_only_the_statutory_one(calendar):
    events = (ClockStarted(D("2026-11-02")), ClockExtended(D("2026-11-10"), Limit(10)))
    view = project_clock(TERMS, events, calendar, ClockPolicy())
    assert (view.promised_due_on, view.statutory_due_on) == (D("2026-11-30"), D("2026-12-14"))
    strict = project_clock(TERMS, events, calendar, ClockPolicy(extension_moves_promise=False))
    assert (strict.promised_due_on, strict.statutory_due_on) == (D("2026-11-16"), D("2026-12-14"))


def test_x1_an_extension_never_moves_a_promise_that_was_broken(calendar):
    """R7: one day after the promise's last day only the statutory limit is extended."""
    for on, promised in (("2026-11-16", "2026-11-30"), ("2026-11-17", "2026-11-16")):
        events = (ClockStarted(D("2026-11-02")), ClockExtended(D(on), Limit(10)))
        view = project_clock(TERMS, events, calendar, ClockPolicy())
        assert (view.promised_due_on, view.statutory_due_on) == (D(promised), D("2026-12-14"))
        assert explain(TERMS, events, calendar, ClockPolicy())[-1].date == D(promised)
    # A promise that is paused has not been broken.
    paused = (
        ClockStarted(D("2026-11-02")),
        ClockSuspended(D("2026-11-10"), "1", "hearing", Limit(5)),
        ClockExtended(D("2026-11-18"), Limit(10)),
        ClockResumed(D("2026-11-18"), "1"),
    )
    view = project_clock(TERMS, paused, calendar, ClockPolicy())
    assert (view.promised_due_on, len(view.promise_extensions)) == (D("2026-12-08"), 1)


def test_limits_are_judged_each_on_its_own(calendar):
    view = project_clock(TERMS, REVIEW[:1], calendar, ClockPolicy())
    for day, promised, statutory in [
        ("2026-11-16", False, False),
        ("2026-11-17", True, False),
        ("2026-11-30", True, False),
        ("2026-12-01", True, True),
    ]:
        reading = read_clock(view, D(day), calendar, Thresholds())
        assert (reading.overdue_promised, reading.overdue_statutory) == (promised, statutory), day


def test_a_stopped_clock_is_judged_by_the_day_it_stopped(calendar):
    stopped = (*REVIEW[:1], ClockStopped(D("2026-11-16")))
    view = project_clock(TERMS, stopped, calendar, ClockPolicy())
    assert not view.running
    assert not read_clock(view, D("2027-11-16"), calendar, Thresholds()).overdue_promised
    late = project_clock(
        TERMS, (*REVIEW[:1], ClockStopped(D("2026-11-17"))), calendar, ClockPolicy()
    )
    assert read_clock(late, D("2027-11-16"), calendar, Thresholds()).overdue_promised


def test_a_clock_before_its_start_knows_nothing(calendar):
    view = project_clock(TERMS, (), calendar, ClockPolicy())
    assert (view.due_on, view.started_on, view.running) == (None, None, False)
    reading = read_clock(view, D("2026-11-02"), calendar, Thresholds())
    assert (reading.counted_days, reading.remaining_working_days) == (0, None)
    assert explain(TERMS, (), calendar, ClockPolicy()) == ()


def test_deadlines_that_cross_into_2027_are_provisional(calendar):
    terms = ClockTerms(statutory=Limit(20))
    assert not project_clock(
        terms, [ClockStarted(D("2026-11-02"))], calendar, ClockPolicy()
    ).provisional
    assert project_clock(
        terms, [ClockStarted(D("2026-12-20"))], calendar, ClockPolicy()
    ).provisional
    natural = ClockTerms(statutory=Limit(15, NATURAL))
    assert project_clock(
        natural, [ClockStarted(D("2026-12-20"))], calendar, ClockPolicy()
    ).provisional


def test_silence_accepts_as_of_the_receipt(calendar):
    received = D("2026-11-16")
    assert deemed_accepted_on(received, D("2026-11-23"), calendar) is None
    assert deemed_accepted_on(received, D("2026-11-24"), calendar) == received


def test_statutory_limits_carry_their_source():
    days = {name: clock.terms.statutory.length for name, clock in STATUTORY_CLOCKS.items()}
    assert days["decision"] == 20
    assert STATUTORY_CLOCKS["decision"].terms.extension == Limit(10)
    assert STATUTORY_CLOCKS["joint_decision"].terms.extension == Limit(15)
    assert days["delivery"] == 10
    assert all(clock.source for clock in STATUTORY_CLOCKS.values())
    assert PUBLIC_NOTICE.mode is CountingMode.NOTICE


@pytest.mark.parametrize(
    ("promised", "statutory", "lawful"),
    [
        (Limit(10), Limit(20), True),
        (Limit(21), Limit(20), False),
        (Limit(20), Limit(60, NATURAL), True),
        (Limit(40), Limit(60, NATURAL), False),
        (Limit(7), Limit(7, NATURAL), False),
        (Limit(7, NATURAL), Limit(7), True),
        (Limit(2, MONTH), Limit(60, NATURAL), False),
    ],
)
def test_a_promise_is_lawful_when_it_never_ends_later(calendar, promised, statutory, lawful):
    assert promise_is_lawful(promised, statutory, calendar, D("2026-01-01")) is lawful


def test_the_most_working_days_in_a_limit(calendar):
    assert as_working_days(Limit(7), calendar, D("2026-06-01")) == 7
    assert as_working_days(Limit(7, NATURAL), calendar, D("2026-06-01")) == 7
    assert as_working_days(Limit(1, MONTH), calendar, D("2026-06-01")) == 24


@pytest.mark.parametrize(
    "make", [lambda: Limit(-1), ClockTerms], ids=["negative length", "no limit at all"]
)
def test_values_refuse_nonsense(make):
    with pytest.raises(InvalidInput):
        make()


def test_explain_gives_a_reason_for_every_day(calendar):
    days = explain(TERMS, REVIEW, calendar, ClockPolicy())
    assert [day.date.day for day in days] == list(range(2, 24))
    assert sum(day.counted for day in days) == 10
    reasons = [day.reason for day in days]
    assert reasons[0] is Reason.FIRST_DAY
    assert reasons.count(Reason.SUSPENDED) == 7
    assert days[4].name == "expert review"
    assert describe(days[4]) == "Special procedure, not counted: expert review"
    statutory = explain(TERMS, REVIEW, calendar, ClockPolicy(), statutory=True)
    assert statutory[-1].date == D("2026-12-07")


def test_explain_names_holidays_make_up_days_and_moves(calendar):
    spring = explain(
        ClockTerms(promised=Limit(2)), [ClockStarted(D("2026-02-13"))], calendar, ClockPolicy()
    )
    said = {day.date: describe(day) for day in spring}
    assert said[D("2026-02-14")] == "Make-up working day for 春节"
    assert said[D("2026-02-15")] == "Holiday: 春节"
    assert said[D("2026-02-24")] == "Working day"
    natural = ClockTerms(promised=Limit(5, NATURAL))
    moved = explain(natural, [ClockStarted(D("2026-11-02"))], calendar, ClockPolicy())
    assert [day.reason for day in moved[-3:]] == [
        Reason.NATURAL_DAY,
        Reason.MOVED_ON,
        Reason.MOVED_ON,
    ]
    assert sum(day.counted for day in moved) == 5
    crossing = explain(
        ClockTerms(promised=Limit(5)), [ClockStarted(D("2026-12-31"))], calendar, ClockPolicy()
    )
    assert (
        describe(crossing[1]) == "Holiday: 元旦 (provisional: no official notice for this year yet)"
    )


def test_explain_of_a_paused_clock_ends_where_it_is_asked_to(calendar):
    until = D("2026-11-20")
    days = explain(TERMS, REVIEW[:2], calendar, ClockPolicy(), until=until)
    assert days[-1].date == until
    assert sum(day.counted for day in days) == 3
    assert explain(TERMS, REVIEW[:2], calendar, ClockPolicy())[-1].date == D("2026-11-05")


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-12-31", 2, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-08-31", 13, "2027-09-30"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-05-15", 0, "2026-05-15"),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_months_last(start, months, day):
    assert date.fromordinal(corresponding_day(D(start).toordinal(), months)) == D(day)


def test_a_limit_beyond_every_calendar_never_ends():
    for months in (12 * 8000, 10**9, 10**12):
        assert corresponding_day(D("2026-01-31").toordinal(), months) == FOREVER
