"""A ledger in PostgreSQL that keeps just what the Prefect runtime asks of the real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, text

from models.cases.wake_ups import LifecycleRun, WakeUp
from services.cases import run_leases
from services.notices.bell import RUNS, WAKE_UPS, Bell, ring
from tests.support.run.waiting import PATIENCE_SECONDS

SCHEMA = """
CREATE TABLE IF NOT EXISTS project (
    id text PRIMARY KEY, title text NOT NULL, closed bool NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 0, evaluated int NOT NULL DEFAULT 0, flow_run_id uuid);
CREATE TABLE IF NOT EXISTS stage (
    project_id text REFERENCES project, key text, round int, state text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(), shown text, PRIMARY KEY (project_id, key, round));
CREATE TABLE IF NOT EXISTS wake_up (
    project_id text PRIMARY KEY REFERENCES project, version int NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(), attempts int NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS wake (
    id serial PRIMARY KEY, project_id text, pid int, overlapped bool, at timestamptz DEFAULT now());
CREATE TABLE IF NOT EXISTS gate (project_id text PRIMARY KEY);
"""


@dataclass(frozen=True)
class StageRow:
    key: str
    round: int
    state: str
    opened_at: datetime
    shown: str | None


class Ledger:
    def __init__(self, url: str, *only: str) -> None:
        self.url = url
        #: A relay on this ledger sees these projects alone, where any are named.
        self.only = list(only) or None
        self.engine: Engine = create_engine(url, pool_size=8)

    def create(self) -> None:
        with self.engine.begin() as db:
            for statement in SCHEMA.split(";"):
                if statement.strip():
                    db.execute(text(statement))

    # --- people -------------------------------------------------------------------------------

    def open_project(self, project_id: str) -> None:
        with self.engine.begin() as db:
            db.execute(
                text("INSERT INTO project (id, title) VALUES (:id, '示例项目')"), {"id": project_id}
            )
            _wake(db, project_id)

    def set_stage(self, project_id: str, key: str, state: str, round_: int = 1) -> None:
        with self.engine.begin() as db:
            db.execute(
                text(
                    "INSERT INTO stage (project_id, key, round, state) VALUES (:p, :k, :r, :s) "
                    "ON CONFLICT (project_id, key, round) DO UPDATE SET state = :s"
                ),
                {"p": project_id, "k": key, "r": round_, "s": state},
            )
            _wake(db, project_id)

    def touch(self, project_id: str) -> None:
        with self.engine.begin() as db:
            _wake(db, project_id)

    def close(self, project_id: str) -> None:
        with self.engine.begin() as db:
            db.execute(text("UPDATE project SET closed = true WHERE id = :p"), {"p": project_id})
            _wake(db, project_id)

    # --- the flow -----------------------------------------------------------------------------

    def hold(self, flow_run_id: UUID) -> AbstractContextManager[bool]:
        return run_leases.hold(self.engine, flow_run_id, wait_seconds=PATIENCE_SECONDS)

    def facts(self, project_id: str) -> tuple[int, bool, list[StageRow]]:
        with self.engine.begin() as db:
            version, closed = db.execute(
                text("SELECT version, closed FROM project WHERE id = :p"), {"p": project_id}
            ).one()
            stages = db.execute(
                text(
                    "SELECT key, round, state, opened_at, shown FROM stage "
                    "WHERE project_id = :p ORDER BY opened_at"
                ),
                {"p": project_id},
            )
            return version, closed, [StageRow(*row) for row in stages]

    def shown(self, project_id: str, stage: StageRow) -> None:
        with self.engine.begin() as db:
            db.execute(
                text(
                    "UPDATE stage SET shown = :s WHERE project_id = :p AND key = :k AND round = :r"
                ),
                {"p": project_id, "k": stage.key, "r": stage.round, "s": stage.state},
            )

    def evaluated(self, project_id: str, version: int) -> None:
        with self.engine.begin() as db:
            db.execute(
                text("UPDATE project SET evaluated = :v WHERE id = :p AND evaluated < :v"),
                {"p": project_id, "v": version},
            )
            db.execute(
                text("DELETE FROM wake_up WHERE project_id = :p AND version <= :v"),
                {"p": project_id, "v": version},
            )

    @contextmanager
    def noted(self, project_id: str, pid: int) -> Iterator[None]:
        """Notes that the project is being evaluated, and whether somebody already was."""
        with self.engine.begin() as db:
            row = db.execute(
                text(
                    "INSERT INTO wake (project_id, pid, overlapped) SELECT :p, :pid, EXISTS "
                    "(SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
                    " AND objid::bigint = abs(hashtext(:p))) RETURNING id"
                ),
                {"p": project_id, "pid": pid},
            ).scalar_one()
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("SELECT pg_advisory_lock(1, abs(hashtext(:p)))"), {"p": project_id})
            try:
                yield
            finally:
                db.execute(
                    text("SELECT pg_advisory_unlock(1, abs(hashtext(:p)))"), {"p": project_id}
                )
        assert row

    def gated(self, project_id: str) -> bool:
        with self.engine.begin() as db:
            query = text("SELECT EXISTS (SELECT FROM gate WHERE project_id = :p)")
            return bool(db.execute(query, {"p": project_id}).scalar_one())

    def gate(self, project_id: str, closed: bool) -> None:
        """A closed gate keeps the flow in the middle of its wake-up, so that a test can act."""
        with self.engine.begin() as db:
            if closed:
                db.execute(text("INSERT INTO gate VALUES (:p)"), {"p": project_id})
            else:
                db.execute(text("DELETE FROM gate WHERE project_id = :p"), {"p": project_id})

    # --- what the relay asks --------------------------------------------------------------------

    def pending(self, limit: int) -> Sequence[WakeUp]:
        with self.engine.begin() as db:
            rows = db.execute(
                text(
                    "SELECT p.id, p.title, p.flow_run_id, w.version, w.attempts FROM wake_up w "
                    "JOIN project p ON p.id = w.project_id WHERE w.due_at <= clock_timestamp() "
                    "AND (CAST(:only AS text[]) IS NULL OR p.id = ANY(:only)) "
                    "ORDER BY w.due_at LIMIT :n"
                ),
                {"n": limit, "only": self.only},
            )
            return [
                WakeUp(
                    LifecycleRun(r.id, f"{r.id} {r.title}", r.flow_run_id), r.version, r.attempts
                )
                for r in rows
            ]

    def attached(self, project_id: str, flow_run_id: UUID) -> None:
        with self.engine.begin() as db:
            # A new run shows no stage yet.
            db.execute(
                text("UPDATE stage SET shown = NULL WHERE project_id = :p"), {"p": project_id}
            )
            db.execute(
                text("UPDATE project SET flow_run_id = :f WHERE id = :p"),
                {"p": project_id, "f": flow_run_id},
            )

    def postponed(self, project_id: str, seconds: float) -> None:
        with self.engine.begin() as db:
            db.execute(
                text(
                    "UPDATE wake_up SET attempts = attempts + 1,"
                    " due_at = clock_timestamp() + make_interval(secs => :s) WHERE project_id = :p"
                ),
                {"p": project_id, "s": seconds},
            )

    def lease_alive(self, flow_run_id: UUID) -> bool:
        return run_leases.alive(self.engine, flow_run_id)

    def open_runs(self) -> Sequence[LifecycleRun]:
        with self.engine.begin() as db:
            rows = db.execute(
                text(
                    "SELECT id, title, flow_run_id FROM project WHERE NOT closed "
                    "AND (CAST(:only AS text[]) IS NULL OR id = ANY(:only)) ORDER BY id"
                ),
                {"only": self.only},
            )
            return [LifecycleRun(r.id, f"{r.id} {r.title}", r.flow_run_id) for r in rows]

    def scheduled(self) -> None:
        with self.engine.begin() as db:
            ring(db, RUNS)

    def bell(self, channel: str = WAKE_UPS) -> Bell:
        return Bell(self.engine, channel)

    def redraw(self, project_id: str) -> None:
        """Let the flow show every stage again."""
        with self.engine.begin() as db:
            db.execute(
                text("UPDATE stage SET shown = NULL WHERE project_id = :p"), {"p": project_id}
            )
            _wake(db, project_id)

    # --- what tests ask -------------------------------------------------------------------------

    def open_runs_of(self, project_id: str) -> LifecycleRun:
        return next(run for run in self.open_runs() if run.project_id == project_id)

    def backdate(self, project_id: str, opened_at: datetime) -> None:
        with self.engine.begin() as db:
            db.execute(
                text("UPDATE stage SET opened_at = :t WHERE project_id = :p"),
                {"t": opened_at, "p": project_id},
            )

    def caught_up(self, project_id: str) -> bool:
        """Whether the flow has evaluated the newest version and nothing waits for the relay."""
        with self.engine.begin() as db:
            query = text(
                "SELECT version = evaluated AND NOT EXISTS"
                " (SELECT FROM wake_up WHERE project_id = :p) FROM project WHERE id = :p"
            )
            return bool(db.execute(query, {"p": project_id}).scalar_one())

    def lock_awaited(self) -> bool:
        with self.engine.begin() as db:
            query = text(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
            return bool(db.execute(query).scalar_one())

    def wakes(self, project_id: str) -> list[tuple[int, bool]]:
        """Process and overlap of each evaluation that was begun."""
        with self.engine.begin() as db:
            query = text("SELECT pid, overlapped FROM wake WHERE project_id = :p ORDER BY id")
            return [(row.pid, row.overlapped) for row in db.execute(query, {"p": project_id})]


def _wake(db: Connection, project_id: str) -> None:
    db.execute(
        text(
            "WITH p AS (UPDATE project SET version = version + 1 WHERE id = :p RETURNING version) "
            "INSERT INTO wake_up (project_id, version) SELECT :p, version FROM p "
            "ON CONFLICT (project_id) DO UPDATE"
            " SET version = excluded.version, due_at = clock_timestamp(), attempts = 0"
        ),
        {"p": project_id},
    )
    ring(db, WAKE_UPS)
