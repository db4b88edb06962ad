"""A calendar as plain JSON values, from which the same calendar can be rebuilt.

It is kept with every version that was ever in force, so that an old date can be explained long
after the notices and the library it was made with have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from models.clock.calendar import Holiday, OfficialYear
from rules.clock.calendar import WorkingCalendar

Statutory = tuple[dict[date, str], frozenset[date]]


def content_of(calendar: WorkingCalendar) -> dict[str, Any]:
    """Everything that decides what a day is: the notices, and the statutory days of other years."""
    years = range(calendar.first_year, calendar.last_year + 1)
    return {
        "first_year": calendar.first_year,
        "last_year": calendar.last_year,
        "official": [_year(year) for year in calendar.official.values()],
        "statutory_name": calendar.statutory_name,
        "statutory": {
            str(year): _statutory(calendar.statutory_days(year))
            for year in years
            if year not in calendar.official
        },
    }


def calendar_of(content: Mapping[str, Any]) -> WorkingCalendar:
    """The calendar rebuilt from its content, with the same version."""
    known = {int(year): _read_statutory(days) for year, days in content["statutory"].items()}
    return WorkingCalendar(
        (_read_year(year) for year in content["official"]),
        known.__getitem__,
        content["statutory_name"],
        content["first_year"],
        content["last_year"],
    )


def _year(year: OfficialYear) -> dict[str, Any]:
    return {
        "year": year.year,
        "number": year.number,
        "title": year.title,
        "issued_on": year.issued_on.isoformat(),
        "holidays": [
            {
                "name": holiday.name,
                "first": holiday.first.isoformat(),
                "last": holiday.last.isoformat(),
                "make_up": [day.isoformat() for day in holiday.make_up],
            }
            for holiday in year.holidays
        ],
    }


def _read_year(entry: Mapping[str, Any]) -> OfficialYear:
    return OfficialYear(
        year=entry["year"],
        number=entry["number"],
        title=entry["title"],
        issued_on=date.fromisoformat(entry["issued_on"]),
        holidays=tuple(
            Holiday(
                holiday["name"],
                date.fromisoformat(holiday["first"]),
                date.fromisoformat(holiday["last"]),
                tuple(map(date.fromisoformat, holiday["make_up"])),
            )
            for holiday in entry["holidays"]
        ),
    )


def _statutory(days: tuple[Mapping[date, str], Collection[date]]) -> dict[str, Any]:
    off, worked = days
    return {
        "off": {day.isoformat(): name for day, name in off.items()},
        "worked": [day.isoformat() for day in sorted(worked)],
    }


def _read_statutory(entry: Mapping[str, Any]) -> Statutory:
    off = {date.fromisoformat(day): name for day, name in entry["off"].items()}
    return off, frozenset(map(date.fromisoformat, entry["worked"]))
