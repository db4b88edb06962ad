"""Wake-ups through a real relay, server and worker: none is lost, none runs beside another."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelled, Crashed, Pending, Running, Scheduled

from deployments.local.postgres import Postgres
from deployments.local.warm_slots import WarmSlots
from flows.project_runs import Carried, Grace, ProjectRuns, Reconciled, reconcile
from flows.relay import RelayOptions, relay
from tests.flows import sample
from tests.flows.conftest import (
    POOL,
    Project,
    Server,
    process,
    serving,
    warm_worker,
)
from tests.flows.ledger import Ledger
from tests.support.run.waiting import PATIENCE_SECONDS, until, within_reason

pytestmark = [pytest.mark.prefect, pytest.mark.anyio, pytest.mark.xdist_group("prefect")]

AT_ONCE = Grace(running=timedelta(0), pending=timedelta(0))
MakeProject = Callable[..., Any]


async def test_a_project_waits_and_is_woken_until_its_keys(
    worker: subprocess.Popen[bytes], project: MakeProject
):
    mine: Project = await project()
    first = await mine.settled()
    for state in ("AWAITING_APPLICANT", "AWAITING_DECISION", "APPROVED"):
        mine.book.set_stage(mine.id, "land", state)
        run = await mine.settled()
        assert run.id == first.id
        assert run.state is not None
        assert run.state.message == "waiting: land"
    await mine.shows(land="Approved")
    assert {pid for pid, _ in mine.book.wakes(mine.id)} == {worker.pid}

    mine.book.close(mine.id)

    async def completed() -> bool:
        return (await mine.client.read_flow_run(first.id)).state_name == "Completed"

    await mine.relayed(completed)
    assert mine.book.caught_up(mine.id)
    # Killed after the wake-up was done and before its end was stored: nobody else would end it.
    await mine.client.set_flow_run_state(first.id, Running(), force=True)
    runs = ProjectRuns(mine.client, mine.book, grace=AT_ONCE)
    assert await runs.end(await mine.client.read_flow_run(first.id))
    assert await completed()
    assert not await runs.end(await mine.client.read_flow_run(first.id))


async def test_a_change_that_meets_a_busy_run_is_evaluated_after_it(
    worker: subprocess.Popen[bytes], project: MakeProject
):
    mine: Project = await project()
    mine.book.gate(mine.id, closed=True)
    await mine.running()
    mine.book.set_stage(mine.id, "land", "AWAITING_DECISION")
    assert await mine.relay.sweep() == [Carried.BUSY]
    mine.book.gate(mine.id, closed=False)
    await mine.settled()
    await mine.shows(land="AwaitingDecision")


async def test_whoever_ends_a_run_in_prefect_does_not_end_the_project(
    worker: subprocess.Popen[bytes], project: MakeProject
):
    mine: Project = await project()
    run = await mine.settled()
    for number, state in enumerate((Cancelled(), Crashed()), start=1):
        await mine.client.set_flow_run_state(run.id, state, force=True)
        mine.book.set_stage(mine.id, f"stage{number}", "APPROVED")
        assert (await mine.settled()).id == run.id
    await mine.shows(stage1="Approved", stage2="Approved")


async def test_a_resume_by_mistake_changes_nothing(
    worker: subprocess.Popen[bytes], project: MakeProject
):
    mine: Project = await project()
    run = await mine.settled()
    begun = len(mine.book.wakes(mine.id))
    await mine.client.resume_flow_run(run.id)

    async def looked_again() -> bool:
        return len(mine.book.wakes(mine.id)) > begun

    await mine.relayed(looked_again)
    assert (await mine.settled()).id == run.id


async def test_a_run_that_two_workers_have_is_evaluated_by_one_at_a_time(
    server: Server, project: MakeProject
):
    mine: Project = await project("twice")
    with warm_worker(server, "twice") as worker, WarmSlots(1) as here:
        mine.book.gate(mine.id, closed=True)
        run = await mine.running()
        # What must never be done to a live run, done on purpose: this process takes it as well.
        await mine.client.set_flow_run_state(run.id, Scheduled(), force=True)
        await mine.client.set_flow_run_state(run.id, Pending())
        second = asyncio.create_task(here.run(sample.project_lifecycle, await mine.run()))
        await within_reason(mine.lease_awaited)
        # Meanwhile the worker is asked to stop: it lets its run finish.
        worker.terminate()
        mine.book.set_stage(mine.id, "land", "APPROVED")
        mine.book.gate(mine.id, closed=False)
        await second
        assert worker.wait(PATIENCE_SECONDS) == 0
        wakes = mine.book.wakes(mine.id)
        assert [pid for pid, _ in wakes] == [worker.pid, os.getpid()]
        assert not any(overlapped for _, overlapped in wakes)
    assert (await mine.settled()).id == run.id
    await mine.shows(land="Approved")


async def test_a_killed_worker_leaves_nothing_undone(server: Server, project: MakeProject):
    mine: Project = await project("killed", AT_ONCE)
    with warm_worker(server, "killed") as worker:
        mine.book.set_stage(mine.id, "land", "AWAITING_DECISION")
        mine.book.gate(mine.id, closed=True)
        run = await mine.running()
        # Old enough to be abandoned, but its lease is held: it is left alone.
        mine.book.touch(mine.id)
        assert await mine.relay.sweep() == [Carried.BUSY]
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    until(lambda: not mine.book.lease_alive(run.id))
    assert (await mine.run()).state_name == "Running"
    mine.book.gate(mine.id, closed=False)

    mine.book.touch(mine.id)
    assert await mine.relay.sweep() == [Carried.REPAIRED]
    async with serving("killed"):
        assert (await mine.settled()).id == run.id
    await mine.shows(land="AwaitingDecision")


async def test_a_worker_ends_by_itself_after_its_number_of_runs(project: MakeProject):
    mine: Project = await project("worn")
    async with serving("worn", runs_per_process=2) as worker:
        await mine.settled()
        assert not worker.done()
        mine.book.set_stage(mine.id, "land", "APPROVED")
        await mine.settled()
        await asyncio.wait_for(worker, PATIENCE_SECONDS)


async def test_the_stock_process_worker_runs_the_same_flow(server: Server, project: MakeProject):
    mine: Project = await project("stock")
    mine.book.set_stage(mine.id, "land", "AWAITING_DECISION")
    command = ("prefect", "worker", "start", "--pool", "stock", "--type", "process")
    quick = {"PREFECT_WORKER_QUERY_SECONDS": "0.5", "PREFECT_WORKER_PREFETCH_SECONDS": "1"}
    with process(server, *command, **quick):
        first = await mine.settled()
        mine.book.set_stage(mine.id, "land", "APPROVED")
        assert (await mine.settled()).id == first.id
    await mine.shows(land="Approved")
    processes = [pid for pid, _ in mine.book.wakes(mine.id)]
    assert len(set(processes)) == len(processes) >= 2


async def test_runs_are_rebuilt_after_prefect_lost_its_database(
    postgres: Postgres, tmp_path: Path, ledger: Ledger, deploy: Callable[..., Any]
):
    # A server of its own: clients send what they think is unconfirmed once more, and the server
    # drops it together with what arrives beside it.
    with (
        Server(postgres, tmp_path / "prefect") as server,
        temporary_settings(updates={PREFECT_API_URL: server.api}),
        warm_worker(server, POOL),
    ):
        async with get_client() as client:
            await deploy()
            changed, quiet = (Project(client, ledger, POOL) for _ in range(2))
            await rebuilt(server, changed, quiet, deploy)


async def rebuilt(
    server: Server, changed: Project, quiet: Project, deploy: Callable[..., Any]
) -> None:
    quiet.book.set_stage(quiet.id, "fire", "AWAITING_DECISION")
    lost = [(await mine.settled()).id for mine in (changed, quiet)]
    stop = asyncio.Event()
    options = RelayOptions(down_seconds=0.5, idle_seconds=0.3)
    running = asyncio.create_task(relay(changed.book, changed.book.bell(), stop, options, deploy))
    changed.book.set_stage(changed.id, "land", "AWAITING_DECISION")
    await asyncio.to_thread(server.lose_database)
    changed.book.set_stage(changed.id, "land", "APPROVED")

    # What changed meanwhile is woken by the relay; who only waits, by the reconciliation.
    async def evaluated() -> bool:
        return changed.book.caught_up(changed.id)

    await within_reason(evaluated)
    stop.set()
    await running
    assert await reconcile(quiet.runs, quiet.book.open_runs()) == Reconciled(created=1)
    found = [(await mine.settled()).id for mine in (changed, quiet)]
    assert not set(lost) & set(found)
    assert await reconcile(quiet.runs, quiet.book.open_runs()) == Reconciled(well=1)
    expected = {found[0]: {"land/1": "Approved"}, found[1]: {"fire/1": "AwaitingDecision"}}

    async def shown() -> bool:
        # What Prefect had not written when it went is noticed, and drawn again.
        if stale := await quiet.runs.stale(expected):
            for mine, flow_run_id in zip((changed, quiet), found, strict=True):
                if flow_run_id in stale:
                    mine.book.redraw(mine.id)
                    await mine.settled()
            await asyncio.sleep(2)
        return not stale

    await within_reason(shown)
