"""A second clock, written to be obvious: it walks from day to day and knows no arithmetic.

It shares no code with ``rules``; where both agree on random cases, neither is wrong by itself.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
FAR = 4000  # days after which a walk gives up: only an open suspension lasts so long


@dataclass(frozen=True)
class Suspension:
    began: date
    ended: date | None


@dataclass(frozen=True)
class Naive:
    works: Callable[[date], bool]
    suspensions: Sequence[Suspension] = ()
    start_counts: bool = True
    end_counts: bool = False

    def excluded(self, day: date) -> bool:
        return any(self._covers(suspension, day) for suspension in self.suspensions)

    def _covers(self, suspension: Suspension, day: date) -> bool:
        if day < suspension.began or (day == suspension.began and self.start_counts):
            return False
        if suspension.ended is None:
            return True
        return day < suspension.ended or (day == suspension.ended and not self.end_counts)

    def due(
        self, start: date, limits: Sequence[tuple[int, str]], *, notice: bool = False
    ) -> date | None:
        cursor = start
        for index, (length, unit) in enumerate(limits):
            first_counts = notice and index == 0 and length > 0
            found = self._one(cursor, length, unit, first_counts=first_counts)
            if found is None:
                return None
            cursor = found
        return cursor

    def _one(self, start: date, length: int, unit: str, *, first_counts: bool) -> date | None:
        wanted = length
        if unit == "month":
            wanted = self._month_days(start, length, first_counts=first_counts)
        day = start - DAY if first_counts else start
        walked = 0
        while wanted > 0:
            day += DAY
            walked += 1
            if walked > FAR:
                return None
            if not self.excluded(day) and (unit != "working_day" or self.works(day)):
                wanted -= 1
        while self.excluded(day) or not self.works(day):
            day += DAY
            walked += 1
            if walked > FAR:
                return None
        return day

    @staticmethod
    def _month_days(start: date, months: int, *, first_counts: bool) -> int:
        year, month = start.year, start.month
        for _ in range(months):
            month += 1
            if month > 12:
                year, month = year + 1, 1
        last = calendar.monthrange(year, month)[1]
        if start.day <= last:
            end = date(year, month, start.day)
            # Counted from its first day, a month ends the day before the corresponding one.
            return (end - start).days
        end = date(year, month, last)
        return (end - start).days + (1 if first_counts else 0)

    def working_days(self, after: date, until: date) -> int:
        found, day = 0, after
        while day < until:
            day += DAY
            found += self.works(day)
        return found

    def open_working_days(self, after: date, until: date) -> int:
        found, day = 0, after
        while day < until:
            day += DAY
            found += self.works(day) and not self.excluded(day)
        return found

    def open_days(self, after: date, until: date) -> int:
        found, day = 0, after
        while day < until:
            day += DAY
            found += not self.excluded(day)
        return found
