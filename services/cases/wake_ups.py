"""The outbox of the lifecycle flow, as the relay reads it (``flows.relay.WakeUps``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from models.cases.wake_ups import LifecycleRun, WakeUp
from services.cases import run_leases
from services.cases.run_labels import run_name, run_tags
from services.notices.bell import RUNS, ring
from services.unit_of_work import Database


class WakeUpTable:
    """Wake-ups and runs in our database; every call is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, limit: int) -> Sequence[WakeUp]:
        """Wake-ups whose time has come, oldest first, one per project."""
        with self._database.reading() as connection:
            rows = connection.execute(_PENDING, {"limit": limit}).all()
        return [WakeUp(_run(row), row.version, row.attempts) for row in rows]

    def postponed(self, project_id: str, seconds: float) -> None:
        """The wake-up comes again after ``seconds``, unless the flow evaluates it before that."""
        with self._database.transaction() as connection:
            connection.execute(_POSTPONE, {"id": int(project_id), "seconds": seconds})

    def scheduled(self) -> None:
        """Runs are ready: workers may look at once."""
        with self._database.transaction() as connection:
            ring(connection, RUNS)

    def attached(self, project_id: str, flow_run_id: UUID) -> None:
        """Attach a run to the project; a new run shows no stage yet."""
        with self._database.transaction() as connection:
            connection.execute(_ATTACH, {"id": int(project_id), "run": flow_run_id})
            connection.execute(_SHOWN_NOWHERE, {"runs": [flow_run_id]})

    def lease_alive(self, flow_run_id: UUID) -> bool:
        """Whether a process is running this run right now."""
        return run_leases.alive(self._database.engine, flow_run_id)

    def open_projects(self) -> Sequence[LifecycleRun]:
        """Every project that is not closed, with its run: what reconciliation goes through."""
        with self._database.reading() as connection:
            rows = connection.execute(_OPEN).all()
        return [_run(row) for row in rows]

    def runs_of_closed(self, since: datetime) -> Sequence[UUID]:
        """Runs of projects that were closed since a moment, and of which everything was evaluated:
        nothing will end those that did not end by themselves.
        """
        with self._database.reading() as connection:
            return connection.execute(_OF_CLOSED, {"since": since}).scalars().all()

    def stages_shown(self, flow_run_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
        """State last shown for each stage of these runs, by ``stage/round``."""
        shown: dict[UUID, dict[str, str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(_STAGES_SHOWN, {"runs": list(flow_run_ids)}):
                round_, state, *_ = row.shown.split(" ", 2)
                shown.setdefault(row.flow_run_id, {})[f"{row.key}/{round_}"] = state
        return shown

    def redraw(self, flow_run_ids: Iterable[UUID]) -> None:
        """Let the flow show every stage of these runs again."""
        runs = {"runs": list(flow_run_ids)}
        with self._database.transaction() as connection:
            connection.execute(_SHOWN_NOWHERE, runs)
            connection.execute(_WAKE, runs)


def _run(row: Row[Any]) -> LifecycleRun:
    return LifecycleRun(
        project_id=str(row.id),
        name=run_name(row.code, row.title),
        flow_run_id=row.flow_run_id,
        tags=run_tags(row.steward, row.region),
    )


_PENDING = text(
    "SELECT p.id, p.code, p.title, p.region, p.steward, p.flow_run_id, w.version, w.attempts"
    " FROM wake_up w JOIN project p ON p.id = w.project_id WHERE (w.not_before <= now()"
    # None is put off for so long: the clock was set back.
    " OR w.not_before > now() + interval '10 minutes')"
    " ORDER BY w.not_before, w.project_id LIMIT :limit"
)
_POSTPONE = text(
    "UPDATE wake_up SET not_before = now() + make_interval(secs => :seconds),"
    " attempts = attempts + 1 WHERE project_id = :id"
)
_ATTACH = text("UPDATE project SET flow_run_id = :run WHERE id = :id")
_SHOWN_NOWHERE = text(
    "UPDATE stage SET shown = NULL FROM project p"
    " WHERE stage.project_id = p.id AND p.flow_run_id = ANY(:runs)"
)
_STAGES_SHOWN = text(
    "SELECT p.flow_run_id, s.key, s.shown FROM stage s JOIN project p ON p.id = s.project_id"
    " WHERE p.flow_run_id = ANY(:runs) AND s.shown IS NOT NULL"
)
_WAKE = text(
    "INSERT INTO wake_up (project_id, version) SELECT id, version FROM project"
    " WHERE flow_run_id = ANY(:runs) AND state = 'active'"
    " ON CONFLICT (project_id) DO UPDATE SET not_before = now()"
)
_OF_CLOSED = text(
    "SELECT p.flow_run_id FROM project p WHERE p.state <> 'active' AND p.flow_run_id IS NOT NULL"
    " AND p.evaluated_version >= p.version AND (SELECT e.at FROM case_event e"
    " WHERE e.project_id = p.id AND e.seq = p.event_count) > :since"
    " AND NOT EXISTS (SELECT FROM wake_up w WHERE w.project_id = p.id) ORDER BY p.id"
)
_OPEN = text(
    "SELECT id, code, title, region, steward, flow_run_id FROM project WHERE state = 'active'"
    " ORDER BY id"
)
