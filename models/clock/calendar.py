"""Values of the working calendar: the official notice of a year, and what a day is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DayKind(StrEnum):
    """What a day is for counting working days."""

    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    """调休上班: a weekend day that is worked in exchange for a day off."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the calendar and the reason for what it is."""

    date: date
    kind: DayKind
    name: str = ""
    """Holiday that the day belongs to, or that a make-up day is worked for."""
    provisional: bool = False
    """Whether the year has no official notice yet."""

    @property
    def working(self) -> bool:
        """Whether the day is a working day."""
        return self.kind in (DayKind.WORKING_DAY, DayKind.MAKE_UP_DAY)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of a year: days off from ``first`` to ``last``, and the days worked for it."""

    name: str
    first: date
    last: date
    make_up: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialYear:
    """The State Council's arrangement of one year's holidays 部分节假日安排."""

    year: int
    number: str
    """Number of the notice, e.g. 国办发明电〔2025〕7号."""
    title: str
    issued_on: date
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that two calendars see differently."""

    before: CalendarDay
    after: CalendarDay
