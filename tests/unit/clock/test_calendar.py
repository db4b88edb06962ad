"""The working calendar: official notices, statutory years, arithmetic, files."""

from __future__ import annotations

import shutil
import threading
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import get_settings
from config.working_calendar import CALENDARS, statutory_days
from models.clock.calendar import DayKind
from rules.clock.calendar import OutsideCalendar, WorkingCalendar, changed_days, missing_notices
from rules.clock.calendar_notice import InvalidNotice, NoticeReader
from services.clock.working_calendar import check_notices, working_calendar
from tests.support.holidays import REST_2027
from tests.unit.clock.clock_cases import calendars, dates, toy_calendar
from tests.unit.clock.clock_naive import Naive

D = date.fromisoformat


@pytest.mark.parametrize(
    ("year", "months"),
    [
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ],
)
def test_working_days_of_each_month(calendar, year, months):
    ends = [date(year + month // 12, month % 12 + 1, 1) - timedelta(1) for month in range(13)]
    found = [calendar.working_days_between(*ends[i : i + 2]) for i in range(12)]
    assert found == months
    assert sum(found) == 248


@pytest.mark.parametrize("year", [2025, 2026])
def test_notices_agree_with_the_library(calendar, year):
    off, worked = statutory_days(year)
    day = date(year, 1, 1)
    while day.year == year:
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert calendar.is_working_day(day) == expected, day
        day += timedelta(1)


@pytest.mark.parametrize(
    ("day", "kind", "name", "provisional"),
    [
        ("2026-02-13", DayKind.WORKING_DAY, "", False),
        ("2026-02-14", DayKind.MAKE_UP_DAY, "春节", False),
        ("2026-02-16", DayKind.HOLIDAY, "春节", False),
        ("2026-03-01", DayKind.WEEKEND, "", False),
        ("2026-01-03", DayKind.HOLIDAY, "元旦", False),
        ("2027-02-06", DayKind.HOLIDAY, "春节", True),
        ("2027-01-04", DayKind.WORKING_DAY, "", True),
        ("2027-01-02", DayKind.WEEKEND, "", True),
        ("2024-02-04", DayKind.MAKE_UP_DAY, "", True),
    ],
)
def test_what_a_day_is_and_why(calendar, day, kind, name, provisional):
    found = calendar.day(D(day))
    assert (found.kind, found.name, found.provisional) == (kind, name, provisional)
    assert found.working == calendar.is_working_day(D(day))


def test_statutory_days_of_2027(calendar):
    rest = ["2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15"]
    assert not any(calendar.is_working_day(D(day)) for day in [*rest, "2027-10-01"])


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        ("2026-12-01", "2026-12-25", False),
        # The notice of the next year may move the last days of December.
        pytest.param("2026-12-24", "2026-12-31", True, id="CALF4"),
        ("2026-12-01", "2026-12-26", True),
        ("2025-12-01", "2025-12-31", False),
        ("2026-12-31", "2027-01-01", True),
        ("2024-12-31", "2025-01-02", False),
        ("2024-12-30", "2025-01-02", True),
        ("2025-06-01", "2026-06-01", False),
        ("2025-06-01", "2027-01-01", True),
    ],
)
def test_provisional_spans(calendar, after, until, expected):
    assert calendar.is_provisional(D(after), D(until)) is expected


def test_a_missing_notice_is_told_two_months_before_the_year(calendar):
    assert missing_notices(calendar, D("2026-11-01")) == ()
    assert missing_notices(calendar, D("2026-11-02")) == (2027,)
    assert missing_notices(calendar, D("2027-03-01")) == (2027,)
    assert missing_notices(calendar, D("2026-11-01"), ahead=600) == (2027, 2028)


def test_counting_outside_the_calendar_is_refused(calendar):
    for reach in (
        lambda: calendar.is_working_day(date(1999, 1, 1)),
        lambda: calendar.day(date(2100, 1, 1)),
        lambda: calendar.add_working_days(date(2026, 1, 1), 10**9),
        lambda: calendar.add_working_days(date(2026, 1, 1), -(10**9)),
        lambda: calendar.working_days_between(date(2026, 1, 1), date.max),
        lambda: calendar.working_days(date.min, date(2026, 1, 1)),
        lambda: calendar.next_working_day(date.max),
    ):
        with pytest.raises(OutsideCalendar, match=r"2001-01-01 to 2099-12-31"):
            reach()


def test_the_whole_calendar_is_usable(calendar):
    assert calendar.is_working_day(date(2001, 1, 2))
    assert calendar.working_days_between(date(2000, 12, 31), date(2099, 12, 31)) > 24_000


def test_statutory_years_are_asked_only_when_needed():
    asked = []

    def statutory(year):
        asked.append(year)
        return {}, ()

    official = working_calendar().official.values()
    calendar = WorkingCalendar(official, statutory, "spy")
    assert calendar.version.startswith("2025,2026/")
    assert asked == []
    assert calendar.add_working_days(D("2026-02-13"), 20) == D("2026-03-19")
    assert asked == []
    calendar.add_working_days(D("2026-12-25"), 20)
    assert 2027 in asked
    assert 2026 not in asked


def test_equal_versions_make_equal_calendars(calendar):
    again = WorkingCalendar(calendar.official.values(), statutory_days, "another library")
    assert again != calendar
    same = WorkingCalendar(calendar.official.values(), statutory_days, "another library")
    assert (again, hash(again)) == (same, hash(same))
    assert calendar != "a calendar"


def test_threads_may_share_a_cold_calendar():
    official = working_calendar().official.values()
    calendar = WorkingCalendar(official, statutory_days, "threads")
    start = threading.Barrier(8)
    found = []

    def use(index):
        start.wait()
        found.append(calendar.add_working_days(D("2026-12-25"), 10 if index % 2 else 3))

    threads = [threading.Thread(target=use, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [D("2026-12-30")] * 4 + [D("2027-01-11")] * 4


@given(calendars(), dates, st.integers(-200, 400))
def test_adding_and_counting_are_inverse(built, start, days):
    calendar, works = built
    found = calendar.add_working_days(start, days)
    if days > 0:
        assert works(found)
        assert calendar.working_days_between(start, found) == days
    if days < 0:
        assert works(found)
        assert calendar.working_days_between(found - timedelta(1), start - timedelta(1)) == -days
    if days == 0:
        assert found == start


@given(calendars(), dates, st.integers(-300, 300), st.integers(-300, 300))
def test_counting_matches_walking_and_adds_up(built, day, one, two):
    calendar, works = built
    later, last = day + timedelta(abs(one)), day + timedelta(two)
    assert calendar.working_days_between(day, later) == Naive(works).working_days(day, later)
    listed = calendar.working_days(day, later)
    assert len(listed) == calendar.working_days_between(day, later)
    assert all(works(found) for found in listed)
    total = calendar.working_days_between(day, later) + calendar.working_days_between(later, last)
    assert total == calendar.working_days_between(day, last)


@given(calendars(), dates)
def test_next_working_day(built, day):
    calendar, works = built
    found = calendar.next_working_day(day)
    assert works(found)
    assert not any(works(day + timedelta(i)) for i in range((found - day).days))


def test_changed_days_name_both_sides():
    before, _ = toy_calendar({D("2026-05-01")})
    after, _ = toy_calendar({D("2026-05-04")}, {D("2026-05-09")})
    changes = [
        (change.before.date, change.before.kind, change.after.kind)
        for change in changed_days(before, after)
    ]
    assert changes == [
        (D("2026-05-01"), DayKind.HOLIDAY, DayKind.WORKING_DAY),
        (D("2026-05-04"), DayKind.WORKING_DAY, DayKind.HOLIDAY),
        (D("2026-05-09"), DayKind.WEEKEND, DayKind.MAKE_UP_DAY),
    ]


# -- files ---------------------------------------------------------------------------------------

NOTICE_2027 = """
year: 2027
notice: {number: 试〔2026〕1号, title: 试, issued_on: 2026-11-05}
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 春节, from: 2027-02-05, to: 2027-02-12, make_up: [2027-02-20, 2026-12-26]}
""" + REST_2027.replace("to: 2027-05-04", "to: 2027-05-02")


@pytest.fixture
def folder(tmp_path):
    for path in CALENDARS.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_a_dropped_in_notice_is_taken_up_without_restart(folder):
    before = working_calendar(folder)
    assert working_calendar(folder) is before
    (folder / "2027.yaml").write_text(NOTICE_2027, encoding="utf-8")
    after = working_calendar(folder)
    assert after != before
    assert after.version.startswith("2025,2026,2027/")
    assert not after.is_provisional(D("2026-12-01"), D("2027-06-01"))
    assert after.day(D("2027-02-20")).kind is DayKind.MAKE_UP_DAY
    # A notice may reach into the December before its year.
    assert after.day(D("2026-12-26")).kind is DayKind.MAKE_UP_DAY
    # The official notice goes before the statutory days: these are made good in no other way.
    assert after.is_working_day(D("2027-05-03"))
    assert not before.is_working_day(D("2027-05-03"))


def test_the_data_folder_has_notices_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("KAIGONG_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    own = tmp_path / "calendars"
    try:
        assert 2027 not in working_calendar().official
        own.mkdir()
        (own / "2027.yaml").write_text(NOTICE_2027, encoding="utf-8")
        changed = (
            (CALENDARS / "2026.yaml").read_text("utf-8").replace("〔2025〕7号", "〔2025〕7号更正")
        )
        (own / "2026.yaml").write_text(changed, encoding="utf-8")
        official = working_calendar().official
        assert list(official) == [2025, 2026, 2027]
        assert official[2026].number.endswith("更正")
        shutil.rmtree(own)
        assert 2027 not in working_calendar().official
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_two_files_for_one_year_are_refused(folder):
    (folder / "copy.yaml").write_text((folder / "2026.yaml").read_text("utf-8"), "utf-8")
    with pytest.raises(InvalidNotice, match=r"copy\.yaml: year: 2026 is not valid\. Another file"):
        working_calendar(folder)


@pytest.mark.parametrize("content", [b"year: [", b"\xff\xfe\x00"])
def test_a_broken_file_is_named(folder, content):
    (folder / "2027.yaml").write_bytes(content)
    with pytest.raises(InvalidNotice, match=r"2027\.yaml.*README"):
        working_calendar(folder)


def test_no_notices_at_all_make_a_provisional_calendar(tmp_path):
    calendar = working_calendar(tmp_path)
    assert calendar.version.startswith("none/")
    assert calendar.is_provisional(D("2026-01-01"), D("2026-01-02"))
    assert calendar.is_working_day(D("2026-01-05"))


GOOD = {
    "year": 2027,
    "notice": {"number": "n", "title": "t", "issued_on": D("2026-11-05")},
    "holidays": [
        {"name": "a", "from": D("2027-01-01"), "to": D("2027-01-03")},
        {"name": "b", "from": D("2027-05-01"), "to": D("2027-05-05"), "make_up": [D("2027-05-08")]},
    ],
}


def _with(**changes):
    return {**GOOD, **changes}


def _holiday(**changes):
    return _with(holidays=[{**GOOD["holidays"][1], **changes}])


def test_a_good_notice_is_read():
    year = NoticeReader("2027.yaml").read(GOOD)
    assert (year.year, len(year.holidays)) == (2027, 2)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (None, "year: None is not valid. See README.md"),
        ([], "year: [] is not valid. See README.md"),
        (_with(extra=1), "year: extra is not valid. See README.md"),
        ({"year": 2027}, "notice: — is not valid. The file lacks this field."),
        (_with(year="2027"), "year: 2027 is not valid. Give a year"),
        (_with(year=20270), "year: 20270 is not valid. Give a year"),
        (_with(year=True), "year: True is not valid. Give a year"),
        (_with(holidays=[]), "holidays: [] is not valid. List every holiday"),
        (_with(holidays={}), "holidays: {} is not valid. List every holiday"),
        (_with(notice=5), "notice: 5 is not valid. See README.md"),
        (_holiday(name=" "), "holidays[1].name:   is not valid. Give a text."),
        (_holiday(to="May"), "holidays[1].to: May is not valid. Give a date as YYYY-MM-DD."),
        (_holiday(to=D("2027-04-01")), "holidays[1].to: 2027-04-01 is not valid. The last day"),
        (_holiday(make_up=D("2027-05-08")), "holidays[1].make_up: 2027-05-08 is not valid. Give a"),
        (
            _holiday(make_up=[D("2027-05-07")]),
            "2027-05-07 is not valid. A make-up working day is a",
        ),
        (_holiday(make_up=[D("2027-05-02")]), "2027-05-02 is not valid. A make-up working day sta"),
        (_holiday(make_up=[D("2027-05-08")] * 2), "2027-05-08 is not valid. A make-up working day"),
        (_holiday(make_up=[D("2026-11-28")]), "holidays[1]: 2026-11-28 is not valid. The days of"),
        (
            _with(holidays=[GOOD["holidays"][1]] * 2),
            "holidays[2].from: 2027-05-01 is not valid. Two",
        ),
    ],
)
def test_every_fault_in_a_notice_is_one_sentence(document, says):
    with pytest.raises(InvalidNotice) as refusal:
        NoticeReader("2027.yaml").read(document)
    assert str(refusal.value).startswith("2027.yaml: ")
    assert says in str(refusal.value)


def test_calf1_a_key_that_stands_twice_in_a_notice_is_refused(folder):
    text = NOTICE_2027.replace(
        "make_up: [2027-02-20, 2026-12-26]", "make_up: [2027-01-31], make_up: [2027-02-20]"
    )
    (folder / "2027.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(
        InvalidNotice, match=r"2027\.yaml: line 6: make_up .*twice, first in line 6"
    ):
        check_notices(folder)
    twice = NOTICE_2027 + "holidays:\n  - {name: 元旦, from: 2027-01-01, to: 2027-01-01}\n"
    (folder / "2027.yaml").write_text(twice, encoding="utf-8")
    with pytest.raises(
        InvalidNotice, match=r"holidays is not valid. It stands twice, first in line 4"
    ):
        check_notices(folder)


def test_calf3_a_notice_of_one_holiday_is_laid_over_the_year(folder):
    alone = "year: 2026\nnotice: {number: 更正, title: 更正, issued_on: 2026-01-20}\nholidays:\n"
    change = folder / "change"
    change.mkdir()
    (change / "2026.yaml").write_text(
        alone + "  - {name: 春节, from: 2026-02-14, to: 2026-02-23}\n", "utf-8"
    )
    calendar = check_notices(folder, change)
    assert not calendar.is_working_day(D("2026-10-01"))
    assert not calendar.is_working_day(D("2026-02-14"))
    assert calendar.add_working_days(D("2026-09-28"), 5) == D("2026-10-10")


def test_calf3_a_notice_that_leaves_a_statutory_day_out_is_refused(folder):
    text = NOTICE_2027.replace("  - {name: 国庆节, from: 2027-10-01, to: 2027-10-05}\n", "")
    (folder / "2027.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidNotice, match=r"2027-10-01 国庆节.*give every holiday of the year"):
        check_notices(folder)
