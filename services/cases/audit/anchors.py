"""Anchors: each day the heads of all chains are signed and kept where the database does not reach.

Whoever owns the database can rewrite a chain whole, cut its end or take a project away with all that
was written of it, and leave everything in agreement with itself. Not in agreement with what was signed
before: an anchor names the project, the number of its newest event and its hash, and the hash of every
seal since the anchor before. Anchors count from 1, and each names the hash of the one before it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, text

from config.settings import Settings
from models.errors import Conflict, KaigongError, Unavailable
from services.installation.signing import Signer
from services.ledger.event_log import canonical
from services.seals import TURN
from services.unit_of_work import Database

SUFFIX = ".anchor.json"
URL_SECONDS = 20.0


class AnchorNotOurs(KaigongError):
    template = "{name} was not signed with this installation's key, or was changed since."


class AnchorDiffers(Conflict):
    template = "{name} is there already and says something else; it is left alone. 'kaigong audit verify' says what differs."


class FolderNotWritable(Unavailable):
    template = "The folder of anchors, {folder}, cannot be written: {reason}. Correct it, or choose another with KAIGONG_ANCHOR_DIR."


class NotTold(Unavailable):
    template = "The anchor was written, but {url} did not take it: {reason}.."


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a project when it was signed."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was signed at a moment."""

    number: int
    content: str
    """The very text that was signed."""
    signature: bytes

    @property
    def _said(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.content)
        return record

    @property
    def at(self) -> datetime:
        """When it was signed."""
        return datetime.fromisoformat(self._said["at"])

    @property
    def before(self) -> str:
        """Hash of the anchor before; empty for the first."""
        return str(self._said["before"])

    @property
    def hash(self) -> str:
        """Hash of what was signed, which the next one names."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    @property
    def heads(self) -> dict[str, Head]:
        """``number/code`` of each project that had new events → its newest."""
        return {key: Head(*head) for key, head in self._said["heads"].items()}

    @property
    def seals(self) -> tuple[int, int, str]:
        """Numbers of the seals since the anchor before, from and to, and their hash."""
        after, to, hash_ = self._said["seals"]
        return int(after), int(to), str(hash_)

    @property
    def name(self) -> str:
        """Name of its file."""
        return f"{self.number:06d}{SUFFIX}"

    def document(self, public: str) -> str:
        """Its file."""
        record = {"content": self.content, "key": public, "signature": self.signature.hex()}
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where they are kept, and what checks them."""

    folder: Path
    signer: Signer
    url: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Anchors:
        """Those of the installation that the settings name."""
        signer = Signer(settings.signing_key, settings.anchor_keys)
        return cls(settings.anchors_folder, signer, settings.anchor_url)

    def checked(self, anchor: Anchor, name: str) -> Anchor:
        """The anchor, where this installation signed it. Raises ``AnchorNotOurs``."""
        if not self.signer.signed(anchor.content, anchor.signature):
            raise AnchorNotOurs(name=name)
        return anchor

    def in_folder(self) -> Iterator[Anchor | AnchorNotOurs]:
        """Every file of the folder by number: an anchor, or what is wrong with it."""
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                record = json.loads(path.read_text(encoding="utf-8"))
                signature = bytes.fromhex(record["signature"])
                number = int(json.loads(record["content"])["number"])
                yield self.checked(Anchor(number, record["content"], signature), path.name)
            except AnchorNotOurs as fault:
                yield fault
            except (ValueError, KeyError, TypeError):
                yield AnchorNotOurs(name=path.name)

    def in_database(self, connection: Connection) -> Iterator[Anchor | AnchorNotOurs]:
        """The same of the database, from which the files are written."""
        for row in connection.execute(_ALL):
            anchor = Anchor(row.number, row.content, bytes(row.signature))
            try:
                yield self.checked(anchor, f"anchor {row.number}")
            except AnchorNotOurs as fault:
                yield fault


def make_anchor(database: Database, anchors: Anchors, now: datetime) -> Anchor:
    """Sign the heads of today, write the file, and tell the URL where there is one.

    Files that are not in the folder yet are written with it. Raises ``AnchorNotOurs``,
    ``FolderNotWritable``, ``AnchorDiffers`` and ``NotTold``.
    """
    with database.transaction() as connection:
        connection.execute(_ONE_AT_A_TIME)
        known = [_sound(anchor) for anchor in anchors.in_database(connection)]
        made = _signed(connection, anchors.signer, known, now)
        connection.execute(_ADD, _values(made))
    write_files(database, anchors)
    if anchors.url is not None:
        _tell(anchors.url, made.document(anchors.signer.public))
    return made


def write_files(database: Database, anchors: Anchors) -> None:
    """Write into the folder what it lacks of the database's anchors; a file that is there stays."""
    with database.reading() as connection:
        known = [_sound(anchor) for anchor in anchors.in_database(connection)]
    for anchor in known:
        _write(anchors, anchor)


def _sound(read: Anchor | AnchorNotOurs) -> Anchor:
    if isinstance(read, AnchorNotOurs):
        raise read
    return read


def _signed(
    connection: Connection, signer: Signer, known: Sequence[Anchor], now: datetime
) -> Anchor:
    last = known[-1] if known else None
    after = last.seals[1] if last is not None else 0
    to = _newest_seal(connection)
    [hash_] = seal_hashes(connection, [(after, to)])
    number = last.number + 1 if last is not None else 1
    record = {
        "number": number,
        "at": now.isoformat(),
        "before": last.hash if last is not None else "",
        "heads": _new_heads(connection, known_heads(known)),
        "seals": [after, to, hash_],
    }
    content = canonical(record)
    return Anchor(number, content, signer.sign(content))


def known_heads(anchors: Sequence[Anchor]) -> dict[str, Head]:
    """The newest head of each project that any anchor names."""
    heads: dict[str, Head] = {}
    for anchor in anchors:
        heads |= anchor.heads
    return heads


def _new_heads(connection: Connection, known: Mapping[str, Head]) -> dict[str, list[Any]]:
    rows = ((f"{row.id}/{row.code}", row) for row in connection.execute(_HEADS))
    return {
        key: [row.event_count, row.hash]
        for key, row in rows
        if known.get(key) != Head(row.event_count, row.hash)
    }


def _newest_seal(connection: Connection) -> int:
    """The number up to which every seal is written: nobody is in the middle of it meanwhile."""
    connection.execute(_TAKE_TURN)
    try:
        return int(connection.execute(_NEWEST_SEAL).scalar_one())
    finally:
        connection.execute(_GIVE_TURN)


def seal_hashes(connection: Connection, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """The hash of the seals of each range of numbers, the first left out."""
    values = {"after": [span[0] for span in ranges], "to": [span[1] for span in ranges]}
    return list(connection.execute(_HASHES, values).scalars())


def _write(anchors: Anchors, anchor: Anchor) -> None:
    """The file of an anchor, whole or not at all; one that is there stays as it is."""
    path, draft = anchors.folder / anchor.name, anchors.folder / f".{anchor.name}.{os.getpid()}"
    try:
        anchors.folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if json.loads(path.read_text(encoding="utf-8")).get("content") != anchor.content:
                raise AnchorDiffers(name=path.name)
            return
        with draft.open("w", encoding="utf-8") as file:
            file.write(anchor.document(anchors.signer.public))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except ValueError as error:
        raise AnchorDiffers(name=path.name) from error
    except OSError as error:
        raise FolderNotWritable(folder=str(anchors.folder), reason=error.strerror or "") from error


def _tell(url: str, document: str) -> None:
    headers = {"content-type": "application/json"}
    try:
        answer = httpx.post(url, content=document.encode(), headers=headers, timeout=URL_SECONDS)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise NotTold(url=url, reason=str(error) or type(error).__name__) from error


def _values(anchor: Anchor) -> dict[str, Any]:
    return {
        "number": anchor.number,
        "at": anchor.at,
        "content": anchor.content,
        "signature": anchor.signature,
    }


_ALL = text("SELECT number, content, signature FROM anchor ORDER BY number")
_ADD = text(
    "INSERT INTO anchor (number, at, content, signature)"
    " VALUES (:number, :at, :content, :signature)"
)
_HEADS = text(
    "SELECT id, code, event_count, encode(event_hash, 'hex') AS hash FROM project ORDER BY id"
)
#: Any number that nothing else locks.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(4203374)")
_TAKE_TURN = text(f"SELECT pg_advisory_lock({TURN})")
_GIVE_TURN = text(f"SELECT pg_advisory_unlock({TURN})")
_NEWEST_SEAL = text("SELECT coalesce(max(id), 0) FROM seal")
_HASHES = text(
    "SELECT (SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(concat_ws('|', s.id,"
    " s.relation, s.found, s.rows), 'UTF8')), CAST('' AS bytea) ORDER BY s.id), '')), 'hex')"
    " FROM seal s WHERE s.id > r.after AND s.id <= r.last)"
    " FROM unnest(CAST(:after AS bigint[]), CAST(:to AS bigint[])) WITH ORDINALITY"
    " AS r(after, last, place) ORDER BY r.place"
)
