"""What must be true when everything has come back, asked of the ledger and of Prefect."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from deployments.local.prefect_client import connected
from models.errors import Unavailable
from services.cases import audit
from services.unit_of_work import Database
from tests.crash.people import Acknowledged
from tests.crash.system import System

#: Seconds without a step forward after which an installation does not right itself, on a busy machine.
RIGHTED_SECONDS = 240.0
#: How long Prefect may take to answer, and to show the state that a run has come to.
SHOWN_SECONDS = 60.0


def righted(system: System) -> float:
    """Wait until nothing is left to do, touching nothing; answers the seconds that it took."""
    began = moved = time.monotonic()
    before: dict[str, int] | None = None
    while (waiting := _waiting(system)) is None or waiting:
        if waiting != before:
            before, moved = waiting, time.monotonic()
        assert time.monotonic() - moved < RIGHTED_SECONDS, f"still waiting: {waiting}"
        time.sleep(0.2)
    return time.monotonic() - began


def _waiting(system: System) -> dict[str, int] | None:
    """What is left to do by name; ``None`` while the portal or the database does not answer."""
    if not system.answers():
        return None
    try:
        with system.database.reading() as connection:
            row = connection.execute(_LEFT).one()._mapping
    except (Unavailable, DBAPIError):
        return None
    return {name: count for name, count in row.items() if count}


def faults_of(system: System, acknowledged: Sequence[Acknowledged]) -> Iterator[str]:
    """A sentence for everything that is lost, twice, broken or stuck."""
    yield from _acts(system.database, acknowledged)
    for name, query in _NEVER.items():
        with system.database.reading() as connection:
            rows = connection.execute(text(query)).all()
        if rows:
            yield f"{name}: {rows[:3]}"
    for broken in audit.verify(system.database).broken:
        yield f"audit: {broken}"
    yield from _runs(system)


def _acts(database: Database, acknowledged: Sequence[Acknowledged]) -> Iterator[str]:
    with database.reading() as connection:
        rows = connection.execute(_KEYS).all()
    kept = Counter((row.code, row.command_key) for row in rows)
    for act in acknowledged:
        times = kept[act.project, act.key]
        if times != 1:
            yield f"{act.act} of {act.project} was acknowledged and is in the log {times} times"
    yield from (f"{key} is in the log {times} times" for key, times in kept.items() if times > 1)


def _runs(system: System) -> Iterator[str]:
    """Projects whose run does not say what the project is: waiting, or at its end."""
    with system.database.reading() as connection:
        rows = connection.execute(_PROJECTS).all()
    settings = Settings(
        data_dir=system.folder, prefect_port=system.prefect_port, prefect_api_url=None
    )
    with connected(settings) as client:
        client.timeout = SHOWN_SECONDS
        for row in rows:
            if row.flow_run_id is None:
                yield f"{row.code} has no run"
                continue
            expected = "Suspended" if row.state == "active" else "Completed"
            if (shown := _settled(client, row.flow_run_id, expected)) != expected:
                yield f"{row.code} is {row.state}, its run {shown}"


def _settled(client: httpx.Client, flow_run_id: UUID, expected: str) -> str:
    """The state of a run as soon as it is the expected one; the last wake-up goes a moment before it comes."""
    deadline = time.monotonic() + SHOWN_SECONDS
    while True:
        run = client.get(f"/flow_runs/{flow_run_id}").raise_for_status().json()
        if run["state_name"] == expected or time.monotonic() > deadline:
            return str(run["state_name"])
        time.sleep(0.2)


#: What the machine has still to do.
_LEFT = text(
    "SELECT (SELECT count(*) FROM wake_up) AS wake_ups,"
    " (SELECT count(*) FROM notice WHERE expanded_at IS NULL) AS notices,"
    " (SELECT count(*) FROM delivery WHERE state = 'pending') AS deliveries"
)
_KEYS = text(
    "SELECT p.code, e.command_key FROM case_event e JOIN project p ON p.id = e.project_id"
    " WHERE e.command_key IS NOT NULL"
)
_PROJECTS = text("SELECT code, state, flow_run_id FROM project ORDER BY code")

#: Name of a fault → a query that answers rows only where it is.
_NEVER = {
    "decided twice": (
        "SELECT project_id, item, data->>'round' FROM case_event"
        " WHERE kind IN ('ItemApproved', 'ItemDenied') GROUP BY 1, 2, 3 HAVING count(*) > 1"
    ),
    "document twice": (
        "SELECT project_id, item, data->>'round', data->>'document' FROM case_event"
        " WHERE kind = 'DocumentIssued' GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    ),
    "warned twice": (
        "SELECT project_id, item, data->>'clock', data->>'subject', data->>'due_on',"
        " data->>'rung' FROM case_event WHERE kind = 'WarningGiven'"
        " GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1"
    ),
    "a gap in the numbers": (
        "SELECT n.kind, n.last, count(d.id) FROM document_number n LEFT JOIN official_document d"
        " ON d.kind = n.kind AND extract(year FROM d.issued_on) = n.year"
        " GROUP BY n.kind, n.region, n.year, n.last HAVING count(d.id) <> n.last"
    ),
    "delivered twice": (
        "SELECT notice_id, account, channel FROM delivery GROUP BY 1, 2, 3 HAVING count(*) > 1"
    ),
    "told twice": (
        "SELECT project_id, seq, audience, template FROM notice GROUP BY 1, 2, 3, 4"
        " HAVING count(*) > 1"
    ),
}
