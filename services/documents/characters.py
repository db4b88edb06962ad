"""Which characters the fonts of the documents have: what they lack would be a box on a numbered page."""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from config.logs import get_logger
from config.official_documents import font_folder
from config.settings import get_settings
from models.errors import KaigongError

log = get_logger()

#: Kind of the table of a font that reaches beyond the first 65,536 characters.
_WHOLE_UNICODE = 12
_COLLECTION = b"ttcf"
_FONTS: Final = frozenset({".otc", ".ttc", ".otf", ".ttf"})
#: Planes of Unicode that hold rare characters of names and places: extensions B to J.
_RARE_PLANES: Final = (range(0x20000, 0x30000), range(0x30000, 0x40000))


class NotPrintable(KaigongError):
    template = "{field}: {characters} cannot be printed on a document: the font lacks it. Write it otherwise, as on the business licence."

    def __init__(self, field: str, characters: str) -> None:
        super().__init__(field=field, characters=characters)
        self.field = field


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters that a font has, as stretches in order."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def has(self, char: str) -> bool:
        """Whether the font has a character."""
        place = bisect_right(self.starts, ord(char)) - 1
        return place >= 0 and ord(char) <= self.ends[place]

    @property
    def rare(self) -> int:
        """How many rare characters it has."""
        stretches = zip(self.starts, self.ends, strict=True)
        planes = ((first, last, plane) for first, last in stretches for plane in _RARE_PLANES)
        return sum(max(0, min(b, p.stop - 1) - max(a, p.start) + 1) for a, b, p in planes)


@dataclass(frozen=True, slots=True)
class RareFonts:
    """The fonts that the installation has for characters which the documents' own lacks."""

    fonts: tuple[Coverage, ...] = ()
    unreadable: tuple[str, ...] = ()
    """Names of files that are no such font."""

    @property
    def characters(self) -> int:
        """How many rare characters they have; one that two have is counted twice."""
        return sum(font.rare for font in self.fonts)


def check_printable(field: str, words: str | None) -> None:
    """Refuse a text that will stand on documents and holds a character that they cannot show."""
    if not words or (words.isascii() and words.isprintable()):
        return
    lacking = dict.fromkeys(char for char in words if not _has(char))
    if lacking:
        shown = ", ".join(f"{char} (U+{ord(char):04X})" for char in lacking)
        raise NotPrintable(field, shown)


def own_font() -> Coverage:
    """What the font of every document has."""
    folder = font_folder()
    return _coverage(min(path for path in folder.iterdir() if path.suffix.lower() in _FONTS))


@lru_cache(maxsize=4)
def rare_fonts(folder: Path | None) -> RareFonts:
    """The fonts in the folder of ``KAIGONG_RARE_FONTS``, read once; none where there is no folder."""
    if folder is None or not folder.is_dir():
        return RareFonts()
    fonts, unreadable = [], []
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in _FONTS):
        try:
            fonts.append(_coverage(path))
        except (OSError, ValueError, struct.error) as fault:
            log.warning("font_not_readable", file=path.name, why=str(fault))
            unreadable.append(path.name)
    return RareFonts(tuple(fonts), tuple(unreadable))


def _has(char: str) -> bool:
    if char.isspace() or own_font().has(char):
        return True
    return any(font.has(char) for font in rare_fonts(get_settings().rare_fonts).fonts)


@lru_cache(maxsize=16)
def _coverage(path: Path) -> Coverage:
    """What a font has; of a collection its first font. Raises ``ValueError`` for what is no such font."""
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(struct.unpack(">I", head[12:16])[0] if head.startswith(_COLLECTION) else 0)
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        listed = [struct.unpack(">4sIII", file.read(16)) for _ in range(tables)]
        for tag, _, offset, length in listed:
            if tag == b"cmap":
                file.seek(offset)
                return _groups(file.read(length))
    message = "it has no table of characters"
    raise ValueError(message)


def _groups(cmap: bytes) -> Coverage:
    (count,) = struct.unpack(">2xH", cmap[:4])
    for place in range(count):
        (at,) = struct.unpack(">4xI", cmap[4 + 8 * place : 12 + 8 * place])
        if struct.unpack(">H", cmap[at : at + 2])[0] == _WHOLE_UNICODE:
            (groups,) = struct.unpack(">I", cmap[at + 12 : at + 16])
            table = cmap[at + 16 : at + 16 + 12 * groups]
            ranges = [(first, last) for first, last, _ in struct.iter_unpack(">III", table)]
            return Coverage(tuple(a for a, _ in ranges), tuple(b for _, b in ranges))
    message = "it has no table of all characters"
    raise ValueError(message)
