"""The audit of one project: its chain, its notices, and its rows against the fold of its events."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Row, text

from config.texts import Word
from models.cases import parts
from rules.cases.context import Context
from rules.cases.replay import Difference, differences, replay
from services.cases.audit.faults import (
    Broken,
    EndCutOff,
    EventAltered,
    EventMissing,
    NoticesDiffer,
    RowDiffers,
)
from services.cases.audit.records import sealed_values
from services.cases.audit.standing import standing_differences
from services.cases.rounds import round_differences
from services.clock.calendar_versions import on_calendar
from services.ledger.event_log import (
    PROJECTS,
    Chain,
    Head,
    LoggedEvent,
    happened,
    named,
    told,
)
from services.ledger.steward_spans import span_differences
from services.ledger.store import StoredProject, load
from services.scenarios import published as scenarios

Entry = tuple[LoggedEvent, bytes]


class SealedAsFound(NamedTuple):
    """What of projects was sealed as found: older logs hashed neither."""

    notices: Mapping[str, str]
    file_names: Mapping[str, str]


def sealed_as_found(connection: Connection) -> SealedAsFound:
    """What an upgrade sealed of all projects."""
    return SealedAsFound(sealed_values(connection, "notice"), sealed_values(connection, "material"))


def rows_against_log(
    connection: Connection,
    row: Row[Any],
    entries: list[Entry],
    sealed: SealedAsFound,
    context: Context,
) -> Iterator[Broken]:
    """Where rows and log disagree. Raises whatever keeps both from being compared."""
    logged = [entry for entry, _ in entries]
    data = [orjson.loads(entry.data) for entry in logged]
    yield from _notice_faults(connection, row, logged, data, sealed)
    stored = load(connection, row.id, history=True)
    differing = _differences(connection, stored, logged, context)
    rounds = round_differences(connection, stored, logged, context)
    names = _file_names(stored, data, sealed.file_names)
    spans = span_differences(connection, row.id, logged)
    placed = standing_differences(connection, row, stored)
    for difference in itertools.chain(differing, _hidden(stored), placed, names, rounds, spans):
        yield _row_differs(row.code, len(entries), difference)


def chain_faults(
    code: str, head: Head, entries: list[Entry], chain: Chain = PROJECTS
) -> Iterator[Broken]:
    """Where the chain of hashes is broken."""
    before = Head(0, chain.genesis)
    for logged, hash_ in entries:
        if logged.seq != before.seq + 1:
            yield EventMissing(project=code, seq=before.seq + 1, found=logged.seq)
        elif logged.hashed(before.hash) != hash_:
            yield EventAltered(project=code, seq=logged.seq, kind=logged.kind)
        before = Head(logged.seq, hash_)
    if before != head:
        yield EndCutOff(project=code, seq=before.seq, remembered=head.seq)


def _differences(
    connection: Connection, stored: StoredProject, logged: list[LoggedEvent], context: Context
) -> Iterator[Difference]:
    facts, context = stored.facts, on_calendar(connection, context, stored.calendar)
    moved = any(entry.kind == "ScenarioMigrated" for entry in logged)
    versions = scenarios.released(connection, facts.scenario.key) if moved else {}
    replayed = replay(facts.scenario, map(happened, logged), versions)
    yield from differences(facts, replayed, context)


def _hidden(stored: StoredProject) -> Iterator[Difference]:
    """Rows that acts would not load because the project does not list their part."""
    there = {part.name for part in parts.known() if not part.common and stored.facts.of(part)}
    if not there <= stored.parts:
        listed, needed = sorted(stored.parts), sorted(stored.parts | there)
        yield Difference("project", "", "parts", str(listed), str(needed))


def _file_names(
    stored: StoredProject, data: Iterable[Mapping[str, Any]], differing: Mapping[str, str]
) -> Iterator[Difference]:
    """Papers whose file is called otherwise than when it was handed in."""
    names: dict[str, str] = {}
    for event in data:
        names |= event.get("named") or {}
    for key, paper in stored.facts.materials.items():
        known = names.get(key) or differing.get(f"{stored.facts.id}/{key}")
        shown = paper.file_name
        if (named(shown) if shown else None) != known and (shown or paper.sha256):
            yield Difference("material", key, "file_name", shown, known)


def _notice_faults(
    connection: Connection,
    row: Row[Any],
    logged: list[LoggedEvent],
    data: list[dict[str, Any]],
    sealed: SealedAsFound,
) -> Iterator[Broken]:
    """Acts whose notices are not the ones that their first event was hashed with, or of another moment.

    What was told before events said so is sealed as found, and compared with its seals.
    """
    sent = connection.execute(_NOTICES, {"id": row.id}).all()
    firsts = [entry.seq for entry, record in zip(logged, data, strict=True) if "act" in record]
    hashes = {entry.seq: record.get("told") for entry, record in zip(logged, data, strict=True)}
    by_act: dict[int, list[Row[Any]]] = {first: [] for first in firsts}
    for notice in sent:
        first = max((first for first in firsts if first <= notice.seq), default=0)
        if f"{row.id}/{notice.id}" not in sealed.notices:
            by_act.setdefault(first, []).append(notice)
    moments = {entry.seq: entry.at for entry in logged}
    for first, notices in by_act.items():
        as_told = told(tuple(line)[1:-1] for line in notices) if notices else None
        of_its_day = all(line.created_at == moments.get(first) for line in notices)
        if as_told != hashes.get(first) or not of_its_day:
            yield NoticesDiffer(project=row.code, seq=first)


def _row_differs(code: str, seq: int, difference: Difference) -> RowDiffers:
    shown = {
        name: value if isinstance(value, (int, str)) else str(value)
        for name, value in (("row", difference.row), ("log", difference.log))
    }
    return RowDiffers(
        project=code,
        seq=seq,
        part=Word(difference.part),
        key=difference.key,
        name=difference.name,
        **shown,
    )


_NOTICES = text(
    "SELECT id, seq, audience, template, item, params, created_at FROM notice"
    " WHERE project_id = :id ORDER BY id"
)
