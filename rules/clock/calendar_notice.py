"""From a notice file to an official year: every fault is one sentence naming file and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from models.clock.calendar import Holiday, OfficialYear
from models.errors import KaigongError
from rules.clock.calendar import FIRST_YEAR, LAST_YEAR, SATURDAY

_YEAR_KEYS = ("year", "notice", "holidays")
_NOTICE_KEYS = ("number", "title", "issued_on")
_HOLIDAY_KEYS = ("name", "from", "to", "make_up")
_OPTIONAL = frozenset({"make_up"})


class InvalidNotice(KaigongError):
    template = "{file}: {field}: {value} is not valid. {remedy}"


class NoticeReader:
    """Reads one notice file; ``file`` names it in every refusal."""

    def __init__(self, file: str) -> None:
        self.file = file

    def read(self, document: object) -> OfficialYear:
        """The official year in ``document``; ``InvalidNotice`` when anything in it is wrong."""
        content = self._mapping(document, "year", _YEAR_KEYS)
        notice = self._mapping(content["notice"], "notice", _NOTICE_KEYS)
        year = content["year"]
        if not isinstance(year, int) or not FIRST_YEAR < year <= LAST_YEAR:
            raise self._refusal("year", year, "Give a year of the calendar, such as 2027.")
        holidays = content["holidays"]
        if not isinstance(holidays, list) or not holidays:
            raise self._refusal("holidays", holidays, "List every holiday of the notice.")
        official = OfficialYear(
            year=year,
            number=self._text(notice["number"], "notice.number"),
            title=self._text(notice["title"], "notice.title"),
            issued_on=self._date(notice["issued_on"], "notice.issued_on"),
            holidays=tuple(
                self._holiday(holiday, f"holidays[{index}]")
                for index, holiday in enumerate(holidays, start=1)
            ),
        )
        self._check_days(official)
        return official

    def _holiday(self, document: object, field: str) -> Holiday:
        content = self._mapping(document, field, _HOLIDAY_KEYS)
        first = self._date(content["from"], f"{field}.from")
        last = self._date(content["to"], f"{field}.to")
        if last < first:
            raise self._refusal(f"{field}.to", last, "The last day off is not before the first.")
        make_up = content.get("make_up") or []
        if not isinstance(make_up, list):
            raise self._refusal(f"{field}.make_up", make_up, "Give a list of dates.")
        worked = tuple(self._date(day, f"{field}.make_up") for day in make_up)
        return Holiday(self._text(content["name"], f"{field}.name"), first, last, worked)

    def _check_days(self, official: OfficialYear) -> None:
        """Days off apart from each other, make-up days on weekends, all of them in the year."""
        off: set[date] = set()
        for field, holiday in _numbered(official):
            days = set(_days(holiday))
            if off & days:
                raise self._refusal(f"{field}.from", holiday.first, "Two holidays overlap here.")
            off |= days
        worked: set[date] = set()
        for field, holiday in _numbered(official):
            for day in (holiday.first, holiday.last, *holiday.make_up):
                self._check_year(official.year, day, field)
            for day in holiday.make_up:
                if day.weekday() < SATURDAY:
                    remedy = "A make-up working day is a Saturday or a Sunday."
                    raise self._refusal(f"{field}.make_up", day, remedy)
                if day in off or day in worked:
                    remedy = "A make-up working day stands once and is not a day off."
                    raise self._refusal(f"{field}.make_up", day, remedy)
                worked.add(day)

    def _check_year(self, year: int, day: date, field: str) -> None:
        if not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
            remedy = "The days of a notice lie in its year or in the December before it."
            raise self._refusal(field, day, remedy)

    def _mapping(self, value: object, field: str, keys: tuple[str, ...]) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._refusal(field, value, "See README.md beside the file for its format.")
        for key in value:
            if key not in keys:
                raise self._refusal(field, key, "See README.md beside the file for its format.")
        for key in keys:
            if key not in value and key not in _OPTIONAL:
                raise self._refusal(key, "—", "The file lacks this field.")
        return value

    def _text(self, value: object, field: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._refusal(field, value, "Give a text.")
        return value.strip()

    def _date(self, value: object, field: str) -> date:
        # A datetime is a date to Python; YAML makes one of 2026-01-01 12:00.
        if type(value) is not date:
            raise self._refusal(field, value, "Give a date as YYYY-MM-DD.")
        return value

    def _refusal(self, field: str, value: object, remedy: str) -> InvalidNotice:
        return InvalidNotice(file=self.file, field=field, value=str(value), remedy=remedy)


def laid_over(before: OfficialYear, change: OfficialYear) -> OfficialYear:
    """A year amended by a later notice: holidays of the same name follow the later one.

    The State Council changes a single holiday by a notice of its own (劳动节 of 2019); what such a
    notice does not name stays as it was announced.
    """
    renamed = {holiday.name for holiday in change.holidays}
    kept = (holiday for holiday in before.holidays if holiday.name not in renamed)
    holidays = sorted((*kept, *change.holidays), key=lambda holiday: holiday.first)
    return replace(change, holidays=tuple(holidays))


def check_statutory(year: OfficialYear, statutory: Mapping[date, str], file: str) -> None:
    """Every day off by statute 全国年节及纪念日放假办法 art. 2 is one in the year's notice.

    ``statutory`` names the days; those made good or swapped for others carry a note in brackets and
    are the notice's to choose. Raises :class:`InvalidNotice` naming the days that are missing.
    """
    off = {day for holiday in year.holidays for day in _days(holiday)}
    missing = sorted(day for day, name in statutory.items() if "（" not in name and day not in off)
    if missing:
        listed = ", ".join(f"{day} {statutory[day]}" for day in missing)
        remedy = "These days are off by statute; give every holiday of the year."
        raise InvalidNotice(file=file, field="holidays", value=listed, remedy=remedy)


def _numbered(official: OfficialYear) -> Iterator[tuple[str, Holiday]]:
    for index, holiday in enumerate(official.holidays, start=1):
        yield f"holidays[{index}]", holiday


def _days(holiday: Holiday) -> Iterator[date]:
    day = holiday.first
    while day <= holiday.last:
        yield day
        day += timedelta(days=1)
