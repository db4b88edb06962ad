"""Traffic light, readings and the warning ladder."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.cases.states import Light
from models.clock.values import (
    ZONE,
    ClockPolicy,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    ClockTerms,
    CountingMode,
    Limit,
    Rung,
    Thresholds,
    Trigger,
    Unit,
    at_hour,
)
from models.errors import InvalidInput
from rules.clock import (
    level,
    next_crossing,
    project_clock,
    reached,
    read_clock,
    rung_dates,
    yellow_at,
    yellow_on,
)
from rules.installation.policy import LADDER
from tests.support.sizes import size
from tests.unit.clock.clock_cases import calendars, dates, history, limits, naive, suspensions

D = date.fromisoformat


def view_of(calendar, start, limit, *events, statutory=None):
    terms = ClockTerms(promised=limit, statutory=statutory)
    return project_clock(terms, [ClockStarted(D(start)), *events], calendar, ClockPolicy())


#: Half of a limit is used up before the district's light turns (the whole table of the rule).
HALF = Thresholds(halfway=True)


@pytest.mark.parametrize(
    ("length", "turns"),
    [
        (0, None),
        (1, "2026-03-03T14:00"),
        (2, "2026-03-04T09:00"),
        (3, "2026-03-04T14:00"),
        (4, "2026-03-05T09:00"),
        (5, "2026-03-06T00:00"),
        (10, "2026-03-12T00:00"),
        (20, "2026-03-24T00:00"),
    ],
)
def test_a_short_limit_has_a_yellow_that_means_something(calendar, length, turns):
    view = view_of(calendar, "2026-03-02", Limit(length))
    at = datetime.fromisoformat(turns).replace(tzinfo=ZONE) if turns else None
    assert yellow_at(view, calendar, HALF) == at
    if at is not None:
        assert level(view, at - timedelta(minutes=1), calendar, HALF) is Light.GREEN
        assert level(view, at.astimezone(UTC), calendar, HALF) is Light.YELLOW


@pytest.mark.parametrize(
    ("start", "limit", "turns"),
    [
        # Friday; three natural days end on Monday, and half of them is over on Saturday at noon.
        ("2026-03-06", Limit(3, Unit.NATURAL_DAY), "2026-03-09T09:00"),
        ("2026-03-02", Limit(2, Unit.NATURAL_DAY), "2026-03-04T09:00"),
        ("2026-03-02", Limit(1, Unit.NATURAL_DAY), "2026-03-03T14:00"),
        # A week whose first three days nobody worked: the second half-day is what is left of it.
        ("2026-02-14", Limit(11, Unit.NATURAL_DAY), "2026-02-24T09:00"),
    ],
)
def test_natural_days_turn_when_the_next_half_day_opens(calendar, start, limit, turns):
    view = view_of(calendar, start, limit)
    assert yellow_at(view, calendar, HALF) == datetime.fromisoformat(turns).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("limit", "yellow", "red"),
    [
        (Limit(10), "2026-11-12", "2026-11-17"),  # 2 of 10 left
        (Limit(3), "2026-11-04", "2026-11-06"),  # 20 % is less than a day: one working day
        (Limit(20), "2026-11-24", "2026-12-01"),  # 4 of 20
        (Limit(1), "2026-11-02", "2026-11-04"),  # from the start
        (Limit(30, Unit.NATURAL_DAY), "2026-11-26", "2026-12-03"),  # 6 of 30 natural days
        (Limit(4, Unit.NATURAL_DAY), "2026-11-05", "2026-11-07"),  # one working day
        (Limit(1, Unit.MONTH), "2026-11-26", "2026-12-03"),
    ],
)
def test_when_the_light_turns(calendar, limit, yellow, red):
    view = view_of(calendar, "2026-11-02", limit)
    assert yellow_on(view, calendar, Thresholds()) == D(yellow)
    day = timedelta(1)
    if D(yellow) > D("2026-11-02"):
        assert level(view, D(yellow) - day, calendar, Thresholds()) is Light.GREEN
    assert level(view, D(yellow), calendar, Thresholds()) is Light.YELLOW
    assert level(view, D(red) - day, calendar, Thresholds()) is Light.YELLOW
    assert level(view, D(red), calendar, Thresholds()) is Light.RED


def test_thresholds_can_be_chosen(calendar):
    view = view_of(calendar, "2026-11-02", Limit(10))
    assert yellow_on(view, calendar, Thresholds(percent=50)) == D("2026-11-09")
    assert yellow_on(view, calendar, Thresholds(percent=0, working_days=0)) == D("2026-11-16")
    assert yellow_on(view, calendar, Thresholds(percent=100)) == D("2026-11-02")
    for wrong in ({"percent": 101}, {"percent": -1}, {"working_days": -1}):
        with pytest.raises(InvalidInput):
            Thresholds(**wrong)


def test_the_statutory_limit_alone_turns_the_light_red(calendar):
    late = [ClockSuspended(D("2026-12-20"))]
    view = view_of(calendar, "2026-11-02", Limit(40), *late, statutory=Limit(20))
    assert view.due_on is None
    assert level(view, D("2026-12-21"), calendar, Thresholds()) is Light.RED


def test_the_light_stands_still_while_suspended(calendar):
    green = view_of(calendar, "2026-11-02", Limit(10), ClockSuspended(D("2026-11-05")))
    yellow = view_of(calendar, "2026-11-02", Limit(10), ClockSuspended(D("2026-11-12")))
    for day in (D("2026-11-12"), D("2027-01-12")):
        assert level(green, day, calendar, Thresholds()) is Light.GREEN
        assert level(yellow, day, calendar, Thresholds()) is Light.YELLOW
        assert read_clock(yellow, day, calendar, Thresholds()).remaining_working_days == 2
        assert read_clock(green, day, calendar, Thresholds()).remaining_working_days == 7
        assert read_clock(green, day, calendar, Thresholds()).counted_days == 3
    assert yellow_on(green, calendar, Thresholds()) is None
    assert [crossing.on for crossing in rung_dates(yellow, calendar, LADDER, Thresholds())] == [
        D("2026-11-12")
    ]


def test_a_reading_counts_up_and_down_and_past_the_end(calendar):
    view = view_of(calendar, "2026-11-02", Limit(10))
    found = {
        day: read_clock(view, D(day), calendar, Thresholds())
        for day in ("2026-11-01", "2026-11-02", "2026-11-07", "2026-11-16", "2026-11-18")
    }
    counted = [reading.counted_days for reading in found.values()]
    left = [reading.remaining_working_days for reading in found.values()]
    assert counted == [0, 0, 4, 10, 12]
    assert left == [10, 10, 6, 0, -2]


def test_the_ladder_is_climbed_rung_by_rung(calendar):
    view = view_of(calendar, "2026-11-02", Limit(10))
    crossings = rung_dates(view, calendar, LADDER, Thresholds())
    assert [(crossing.rung.key, crossing.on) for crossing in crossings] == [
        ("yellow", D("2026-11-12")),
        ("red", D("2026-11-17")),
        ("head", D("2026-11-18")),
        ("supervision", D("2026-11-23")),
    ]
    assert next_crossing(crossings).rung.key == "yellow"
    given = [(one.rung.key, one.last_day, one.on) for one in crossings]
    assert next_crossing(crossings, given[:2]).on == D("2026-11-18")
    assert next_crossing(crossings, given) is None
    # What was given for another last day was not given for this one.
    other = [(key, D("2026-11-09"), D("2026-11-10")) for key, _, _ in given]
    assert next_crossing(crossings, other).rung.key == "yellow"
    # After a long standstill everything that was missed is found, each once.
    assert len(reached(crossings, D("2027-01-01"))) == 4
    assert [c.rung.key for c in reached(crossings, D("2026-11-17"), given[:1])] == ["red"]


def test_warn2_the_end_of_the_statutory_limit_has_a_ladder_of_its_own(calendar):
    both = view_of(calendar, "2026-11-02", Limit(5), statutory=Limit(20))
    assert [(c.rung.key, str(c.on)) for c in rung_dates(both, calendar, LADDER, HALF)] == [
        ("yellow", "2026-11-06"),
        ("red", "2026-11-10"),
        ("head", "2026-11-11"),
        ("supervision", "2026-11-16"),
        ("statutory_yellow", "2026-11-24"),
        ("statutory", "2026-12-01"),
        ("statutory_supervision", "2026-12-02"),
    ]
    # Where both end on one day the louder ones stand for both.
    one = view_of(calendar, "2026-11-02", Limit(20), statutory=Limit(20))
    alone = project_clock(
        ClockTerms(statutory=Limit(20)), [ClockStarted(D("2026-11-02"))], calendar, ClockPolicy()
    )
    for view in (one, alone):
        assert [(c.rung.key, str(c.on)) for c in rung_dates(view, calendar, LADDER, HALF)] == [
            ("statutory_yellow", "2026-11-24"),
            ("statutory", "2026-12-01"),
            ("statutory_supervision", "2026-12-02"),
        ]


@given(st.data())
@settings(max_examples=size(100, whole=200))
def test_half_of_every_limit_is_green_and_its_last_half_day_is_yellow(data):
    """For every limit of a working day or more; and a longer one never turns sooner."""
    calendar, _ = data.draw(calendars())
    start, length = data.draw(dates), data.draw(st.integers(1, 40))
    view = project_clock(
        ClockTerms(promised=Limit(length)), [ClockStarted(start)], calendar, ClockPolicy()
    )
    at = yellow_at(view, calendar, HALF)
    used = 2 * calendar.working_days_between(start, at.date() - timedelta(1))
    if at.hour >= 14:
        used += 1
    assert used >= length
    assert at <= at_hour(view.due_on, 14)
    longer = project_clock(
        ClockTerms(promised=Limit(length + 1)), [ClockStarted(start)], calendar, ClockPolicy()
    )
    assert yellow_at(longer, calendar, HALF) >= at


def test_rungs_of_the_statutory_limit_and_of_overrun_procedures(calendar):
    ladder = (
        Rung("legal", Trigger.STATUTORY_OVERDUE, audience="leader"),
        Rung("overrun", Trigger.SUSPENSION_OVERRUN),
        Rung("overrun_again", Trigger.SUSPENSION_OVERRUN, after=3),
        Rung("late_warning", Trigger.WARNING, after=1),
    )
    view = view_of(calendar, "2026-11-02", Limit(10), statutory=Limit(20))
    assert [(c.rung.key, c.on) for c in rung_dates(view, calendar, ladder, Thresholds())] == [
        ("late_warning", D("2026-11-13")),
        ("legal", D("2026-12-01")),
    ]
    announced = ClockSuspended(D("2026-11-05"), planned=Limit(5))
    paused = view_of(calendar, "2026-11-02", Limit(10), announced)
    assert [(c.rung.key, c.on) for c in rung_dates(paused, calendar, ladder, Thresholds())] == [
        ("overrun", D("2026-11-13")),
        ("overrun_again", D("2026-11-17")),
    ]
    second = ClockSuspended(D("2026-11-06"), ref="hearing", planned=Limit(1))
    both = view_of(calendar, "2026-11-02", Limit(10), announced, second)
    assert both.suspension_planned_until == D("2026-11-12")
    unannounced = ClockSuspended(D("2026-11-06"), ref="hearing")
    open_ended = view_of(calendar, "2026-11-02", Limit(10), announced, unannounced)
    assert open_ended.suspension_planned_until is None


def test_a_stopped_clock_climbs_no_further(calendar):
    stopped = view_of(calendar, "2026-11-02", Limit(10), ClockStopped(D("2026-11-17")))
    assert [c.rung.key for c in rung_dates(stopped, calendar, LADDER, Thresholds())] == [
        "yellow",
        "red",
    ]
    assert level(stopped, D("2027-01-01"), calendar, Thresholds()) is Light.RED
    in_time = view_of(calendar, "2026-11-02", Limit(10), ClockStopped(D("2026-11-16")))
    assert level(in_time, D("2027-01-01"), calendar, Thresholds()) is Light.GREEN
    waiting = project_clock(ClockTerms(promised=Limit(3)), (), calendar, ClockPolicy())
    assert level(waiting, D("2027-01-01"), calendar, Thresholds()) is Light.GREEN
    assert rung_dates(waiting, calendar, LADDER, Thresholds()) == ()


thresholds = st.builds(Thresholds, st.integers(0, 100), st.integers(0, 5))


@given(st.data())
@settings(max_examples=size(100, whole=200))
def test_the_light_follows_the_definition_on_every_day(data):
    """Yellow: remaining ≤ max(working days, share of the limit); walked day by day."""
    calendar, works = data.draw(calendars())
    start, limit, chosen = data.draw(dates), data.draw(limits()), data.draw(thresholds)
    suspended = data.draw(suspensions(start, may_stay_open=False))
    view = project_clock(
        ClockTerms(promised=limit), history(start, suspended), calendar, ClockPolicy()
    )
    other = naive(works, suspended, ClockPolicy())
    working = limit.unit is Unit.WORKING_DAY
    length = limit.length
    if limit.unit is Unit.MONTH:
        length = other.open_days(start, view.due_on)
    day = start
    while day <= view.due_on + timedelta(5):
        left = other.open_working_days(day, view.due_on)
        measure = left if working else other.open_days(day, view.due_on)
        near = (limit.length > 0 and left <= chosen.working_days) or (
            limit.length > 0 and measure * 100 <= chosen.percent * length
        )
        expected = Light.YELLOW if near else Light.GREEN
        if day > view.due_on:
            expected = Light.RED
        assert level(view, day, calendar, chosen) is expected, day
        day += timedelta(1)


@given(st.data())
def test_a_rung_is_dated_by_the_first_day_it_holds(data):
    calendar, works = data.draw(calendars())
    start, limit = data.draw(dates), data.draw(limits())
    after = data.draw(st.integers(0, 6))
    mode = data.draw(st.sampled_from(list(CountingMode)))
    terms = ClockTerms(promised=limit, mode=mode)
    view = project_clock(terms, [ClockStarted(start)], calendar, ClockPolicy())
    (crossing,) = rung_dates(view, calendar, [Rung("late", Trigger.OVERDUE, after)], Thresholds())
    overdue = naive(works, [], ClockPolicy()).working_days
    assert crossing.on > view.due_on
    assert overdue(view.due_on, crossing.on) >= after
    before = crossing.on - timedelta(1)
    assert before == view.due_on or overdue(view.due_on, before) < after


@given(st.data())
def test_lights_only_ever_climb(data):
    calendar, _ = data.draw(calendars())
    start, limit = data.draw(dates), data.draw(limits())
    suspended = data.draw(suspensions(start))
    view = project_clock(
        ClockTerms(promised=limit), history(start, suspended), calendar, ClockPolicy()
    )
    order = [Light.GREEN, Light.YELLOW, Light.RED]
    seen = [
        order.index(level(view, start + timedelta(i), calendar, Thresholds())) for i in range(150)
    ]
    assert seen == sorted(seen)
