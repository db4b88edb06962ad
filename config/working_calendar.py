"""Where the working calendar comes from: the official notices, and the statutory days by law.

Plain data only; :mod:`rules.clock.calendar_notice` checks it and :mod:`services.clock.working_calendar` builds
the calendar from it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path

from config import strict_yaml

CALENDARS = Path(__file__).parent / "calendars"


def notice_files(folder: Path = CALENDARS) -> tuple[Path, ...]:
    """The ``YEAR.yaml`` files of a folder, in order of their names; none when it does not exist."""
    return tuple(sorted(folder.glob("*.yaml")))


#: A folder that changed so lately may change again without its time of change telling.
_UNSETTLED_NS = 2_000_000_000
#: Per folder its time of change when it was listed last, and the notice files that it held.
_LISTED: dict[str, tuple[int, tuple[str, ...]]] = {}


def fingerprint(folder: Path = CALENDARS) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a notice file is added, removed or written.

    Asked before every act: only a folder that changed is listed anew, its known files are looked at
    one by one, which takes some microseconds.
    """
    name = str(folder)
    try:
        changed = os.stat(name).st_mtime_ns  # noqa: PTH116 - half the price of Path.stat
    except FileNotFoundError:
        return ()
    try:
        return tuple([_mark(path) for path in _listed(name, changed)])
    except FileNotFoundError:
        _LISTED.pop(name, None)
        return fingerprint(folder)


def _listed(folder: str, changed: int) -> tuple[str, ...]:
    listed = _LISTED.get(folder)
    if listed is not None and listed[0] == changed:
        return listed[1]
    with os.scandir(folder) as entries:
        paths = tuple(sorted(entry.path for entry in entries if entry.name[-5:] == ".yaml"))
    if time.time_ns() - changed > _UNSETTLED_NS:
        _LISTED[folder] = changed, paths
    return paths


def _mark(path: str) -> tuple[str, int, int]:
    stat = os.stat(path)  # noqa: PTH116 - see above
    return path, stat.st_mtime_ns, stat.st_size


def read_notice(path: Path) -> object:
    """The content of one notice file; ``yaml.YAMLError`` or ``UnicodeDecodeError`` when broken."""
    with path.open(encoding="utf-8") as file:
        return strict_yaml.load(file.read())


def statutory_source() -> str:
    """Name and version of the library that knows the statutory days."""
    return f"holidays {version('holidays')}"


def statutory_days(year: int) -> tuple[Mapping[date, str], Collection[date]]:
    """Days off by statute with their names 全国年节及纪念日放假办法, and weekend days worked for them.

    A statutory day on a weekend is made good on the next working day. Weekend days worked are known
    only for past years.
    """
    from holidays import country_holidays  # imports every country: half a second

    holidays_of_year = country_holidays("CN", years=year, language="zh_CN")
    days = {day: name for day, name in holidays_of_year.items() if day.year == year}
    return days, frozenset(day for day in holidays_of_year.weekend_workdays if day.year == year)
