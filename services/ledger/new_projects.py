"""A project before its first act and with it: its number, the people who will be named, its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, text

from models.cases.outcome import Outcome
from models.tables import project as project_table
from services.ledger.event_log import Act, Head
from services.ledger.store import StoredProject, save
from services.seals import sealed


class Begun(NamedTuple):
    """What a project has before it is registered."""

    number: int
    officers: Mapping[str, tuple[str, ...]]
    """Department → its handlers: the case officers of what opens at once are named from them in turn."""


def begin(connection: Connection, departments: Sequence[str]) -> Begun:
    """The number of a new project, and the officers of the departments of its scenario."""
    row = connection.execute(_BEGIN, {"departments": list(departments)}).one()
    return Begun(row.number, row.officers or {})


def officers_of(
    connection: Connection, departments: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Department → its handlers."""
    officers = connection.execute(_HANDLERS, {"departments": list(departments)}).scalar()
    return officers or {}


_OF_DEPARTMENTS = (
    "SELECT json_object_agg(o.department, o.logins) FROM (SELECT department,"
    " json_agg(login ORDER BY login) AS logins FROM account WHERE active AND role = 'handler'"
    " AND department = ANY(:departments) GROUP BY department) o"
)
_HANDLERS = text(_OF_DEPARTMENTS)
_BEGIN = text(
    "SELECT nextval(pg_get_serial_sequence('project', 'id')) AS number,"
    f" ({_OF_DEPARTMENTS}) AS officers"
)
_INSERT = sealed(
    project_table,
    "INSERT INTO project (id, code, title, region, enterprise, scenario_id, state, version,"
    " registered_on, attributes, event_count, event_hash, place) VALUES (:id, :code, :title,"
    " :region, :enterprise, :scenario_id, :state, 0, :registered_on, CAST(:attributes AS jsonb), 0,"
    " :event_hash, :place)",
    "id",
)


def insert(
    connection: Connection, outcome: Outcome, scenario_id: int, act: Act, calendar: str
) -> StoredProject:
    """Write a new project: its row first, then its parts as an act would write them."""
    facts, head = outcome.facts, Head()
    project = {
        "id": facts.id,
        "code": facts.code,
        "title": facts.title,
        "region": facts.region,
        "enterprise": facts.enterprise,
        "scenario_id": scenario_id,
        "state": facts.state.value,
        "registered_on": facts.registered_on,
        "attributes": orjson.dumps(dict(facts.attributes)).decode(),
        "event_hash": head.hash,
        "place": facts.place,
    }
    connection.execute(_INSERT, project)
    stored = StoredProject(
        replace(facts, version=0, parts={}), scenario_id, head, 0, None, calendar, frozenset()
    )
    return save(connection, stored, outcome, act)
