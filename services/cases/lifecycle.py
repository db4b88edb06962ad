"""What the lifecycle flow does for a project: evaluate it, do the machine's part, say what it waits for.

The flow asks and shows; every fact it changes is an act like any other (:mod:`services.cases.acts`), so
running any of this twice does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from models.people.actor import SYSTEM
from rules.cases import progress as planning
from services.cases.acts import execute_in_transaction
from services.cases.run_labels import tags_of
from services.cases.stage_plans import StagePlan, StageReport, stage_plan, stage_report
from services.installation.policy import context_for
from services.ledger.store import load
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A project at one version of its facts."""

    project_id: int
    code: str
    title: str
    tags: tuple[str, ...]
    version: int
    completed: bool
    stages: tuple[StagePlan, ...]

    @property
    def to_run(self) -> tuple[StagePlan, ...]:
        """Stages whose task has to run now."""
        return tuple(stage for stage in self.stages if stage.to_run)

    @property
    def waiting(self) -> str:
        """What the project waits for, for the message of the parked run."""
        waits = [f"{s.name}: {s.report.message}" for s in self.stages if s.report.message]
        return "; ".join(waits)


def evaluate(database: Database, project_id: int, now: datetime) -> Evaluation:
    """Evaluate a project without changing it."""
    with database.reading() as connection:
        stored = load(connection, project_id)
        rows = connection.execute(_SHOWN, {"id": project_id})
        shown: dict[str, str | None] = {row.key: row.shown for row in rows}
    facts = stored.facts
    plans = tuple(
        stage_plan(facts, view, shown.get(view.key), work=bool(_commands(facts, view.key)))
        for view in planning.stage_views(facts)
    )
    return Evaluation(
        project_id=facts.id,
        code=facts.code,
        title=facts.title,
        tags=(
            *tags_of(facts, now),
            *(f"stage:{plan.key}" for plan in plans if plan.report.message),
        ),
        version=facts.version,
        completed=facts.state is not ProjectState.ACTIVE,
        stages=plans,
    )


def advance_stage(database: Database, project_id: int, stage: str, now: datetime) -> StageReport:
    """Do the machine's part of a stage in one transaction, and say what the stage shows now.

    It is opened, voided items begin a new round, documents are issued. A round that was voided
    stays shown as voided: what follows is the task run of the next round.
    """
    with database.transaction() as connection:
        stored = load(connection, project_id, lock=True)
        before = planning.stage_view(stored.facts, stage)
        context = context_for(SYSTEM, now)
        for command in _commands(stored.facts, stage):
            stored, _ = execute_in_transaction(connection, stored, command, context)
        voided = before.state is planning.StageState.VOIDED
        view = before if voided else planning.stage_view(stored.facts, stage)
        report = stage_report(stored.facts, view)
        connection.execute(_SHOW, {"id": project_id, "key": stage, "shown": str(report)})
    return report


def close(database: Database, project_id: int, now: datetime) -> bool:
    """Close the project if possible; returns whether it is closed."""
    with database.transaction() as connection:
        stored = load(connection, project_id, lock=True)
        context = context_for(SYSTEM, now)
        if planning.can_close(stored.facts, context.today):
            stored, _ = execute_in_transaction(connection, stored, c.CloseProject(), context)
        return stored.facts.state is not ProjectState.ACTIVE


def evaluated(
    database: Database, project_id: int, version: int, flow_run_id: str | None = None
) -> None:
    """Record that the flow evaluated this version; wake-ups up to it are done.

    A project of which no run is known yet has this one: a relay that was killed between making it and
    writing it down has no wake-up left to come back for.
    """
    values = {"id": project_id, "version": version, "run": flow_run_id}
    with database.transaction() as connection:
        connection.execute(_EVALUATED, values)
        connection.execute(_WOKEN, values)


def wake_again(database: Database, project_id: int) -> None:
    """Have a project evaluated once more in some seconds, unless it waits for that already."""
    with database.transaction() as connection:
        connection.execute(_AGAIN, {"id": project_id, "seconds": AGAIN_SECONDS})


def _commands(facts: ProjectFacts, stage: str) -> tuple[c.ProjectCommand, ...]:
    return planning.machine_work(facts, stage) if facts.state is ProjectState.ACTIVE else ()


#: What failed once fails again at once.
AGAIN_SECONDS = 5
_AGAIN = text(
    "INSERT INTO wake_up (project_id, version, not_before)"
    " SELECT id, version, now() + make_interval(secs => :seconds) FROM project WHERE id = :id"
    " ON CONFLICT (project_id) DO NOTHING"
)
_SHOWN = text("SELECT key, shown FROM stage WHERE project_id = :id")
_SHOW = text("UPDATE stage SET shown = :shown WHERE project_id = :id AND key = :key")
_EVALUATED = text(
    "UPDATE project SET evaluated_version = greatest(evaluated_version, :version),"
    " flow_run_id = coalesce(flow_run_id, CAST(:run AS uuid))"
    " WHERE id = :id AND (evaluated_version < :version OR flow_run_id IS NULL)"
)
_WOKEN = text("DELETE FROM wake_up WHERE project_id = :id AND version <= :version")
