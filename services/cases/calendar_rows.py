"""What a new calendar is to look at in many projects, and the rows that change, in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, text

from models.cases.clock import CLOCKS
from models.cases.consultation import CONSULTATIONS
from models.cases.deficiencies import DEFICIENCIES
from models.cases.facts import ITEMS, VOIDINGS, NamedParts, ProjectFacts, WorkingParts
from models.cases.part import F, Part
from models.cases.states import BROKEN_PROMISE, OPEN_DEFICIENCY
from models.cases.supervision import SUPERVISION
from models.enterprises.credit import CreditEntry
from rules.cases.calendar_effect import CalendarEffect
from rules.cases.clocks.kinds import LAPSED_TOO_EARLY
from rules.cases.instruments.early_voidings import STANDS
from services.enterprises import credit
from services.ledger.rows import arrays, record, upsert

Entries = Sequence[CreditEntry]


def read(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, list[Any], Entries]]:
    """Of each project the rows that matter, in the order of ``_READ``, and its credit entries."""
    entries = credit.open_entries(connection, ids)
    for row in connection.execute(_PARTS, {"ids": list(ids)}):
        yield row[0], list(row[1:]), entries.get(row[0], ())


def parts_of(arrays_: Sequence[Any]) -> NamedParts:
    """The parts from what :func:`read` answers; the arrays are used up."""
    parts = WorkingParts()
    for part, rows in zip(_READ, arrays_, strict=True):
        parts.of(part).update(by_key(part, rows))
    return parts


def by_key(part: Part[F], rows: Iterable[list[Any]] | None) -> dict[Any, F]:
    """Rows that were read as JSON arrays, by their keys."""
    facts = (part.codec.read_row(row) for row in rows or ())
    return {part.key_of(row): row for row in facts}


def of_project(connection: Connection, facts: ProjectFacts) -> tuple[NamedParts, Entries]:
    """The same for a project whose facts are loaded: what was voided needs clocks that were stopped.

    Asks nothing in a project without voidings and supervision: nothing of it is in the credit record.
    """
    if not facts.voidings and not facts.supervision:
        return facts, ()
    parts = WorkingParts(facts)
    stopped = connection.execute(_STOPPED, {"id": facts.id}).scalar_one()
    parts.clocks.update(by_key(CLOCKS, stopped))
    return parts, credit.open_entries(connection, [facts.id]).get(facts.id, ())


def write(
    connection: Connection, effects: Sequence[tuple[int, CalendarEffect]], today: date
) -> None:
    """Write the rows that changed, a statement for each part that has any."""
    changed: dict[Part[Any], list[dict[str, Any]]] = {}
    for project, effect in effects:
        for part, rows in effect.rows.items():
            changed.setdefault(part, []).extend(record(part, row, project) for row in rows)
    for part, records in changed.items():
        statement = text(upsert(part, "CAST(:rows AS jsonb)"))
        connection.execute(statement, {"rows": orjson.dumps(records).decode()})
    write_credit(connection, [effect for _, effect in effects], today)


def write_credit(connection: Connection, effects: Iterable[CalendarEffect], today: date) -> None:
    """Write what changed in the credit record, beside the facts."""
    for effect in effects:
        credit.move_ends(connection, effect.credit_ends)
        withdrawn = (entry for lapse in effect.lapsed for entry in lapse.entries)
        for entry in withdrawn:
            credit.withdraw(connection, entry, LAPSED_TOO_EARLY, today)


def having(facts: ProjectFacts, effect: CalendarEffect) -> ProjectFacts:
    """The facts with the rows that changed."""
    rows: Mapping[Part[Any], Mapping[Any, Any]] = {
        part: {**facts.of(part), **{part.key_of(row): row for row in changed}}
        for part, changed in effect.rows.items()
    }
    return facts.having(rows)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


#: Of a voiding that stands, for what was not made good.
_VOIDED = (
    "EXISTS (SELECT FROM voiding v WHERE v.project_id = t.project_id AND v.item = t.{item}"
    f" AND v.state IN ({_listed(STANDS)}){{more}})"
)
_OF_VOIDING = _VOIDED.format(item="item", more=" AND v.round = t.round")
#: Of a phase that lapsed, and was applied for since.
_LAPSED = (
    "EXISTS (SELECT FROM supervision_task s WHERE s.project_id = t.project_id AND s.item = t.{}"
    " AND s.cause = 'lapse'{})"
)
_STOPPED_CLOCKS = (
    f"t.state = 'stopped' AND ((t.kind = 'make_up' AND {_OF_VOIDING})"
    f" OR (t.kind = 'next_phase' AND {_LAPSED.format('item', ' AND s.round = t.round')}))"
)
_HAS_CLOCK = (
    "EXISTS (SELECT FROM clock c WHERE c.project_id = t.project_id AND c.item = t.code"
    " AND c.state <> 'stopped')"
)
_WHICH: Mapping[Part[Any], str] = {
    CLOCKS: f"(t.state <> 'stopped' OR ({_STOPPED_CLOCKS}))",
    DEFICIENCIES: (
        f"(t.state IN ({_listed(OPEN_DEFICIENCY)})"
        f" OR (t.state IN ({_listed(BROKEN_PROMISE)}) AND {_OF_VOIDING}))"
    ),
    CONSULTATIONS: "t.state = 'asked'",
    SUPERVISION: "t.state = 'open'",
    VOIDINGS: f"t.state IN ({_listed(STANDS)})",
    ITEMS: f"({_HAS_CLOCK} OR {_VOIDED.format(item='code', more='')} OR {_LAPSED.format('code', '')})",
}
_READ = tuple(_WHICH)
#: What is finished has no days left but in the credit record.
_ACTIVE = "p.state = 'active'"
_COLUMNS = ", ".join(
    f"({arrays(part, f't.project_id = p.id AND {_ACTIVE} AND {which}')})"
    for part, which in _WHICH.items()
)
_PARTS = text(
    f"SELECT p.id, {_COLUMNS} FROM project p WHERE p.id = ANY(:ids)"  # noqa: S608
)
_STOPPED = text(f"SELECT ({arrays(CLOCKS, f't.project_id = :id AND {_STOPPED_CLOCKS}')})")
