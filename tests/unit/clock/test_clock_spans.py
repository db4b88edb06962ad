"""Counted time of stages and projects; what a change of calendar moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.working_calendar import CALENDARS
from models.clock.calendar import DayKind
from models.clock.values import (
    ClockPolicy,
    ClockStarted,
    ClockStopped,
    ClockTerms,
    CountingMode,
    Limit,
    Span,
)
from rules.clock import (
    OpenClock,
    Path,
    counted_critical_path,
    counted_spans,
    counted_working_days,
    deadline,
    longest_path,
    project_clock,
    reproject,
    stage_working_days,
    union,
)
from rules.clock.spans import CircularOrder
from services.clock.working_calendar import working_calendar
from tests.support.holidays import REST_2027
from tests.unit.clock.clock_cases import (
    calendars,
    dates,
    history,
    limits,
    naive,
    suspensions,
    toy_calendar,
)

D = date.fromisoformat
TERMS = ClockTerms(statutory=Limit(20), promised=Limit(10))


def span(after, until=None):
    return Span(D(after), D(until) if until else None)


def ran(calendar, start, stop, *suspended):
    events = [*history(D(start), list(suspended)), ClockStopped(D(stop))]
    return project_clock(TERMS, events, calendar, ClockPolicy())


def test_parallel_items_are_counted_once(calendar):
    views = [
        ran(calendar, "2026-11-02", "2026-11-06"),  # 4 working days
        ran(calendar, "2026-11-04", "2026-11-10"),  # 4, of which 2 shared
        project_clock(TERMS, [], calendar, ClockPolicy()),  # not started
    ]
    assert stage_working_days(views, calendar, D("2026-12-01")) == 6


def test_open_items_count_to_the_day_asked(calendar):
    view = project_clock(TERMS, [ClockStarted(D("2026-11-02"))], calendar, ClockPolicy())
    assert counted_spans(view, D("2026-11-05")) == (span("2026-11-02", "2026-11-05"),)
    assert counted_spans(view, D("2026-11-02")) == ()
    assert counted_spans(view, D("2026-10-01")) == ()


def test_a_public_notice_counts_its_first_day(calendar):
    terms = ClockTerms(promised=Limit(5), mode=CountingMode.NOTICE)
    view = project_clock(terms, [ClockStarted(D("2026-11-02"))], calendar, ClockPolicy())
    assert stage_working_days([view], calendar, D("2026-11-02")) == 1


def test_union_joins_what_overlaps_or_touches(calendar):
    spans = [
        span("2026-11-10", "2026-11-12"),
        span("2026-11-02", "2026-11-05"),
        span("2026-11-05", "2026-11-06"),
        span("2026-11-20"),
        span("2026-11-03", "2026-11-03"),
    ]
    until = D("2026-11-24")
    assert union(spans, until) == (
        span("2026-11-02", "2026-11-06"),
        span("2026-11-10", "2026-11-12"),
        span("2026-11-20", "2026-11-24"),
    )
    assert counted_working_days(spans, calendar, until) == 4 + 2 + 2


@given(st.data())
def test_counted_spans_are_the_days_that_are_not_excluded(data):
    calendar, works = data.draw(calendars())
    start, limit = data.draw(dates), data.draw(limits())
    suspended = data.draw(suspensions(start))
    until = start + timedelta(data.draw(st.integers(0, 120)))
    view = project_clock(
        ClockTerms(promised=limit), history(start, suspended), calendar, ClockPolicy()
    )
    found = stage_working_days([view], calendar, until)
    assert found == naive(works, suspended, ClockPolicy()).open_working_days(start, until)
    days = {
        day.after + timedelta(i + 1)
        for day in counted_spans(view, until)
        for i in range((day.until - day.after).days)
    }
    assert all(start < day <= until for day in days)
    assert sum(works(day) for day in days) == found


@given(st.data())
def test_a_union_is_a_set_of_days(data):
    calendar, works = data.draw(calendars())
    until = date(2027, 3, 1)
    pairs = data.draw(st.lists(st.tuples(dates, st.integers(0, 60)), max_size=8))
    spans = [Span(after, after + timedelta(length)) for after, length in pairs]
    days = {
        one.after + timedelta(i + 1) for one in spans for i in range((one.until - one.after).days)
    }
    expected = sum(works(day) for day in days if day <= until)
    assert counted_working_days(spans, calendar, until) == expected


def test_the_critical_path_leaves_out_what_the_applicant_took(calendar):
    spans = {
        "land": [span("2026-11-02", "2026-11-06")],  # 4
        # the applicant takes a week to apply
        "planning": [span("2026-11-13", "2026-11-20")],  # 5
        "drawings": [span("2026-11-06", "2026-11-17")],  # 7, beside planning
        "tender": [],  # the applicant's own
        "permit": [span("2026-11-23", "2026-11-25")],  # 2
    }
    after = {
        "planning": ["land"],
        "drawings": ["land"],
        "tender": ["planning"],
        "permit": ["tender", "drawings"],
    }
    found = counted_critical_path(spans, after, calendar, D("2026-12-31"))
    assert found == Path(4 + 7 + 2, ("land", "drawings", "permit"))
    # It is less than the days on which somebody's clock ran: nothing is added up side by side.
    everything = [one for spans_of in spans.values() for one in spans_of]
    assert counted_working_days(everything, calendar, D("2026-12-31")) == 4 + 10 + 2


def test_days_shared_with_a_predecessor_are_counted_once(calendar):
    spans = {
        "a": [span("2026-11-02", "2026-11-10")],  # 6
        "b": [span("2026-11-06", "2026-11-12")],  # 4, of which 2 after a
    }
    found = counted_critical_path(spans, {"b": ["a"]}, calendar, D("2026-12-31"))
    assert found == Path(8, ("a", "b"))


def test_the_longest_path_of_promised_days():
    days = {"a": 5, "b": 3, "c": 7, "d": 1}
    after = {"c": ["a"], "b": ["a"], "d": ["b", "c"]}
    assert longest_path(days, after) == Path(13, ("a", "c", "d"))
    assert longest_path({}, {}) == Path(0, ())
    with pytest.raises(CircularOrder, match="→"):
        longest_path({}, {"a": ["b"], "b": ["a"]})


@given(
    st.dictionaries(st.integers(0, 8), st.integers(0, 20), max_size=9),
    st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20),
)
def test_the_longest_path_equals_trying_every_chain(days, edges):
    after = {}
    for one, two in edges:
        if one < two:
            after.setdefault(two, []).append(one)

    def walk(key):
        return days.get(key, 0) + max(map(walk, after.get(key, ())), default=0)

    found = longest_path(days, after)
    assert found.days == max(map(walk, {*days, *after}), default=0)
    assert sum(days.get(key, 0) for key in found.items) == found.days
    assert all(one in after[two] for one, two in zip(found.items, found.items[1:], strict=False))


# -- a change of calendar ------------------------------------------------------------------------


def test_a_new_notice_moves_dates_and_says_why():
    before, _ = toy_calendar()
    # 11-05 off, Saturday 11-14 worked
    after, _ = toy_calendar({D("2026-11-05")}, {D("2026-11-14")})
    clocks = [
        OpenClock("short", ClockTerms(promised=Limit(5)), (ClockStarted(D("2026-11-02")),)),
        OpenClock("both", TERMS, (ClockStarted(D("2026-11-02")),)),
        OpenClock("later", ClockTerms(promised=Limit(5)), (ClockStarted(D("2026-11-09")),)),
        OpenClock("old", ClockTerms(promised=Limit(5)), (ClockStarted(D("2026-10-05")),)),
        OpenClock("waiting", ClockTerms(promised=Limit(5)), ()),
    ]
    found = reproject(clocks, before, after, ClockPolicy())
    assert (found.before, found.after) == (before.version, after.version)
    moved = [(one.key, one.limit, one.before, one.after, one.natural_days) for one in found.moved]
    assert moved == [
        ("short", "promised", D("2026-11-09"), D("2026-11-10"), 1),
        ("later", "promised", D("2026-11-16"), D("2026-11-14"), -2),
    ]
    assert [change.after.date for change in found.moved[0].because] == [D("2026-11-05")]
    assert found.moved[0].because[0].after.kind is DayKind.HOLIDAY
    assert found.moved[1].because[0].after.kind is DayKind.MAKE_UP_DAY
    assert found.unchanged == 3
    assert found.views["later"].due_on == D("2026-11-14")
    assert len(found.changed) == 2


def test_the_reasons_reach_from_the_first_counted_day_to_the_later_last_day():
    before, _ = toy_calendar()
    swapped = {D("2026-11-02"), D("2026-11-13")}
    after, _ = toy_calendar(swapped, {D("2026-11-14"), D("2026-11-15")})
    clock = OpenClock("a", ClockTerms(promised=Limit(9)), (ClockStarted(D("2026-11-02")),))
    (movement,) = reproject([clock], before, after, ClockPolicy()).moved
    assert (movement.before, movement.after) == (D("2026-11-13"), D("2026-11-14"))
    days = [change.after.date for change in movement.because]
    # The start is not counted, and what comes after the new last day does not matter.
    assert days == [D("2026-11-13"), D("2026-11-14")]


def test_a_notice_confirms_what_was_provisional(tmp_path):
    before = working_calendar()
    for path in ("2025.yaml", "2026.yaml"):
        (tmp_path / path).write_bytes((CALENDARS / path).read_bytes())
    (tmp_path / "2027.yaml").write_text(
        """
year: 2027
notice: {number: 试, title: 试, issued_on: 2026-11-05}
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 春节, from: 2027-02-05, to: 2027-02-12}
"""
        + REST_2027,
        encoding="utf-8",
    )
    clock = OpenClock("a", ClockTerms(promised=Limit(10)), (ClockStarted(D("2026-12-25")),))
    found = reproject([clock], before, working_calendar(tmp_path), ClockPolicy())
    assert (found.confirmed, found.moved, found.unchanged) == (("a",), (), 1)


@given(calendars(), calendars(), dates, limits())
def test_reprojection_equals_computing_twice(one, two, start, limit):
    before, after = one[0], two[0]
    clock = OpenClock("a", ClockTerms(promised=limit), (ClockStarted(start),))
    found = reproject([clock], before, after, ClockPolicy())
    dues = deadline(before, start, limit), deadline(after, start, limit)
    assert len(found.moved) == (dues[0] != dues[1])
    for movement in found.moved:
        assert (movement.before, movement.after) == dues
        assert movement.because
