"""The lifecycle of one project: land, planning, construction permit, utilities, joint acceptance.

One flow run carries a project for months. Each wake-up looks at the facts in PostgreSQL, runs the
stages in which something changed as Prefect tasks side by side, and parks again. Nothing that
counts is kept here: delete Prefect's database, and ``kaigong reconcile`` builds the runs anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from prefect import Flow, Task, flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.parking import parked
from flows.stage_runs import StageRound, StageRun, run_stages
from flows.steward_page import show_project
from models.scenarios.definition import StageKind
from services.cases import lifecycle, run_leases
from services.cases.lifecycle import Evaluation
from services.cases.stage_plans import StagePlan
from services.timing import now
from services.unit_of_work import Database, configured_database
from tasks.construction_permit import construction_permit
from tasks.generic_stage import generic_stage
from tasks.joint_acceptance import joint_acceptance
from tasks.land import land
from tasks.planning import planning
from tasks.utility_hookups import utility_hookups

STAGE_TASKS: Mapping[StageKind, Task[[int, str], State[Any]]] = {
    StageKind.LAND: land,
    StageKind.PLANNING: planning,
    StageKind.CONSTRUCTION_PERMIT: construction_permit,
    StageKind.UTILITY_HOOKUPS: utility_hookups,
    StageKind.JOINT_ACCEPTANCE: joint_acceptance,
    StageKind.GENERIC: generic_stage,
}
#: One machine step can make the next one possible; more passes than this mean a loop of ours.
PASSES = 10


def wake_again(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """A run that failed comes again: Prefect may have refused its last state after all was evaluated."""
    del flow, state
    lifecycle.wake_again(configured_database(), int(flow_run.parameters["project_id"]))


@flow(
    name="project-lifecycle",
    retries=0,
    persist_result=False,
    on_failure=[wake_again],
    on_crashed=[wake_again],
)
async def project_lifecycle(project_id: str) -> State[Any]:
    """Evaluate a project once: run what became ready, then wait again or end."""
    database = configured_database()
    with run_leases.hold(database.engine, flow_run.id) as held:
        if not held:
            return parked("Another worker is evaluating this project.")
        return await _evaluate(database, int(project_id))


async def _evaluate(database: Database, project_id: int) -> State[Any]:
    failed = await _run_ready_stages(database, project_id)
    await asyncio.to_thread(lifecycle.close, database, project_id, now())
    evaluation = await _look(database, project_id)
    await show_project(evaluation)
    if failed:
        # Not recorded as evaluated: the wake-up stays and comes again.
        return parked(f"A machine failed in {', '.join(failed)}; it is tried again.")
    run = str(flow_run.id)
    await asyncio.to_thread(lifecycle.evaluated, database, project_id, evaluation.version, run)
    if evaluation.completed:
        return Completed(message="Every approval is decided and delivered.")
    return parked(evaluation.waiting)


async def _run_ready_stages(database: Database, project_id: int) -> list[str]:
    """Run stages side by side until none has work left; the keys of those that failed."""
    for _ in range(PASSES):
        evaluation = await _look(database, project_id)
        ready = evaluation.to_run
        if not ready:
            return []
        states = await run_stages([_stage_run(evaluation, stage) for stage in ready])
        failed = [of.stage_key for of, state in states.items() if state.is_failed()]
        if failed:
            return failed
    message = f"project {project_id} still had stages to run after {PASSES} passes"
    raise RuntimeError(message)


async def _look(database: Database, project_id: int) -> Evaluation:
    return await asyncio.to_thread(lifecycle.evaluate, database, project_id, now())


def _stage_run(evaluation: Evaluation, stage: StagePlan) -> StageRun:
    rounds = {other.key: other.report.round for other in evaluation.stages}
    begun = stage.opened_on
    return StageRun(
        task=STAGE_TASKS[stage.kind],
        of=StageRound(stage.key, stage.report.round),
        name=stage.name,
        parameters={"project_id": evaluation.project_id, "stage": stage.key},
        opened_at=datetime.combine(begun, time(), UTC) if begun else None,
        after=tuple(StageRound(key, rounds[key]) for key in stage.after if key in rounds),
    )
