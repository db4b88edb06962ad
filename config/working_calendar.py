"""Where the working calendar comes from: the official notices, and the statutory days by law.

Plain data only; :mod:`rules.calendar_notice` checks it and :mod:`services.working_calendar` builds
the calendar from it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path

import yaml

CALENDARS = Path(__file__).parent / "calendars"


def notice_files(folder: Path = CALENDARS) -> tuple[Path, ...]:
    """The ``YEAR.yaml`` files of a folder, in order of their names; none when it does not exist."""
    return tuple(sorted(folder.glob("*.yaml")))


def fingerprint(folder: Path = CALENDARS) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a notice file is added, removed or written."""
    # Asked before every act: os.scandir takes half the time of Path.glob.
    try:
        with os.scandir(folder) as entries:
            files = [(entry.name, entry.stat()) for entry in entries if entry.name[-5:] == ".yaml"]
    except FileNotFoundError:
        return ()
    return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in files))


def read_notice(path: Path) -> object:
    """The content of one notice file; ``yaml.YAMLError`` or ``UnicodeDecodeError`` when broken."""
    with path.open(encoding="utf-8") as file:
        return yaml.safe_load(file)


def statutory_source() -> str:
    """Name and version of the library that knows the statutory days."""
    return f"holidays {version('holidays')}"


def statutory_days(year: int) -> tuple[Mapping[date, str], Collection[date]]:
    """Days off by statute with their names 全国年节及纪念日放假办法, and weekend days worked for them.

    A statutory day on a weekend is made good on the next working day. Weekend days worked are known
    only for past years.
    """
    from holidays import country_holidays  # imports every country: half a second

    found = country_holidays("CN", years=year, language="zh_CN")
    days = {day: name for day, name in found.items() if day.year == year}
    return days, frozenset(day for day in found.weekend_workdays if day.year == year)
