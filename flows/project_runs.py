"""The Prefect runs that carry the projects: found, created, woken, repaired.

The relay and the reconciliation ask the same question of every project: what has to happen to its
run so that the facts are evaluated? :meth:`ProjectRuns.carry` answers it from the run's state:

=====================  ===========================================================================
state in Prefect       what happens
=====================  ===========================================================================
no such run            it is created from the deployment; the project is its idempotency key
``PAUSED``             it is resumed
ended, in any way      the same run is scheduled again, so that its stages stay in one place
a worker has it        nothing; the caller comes again
a worker *had* it      its lease is gone and its state is old: it is parked, then resumed
=====================  ===========================================================================

No approval depends on any of this: who cancels or fails a run in Prefect delays nothing but the
machine's part, and only until the next change or reconciliation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, StateType, TaskRun
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.logging import get_logger

from flows import parking
from models.cases.wake_ups import LifecycleRun
from models.errors import Unavailable

LIFECYCLE = "project-lifecycle/kaigong"
READ_AT_ONCE = 200
STAGES_OF_AT_ONCE = 20
NOT_FOUND = 404

logger = get_logger("kaigong.runs")


class NotDeployed(Unavailable):
    template = "The deployment {deployment} is missing on the Prefect server. Run `kaigong deploy`."


class RunBook(Protocol):
    """The records of runs in our database. Each call is one short transaction."""

    def attached(self, project_id: str, flow_run_id: UUID) -> None:
        """Record the run as the one that carries the project."""

    def lease_alive(self, flow_run_id: UUID) -> bool:
        """Whether a process is running this run right now."""


class Carried(Enum):
    """What was done for a project's run."""

    CREATED = "created"
    RESUMED = "resumed"
    RESTARTED = "restarted"
    REPAIRED = "repaired"
    BUSY = "busy"

    @property
    def scheduled(self) -> bool:
        """Whether a worker will now take the run."""
        return self is not Carried.BUSY


@dataclass(frozen=True, slots=True)
class Grace:
    """How old a state must be before a run without lease counts as abandoned.

    A running flow takes its lease within moments; a worker of the stock type may need a good part
    of a minute from Pending to its first step.
    """

    running: timedelta = timedelta(seconds=20)
    pending: timedelta = timedelta(seconds=90)

    def over(self, run: FlowRun) -> bool:
        """Whether the state of the run is older than the grace period."""
        if run.state is None:
            return False
        limit = self.pending if run.state_type is StateType.PENDING else self.running
        # A state of the future is one of before the clock was set back.
        return abs(datetime.now(UTC) - run.state.timestamp) > limit


@dataclass(slots=True)
class ProjectRuns:
    """The lifecycle runs on one Prefect server.

    ``deploy``, where given, is called once when the deployment is missing, as it is after the
    Prefect database was deleted.
    """

    client: PrefectClient
    book: RunBook
    deployment: str = LIFECYCLE
    grace: Grace = field(default_factory=Grace)
    deploy: Callable[[], Awaitable[object]] | None = None
    _deployment_id: UUID | None = None

    async def look(self, ids: Iterable[UUID | None]) -> dict[UUID, FlowRun]:
        """The runs of these ids that Prefect has."""
        runs_by_id: dict[UUID, FlowRun] = {}
        run_ids = [flow_run_id for flow_run_id in ids if flow_run_id is not None]
        for start in range(0, len(run_ids), READ_AT_ONCE):
            chunk = run_ids[start : start + READ_AT_ONCE]
            only = FlowRunFilter(id=FlowRunFilterId(any_=chunk))
            runs = await self.client.read_flow_runs(flow_run_filter=only, limit=READ_AT_ONCE)
            runs_by_id |= {run.id: run for run in runs}
        return runs_by_id

    async def stale(self, expected: Mapping[UUID, Mapping[str, str]]) -> set[UUID]:
        """The flow runs some of whose stages Prefect shows otherwise than ``expected``.

        ``expected`` gives for each run the state name of rounds, by ``stage/round``. Prefect
        records task runs from events that it keeps in memory for seconds: what it had not written
        when it was killed never appears. Asked for runs that have been quiet for a minute or more.
        """
        run_ids = list(expected)
        shown: dict[UUID, dict[str, str]] = {flow_run_id: {} for flow_run_id in run_ids}
        for start in range(0, len(run_ids), STAGES_OF_AT_ONCE):
            chunk = run_ids[start : start + STAGES_OF_AT_ONCE]
            for run in await self._task_runs(chunk):
                if run.flow_run_id is not None:
                    shown[run.flow_run_id][run.dynamic_key] = run.state_name or ""
        return {
            flow_run_id
            for flow_run_id in run_ids
            if not expected[flow_run_id].items() <= shown[flow_run_id].items()
        }

    async def _task_runs(self, flow_run_ids: list[UUID]) -> list[TaskRun]:
        only = FlowRunFilter(id=FlowRunFilterId(any_=flow_run_ids))
        runs: list[TaskRun] = []
        while True:
            page = await self.client.read_task_runs(
                flow_run_filter=only, limit=READ_AT_ONCE, offset=len(runs)
            )
            runs += page
            if len(page) < READ_AT_ONCE:
                return runs

    async def carry(self, project: LifecycleRun, run: FlowRun | None) -> Carried:
        """Get the project's facts evaluated; ``run`` is what :meth:`look` saw of its run."""
        if run is None:
            return await self._create(project)
        if run.state_type in parking.RESUMABLE:
            return Carried.RESUMED if await parking.wake(self.client, run.id) else Carried.BUSY
        if run.state_type in parking.ENDED:
            reason = f"The project is open; the run had ended as {run.state_name}"
            again = await parking.start_again(self.client, run.id, reason)
            return Carried.RESTARTED if again else Carried.BUSY
        if await self._abandoned(run):
            return await self._repair(run)
        return Carried.BUSY

    async def _create(self, project: LifecycleRun) -> Carried:
        # Scheduled for now. Two relays at once get the same run: the key is the project's.
        run = await self._new_run(project)
        await asyncio.to_thread(self.book.attached, project.project_id, run.id)
        return Carried.CREATED

    async def _new_run(self, project: LifecycleRun) -> FlowRun:
        for attempt in range(2):
            try:
                return await self.client.create_flow_run_from_deployment(
                    await self._deployed(),
                    parameters={"project_id": project.project_id},
                    name=project.name,
                    tags=list(project.tags),
                    idempotency_key=project.project_id,
                )
            except (ObjectNotFound, PrefectHTTPStatusError) as error:
                if not _says_missing(error):
                    raise
                self._deployment_id = None
                if attempt == 0 and self.deploy is not None:
                    await self.deploy()
        raise NotDeployed(deployment=self.deployment)

    async def _deployed(self) -> UUID:
        if self._deployment_id is None:
            deployment = await self.client.read_deployment_by_name(self.deployment)
            self._deployment_id = deployment.id
        return self._deployment_id

    async def end(self, run: FlowRun) -> bool:
        """End the run of a project that is over and evaluated, unless somebody works on it.

        A worker that is killed after the evaluation and before its end leaves such a run.
        """
        if run.state_type in parking.ENDED or run.state_type is StateType.SCHEDULED:
            return False
        if run.state_type not in parking.RESUMABLE and not await self._abandoned(run):
            return False
        logger.warning("Run %r was left %s, and its project is over", run.name, run.state_name)
        await parking.complete(self.client, run, "Every approval is decided and delivered.")
        return True

    async def _abandoned(self, run: FlowRun) -> bool:
        if run.state_type not in parking.NEEDS_WORKER or not self.grace.over(run):
            return False
        return not await asyncio.to_thread(self.book.lease_alive, run.id)

    async def _repair(self, run: FlowRun) -> Carried:
        logger.warning("Run %r was left %s by its worker; it goes on", run.name, run.state_name)
        await parking.park_abandoned(self.client, run, "Taken up again after its worker stopped")
        if run.state_type is StateType.CANCELLING:
            await parking.start_again(self.client, run.id, "The project is open")
        else:
            await parking.wake(self.client, run.id)
        return Carried.REPAIRED


def _says_missing(error: ObjectNotFound | PrefectHTTPStatusError) -> bool:
    """By name Prefect's client raises ``ObjectNotFound``, by id a plain 404."""
    return isinstance(error, ObjectNotFound) or error.response.status_code == NOT_FOUND


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many open projects had their run created, restarted or repaired, and how many were well."""

    created: int = 0
    restarted: int = 0
    repaired: int = 0
    well: int = 0


async def reconcile(runs: ProjectRuns, projects: Sequence[LifecycleRun]) -> Reconciled:
    """Make every open project have a run that waits or works, whatever Prefect still knows.

    A run that waits is left alone: what it has not evaluated is a wake-up of its own.
    """
    known = await runs.look(project.flow_run_id for project in projects)
    done: list[Carried | None] = []
    for project in projects:
        run = known.get(project.flow_run_id) if project.flow_run_id else None
        waits = run is not None and run.state_type in parking.RESUMABLE
        done.append(None if waits else await runs.carry(project, run))
    return Reconciled(
        created=done.count(Carried.CREATED),
        restarted=done.count(Carried.RESTARTED),
        repaired=done.count(Carried.REPAIRED),
        well=done.count(None) + done.count(Carried.BUSY),
    )
