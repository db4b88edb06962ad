"""The smallest lifecycle flow on the real runtime: its facts are rows of ``tests.flows.ledger``."""

from __future__ import annotations

import asyncio
import os
from functools import lru_cache
from typing import Any

from prefect import flow, task
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.artifacts import cell, link, page_key, show_page, show_run
from flows.parking import parked
from flows.stage_runs import StageRound, StageRun, run_stages
from tasks.stage_states import StageState
from tests.flows.ledger import Ledger, StageRow

tried: list[str] = []


@lru_cache(maxsize=1)
def ledger() -> Ledger:
    return Ledger(os.environ["SAMPLE_LEDGER_URL"])


@task(retries=1, retry_delay_seconds=0.01, retry_condition_fn=lambda *_: "FLAKY" in tried)
async def work_on_stage(state: str) -> State[Any]:
    if state == "FLAKY":
        tried.append(state)
        if len(tried) == 1:
            raise RuntimeError("the outside system did not answer this once")
        return StageState.APPROVED.state("at the second try")
    if state == "BROKEN":
        raise RuntimeError("the outside system did not answer")
    return StageState[state].state(f"stage is {state}")


@task
def work_on_stage_in_a_thread(state: str) -> State[Any]:
    return StageState[state].state(f"stage is {state}")


def stage_run(stage: StageRow) -> StageRun:
    after = () if stage.key == "land" else (StageRound("land"),)
    return StageRun(
        task=work_on_stage_in_a_thread if stage.key == "utilities" else work_on_stage,
        of=StageRound(stage.key, stage.round),
        name="事项",
        parameters={"state": stage.state},
        opened_at=stage.opened_at,
        after=after,
    )


@flow(name="project-lifecycle")
async def project_lifecycle(project_id: str) -> State[Any]:
    book = ledger()
    with book.hold(flow_run.id) as held:
        if not held:
            return parked("another worker has this project")
        with book.noted(project_id, os.getpid()):
            return await evaluate(book, project_id)


async def evaluate(book: Ledger, project_id: str) -> State[Any]:
    version, closed, stages = book.facts(project_id)
    work = [stage for stage in stages if stage.state != stage.shown]
    states = await run_stages([stage_run(stage) for stage in work])
    while book.gated(project_id):  # noqa: ASYNC110 - the gate is a row
        await asyncio.sleep(0.05)
    for stage in work:
        if not states[StageRound(stage.key, stage.round)].is_failed():
            book.shown(project_id, stage)
    await show_run(f"{project_id} 示例项目", ["steward:zhang", f"stages:{len(stages)}"])
    lines = [f"| {cell(stage.key)} | {stage.state} |" for stage in stages]
    page = "\n".join(["| stage | state |", "| --- | --- |", *lines, link(project_id, "http://p")])
    await show_page(page_key(project_id), page, "示例项目")
    book.evaluated(project_id, version)
    if closed:
        return Completed(message="Keys handed over")
    return parked(f"waiting: {', '.join(s.key for s in stages) or 'nobody'}")
