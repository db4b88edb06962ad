"""The outbox of the lifecycle flow, as the relay reads it (``flows.relay.WakeUps``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from models.wakeups import LifecycleRun, WakeUp
from services import run_leases
from services.bell import RUNS, ring
from services.lifecycle import run_name, run_tags
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
        """From now on this run carries the project."""
        with self._database.transaction() as connection:
            connection.execute(_ATTACH, {"id": int(project_id), "run": flow_run_id})

    def lease_alive(self, flow_run_id: UUID) -> bool:
        """Whether a process is running this run right now."""
        return run_leases.alive(self._database.engine, flow_run_id)

    def open_projects(self) -> Sequence[LifecycleRun]:
        """Every project that is not closed, with its run: what reconciliation goes through."""
        with self._database.reading() as connection:
            rows = connection.execute(_OPEN).all()
        return [_run(row) for row in rows]


def _run(row: Row[Any]) -> LifecycleRun:
    return LifecycleRun(
        project_id=str(row.id),
        name=run_name(row.code, row.title),
        flow_run_id=row.flow_run_id,
        tags=run_tags(row.steward, row.region),
    )


_PENDING = text(
    "SELECT p.id, p.code, p.title, p.region, p.steward, p.flow_run_id, w.version, w.attempts"
    " FROM wake_up w JOIN project p ON p.id = w.project_id WHERE w.not_before <= now()"
    " ORDER BY w.not_before, w.project_id LIMIT :limit"
)
_POSTPONE = text(
    "UPDATE wake_up SET not_before = now() + make_interval(secs => :seconds),"
    " attempts = attempts + 1 WHERE project_id = :id"
)
_ATTACH = text("UPDATE project SET flow_run_id = :run WHERE id = :id")
_OPEN = text(
    "SELECT id, code, title, region, steward, flow_run_id FROM project WHERE state = 'active'"
    " ORDER BY id"
)
