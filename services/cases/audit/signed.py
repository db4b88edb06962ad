"""The audit against what was signed: anchors of the folder first, those of the database beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, text

from config.settings import Settings
from rules.cases.context import ZONE
from services.cases.audit.anchors import SUFFIX, Anchor, AnchorNotOurs, Anchors, Head, seal_hashes
from services.cases.audit.faults import (
    AnchorMissing,
    AnchorNotValid,
    AnchorUnknown,
    Broken,
    CutSince,
    GoneSince,
    RewrittenSince,
    SealsRewritten,
)


@dataclass(frozen=True, slots=True)
class Anchored:
    """Up to when everything was signed."""

    number: int
    at: datetime
    outside: bool
    """Whether the folder has it: a copy in the database alone can be cut with it."""


@dataclass
class AnchorBook:
    """What was signed of each project."""

    anchors: Sequence[Anchor] = ()
    newest: Anchored | None = None
    faults: list[Broken] = field(default_factory=list)
    """What is wrong with the anchors themselves."""
    _heads: dict[str, list[tuple[date, Head]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for anchor in self.anchors:
            day = anchor.at.astimezone(ZONE).date()
            for key, head in anchor.heads.items():
                self._heads.setdefault(key, []).append((day, head))

    def of_project(self, number: int, code: str, hashes: Mapping[int, bytes]) -> Iterator[Broken]:
        """Where the log of a project is not the one that was signed; it is asked once for each."""
        for day, head in self._heads.pop(f"{number}/{code}", ()):
            if head.seq > max(hashes, default=0):
                last = max(hashes, default=0)
                yield CutSince(project=code, seq=last, anchored=head.seq, day=day)
            elif head.seq in hashes and hashes[head.seq].hex() != head.hash:
                yield RewrittenSince(project=code, seq=head.seq, day=day)

    def gone(self) -> Iterator[Broken]:
        """Projects that were signed and that nobody asked for."""
        for key, heads in self._heads.items():
            day, head = heads[-1]
            yield GoneSince(project=key.partition("/")[2], seq=head.seq, day=day)

    def of_seals(self, connection: Connection) -> Iterator[Broken]:
        """Anchors that knew other seals."""
        ranges = [anchor.seals for anchor in self.anchors]
        now = seal_hashes(connection, [span[:2] for span in ranges]) if ranges else []
        for anchor, (_, _, signed), current in zip(self.anchors, ranges, now, strict=True):
            if signed != current:
                day = anchor.at.astimezone(ZONE).date()
                yield SealsRewritten(project=None, number=anchor.number, day=day)


def anchor_book(connection: Connection, settings: Settings) -> AnchorBook:
    """Everything that was signed; empty where nothing ever was."""
    in_folder = any(settings.anchors_folder.glob(f"*{SUFFIX}"))
    if not in_folder and not connection.execute(_ANY).scalar_one():
        return AnchorBook()
    anchors, faults = Anchors.of(settings), list[Broken]()
    kept = _sound(anchors.in_folder(), faults)
    known = _sound(anchors.in_database(connection), faults)
    faults += _unknown(kept, known)
    every = sorted((known | kept).values(), key=lambda anchor: anchor.number)
    faults += _gaps(every)
    if not every:
        return AnchorBook(faults=faults)
    last = every[-1]
    newest = Anchored(last.number, last.at, outside=last.number in kept)
    return AnchorBook(every, newest, faults)


def _sound(anchors: Iterator[Anchor | AnchorNotOurs], faults: list[Broken]) -> dict[int, Anchor]:
    """The anchors by number; what is wrong with the others is added to the faults."""
    sound: dict[int, Anchor] = {}
    for anchor in anchors:
        if isinstance(anchor, AnchorNotOurs):
            faults.append(AnchorNotValid(project=None, name=anchor.params["name"]))
        else:
            sound[anchor.number] = anchor
    return sound


def _unknown(kept: dict[int, Anchor], known: dict[int, Anchor]) -> Iterator[Broken]:
    for number, anchor in kept.items():
        if number not in known or known[number].content != anchor.content:
            day = anchor.at.astimezone(ZONE).date()
            yield AnchorUnknown(project=None, number=number, day=day)


def _gaps(anchors: Sequence[Anchor]) -> Iterator[Broken]:
    """Each names the one before it: none can be taken out or put in."""
    before, number = "", 1
    for anchor in anchors:
        if anchor.number != number or anchor.before != before:
            yield AnchorMissing(project=None, number=number)
        before, number = anchor.hash, anchor.number + 1


_ANY = text("SELECT EXISTS (SELECT FROM anchor)")
