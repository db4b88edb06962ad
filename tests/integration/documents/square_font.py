"""A font of one's own for tests: a black square for each character that it is to have."""

from __future__ import annotations

import struct
from collections.abc import Iterable

_EM = 1000


def square_font(characters: Iterable[int], family: str = "Squares") -> bytes:
    """A TrueType font of two glyphs: nothing, and a square; every character is the square."""
    square = _square()
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(sorted(characters)),
        b"glyf": square,
        b"head": _head(),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 900, -100, 0, _EM, *(0,) * 11, 2),
        b"hmtx": struct.pack(">HhHh", _EM, 0, _EM, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(square) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, *(0,) * 8),
        b"name": _names(family),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 32)
    place, listed, content = 12 + 16 * len(tables), b"", b""
    for tag, table in tables.items():
        padded = table + b"\0" * (-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        listed += struct.pack(">4sIII", tag, total, place + len(content), len(table))
        content += padded
    return head + listed + content


def _square() -> bytes:
    """One contour of four corners."""
    contour = struct.pack(">hhhhh", 1, 0, 0, _EM, 800) + struct.pack(">HH", 3, 0)
    steps = struct.pack(">hhhh", 0, _EM, 0, -_EM) + struct.pack(">hhhh", 0, 0, 800, 0)
    glyph = contour + bytes([1, 1, 1, 1]) + steps
    return glyph + b"\0" * (-len(glyph) % 4)


def _cmap(characters: list[int]) -> bytes:
    groups = b"".join(struct.pack(">III", code, code, 1) for code in characters)
    table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(characters)) + groups
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _head() -> bytes:
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        *(0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, 0, _EM, 800, 0, 8, 2, 0, 0),
    )


def _names(family: str) -> bytes:
    texts = [
        (number, words.encode("utf-16-be"))
        for number, words in ((1, family), (2, "Regular"), (4, family), (6, family))
    ]
    records, content = b"", b""
    for number, text in texts:
        records += struct.pack(">HHHHHH", 3, 1, 0x409, number, len(text), len(content))
        content += text
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + content


def _os2() -> bytes:
    start = struct.pack(">HhHHH", 4, _EM, 400, 5, 0) + b"\0" * 20
    middle = struct.pack(">h10sIIII4sHHH", 0, b"\0" * 10, 0, 0, 0, 0, b"NONE", 64, 0xFFFF, 0xFFFF)
    return start + middle + struct.pack(">hhhHH", 900, -100, 0, 900, 100) + b"\0" * 8 + b"\0" * 10
