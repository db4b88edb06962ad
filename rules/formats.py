"""Formats of public identifiers (project code, unified social credit code) and of numbers."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Final

import pendulum

from config.texts import Word
from models.errors import KaigongError

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUE = {symbol: value for value, symbol in enumerate(CREDIT_ALPHABET)}
_ORGANISATION_VALUE = {
    symbol: value for value, symbol in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
_CREDIT_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PROJECT_CODE = re.compile(r"\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}", re.ASCII)
_LEGACY_PROJECT_CODE = re.compile(r"(19|20)\d{2}-\d{6}-\d{2}-\d{2}-\d{6}", re.ASCII)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: As people write a day: with or without zeros, as in a spreadsheet or as in a letter.
_TYPED_DAYS: Final = ("YYYY-M-D", "YYYY/M/D", "YYYY.M.D", "YYYY年M月D日")
_DAY_SIGNS: Final = frozenset("0123456789-/.年月日")
#: Years of two digits are not guessed at.
_FIRST_YEAR: Final = 1000
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,15})?", re.ASCII)
#: Conditions count in 64 bits, and so does PostgreSQL.
_LARGEST = 2**63 - 1


class InvalidCreditCode(KaigongError):
    template = "{field}: {value} is not a unified social credit code ({problem}); copy the 18 characters from the business licence."
    field = "enterprise"


class InvalidProjectCode(KaigongError):
    template = "{field}: {value} is not a project code; write it as YYMM-RRRRRR-DD-TT-NNNNNN, e.g. 2509-611102-04-01-544060."
    field = "code"


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A national investment project code 项目代码 (GB/T 40058-2021).

    Its last digit is a check digit whose algorithm is not published; the shape alone is checked.
    """

    text: str
    legacy: bool
    """Written before November 2020, with a four-digit year in its first segment."""

    @property
    def region(self) -> str:
        """The six digits of the region, which need not be a GB/T 2260 division."""
        return self.text.split("-")[1]


def parse_project_code(value: str, field: str = "code") -> ProjectCode:
    """A project code from its text; ``InvalidProjectCode`` when it has not the shape of one."""
    text = value.strip()
    if _PROJECT_CODE.fullmatch(text):
        # A first segment such as 2017 reads as year and month only when the month exists.
        return ProjectCode(text, legacy=False)
    if _LEGACY_PROJECT_CODE.fullmatch(text):
        return ProjectCode(text, legacy=True)
    raise InvalidProjectCode(value=value, field=field)


def parse_credit_code(value: str, field: str = "enterprise") -> str:
    """A unified social credit code 统一社会信用代码 (GB 32100-2015), both check symbols verified."""
    text = value.strip().upper()
    problem = _credit_code_problem(text)
    if problem:
        raise InvalidCreditCode(value=value, field=field, problem=Word(problem))
    return text


def number_from_text(text: str) -> int | float | None:
    """``text`` as a number, whole where it is one; ``None`` where it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    if "." not in text:
        return int(text)
    number = float(text)
    return int(number) if number.is_integer() else number


def is_countable(number: float) -> bool:
    """Whether conditions can count with a number."""
    # A whole number of hundreds of digits is beyond every float: it is compared before it is one.
    return abs(number) <= _LARGEST and isfinite(number)


def credit_check_symbol(first_17: str) -> str:
    """The 18th symbol of a credit code: 31 minus the weighted sum modulo 31."""
    total = sum(_CREDIT_VALUE[s] * w for s, w in zip(first_17, _CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def organisation_check_symbol(first_8: str) -> str:
    """The ninth symbol of the organisation code inside it (GB 11714): 10 is X, 11 is 0."""
    pairs = zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    remainder = 11 - sum(_ORGANISATION_VALUE[s] * w for s, w in pairs) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def _credit_code_problem(text: str) -> str | None:
    if len(text) != 18:  # noqa: PLR2004 - the standard's length
        return "it has not 18 characters"
    if any(symbol not in _CREDIT_VALUE for symbol in text):
        return "it has a character that such codes do not use, e.g. I, O, S, V, Z"
    if organisation_check_symbol(text[8:16]) != text[16]:
        return "the check symbol of its organisation code is wrong"
    if credit_check_symbol(text[:17]) != text[17]:
        return "its last check symbol is wrong"
    return None


def day_from_text(text: str) -> date:
    """The day that a person typed, such as 2026-01-05, 2026/1/5 or 2026年1月5日; else ``ValueError``.

    Neither 20260105 nor 2026-W01-1, which Python reads as days, and no number of seconds.
    """
    text = text.strip()
    if is_date(text):
        return date.fromisoformat(text)
    for written in _TYPED_DAYS if _DAY_SIGNS.issuperset(text) else ():
        with suppress(ValueError):
            typed = pendulum.from_format(text, written)
            if typed.year >= _FIRST_YEAR:
                return date(typed.year, typed.month, typed.day)
    raise ValueError(text)


def is_date(value: object) -> bool:
    """Whether it is the text of a day."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
