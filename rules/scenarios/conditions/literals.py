"""Numbers and texts as conditions write them, read as CEL defines them."""

from __future__ import annotations

import re
from typing import Final

#: Whole numbers of CEL have 64 bits.
_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**63 - 1
_BEYOND: Final = "a number beyond every measure"
_CONTROLS: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<plain>[abfnrtv\\'\"`?])|[xX](?P<byte>[0-9a-fA-F]{2})|u(?P<short>[0-9a-fA-F]{4})"
    r"|U(?P<long>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})|(?P<unknown>.?))",
    re.DOTALL,
)
_SURROGATES: Final = range(0xD800, 0xE000)
_CHARACTERS: Final = range(0x110000)


def whole_number(text: str) -> int:
    """The value of a whole number, ``12``, ``-3`` or ``0x1F``; ``ValueError`` says what is wrong."""
    digits = text.removeprefix("-")
    base = 16 if digits.startswith("0x") else 10
    # A number of 500 digits is too large whatever they are: nothing is computed with it.
    if len(digits.removeprefix("0x").lstrip("0")) > len(str(_LARGEST)):
        raise ValueError(_BEYOND)
    value = int(text, base)
    if not _SMALLEST <= value <= _LARGEST:
        raise ValueError(_BEYOND)
    return value


def fraction(text: str) -> float:
    """The value of a number with a fraction, ``2.5`` or ``1e3``; ``ValueError`` says what is wrong."""
    if re.search(r"\.(?!\d)", text):
        raise ValueError(f"{text} without a digit after its point")
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(_BEYOND)
    return value


def quoted(text: str) -> str:
    """The text between the quotes, one or three; ``ValueError`` says what is wrong."""
    fence = text[:3] if text[:3] in {"'''", '"""'} else text[:1]
    inner = text[len(fence) : -len(fence)]
    if len(fence) == 1 and "\r" in inner:
        raise ValueError("a line break inside quotes")
    return _ESCAPE.sub(_character, inner)


def _character(escape: re.Match[str]) -> str:
    name, written = escape.lastgroup, escape[escape.lastgroup or 0]
    if name == "plain":
        return _CONTROLS.get(written, written)
    if name == "unknown":
        raise ValueError(f"{escape[0]} in a text")
    number = int(written, 8 if name == "octal" else 16)
    if number in _SURROGATES or number not in _CHARACTERS:
        raise ValueError(f"{escape[0]} in a text")
    return chr(number)
