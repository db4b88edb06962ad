"""Uploaded files: kept once by their fingerprint, checked for size and for what they really are."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import text

from models.errors import KaigongError, NotFound
from services.unit_of_work import Database

MEGABYTE = 1024 * 1024
NAME_LIMIT = 200
#: Bytes of a text that are looked at to tell that it is one.
LOOKED_AT = 65536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: First bytes of a file → its media type. The sender's word for it is never taken.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"AC10", "image/vnd.dwg"),
    (_OLE, "application/x-ole-storage"),
    (b"\x50\x4b\x03\x04", "application/zip"),
    (b"wOFD", "application/ofd"),
)
#: Media types a browser may show in place; every other one is downloaded.
SHOWN_IN_PLACE = frozenset({"application/pdf", "image/png", "image/jpeg"})


class FileTooLarge(KaigongError):
    """file: {name} has more than {limit} MB; make it smaller, e.g. scan at a lower resolution."""

    field = "file"


class FileEmpty(KaigongError):
    """file: {name} is empty; choose the file again."""

    field = "file"


class FileKindNotAllowed(KaigongError):
    """file: {name} is not of a kind that is taken; hand in PDF, OFD, JPEG, PNG, TIFF, Word, Excel, DWG, text or ZIP."""

    field = "file"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is kept; the same content twice is one file."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FileContent:
    """A kept file with its content."""

    media_type: str
    content: bytes


def store_file(database: Database, source: BinaryIO, name: str, limit_mb: int) -> StoredFile:
    """Keep an uploaded file; refuses what is too large, empty or of a kind that is not taken."""
    name = safe_name(name)
    content = source.read(limit_mb * MEGABYTE + 1)
    if len(content) > limit_mb * MEGABYTE:
        raise FileTooLarge(name=name, limit=limit_mb)
    if not content:
        raise FileEmpty(name=name)
    media_type = media_type_of(content)
    if media_type is None:
        raise FileKindNotAllowed(name=name)
    fingerprint = hashlib.sha256(content).hexdigest()
    values = {"sha256": fingerprint, "media_type": media_type, "size": len(content)}
    with database.transaction() as connection:
        if connection.execute(_KNOWN, values).one_or_none() is None:
            connection.execute(_STORE, values | {"content": content})
    return StoredFile(fingerprint, name, media_type, len(content))


def read_file(database: Database, sha256: str) -> FileContent:
    """A kept file by its fingerprint."""
    with database.reading() as connection:
        row = connection.execute(_READ, {"sha256": sha256}).one_or_none()
    if row is None:
        raise NotFound(field="file", value=sha256[:12], remedy="Hand it in again.")
    return FileContent(row.media_type, bytes(row.content))


def safe_name(name: str) -> str:
    """The last part of a file's name, without what could mislead a person or a file system."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    if not dot:
        return kept[:NAME_LIMIT] or "file"
    return f"{stem[: NAME_LIMIT - len(suffix) - 1]}.{suffix}" if stem else suffix[:NAME_LIMIT]


def media_type_of(content: bytes) -> str | None:
    """What a file is, by its content; ``None`` for a kind that is not taken."""
    for magic, media_type in MAGIC:
        if content.startswith(magic):
            return _inside_zip(content) if media_type == "application/zip" else media_type
    return "text/plain" if _is_text(content) else None


def _inside_zip(content: bytes) -> str | None:
    """Word, Excel and OFD are ZIP files that say what they are by a name inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    told: tuple[tuple[Callable[[str], bool], str], ...] = (
        (lambda name: name == "word/document.xml", _WORD),
        (lambda name: name == "xl/workbook.xml", _SHEET),
        (lambda name: name == "OFD.xml", "application/ofd"),
    )
    for says, media_type in told:
        if any(says(name) for name in names):
            return media_type
    return "application/zip"


def _is_text(content: bytes) -> bool:
    """Readable text without control characters; markup is refused, for it could run in a browser."""
    try:
        # A character cut in two at the end of the part that is looked at does not matter.
        whole = "strict" if len(content) <= LOOKED_AT else "ignore"
        start = content[:LOOKED_AT].decode("utf-8", errors=whole)
    except UnicodeDecodeError:
        return False
    if start.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    return all(c in "\t\r\n\f\ufeff" or unicodedata.category(c) != "Cc" for c in start)


_KNOWN = text("SELECT 1 FROM stored_file WHERE sha256 = :sha256")
_STORE = text(
    "INSERT INTO stored_file (sha256, media_type, size, content)"
    " VALUES (:sha256, :media_type, :size, :content) ON CONFLICT DO NOTHING"
)
_READ = text("SELECT media_type, content FROM stored_file WHERE sha256 = :sha256")
