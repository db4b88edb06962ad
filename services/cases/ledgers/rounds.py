"""Case rounds 办件 as a ledger: also the rows behind a figure, found by the figure's own conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from models.cases.case_round import AcceptanceKind, Channel, RoundOutcome
from models.errors import InvalidInput
from rules.clock.lights import day_of
from rules.figures.catalogue import FIGURES
from rules.figures.definition import Span
from rules.ledgers.catalogue import COUNTED, COUNTED_AS, COUNTED_ON, MET
from services.cases.ledgers.places import OF_PLACE
from services.figures.query import LIVE_ROUNDS, rows_of
from services.ledgers.names_search import AMONG
from services.ledgers.question import Question
from services.ledgers.source import Sort, TableSource
from services.people.visibility import OFFICERS, Kind
from services.scenarios.published import definition
from services.wording.names import department_name, item_name


def _read(
    connection: Connection, rows: Sequence[Row[Any]], _: Question
) -> tuple[Mapping[str, Any], ...]:
    """Lines with their names; one query for each scenario that was not read yet."""
    numbers = {row.scenario_id for row in rows}
    scenarios = {number: definition(connection, number) for number in numbers}
    return tuple(
        {
            **row._asdict(),
            "item_name": item_name(scenarios[row.scenario_id], row.item),
            "department_name": department_name(scenarios[row.scenario_id], row.department),
            "channel": Channel(row.channel) if row.channel else None,
            "outcome": RoundOutcome(row.outcome) if row.outcome else None,
            "acceptance_kind": AcceptanceKind(row.acceptance_kind) if row.acceptance_kind else None,
        }
        for row in rows
    )


def _counted(asked: Question, values: dict[str, Any]) -> Iterator[str]:
    """What figures are counted of: never what fell away, an officer's only of their own department."""
    yield "r.outcome IS DISTINCT FROM 'fell_away'"
    if asked.viewer.role in OFFICERS:
        values["own_department"] = asked.viewer.department
        yield "r.department = :own_department"
    key = asked.filters.get(COUNTED_AS)
    if key is None:
        return
    if key not in FIGURES:
        remedy = "Take a key that 'kaigong figures list' prints."
        raise InvalidInput(field=COUNTED_AS, value=key, remedy=remedy)
    yield from rows_of(FIGURES[key], _span(asked), values, met=_met(asked))


def _met(asked: Question) -> bool | None:
    return {"yes": True, "no": False}.get(asked.filters.get(MET, ""))


def _span(asked: Question) -> Span:
    """The period, whose last day is given, as it was known on a day."""
    first, last, on = (
        date.fromisoformat(asked.filters.get(name, default))
        for name, default in (
            (f"{COUNTED}_from", "2000-01-01"),
            (f"{COUNTED}_to", "9998-12-31"),
            (COUNTED_ON, "9998-12-31"),
        )
    )
    return Span(first, last + timedelta(days=1), on, day_of(asked.when))


_COLUMNS = (
    *("round", "stage", "department", "region", "scenario", "steward", "handler", "channel"),
    *("received_on", "accepted_on", "acceptance_kind", "notices", "corrected_on", "deferred_count"),
    *("ended_on", "outcome", "promised_due_on", "statutory_due_on", "counted_days", "natural_days"),
    *("instant", "voided_on", "restored_on", "delivered_on"),
)

SOURCE = TableSource(
    tables=f"{LIVE_ROUNDS} JOIN project p ON p.id = r.project_id"
    " JOIN enterprise e ON e.credit_code = p.enterprise LEFT JOIN account a ON a.login = r.steward",
    fields={
        "project": "p.code",
        "title": "p.title",
        "enterprise": "p.enterprise",
        "enterprise_name": "e.name",
        "scenario_id": "p.scenario_id",
        "item": "r.item",
        "steward_name": "a.name",
        **{name: f"r.{name}" for name in _COLUMNS},
    },
    identity=(Sort("r.project_id"), Sort("r.item", "text"), Sort("r.round")),
    sorts={
        "received_on": Sort("r.received_on", "date", nullable=True),
        "ended_on": Sort("r.ended_on", "date", nullable=True),
    },
    kind=Kind.ITEM,
    of="r.item",
    asked_by={"place": OF_PLACE},
    narrows={"text": AMONG},
    more=_counted,
    read=_read,
)
