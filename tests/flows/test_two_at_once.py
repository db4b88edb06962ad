"""Two relays, workers, reconcilers and deployers at the same moment: everything is done, and once."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName

from flows.project_runs import Grace, ProjectRuns, Reconciled, reconcile
from flows.relay import Relay, RelayOptions
from tests.flows.conftest import POOL, serving
from tests.flows.ledger import Ledger
from tests.support.run.waiting import within_reason

pytestmark = [pytest.mark.prefect, pytest.mark.anyio, pytest.mark.xdist_group("prefect")]

PROJECTS = 4
DEPLOYMENT = f"project-lifecycle/{POOL}"


class Pair:
    """Two relays and two reconcilers, each pair with clients of its own, on the same projects."""

    def __init__(self, clients: list[PrefectClient], book: Ledger) -> None:
        options = RelayOptions(busy_seconds=0.05, evaluate_seconds=0.05, slowest_seconds=0.2)
        grace = Grace(timedelta(seconds=60), timedelta(seconds=60))
        self.book = book
        self.runs = [ProjectRuns(client, book, DEPLOYMENT, grace) for client in clients]
        self.relays = [Relay(book, runs, options) for runs in self.runs]

    async def sweep(self) -> None:
        """Both relays and both reconcilers at once."""
        await asyncio.gather(*(relay.sweep() for relay in self.relays), self.reconcile())

    async def reconcile(self) -> list[Reconciled]:
        projects = self.book.open_runs()
        return await asyncio.gather(*(reconcile(runs, projects) for runs in self.runs))

    async def settled(self, projects: list[str]) -> bool:
        """Whether nothing is left to evaluate, after another turn of everybody."""
        await self.sweep()
        return all(self.book.caught_up(project) for project in projects)


async def test_two_of_each_at_once_leave_one_run_for_each_project(
    client: PrefectClient,
    worker: subprocess.Popen[bytes],
    ledger: Ledger,
    deploy: Callable[..., Awaitable[Any]],
) -> None:
    first, second = await asyncio.gather(deploy(), deploy())
    assert {*first.created, *first.unchanged, *first.updated} == {DEPLOYMENT}
    assert {*second.created, *second.unchanged, *second.updated} == {DEPLOYMENT}
    projects = [f"T{os.getpid()}-{number}" for number in range(PROJECTS)]
    for project in projects:
        ledger.open_project(project)
    async with get_client() as other, serving(POOL):
        pair = Pair([client, other], Ledger(ledger.url, *projects))
        await within_reason(lambda: pair.settled(projects))
        for project in projects:
            ledger.set_stage(project, "land", "APPROVED")
        await within_reason(lambda: pair.settled(projects))
    # Each relay and each reconciler asked for a run; Prefect has one for each project.
    ids = {run.project_id: run.flow_run_id for run in pair.book.open_runs()}
    for project in projects:
        only = FlowRunFilter(name=FlowRunFilterName(like_=f"{project} "))
        assert [run.id for run in await client.read_flow_runs(flow_run_filter=only)] == [
            ids[project]
        ]
        assert not any(overlapped for _, overlapped in ledger.wakes(project))
    assert {pid for project in projects for pid, _ in ledger.wakes(project)} <= {
        worker.pid,
        os.getpid(),
    }
