"""Which characters the font of the documents has: what it lacks would be a box on a numbered page."""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

from config.official_documents import font_folder
from models.errors import KaigongError

#: Kind of the table of a font that reaches beyond the first 65,536 characters.
_WHOLE_UNICODE = 12


class NotPrintable(KaigongError):
    template = "{field}: {characters} cannot be printed on a document: the font lacks it. Write it otherwise, as on the business licence."

    def __init__(self, field: str, characters: str) -> None:
        super().__init__(field=field, characters=characters)
        self.field = field


def check_printable(field: str, words: str | None) -> None:
    """Refuse a text that will stand on documents and holds a character that they cannot show."""
    if not words or (words.isascii() and words.isprintable()):
        return
    lacking = dict.fromkeys(char for char in words if not _has(char))
    if lacking:
        shown = ", ".join(f"{char} (U+{ord(char):04X})" for char in lacking)
        raise NotPrintable(field, shown)


def _has(char: str) -> bool:
    starts, ends = _ranges(font_folder())
    place = bisect_right(starts, ord(char)) - 1
    return char.isspace() or (place >= 0 and ord(char) <= ends[place])


@lru_cache(maxsize=1)
def _ranges(folder: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First and last characters of the stretches that the font covers, in order."""
    path = min(file for file in folder.iterdir() if file.suffix.lower() in {".otc", ".ttc"})
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(struct.unpack(">I", head[12:16])[0])
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        listed = [struct.unpack(">4sIII", file.read(16)) for _ in range(tables)]
        offset, length = next((at, size) for tag, _, at, size in listed if tag == b"cmap")
        file.seek(offset)
        return _groups(file.read(length))


def _groups(cmap: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    (count,) = struct.unpack(">2xH", cmap[:4])
    for place in range(count):
        (at,) = struct.unpack(">4xI", cmap[4 + 8 * place : 12 + 8 * place])
        if struct.unpack(">H", cmap[at : at + 2])[0] == _WHOLE_UNICODE:
            (groups,) = struct.unpack(">I", cmap[at + 12 : at + 16])
            table = cmap[at + 16 : at + 16 + 12 * groups]
            ranges = [(first, last) for first, last, _ in struct.iter_unpack(">III", table)]
            return tuple(first for first, _ in ranges), tuple(last for _, last in ranges)
    message = "the font of the documents has no table of all characters"
    raise ValueError(message)
