"""The clock against a second one that walks from day to day, and the laws both obey."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock.values import (
    ClockExtended,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockSuspended,
    ClockTerms,
    CountingMode,
    Limit,
    Reason,
    Unit,
)
from rules.clock import deadline, explain, notice_end, project_clock
from services.clock.working_calendar import working_calendar
from tests.support.sizes import SEED, patience, size
from tests.unit.clock.clock_cases import (
    calendars,
    dates,
    history,
    limits,
    naive,
    plain,
    policies,
    suspensions,
)
from tests.unit.clock.clock_naive import Naive, Suspension

modes = st.sampled_from(list(CountingMode))


@given(st.data())
@settings(max_examples=size(150, whole=400))
def test_every_due_date_equals_the_naive_one(data):
    calendar, works = data.draw(calendars())
    start, limit, mode = data.draw(dates), data.draw(limits()), data.draw(modes)
    policy = data.draw(policies)
    suspended = data.draw(suspensions(start))
    extensions = data.draw(st.lists(limits(), max_size=2))
    terms = ClockTerms(statutory=limit, promised=limit, mode=mode)
    view = project_clock(terms, history(start, suspended, extensions), calendar, policy)
    other = naive(works, suspended, policy)
    chain = [plain(limit), *map(plain, extensions)]
    notice = mode is CountingMode.NOTICE
    assert view.statutory_due_on == other.due(start, chain, notice=notice)
    promised = chain if policy.extension_moves_promise else chain[:1]
    assert view.promised_due_on == other.due(start, promised, notice=notice)


@given(calendars(), dates, limits(), modes)
def test_a_plain_deadline_equals_the_naive_one(built, start, limit, mode):
    calendar, works = built
    found = deadline(calendar, start, limit, mode)
    notice = mode is CountingMode.NOTICE
    assert found == Naive(works).due(start, [plain(limit)], notice=notice)
    assert (
        project_clock(
            ClockTerms(promised=limit, mode=mode), [ClockStarted(start)], calendar, ClockPolicy()
        ).due_on
        == found
    )
    if notice:
        assert notice_end(calendar, start, limit) == found


@given(calendars(), dates, limits(), modes, st.integers(0, 40), st.integers(0, 20))
def test_later_starts_and_longer_limits_never_end_earlier(built, start, limit, mode, days, more):
    calendar, _ = built
    due = deadline(calendar, start, limit, mode)
    assert deadline(calendar, start + timedelta(days), limit, mode) >= due
    if limit.length:
        longer = Limit(limit.length + more % 8, limit.unit)
        assert deadline(calendar, start, longer, mode) >= due


@given(calendars(), dates, limits())
def test_the_last_day_is_a_working_day_and_not_before_the_start(built, start, limit):
    calendar, works = built
    due = deadline(calendar, start, limit)
    assert due >= start
    assert works(due)


@given(calendars(), dates, limits())
def test_counting_the_first_day_never_ends_later(built, start, limit):
    calendar, _ = built
    assert notice_end(calendar, start, limit) <= deadline(calendar, start, limit)


@given(st.data())
def test_a_suspension_never_brings_the_due_date_forward(data):
    calendar, _ = data.draw(calendars())
    start, limit = data.draw(dates), data.draw(limits())
    suspended = data.draw(suspensions(start, may_stay_open=False))
    terms = ClockTerms(promised=limit)
    dues = [
        project_clock(terms, history(start, suspended[:n]), calendar, ClockPolicy()).due_on
        for n in range(len(suspended) + 1)
    ]
    assert dues == sorted(dues)


@given(st.data())
def test_working_days_and_excluded_days_add_up(data):
    """Counted + excluded + rest days make up the whole span, and the count is the limit."""
    calendar, works = data.draw(calendars())
    start, length = data.draw(dates), data.draw(st.integers(1, 60))
    suspended = data.draw(suspensions(start, may_stay_open=False))
    view = project_clock(
        ClockTerms(promised=Limit(length)), history(start, suspended), calendar, ClockPolicy()
    )
    other = naive(works, suspended, ClockPolicy())
    assert other.open_working_days(start, view.due_on) == length
    assert works(view.due_on)
    assert not other.excluded(view.due_on)


@given(st.data())
def test_suspending_and_extending_commute(data):
    calendar, _ = data.draw(calendars())
    start, limit = data.draw(dates), data.draw(limits())
    by = data.draw(limits())
    day = start + timedelta(data.draw(st.integers(0, 30)))
    ended = day + timedelta(data.draw(st.integers(0, 30)))
    suspend, resume = ClockSuspended(day), ClockResumed(ended)
    extended_first = [ClockStarted(start), ClockExtended(day, by), suspend, resume]
    extended_last = [ClockStarted(start), suspend, resume, ClockExtended(ended, by)]
    # A promise that is broken by the time of the extension stays so (R7): the order counts there.
    terms = ClockTerms(statutory=limit)
    first = project_clock(terms, extended_first, calendar, ClockPolicy())
    last = project_clock(terms, extended_last, calendar, ClockPolicy())
    assert first.due_on == last.due_on


@given(calendars(), dates, st.integers(0, 60), st.integers(0, 60))
def test_extending_working_days_is_a_longer_limit(built, start, length, more):
    calendar, _ = built
    extended = history(start, [], [Limit(more)])
    due = project_clock(
        ClockTerms(promised=Limit(length)), extended, calendar, ClockPolicy()
    ).due_on
    if length and more:
        assert due == deadline(calendar, start, Limit(length + more))
    assert due >= deadline(calendar, start, Limit(length))


@given(st.data())
def test_one_suspension_cut_in_two_is_the_same(data):
    calendar, _ = data.draw(calendars())
    start, limit = data.draw(dates), data.draw(limits())
    began = start + timedelta(data.draw(st.integers(0, 30)))
    cut = began + timedelta(data.draw(st.integers(1, 20)))
    ended = cut + timedelta(data.draw(st.integers(1, 20)))
    whole = history(start, [Suspension(began, ended)])
    parts = history(start, [Suspension(began, cut), Suspension(cut, ended)])
    terms = ClockTerms(promised=limit)
    one, two = (project_clock(terms, events, calendar, ClockPolicy()) for events in (whole, parts))
    assert (one.due_on, one.excluded) == (two.due_on, two.excluded)


@given(st.data())
@settings(max_examples=size(80, whole=200))
def test_the_explanation_tells_the_whole_story(data):
    calendar, works = data.draw(calendars())
    start, limit, mode = data.draw(dates), data.draw(limits()), data.draw(modes)
    suspended = data.draw(suspensions(start))
    extensions = data.draw(st.lists(limits(), max_size=1))
    terms = ClockTerms(promised=limit, mode=mode)
    events = history(start, suspended, extensions)
    due = project_clock(terms, events, calendar, ClockPolicy()).due_on
    until = start + timedelta(120)
    days = explain(terms, events, calendar, ClockPolicy(), until=until)
    assert [day.date for day in days] == [start + timedelta(i) for i in range(len(days))]
    assert days[-1].date == (due if due is not None else until)
    other = naive(works, suspended, ClockPolicy())
    for day in days:
        if day.reason is Reason.SUSPENDED:
            assert other.excluded(day.date)
        elif day.reason in (Reason.WORKING_DAY, Reason.MAKE_UP_DAY):
            assert works(day.date)
        elif day.reason in (Reason.WEEKEND, Reason.HOLIDAY):
            assert not works(day.date)
        kinds = (Reason.WORKING_DAY, Reason.MAKE_UP_DAY, Reason.NATURAL_DAY)
        assert day.counted == (day.reason in kinds)
    if due is not None and {limit.unit, *(by.unit for by in extensions)} <= {Unit.WORKING_DAY}:
        total = limit.length + sum(by.length for by in extensions)
        assert sum(day.counted for day in days) == total


@given(dates, st.integers(1, 60))
def test_year_boundaries_on_the_official_calendar(start, length):
    calendar = working_calendar()
    due = deadline(calendar, start, Limit(length))
    assert calendar.working_days_between(start, due) == length
    assert due == Naive(calendar.is_working_day).due(start, [(length, "working_day")])


@pytest.mark.slow
@pytest.mark.timeout(patience(300))
def test_many_random_cases():
    """Seeded, on the official calendar: units, modes, suspensions, extensions, year ends."""
    calendar = working_calendar()
    known = {day: calendar.is_working_day(day) for day in _every_day(2025, 2035)}
    chance = random.Random(20260101 + SEED)
    for case in range(size(30_000, whole=100_000)):
        start = date(2025, 1, 1) + timedelta(chance.randrange(1000))
        limit, extensions = _limit(chance), [_limit(chance)] * (chance.random() < 0.2)
        mode = CountingMode.NOTICE if chance.random() < 0.2 else CountingMode.DEADLINE
        suspended = [_suspension(chance, start) for _ in range(chance.choice((0, 0, 0, 1, 1, 2)))]
        view = project_clock(
            ClockTerms(promised=limit, mode=mode),
            history(start, suspended, extensions),
            calendar,
            ClockPolicy(),
        )
        expected = Naive(known.__getitem__, suspended).due(
            start, [plain(limit), *map(plain, extensions)], notice=mode is CountingMode.NOTICE
        )
        assert view.due_on == expected, (case, start, limit, mode, suspended, extensions)


def _every_day(first: int, last: int):
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(1)


def _limit(chance: random.Random) -> Limit:
    kind = chance.random()
    if kind < 0.6:
        return Limit(chance.choice((1, 3, 5, 10, 15, 20, 30, 45)))
    if kind < 0.9:
        return Limit(chance.choice((0, 3, 7, 15, 30, 60)), Unit.NATURAL_DAY)
    return Limit(chance.randrange(1, 4), Unit.MONTH)


def _suspension(chance: random.Random, start: date) -> Suspension:
    began = start + timedelta(chance.randrange(40))
    return Suspension(began, began + timedelta(chance.randrange(30)))
