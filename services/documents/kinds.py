"""What kind a file is of, by its content: the sender's word for it is never taken.

A file is looked at where it lies, in pieces: it may be larger than what memory should hold.
"""

from __future__ import annotations

import os
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from typing import BinaryIO

#: Bytes of a text that are looked at to tell that it is one.
LOOKED_AT = 65536
#: Readers look for the beginning of a PDF in so many bytes: gateways and scanners put something before it.
PDF_WITHIN = 1024
#: Its end is looked for in as many of the last bytes.
PDF_END_WITHIN = 65536
#: Encodings of texts in the order in which they are tried: Chinese Windows writes GB 18030.
TEXT_ENCODINGS = ("utf-8", "gb18030")
#: Bytes of the list of a ZIP file that are read for the names in it; a document's has some thousand.
ZIP_LIST = 4 * 1024 * 1024
#: The end of a ZIP file with the longest comment it may have, and the mark it begins with.
_ZIP_END, _ZIP_MARK = 22 + 65535, b"PK\x05\x06"
#: Controls, and code points that are no characters: what a binary file decodes to.
_UNREADABLE = frozenset({"Cc", "Cn", "Co", "Cs"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = "application/zip"
PHOTO = "image/heic"

#: First bytes of a file → its media type.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"AC10", "image/vnd.dwg"),
    (_OLE, "application/x-ole-storage"),
    (b"\x50\x4b\x03\x04", _ZIP),
    (b"wOFD", "application/ofd"),
)
#: How names of each kind end, the usual one first: what a file is opened with goes by it.
ENDINGS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "application/ofd": (".ofd",),
    "application/x-ole-storage": (".doc", ".xls", ".ppt", ".wps", ".et", ".dps"),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/tiff": (".tif", ".tiff"),
    "image/vnd.dwg": (".dwg",),
    "text/plain": (".txt", ".csv"),
    PHOTO: (".heic", ".heif"),
    _WORD: (".docx", ".wps"),
    _SHEET: (".xlsx", ".et"),
    _ZIP: (".zip",),
}
#: Brands of the photos that phones take; they stand behind the length of the first box.
_PHOTOS = tuple(b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"mif1"))
#: Media types a browser may show in place; every other one is downloaded.
SHOWN_IN_PLACE = frozenset({"application/pdf", "image/png", "image/jpeg"})


def media_type_of(source: BinaryIO) -> str | None:
    """Media type of a file by its content; ``None`` for a type that is not taken."""
    source.seek(0)
    head = source.read(LOOKED_AT + 1)
    if head[4:].startswith(_PHOTOS):
        return PHOTO
    for magic, media_type in MAGIC:
        if head.startswith(magic):
            return _inside_zip(source) if media_type == _ZIP else media_type
    if b"%PDF-" in head[:PDF_WITHIN] and b"startxref" in _last(source, PDF_END_WITHIN):
        return "application/pdf"
    return "text/plain" if text_encoding(head) else None


def name_for(name: str, media_type: str) -> str:
    """The name under which a file is handed out: one that ends as another kind gets its own ending.

    A text called ``plan.js`` would be run by whoever opens it (OWASP ASVS 5, 5.2.2).
    """
    endings = ENDINGS.get(media_type, ())
    return name if not endings or name.lower().endswith(endings) else name + endings[0]


def text_encoding(head: bytes) -> str | None:
    """The encoding in which the beginning of a file is readable text; ``None`` if it is not text."""
    return next((name for name in TEXT_ENCODINGS if _is_text(head, name)), None)


def _last(source: BinaryIO, most: int) -> bytes:
    size = source.seek(0, os.SEEK_END)
    source.seek(max(0, size - most))
    return source.read(most)


def _inside_zip(source: BinaryIO) -> str | None:
    """Media type of a Word, Excel or OFD file, which are ZIP files recognised by a member's name."""
    if _listed(source) > ZIP_LIST:
        return _ZIP
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    signatures: tuple[tuple[Callable[[str], bool], str], ...] = (
        (lambda name: name == "word/document.xml", _WORD),
        (lambda name: name == "xl/workbook.xml", _SHEET),
        (lambda name: name == "OFD.xml", "application/ofd"),
    )
    for matches, media_type in signatures:
        if any(matches(name) for name in names):
            return media_type
    return _ZIP


def _listed(source: BinaryIO) -> int:
    """How many bytes the list of a ZIP file says that it has; all of it would be read at once."""
    end = _last(source, _ZIP_END)
    place = end.rfind(_ZIP_MARK)
    if place < 0 or len(end) < place + 16:
        return 0
    (size,) = struct.unpack("<I", end[place + 12 : place + 16])
    return int(size)


def _is_text(head: bytes, encoding: str) -> bool:
    """Readable text without control characters; markup is refused because it could run in a browser."""
    try:
        # A character cut in two at the end of the part that is looked at does not matter.
        whole = "strict" if len(head) <= LOOKED_AT else "ignore"
        start = head[:LOOKED_AT].decode(encoding, errors=whole)
    except UnicodeDecodeError:
        return False
    if start.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    return all(c in "\t\r\n\f\ufeff" or unicodedata.category(c) not in _UNREADABLE for c in start)
