"""The working calendar in force: the official notices there are, statutory days for other years."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from config.logs import get_logger
from config.settings import get_settings
from config.strict_yaml import DuplicateKey
from config.working_calendar import (
    CALENDARS,
    fingerprint,
    notice_files,
    read_notice,
    statutory_days,
    statutory_source,
)
from models.clock.calendar import OfficialYear
from rules.clock.calendar import WorkingCalendar
from rules.clock.calendar_notice import (
    InvalidNotice,
    NoticeReader,
    check_statutory,
    laid_over,
)

log = get_logger()


def calendar_folders() -> tuple[Path, ...]:
    """Where notices are looked for: those shipped, then the installation's own, which go first."""
    return _folders(get_settings().data_dir)


@lru_cache(maxsize=8)
def _folders(data_dir: Path) -> tuple[Path, ...]:
    return CALENDARS, data_dir / "calendars"


def working_calendar(*folders: Path) -> WorkingCalendar:
    """The calendar of the folders, read again only when a notice file was added or changed.

    A notice in a later folder is laid over that of the same year in an earlier one, holiday by
    holiday; the default is :func:`calendar_folders`. A notice that is wrong, or half written just now, leaves the calendar
    that was read before; ``InvalidNotice`` names its file and field when there was none.
    """
    chosen = folders or calendar_folders()
    return _read_or_last(chosen, tuple(map(fingerprint, chosen)))


def check_notices(*folders: Path) -> WorkingCalendar:
    """The same, but ``InvalidNotice`` whenever a notice is wrong."""
    chosen = folders or calendar_folders()
    return _read(chosen, tuple(map(fingerprint, chosen)))


#: Per folders the calendar that was read last.
_LAST: dict[tuple[Path, ...], WorkingCalendar] = {}


@lru_cache(maxsize=8)
def _read_or_last(folders: tuple[Path, ...], fingerprints: object) -> WorkingCalendar:
    try:
        calendar = _read(folders, fingerprints)
    except InvalidNotice as fault:
        if folders not in _LAST:
            raise
        log.error("notice_not_valid", fault=str(fault))  # noqa: TRY400 - the sentence says it all
        return _LAST[folders]
    _LAST[folders] = calendar
    return calendar


@lru_cache(maxsize=8)
def _read(folders: tuple[Path, ...], _fingerprints: object) -> WorkingCalendar:
    years: dict[int, OfficialYear] = {}
    for folder in folders:
        for year, (notice, file) in _official_years(folder).items():
            before = years.get(year)
            laid = notice if before is None else laid_over(before, notice)
            if folder != CALENDARS:  # what is shipped is proven by its tests
                check_statutory(laid, statutory_days(year)[0], file)
            years[year] = laid
    return WorkingCalendar(years.values(), statutory_days, statutory_source())


def _official_years(folder: Path) -> dict[int, tuple[OfficialYear, str]]:
    years: dict[int, tuple[OfficialYear, str]] = {}
    for path in notice_files(folder):
        year = _official_year(path)
        if year.year in years:
            remedy = "Another file gives the same year; keep one of them."
            raise InvalidNotice(file=path.name, field="year", value=year.year, remedy=remedy)
        years[year.year] = year, path.name
    return years


def _official_year(path: Path) -> OfficialYear:
    try:
        document = read_notice(path)
    except DuplicateKey as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "file"
        remedy = f"It stands twice, first in line {error.first_line}; keep one of them."
        raise InvalidNotice(file=path.name, field=line, value=error.key, remedy=remedy) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f"line {where.line + 1}" if where else "file"
        remedy = "The file is not YAML in UTF-8; see README.md beside it for its format."
        raise InvalidNotice(file=path.name, field=line, value=path.name, remedy=remedy) from error
    return NoticeReader(path.name).read(document)
