"""Warnings of many projects in one transaction: four statements, whatever their number."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, Row, text

from models.facts import ClockFacts
from models.outcome import Event
from rules.context import Context
from rules.warnings import Warned, warn
from services.event_log import Act, Head, chained
from services.rows import mappings

log = structlog.get_logger()


class WarningBatch:
    """The warnings that are due in up to ``limit`` projects after project number ``after``.

    The projects are locked first; one that somebody else holds just now is left to the next watch.
    """

    def __init__(self, connection: Connection, context: Context, *, after: int, limit: int) -> None:
        self._connection = connection
        self._context = context
        values = {"today": context.today, "after": after, "limit": limit}
        projects = connection.execute(_PROJECTS, values).all()
        self.failed: list[str] = []
        self.last_project: int | None = projects[-1].id if projects else None
        self._projects = {row.id: row for row in projects}

    def give(self) -> int:
        """Give them; how many were given."""
        if not self._projects:
            return 0
        ids = list(self._projects)
        rows = self._connection.execute(_CLOCKS, {"ids": ids, "today": self._context.today}).all()
        by_project: dict[int, list[Row[Any]]] = {}
        for row in rows:
            by_project.setdefault(row.project_id, []).append(row)
        records: dict[str, list[Any]] = {name: [] for name in ("clocks", "warnings", "notices")}
        events: list[str] = []
        heads: list[dict[str, Any]] = []
        for project_id, clocks in by_project.items():
            try:
                self._give_in_project(project_id, clocks, records, events, heads)
            except Exception as fault:  # one project must never keep the others from their warnings
                log.exception("warning_failed", project_id=project_id)
                self.failed.append(f"{project_id}: {fault}")
        if not heads:
            return 0
        parameters = {name: orjson.dumps(found).decode() for name, found in records.items()}
        parameters |= {
            "events": "[" + ",".join(events) + "]",
            "projects": orjson.dumps(heads).decode(),
        }
        self._connection.execute(_WRITE, parameters)
        return len(records["warnings"])

    def _give_in_project(
        self,
        project_id: int,
        rows: list[Row[Any]],
        records: dict[str, list[Any]],
        events: list[str],
        heads: list[dict[str, Any]],
    ) -> None:
        project = self._projects[project_id]
        head = Head(project.event_count, bytes(project.event_hash))
        told: list[Event] = []
        own: dict[str, list[Any]] = {name: [] for name in records}
        for row in rows:
            clock = mappings()["clocks"].decode(row.facts)
            warned = warn(clock, row.department, row.handler, self._context)
            own["clocks"].append(mappings()["clocks"].encode(warned.clock, project_id))
            own["warnings"] += self._claims(project_id, clock, warned)
            own["notices"] += self._notices(project_id, warned, head.seq + len(told))
            told += warned.events
        act = Act(self._context.actor, self._context.now, "warn")
        text_, new_head = chained(tuple(told), project_id, head, act, project.version + 1)
        for name, found in own.items():
            records[name] += found
        events.append(text_[1:-1])
        heads.append(
            {
                "id": project_id,
                "version": project.version + 1,
                "event_count": new_head.seq,
                "event_hash": "\\x" + new_head.hash.hex(),
            }
        )

    def _claims(self, project_id: int, clock: ClockFacts, warned: Warned) -> list[dict[str, Any]]:
        return [
            {
                "project_id": project_id,
                "item": clock.item,
                "kind": clock.kind.value,
                "round": clock.round,
                "subject": clock.subject,
                "rung": rung.key,
                "due_on": clock.due_on.isoformat() if clock.due_on else None,
                "given_at": self._context.now.isoformat(),
            }
            for rung in warned.rungs
        ]

    def _notices(self, project_id: int, warned: Warned, seq: int) -> list[dict[str, Any]]:
        return [
            {
                "project_id": project_id,
                "seq": seq + message.event + 1,
                "audience": message.audience,
                "template": message.template,
                "item": message.item,
                "params": dict(message.params),
                "created_at": self._context.now.isoformat(),
            }
            for message in warned.messages
        ]


def _clock_columns() -> str:
    return ", ".join(f'c."{column}"' for column in mappings()["clocks"].columns)


_PROJECTS = text(
    "SELECT p.id, p.version, p.event_count, p.event_hash FROM project p WHERE p.id IN"
    " (SELECT DISTINCT project_id FROM clock WHERE next_rung_on <= :today AND project_id > :after"
    " ORDER BY project_id LIMIT :limit) AND p.state = 'active' ORDER BY p.id"
    " FOR NO KEY UPDATE SKIP LOCKED"
)
_CLOCKS = text(
    f"SELECT c.project_id, json_build_array({_clock_columns()}) AS facts, i.department, i.handler"  # noqa: S608
    " FROM clock c JOIN item i ON i.project_id = c.project_id AND i.code = c.item"
    " WHERE c.project_id = ANY(:ids) AND c.next_rung_on <= :today"
    " ORDER BY c.project_id, c.next_rung_on, c.item, c.kind, c.subject"
)
_WRITE = text(
    "WITH clocks_ AS (UPDATE clock c SET warned = r.warned, next_rung = r.next_rung,"
    " next_rung_on = r.next_rung_on"
    " FROM jsonb_populate_recordset(NULL::clock, CAST(:clocks AS jsonb)) r"
    " WHERE c.project_id = r.project_id AND c.item = r.item AND c.kind = r.kind"
    " AND c.round = r.round AND c.subject = r.subject),"
    " warnings_ AS (INSERT INTO warning SELECT * FROM"
    " jsonb_populate_recordset(NULL::warning, CAST(:warnings AS jsonb))),"
    " events_ AS (INSERT INTO case_event"
    " (project_id, seq, at, kind, item, actor, role, data, command_key, hash)"
    " SELECT project_id, seq, at, kind, item, actor, role, data, command_key, hash"
    " FROM json_populate_recordset(NULL::case_event, CAST(:events AS json))),"
    " notices_ AS (INSERT INTO notice"
    " (project_id, seq, audience, template, item, params, created_at)"
    " SELECT project_id, seq, audience, template, item, params, created_at"
    " FROM jsonb_populate_recordset(NULL::notice, CAST(:notices AS jsonb))),"
    " projects_ AS (UPDATE project p SET version = r.version, event_count = r.event_count,"
    " event_hash = r.event_hash"
    " FROM jsonb_populate_recordset(NULL::project, CAST(:projects AS jsonb)) r WHERE p.id = r.id)"
    " INSERT INTO wake_up (project_id, version)"
    " SELECT id, version FROM jsonb_populate_recordset(NULL::project, CAST(:projects AS jsonb))"
    " ON CONFLICT (project_id) DO UPDATE"
    " SET version = excluded.version, not_before = now(), attempts = 0"
)
