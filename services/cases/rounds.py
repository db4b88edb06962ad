"""Case rounds 办件 as the log tells them, and where the rows say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection

from models.cases.case_round import COLUMNS, ROUND_PARTS, ROUNDS, CaseRound, table_of
from models.cases.part import Part
from models.scenarios.definition import ScenarioDefinition
from rules.cases.context import Context
from rules.cases.replay import Difference, rounds_of_log
from services.clock.calendar_versions import on_calendar
from services.ledger.event_log import LoggedEvent, happened
from services.ledger.rows import arrays
from services.ledger.store import StoredProject
from services.prepared import Prepared
from services.scenarios import published as scenarios

Rounds = dict[tuple[str, int], CaseRound]


def of_log(
    connection: Connection, stored: StoredProject, log: Iterable[LoggedEvent], context: Context
) -> Rounds:
    """The rounds of a project as its log tells them."""
    facts, context = stored.facts, on_calendar(connection, context, stored.calendar)
    entries = [(logged.at, happened(logged)) for logged in log]
    moved = any(entry.event.kind == "ScenarioMigrated" for _, entry in entries)
    versions: Mapping[int, ScenarioDefinition] = (
        scenarios.released(connection, facts.scenario.key) if moved else {}
    )
    return rounds_of_log(facts, entries, versions, context)


def round_differences(
    connection: Connection, stored: StoredProject, log: Iterable[LoggedEvent], context: Context
) -> Iterator[Difference]:
    """Where the rounds of a project and its log disagree, days that a calendar counts apart."""
    from_log = of_log(connection, stored, log, context)
    rows = _rows(connection, stored.facts.id)
    for key in sorted({*from_log, *rows}):
        row, logged = rows.get(key), from_log.get(key)
        shown = "/".join(map(str, key))
        if row is None or logged is None:
            yield Difference(ROUNDS.label, shown, "row", row is not None, logged is not None)
            continue
        for column in COLUMNS:
            pair = getattr(row, column.name), getattr(logged, column.name)
            if column.metadata["compared"] and pair[0] != pair[1]:
                yield Difference(table_of(row).label, shown, column.name, *pair)


def _rows(connection: Connection, project: int) -> Rounds:
    rounds: Rounds = {}
    for part in (ROUNDS, ROUND_PARTS):
        read = part.codec.read_row
        read_rows = map(read, _READ[part].execute(connection, {"id": project}) or ())
        rounds |= {round_.key: round_ for round_ in read_rows}
    return rounds


_READ: Mapping[Part[CaseRound], Prepared] = {
    part: Prepared(arrays(part, "t.project_id = :id"), {"id": "bigint"})
    for part in (ROUNDS, ROUND_PARTS)
}
