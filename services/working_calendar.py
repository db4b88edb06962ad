"""The working calendar in force: the official notices in a folder, statutory days for other years."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from config.working_calendar import (
    CALENDARS,
    fingerprint,
    notice_files,
    read_notice,
    statutory_days,
    statutory_source,
)
from models.calendar import OfficialYear
from rules.calendar import WorkingCalendar
from rules.calendar_notice import InvalidNotice, NoticeReader


def working_calendar(folder: Path = CALENDARS) -> WorkingCalendar:
    """The calendar of ``folder``, read again only when a notice file was added or changed.

    ``InvalidNotice`` names the file and the field when a notice is wrong.
    """
    return _read(folder, fingerprint(folder))


@lru_cache(maxsize=8)
def _read(folder: Path, _fingerprint: object) -> WorkingCalendar:
    years: dict[int, OfficialYear] = {}
    for path in notice_files(folder):
        year = _official_year(path)
        if year.year in years:
            remedy = "Another file gives the same year; keep one of them."
            raise InvalidNotice(file=path.name, field="year", value=year.year, remedy=remedy)
        years[year.year] = year
    return WorkingCalendar(years.values(), statutory_days, statutory_source())


def _official_year(path: Path) -> OfficialYear:
    try:
        document = read_notice(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f"line {where.line + 1}" if where else "file"
        remedy = "The file is not YAML in UTF-8; see README.md beside it for its format."
        raise InvalidNotice(file=path.name, field=line, value=path.name, remedy=remedy) from error
    return NoticeReader(path.name).read(document)
