"""What people typed, in the one form that is kept: what looks the same is the same, and nothing hides in it.

A title, a name or a sentence keeps its full-width signs, which are meant (``NFC``); a login is written in
the plain signs for it (``NFKC``), as input methods of Chinese leave full-width digits and letters. Signs that turn the direction of reading, and those without any width, are
left out: a text that has nothing else is empty, and refused as such.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from pydantic import BeforeValidator

#: Control characters beyond ASCII's; those of ASCII are refused by the types themselves.
_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
#: Letters and signs that are there and show nothing: fillers of Hangul, an empty cell of Braille.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_IN_LINE = re.compile(r"[\t\n\v\f]+")


def passage(text: str) -> str:
    """A text of several lines, without signs that nobody sees."""
    seen = "".join(sign for sign in _CONTROLS.sub("", text) if _is_seen(sign))
    return _BREAKS.sub("\n", unicodedata.normalize("NFC", seen)).strip()


def line(text: str) -> str:
    """A text of one line: a title, a name."""
    return _IN_LINE.sub(" ", passage(text))


def login(text: str) -> str:
    """A sign-in name as accounts have it: in its plain signs, and small ones."""
    return line(unicodedata.normalize("NFKC", text)).lower()


def in_pattern(text: str) -> str:
    """A text as a part of a pattern of LIKE, in which nothing stands for anything else."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _is_seen(sign: str) -> bool:
    # Marks of direction, joiners, zero-width spaces and tags are all of the category "format".
    return unicodedata.category(sign) != "Cf" and sign not in _BLANK


def _of_text(tidy: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: tidy(value) if isinstance(value, str) else value)


#: For the types of fields: what was sent is brought into its form before it is looked at.
AS_PASSAGE, AS_LINE, AS_LOGIN = _of_text(passage), _of_text(line), _of_text(login)
