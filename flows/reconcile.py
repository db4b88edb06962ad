"""Scheduled and by hand: every open project has a run that waits or works, whatever Prefect lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.parking import RESUMABLE
from flows.project_runs import ProjectRuns, Reconciled, reconcile
from services.cases.wake_ups import WakeUpTable
from services.timing import now
from services.unit_of_work import Database, configured_database

#: Prefect writes task runs down some seconds late; a run this quiet shows all it ever will.
QUIET = timedelta(minutes=1)
#: Prefect forgets runs that are older.
KEPT = timedelta(days=90)


async def reconcile_database(
    database: Database, deploy: Callable[[], Awaitable[object]] | None = None
) -> Reconciled:
    """Go through every open project; also ``kaigong reconcile``.

    ``deploy`` is called when the deployments themselves are missing.
    """
    book = WakeUpTable(database)
    async with get_client() as client:
        runs = ProjectRuns(client, book, deploy=deploy)
        projects = await asyncio.to_thread(book.open_projects)
        done = await reconcile(runs, projects)
        ended = await _end_what_is_over(runs, book)
        await _redraw_what_prefect_lost(runs, book)
    return replace(done, repaired=done.repaired + ended)


async def _end_what_is_over(runs: ProjectRuns, book: WakeUpTable) -> int:
    """End the runs of projects that were closed of late and wait for nothing; how many."""
    over = await asyncio.to_thread(book.runs_of_closed, now() - KEPT)
    known = await runs.look(over)
    return [await runs.end(run) for run in known.values()].count(True)


async def _redraw_what_prefect_lost(runs: ProjectRuns, book: WakeUpTable) -> None:
    """Stages that Prefect forgot when its server was killed are shown again."""
    projects = await asyncio.to_thread(book.open_projects)
    known = await runs.look(project.flow_run_id for project in projects)
    before = datetime.now(UTC) - QUIET
    quiet = [
        run.id
        for run in known.values()
        if run.state_type in RESUMABLE and run.state is not None and run.state.timestamp < before
    ]
    expected = await asyncio.to_thread(book.stages_shown, quiet)
    stale = await runs.stale(expected)
    if stale:
        await asyncio.to_thread(book.redraw, stale)


@flow(name="reconcile-runs", persist_result=False)
async def reconcile_runs() -> State[None]:
    """Rebuild and repair lifecycle runs once."""
    done = await reconcile_database(configured_database())
    return Completed(
        message=f"{done.created} created, {done.restarted} restarted,"
        f" {done.repaired} repaired, {done.well} well"
    )
