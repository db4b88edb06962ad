"""The working calendar: which days count as working days, and arithmetic over them.

Source: Licensing Law art. 82 (limits are working days, statutory holidays excluded) and the State
Council's yearly notice, which names the days off and the weekend days worked for them. A year
without notice is computed from the statutory days alone and is *provisional* [D].

The arithmetic costs the same however far the days lie apart: the calendar keeps the working days in
one list and, for every day, how many working days lie up to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import NamedTuple

from models.clock.calendar import CalendarDay, DayChange, DayKind, OfficialYear
from models.errors import KaigongError

SATURDAY = 5
DECEMBER, LAST_OF_DECEMBER = 12, 31
#: From this day of December on a day may be moved by the notice of the next year: New Year's
#: holiday reaches back to the 30th, and the weekend worked for it may be the one before.
OPEN_DECEMBER = 26
FIRST_YEAR, LAST_YEAR = 2001, 2099

StatutoryDays = Callable[[int], tuple[Mapping[date, str], Collection[date]]]
"""Year → days off with their names, and weekend days that are worked."""


class OutsideCalendar(KaigongError):
    template = "The count leaves the working calendar, which runs from {first} to {last}. Choose a start inside it or a shorter length."


class _Tables(NamedTuple):
    """``before[o - base]`` working days lie in (base, o]; ``working`` holds their ordinals."""

    base: int
    before: list[int]
    working: list[int]
    off: Mapping[date, str]
    make_up: Mapping[date, str]
    complete: bool
    """Whether these are all years of the calendar."""


class WorkingCalendar:
    """An immutable calendar of working days, equal to another when their versions are equal.

    ``official`` holds the notices; they go before ``statutory``, the days off that the statutes
    alone give (named ``statutory_name``), which is asked only when a day outside the noticed years
    is needed. Dates outside the years ``first_year`` to ``last_year`` raise ``OutsideCalendar``.
    """

    __slots__ = (
        "_statutory",
        "_tables",
        "first_year",
        "last_year",
        "official",
        "statutory_name",
        "version",
    )

    def __init__(
        self,
        official: Iterable[OfficialYear],
        statutory: StatutoryDays,
        statutory_name: str,
        first_year: int = FIRST_YEAR,
        last_year: int = LAST_YEAR,
    ) -> None:
        self.official: Mapping[int, OfficialYear] = {
            year.year: year for year in sorted(official, key=lambda year: year.year)
        }
        self.first_year, self.last_year = first_year, last_year
        self.statutory_name = statutory_name
        self.version = _version(self.official.values(), statutory_name, first_year, last_year)
        self._statutory = statutory
        self._tables: _Tables | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingCalendar) and other.version == self.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"WorkingCalendar({self.version})"

    # -- what a day is ---------------------------------------------------------------------

    def day(self, day: date) -> CalendarDay:
        """What ``day`` is, and why."""
        tables = self._covering(day.toordinal())
        provisional = self._is_open(day)
        if day in tables.make_up:
            return CalendarDay(day, DayKind.MAKE_UP_DAY, tables.make_up[day], provisional)
        if day in tables.off:
            return CalendarDay(day, DayKind.HOLIDAY, tables.off[day], provisional)
        kind = DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKING_DAY
        return CalendarDay(day, kind, "", provisional)

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        ordinal = day.toordinal()
        return self.count(ordinal - 1, ordinal) == 1

    def statutory_days(self, year: int) -> tuple[Mapping[date, str], Collection[date]]:
        """Days off and weekend days worked as the statutes alone give them for a year."""
        return self._statutory(year)

    def is_provisional(self, after: date, until: date) -> bool:
        """Whether (``after``, ``until``] touches a day that a notice to come may change.

        That is a day of a year without an official notice, or one of the last days of December
        (:data:`OPEN_DECEMBER`) before such a year.
        """
        first = date.fromordinal(after.toordinal() + 1)
        if first > until:
            return False
        return self._is_open(until) or any(
            year not in self.official or year + 1 not in self.official
            for year in range(first.year, until.year)
        )

    def _is_open(self, day: date) -> bool:
        if day.year not in self.official:
            return True
        late = day.month == DECEMBER and day.day >= OPEN_DECEMBER
        return late and day.year + 1 not in self.official

    # -- counting --------------------------------------------------------------------------

    def working_days_between(self, after: date, until: date) -> int:
        """Number of working days in (``after``, ``until``]; negative when ``until`` is earlier."""
        return self.count(after.toordinal(), until.toordinal())

    def working_days(self, after: date, until: date) -> tuple[date, ...]:
        """The working days in (``after``, ``until``], in order."""
        self._covering(after.toordinal())
        tables = self._covering(until.toordinal())
        first, last = (tables.before[d.toordinal() - tables.base] for d in (after, until))
        return tuple(date.fromordinal(ordinal) for ordinal in tables.working[first:last])

    def add_working_days(self, start: date, days: int) -> date:
        """The ``days``-th working day strictly after ``start`` (or before it, when negative)."""
        if days == 0:
            return start
        ordinal = start.toordinal()
        # Counting back from a working day starts at the one before it, as counting on does.
        return date.fromordinal(
            self.nth(ordinal, days) if days > 0 else self.nth(ordinal - 1, days + 1)
        )

    def next_working_day(self, day: date) -> date:
        """``day`` itself when it is a working day, else the first one after it."""
        return date.fromordinal(self.nth(day.toordinal() - 1, 1))

    def count(self, after: int, until: int) -> int:
        """:meth:`working_days_between` over day ordinals (``date.toordinal``)."""
        tables = self._tables
        if tables is not None:
            base, before, *_ = tables
            low, high = after - base, until - base
            size = len(before)
            if 0 <= low < size and 0 <= high < size:
                return before[high] - before[low]
        self._covering(after)
        tables = self._covering(until)
        return tables.before[until - tables.base] - tables.before[after - tables.base]

    def nth(self, after: int, n: int) -> int:
        """Ordinal of the ``n``-th working day after the day ordinal ``after``; ``n`` 1 or more.

        ``n`` 0 or less goes back: 0 is the last working day on or before ``after``.
        """
        tables = self._tables or self._covering(after)
        offset = after - tables.base
        if 0 <= offset < len(tables.before):
            index = tables.before[offset] + n - 1
            if 0 <= index < len(tables.working):
                return tables.working[index]
        self._widen(tables)
        return self.nth(after, n)

    # -- building --------------------------------------------------------------------------

    def _covering(self, ordinal: int) -> _Tables:
        """Tables that hold the day: the noticed years first, every year when that is not enough."""
        tables = self._tables
        if tables is None:
            tables = self._tables = self._build(_noticed_run(self.official) or self._years)
        if 0 <= ordinal - tables.base < len(tables.before):
            return tables
        self._widen(tables)
        return self._covering(ordinal)

    def _widen(self, tables: _Tables) -> None:
        """Widen to every year. Tables are published when complete, so threads need no lock."""
        if tables.complete:
            raise OutsideCalendar(
                first=date(self.first_year, 1, 1).isoformat(),
                last=date(self.last_year, 12, 31).isoformat(),
            )
        self._tables = self._build(self._years)

    @property
    def _years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    def _build(self, years: range) -> _Tables:
        off, make_up = self._exceptions(years)
        base = date(years[0], 1, 1).toordinal() - 1
        before, working = [0], []
        for day in _days(date(years[0], 1, 1), date(years[-1], 12, 31)):
            if day in make_up or (day.weekday() < SATURDAY and day not in off):
                working.append(day.toordinal())
            before.append(len(working))
        return _Tables(base, before, working, off, make_up, years == self._years)

    def _exceptions(self, years: Iterable[int]) -> tuple[dict[date, str], dict[date, str]]:
        """Days off and make-up days of the years; a notice may reach into the December before."""
        off: dict[date, str] = {}
        make_up: dict[date, str] = {}
        for year in years:
            if year not in self.official:
                names, worked = self._statutory(year)
                off.update(names)
                make_up.update(dict.fromkeys(worked, ""))
        for notice in self.official.values():
            for holiday in notice.holidays:
                for day in _days(holiday.first, holiday.last):
                    make_up.pop(day, None)
                    off[day] = holiday.name
                for day in holiday.make_up:
                    off.pop(day, None)
                    make_up[day] = holiday.name
        return off, make_up


def changed_days(before: WorkingCalendar, after: WorkingCalendar) -> tuple[DayChange, ...]:
    """The days that are working days in one calendar and not in the other, in order."""
    first = max(before.first_year, after.first_year)
    last = min(before.last_year, after.last_year)
    changes = []
    for ordinal in range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1):
        if before.count(ordinal - 1, ordinal) != after.count(ordinal - 1, ordinal):
            day = date.fromordinal(ordinal)
            changes.append(DayChange(before.day(day), after.day(day)))
    return tuple(changes)


#: Natural days before a year begins on which someone is told that its notice is missing [D].
NOTICE_LADDER = (60, 30, 7, 0)


def missing_notices(
    calendar: WorkingCalendar, today: date, ahead: int = NOTICE_LADDER[0]
) -> tuple[int, ...]:
    """Years that begin within ``ahead`` natural days [D] (or run already) and have no notice.

    The notice of a year usually appears in the November before it, so 60 days is good time.
    """
    last = (today + timedelta(days=ahead)).year
    return tuple(year for year in range(today.year, last + 1) if year not in calendar.official)


def _days(first: date, last: date) -> Iterable[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _noticed_run(official: Mapping[int, OfficialYear]) -> range:
    """The unbroken run of noticed years that ends with the latest one."""
    if not official:
        return range(0)
    last = first = max(official)
    while first - 1 in official:
        first -= 1
    return range(first, last + 1)


def _version(official: Iterable[OfficialYear], statutory: str, first: int, last: int) -> str:
    """Version: the years with a notice, and a fingerprint of everything that decides a day."""
    notices = [asdict(year) for year in official]
    content = json.dumps(
        {"official": notices, "statutory": statutory, "years": [first, last]},
        default=str,
        ensure_ascii=False,
        sort_keys=True,
    )
    years = ",".join(str(notice["year"]) for notice in notices) or "none"
    return f"{years}/{hashlib.sha256(content.encode()).hexdigest()[:12]}"
