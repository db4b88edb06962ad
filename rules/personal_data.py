"""Numbers by which a person is found: mobile numbers and identity numbers 身份证号, masked in every text.

People write them anywhere: into a contact, a remark, the name of a file. What looks like one is masked;
that a longer number or a code only contains one does not count.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_MOBILE = r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}"
_IDENTITY = r"[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx]"
#: Neither inside of a word, a number, a code or an address, nor the beginning of one.
NUMBERS = re.compile(
    rf"(?<![\w/@-])(?<!\d\.)(?:(?P<mobile>{_MOBILE})|(?P<identity>{_IDENTITY}))(?![\w@-])(?!\.\d)",
    re.ASCII,
)


#: Years of age from which somebody acts for themselves, or is named in a project. Numbers of permits have the same
#: shape with the day on which they were issued: who was born so lately is none.
YEARS = 14


def mask(text: str, today: date) -> tuple[str, int]:
    """A text with every such number masked, and how many there were."""
    count = 0

    def hidden(match: re.Match[str]) -> str:
        nonlocal count
        number = match[0]
        if match["identity"] and not _is_identity(number, today):
            return number
        count += 1
        digits = [place for place, sign in enumerate(number) if sign.isalnum()]
        head = len(digits) - 8 if match["mobile"] else 3
        covered = set(digits[head:-4])
        return "".join("*" if place in covered else sign for place, sign in enumerate(number))

    return NUMBERS.sub(hidden, text), count


def mask_within(value: Any, today: date) -> tuple[Any, int]:
    """The same for every text inside of a JSON document; numbers that are counted with stay."""
    if isinstance(value, str):
        return mask(value, today)
    if isinstance(value, list):
        parts = [mask_within(entry, today) for entry in value]
        return [part for part, _ in parts], sum(count for _, count in parts)
    if isinstance(value, dict):
        named = {name: mask_within(entry, today) for name, entry in value.items()}
        return {name: part for name, (part, _) in named.items()}, sum(n for _, n in named.values())
    return value, 0


def _is_identity(number: str, today: date) -> bool:
    """Whether the day of birth of somebody old enough stands where it has to."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return born.year <= today.year - YEARS
