"""Uploaded files: stored once by fingerprint, in parts, never whole in memory.

What nobody attached to an application within :data:`ORPHAN_HOURS` is removed by the housekeeping.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection, text

from models import plain_text
from models.errors import Conflict, KaigongError, NotFound, TooLarge, TooOften
from models.tables import stored_file
from services.documents.kinds import media_type_of
from services.seals import sealing
from services.unit_of_work import Database

MEGABYTE = 1024 * 1024
#: Bytes of a file that are read, kept and sent at once.
PART = 256 * 1024
NAME_LIMIT = 200
#: Hours after which a file that was never attached to anything is removed [D].
ORPHAN_HOURS = 24


class FileTooLarge(TooLarge):
    template = (
        "file: {name} has more than {limit} MB; make it smaller, e.g. scan at a lower resolution."
    )
    field = "file"


class FileEmpty(KaigongError):
    template = "file: {name} is empty; choose the file again."
    field = "file"


class FileKindNotAllowed(KaigongError):
    template = "file: {name} is not of a kind that is taken; hand in PDF, OFD, JPEG, PNG, TIFF, HEIC, Word, Excel, DWG, text or ZIP."
    field = "file"


class TooMuchSent(TooOften):
    template = "file: this account has sent more than {limit} MB within an hour; send the rest a little later."
    field = "file"


class TooMuchWaiting(TooOften):
    template = "file: {limit} MB that this account sent stand in no application yet; hand them in first. What nobody hands in is removed after a day."
    field = "file"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a file, and how many megabytes they may."""

    login: str
    hour_mb: int
    waiting_mb: int
    """Of files that stand in no application."""


class FileReplaced(Conflict):
    template = "file: {value} is not what was stored under this fingerprint, and is not handed out. Bring it back from a backup; 'kaigong audit verify' names every such file."
    field = "file"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file; identical contents are one file."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FileContent:
    """A stored file whose content comes in parts."""

    database: Database
    sha256: str
    media_type: str
    size: int
    head: bytes
    """The first part."""

    @property
    def parts(self) -> Iterator[bytes]:
        """The content, part after part; no connection is held between two of them.

        Its fingerprint is computed again, and the last part is held back until it is right: what was
        replaced never arrives whole. Raises ``FileReplaced``.
        """
        digest, held = hashlib.sha256(self.head), self.head
        for place in range(1, -(-self.size // PART)):
            with self.database.reading() as connection:
                values = {"sha256": self.sha256, "place": place}
                content = connection.execute(_PART, values).scalar_one_or_none()
            yield held
            held = bytes(content or b"")
            digest.update(held)
        if digest.hexdigest() != self.sha256:
            raise FileReplaced(value=self.sha256[:12])
        yield held

    @property
    def content(self) -> bytes:
        """All of it, for what is known to be small."""
        return b"".join(self.parts)


def store_file(
    database: Database, source: BinaryIO, name: str, limit_mb: int, sender: Sender | None = None
) -> StoredFile:
    """Store an uploaded file; refuses files too large, empty or of a type not allowed, and more than a
    sender may send. ``source`` is read twice, in parts.
    """
    name = safe_name(name)
    fingerprint, size = _measured(source, name, limit_mb)
    media_type = media_type_of(source)
    if media_type is None:
        raise FileKindNotAllowed(name=name)
    values = {"sha256": fingerprint, "media_type": media_type, "size": size, "attached": False}
    with database.transaction() as connection:
        if sender is not None:
            _check_may_send(connection, sender, size)
        source.seek(0)
        keep(connection, values, iter(lambda: source.read(PART), b""))
        if sender is not None:
            connection.execute(_SENT, {"account": sender.login, "sha256": fingerprint})
    return StoredFile(fingerprint, name, media_type, size)


def keep(connection: Connection, values: dict[str, object], parts: Iterator[bytes]) -> bool:
    """Write a file's rows unless it is there, and say whether; what waits to be attached may wait anew."""
    if not connection.execute(_KEEP, values).scalar_one_or_none():
        return False
    for place, content in enumerate(parts):
        part = {"sha256": values["sha256"], "place": place, "content": content}
        connection.execute(_KEEP_PART, part)
    return True


def keep_attached(connection: Connection, content: bytes, media_type: str) -> str:
    """Keep a file that we made ourselves; answers its fingerprint."""
    fingerprint = hashlib.sha256(content).hexdigest()
    values = {"sha256": fingerprint, "media_type": media_type, "size": len(content)}
    parts = (content[at : at + PART] for at in range(0, len(content), PART))
    keep(connection, values | {"attached": False}, parts)
    attach(connection, fingerprint)
    return fingerprint


def attach(connection: Connection, sha256: str) -> bool:
    """Mark a file as belonging to something, for ever; whether there is such a file.

    One statement: the housekeeping either finds it marked or has removed it.
    """
    return connection.execute(_ATTACH, {"sha256": sha256}).first() is not None


def read_file(database: Database, sha256: str) -> FileContent:
    """A stored file by its fingerprint, which is computed again. Raises ``FileReplaced``."""
    with database.reading() as connection:
        row = connection.execute(_READ, {"sha256": sha256}).one_or_none()
    if row is None:
        raise NotFound(field="file", value=sha256[:12], remedy="Hand it in again.")
    head = bytes(row.head)
    if row.size <= PART and hashlib.sha256(head).hexdigest() != sha256:
        raise FileReplaced(value=sha256[:12])
    return FileContent(database, sha256, row.media_type, row.size, head)


def remove_orphans(connection: Connection, hours: int = ORPHAN_HOURS) -> int:
    """Remove what nobody attached to anything; how many files."""
    return connection.execute(_REMOVE_ORPHANS, {"hours": hours}).rowcount


def safe_name(name: str) -> str:
    """The last part of a file's name, without misleading or unsafe characters."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = plain_text.line("".join(c for c in name if unicodedata.category(c)[0] != "C"))
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    if not dot:
        return kept[:NAME_LIMIT] or "file"
    return f"{stem[: NAME_LIMIT - len(suffix) - 1]}.{suffix}" if stem else suffix[:NAME_LIMIT]


def _measured(source: BinaryIO, name: str, limit_mb: int) -> tuple[str, int]:
    """Fingerprint and size of what was sent; refuses what is empty or too large."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    while part := source.read(PART):
        digest.update(part)
        size += len(part)
        if size > limit_mb * MEGABYTE:
            raise FileTooLarge(name=name, limit=limit_mb)
    if not size:
        raise FileEmpty(name=name)
    return digest.hexdigest(), size


def _check_may_send(connection: Connection, sender: Sender, size: int) -> None:
    row = connection.execute(_SENDERS, {"account": sender.login}).one()
    if row.sent + size > sender.hour_mb * MEGABYTE:
        raise TooMuchSent(limit=sender.hour_mb)
    if row.waiting + size > sender.waiting_mb * MEGABYTE:
        raise TooMuchWaiting(limit=sender.waiting_mb)


#: True where the file is new; false where it waits to be attached, nothing where it is.
_KEEP = text(
    "INSERT INTO stored_file AS kept (sha256, media_type, size, attached)"
    " VALUES (:sha256, :media_type, :size, :attached)"
    " ON CONFLICT (sha256) DO UPDATE SET created_at = now() WHERE NOT kept.attached"
    " RETURNING (xmax = 0)"
)
_KEEP_PART = text(
    "INSERT INTO stored_file_part (sha256, place, content) VALUES (:sha256, :place, :content)"
)
_SENT = text(
    "INSERT INTO file_upload (account, sha256) VALUES (:account, :sha256)"
    " ON CONFLICT (account, sha256) DO UPDATE SET uploaded_at = now()"
)
_SENDERS = text(
    "SELECT coalesce(sum(f.size) FILTER (WHERE u.uploaded_at > now() - interval '1 hour'), 0) AS sent,"
    " coalesce(sum(f.size) FILTER (WHERE NOT f.attached), 0) AS waiting"
    " FROM file_upload u JOIN stored_file f USING (sha256) WHERE u.account = :account"
    " AND (u.uploaded_at > now() - interval '1 hour' OR NOT f.attached)"
)
_MARK = "UPDATE stored_file SET attached = true WHERE sha256 = :sha256 AND NOT attached"
#: It is sealed where it is marked.
_ATTACH = text(
    f"WITH {sealing(stored_file, _MARK, changed='attached')}"  # noqa: S608 - our own statement
    " SELECT 1 FROM attached UNION ALL"
    " SELECT 1 FROM stored_file WHERE sha256 = :sha256 AND attached"
)
_READ = text(
    "SELECT f.media_type, f.size, p.content AS head FROM stored_file f"
    " JOIN stored_file_part p USING (sha256) WHERE sha256 = :sha256 AND p.place = 0"
)
_PART = text("SELECT content FROM stored_file_part WHERE sha256 = :sha256 AND place = :place")
_REMOVE_ORPHANS = text(
    "DELETE FROM stored_file WHERE NOT attached AND created_at < now() - make_interval(hours => :hours)"
)
