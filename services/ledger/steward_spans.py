"""The spans of a project's stewards as the database keeps them, against those that its log tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from models.cases.stewardship import Basis, Span
from rules.cases.replay import Difference
from rules.cases.stewards import spans
from services.ledger.event_log import LoggedEvent


def spans_of(connection: Connection, project: int) -> tuple[Span, ...]:
    """Who accompanied a project from when until when, in order."""
    rows = connection.execute(_SPANS, {"id": project})
    return tuple(
        Span(row.seq, row.steward, row.from_at, row.ended_at, Basis(row.basis), row.weight)
        for row in rows
    )


def span_differences(
    connection: Connection, project: int, log: Iterable[LoggedEvent]
) -> Iterator[Difference]:
    """Where the spans of a project and its log disagree."""
    from_log = {span.seq: span for span in spans(map(_entry, log))}
    kept = {span.seq: span for span in spans_of(connection, project)}
    for seq in sorted({*from_log, *kept}):
        row, logged = kept.get(seq), from_log.get(seq)
        if row is None or logged is None:
            yield Difference("steward span", str(seq), "row", row is not None, logged is not None)
            continue
        for column in fields(Span):
            pair = getattr(row, column.name), getattr(logged, column.name)
            if pair[0] != pair[1]:
                yield Difference("steward span", str(seq), column.name, *pair)


def _entry(logged: LoggedEvent) -> tuple[int, datetime, str, object]:
    return logged.seq, logged.at, logged.kind, orjson.loads(logged.data)


_SPANS = text(
    "SELECT seq, steward, from_at, NULLIF(to_at, 'infinity') AS ended_at, basis, weight"
    " FROM steward_span WHERE project_id = :id ORDER BY seq"
)
