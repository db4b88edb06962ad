"""Scheduled and by hand: every open project has a run that waits or works, whatever Prefect lost."""

from __future__ import annotations

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.project_runs import ProjectRuns, Reconciled, reconcile
from services.unit_of_work import Database, configured_database
from services.wake_ups import WakeUpTable


async def reconcile_database(database: Database) -> Reconciled:
    """Go through every open project; also ``kaigong reconcile``."""
    book = WakeUpTable(database)
    async with get_client() as client:
        return await reconcile(ProjectRuns(client, book), book.open_projects())


@flow(name="reconcile-runs", persist_result=False)
async def reconcile_runs() -> State[None]:
    """Rebuild and repair lifecycle runs once."""
    done = await reconcile_database(configured_database())
    return Completed(
        message=f"{done.created} created, {done.restarted} restarted,"
        f" {done.repaired} repaired, {done.well} well"
    )
