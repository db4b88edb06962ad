"""``kaigong deploy``: applies ``deployments/prefect.yaml`` to a Prefect server.

Applying is idempotent. What is already so is left alone, because Prefect throws away the runs that
a schedule has planned whenever its deployment is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.utilities.callables import parameter_schema
from pydantic import BaseModel, ConfigDict

from deployments.local.worker import WarmWorker
from deployments.prefect_file import PREFECT_YAML, DeploymentEntry, PoolEntry, read
from models.errors import InvalidInput


class Applied(BaseModel):
    """What applying the file did, as ``flow/deployment`` names."""

    model_config = ConfigDict(frozen=True)

    pool: str
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    taken_up: tuple[str, ...] = ()
    """What stood still and goes on: the pool by its name, deployments by theirs."""


async def apply(path: Path = PREFECT_YAML) -> Applied:
    """Apply the file to the Prefect server of the settings."""
    file = read(path)
    flows = [_flow(entry.entrypoint) for entry in file.deployments]
    async with get_client() as client:
        done: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": [], "taken_up": []}
        if await _apply_pool(client, file.work_pool):
            done["taken_up"].append(file.work_pool.name)
        for entry, flow in zip(file.deployments, flows, strict=True):
            name = f"{flow.name}/{entry.name}"
            if await _take_up(client, name):
                done["taken_up"].append(name)
            outcome = await _apply_deployment(client, entry, flow, file.work_pool.name)
            done[outcome].append(name)
    return Applied(pool=file.work_pool.name, **{key: tuple(names) for key, names in done.items()})


def _flow(entrypoint: str) -> Flow[..., Any]:
    module, _, name = entrypoint.rpartition(".")
    try:
        flow = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise InvalidInput(field="entrypoint", value=entrypoint, remedy=str(error)) from error
    if not isinstance(flow, Flow):
        raise InvalidInput(field="entrypoint", value=entrypoint, remedy="It is not a Prefect flow.")
    return flow


async def _take_up(client: PrefectClient, name: str) -> bool:
    """Let a deployment and its schedules go on that stand still; whether any did.

    A schedule that shall not run is left out of the file: one that is switched off on the server is
    forgotten there, and with it every warning.
    """
    existing = await _existing(client, name)
    if existing is None:
        return False
    off = [schedule for schedule in existing.schedules if not schedule.active]
    for schedule in off:
        await client.update_deployment_schedule(existing.id, schedule.id, active=True)
    if existing.paused:
        await client.resume_deployment(existing.id)
    return bool(off or existing.paused)


async def _apply_pool(client: PrefectClient, entry: PoolEntry) -> bool:
    """Create the pool; one that is there is left as its administrator has set it, but goes on.

    Answers whether it stood still.
    """
    pool = WorkPoolCreate(
        name=entry.name,
        type=entry.type,
        description=entry.description,
        base_job_template=WarmWorker.get_default_base_job_template(),
    )
    try:
        paused = (await client.read_work_pool(entry.name)).is_paused
    except ObjectNotFound:
        # A worker that starts at the same time may be faster.
        with suppress(ObjectAlreadyExists):
            await client.create_work_pool(pool)
        return False
    if paused:
        await client.update_work_pool(entry.name, WorkPoolUpdate(is_paused=False))
    return bool(paused)


async def _apply_deployment(
    client: PrefectClient, entry: DeploymentEntry, flow: Flow[..., Any], pool: str
) -> str:
    existing = await _existing(client, f"{flow.name}/{entry.name}")
    if existing is not None and _wanted(entry, flow, pool) == _existing_values(existing):
        return "unchanged"
    limit = entry.concurrency_limit
    await client.create_deployment(
        flow_id=await client.create_flow_from_name(flow.name),
        name=entry.name,
        entrypoint=entry.entrypoint,
        version=flow.version,
        description=entry.description,
        tags=list(entry.tags),
        parameters=entry.parameters,
        parameter_openapi_schema=_schema(flow),
        enforce_parameter_schema=True,
        work_pool_name=pool,
        pull_steps=[],
        schedules=_schedules(entry),
        concurrency_limit=limit.limit if limit else None,
        concurrency_options=(
            ConcurrencyOptions(collision_strategy=limit.collision_strategy) if limit else None
        ),
    )
    return "created" if existing is None else "updated"


async def _existing(client: PrefectClient, name: str) -> DeploymentResponse | None:
    try:
        return await client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None


def _schedules(entry: DeploymentEntry) -> list[DeploymentScheduleCreate]:
    """The schedules to write."""
    return [
        DeploymentScheduleCreate(
            schedule=CronSchedule(cron=wanted.cron, timezone=wanted.timezone),
            slug=wanted.slug,
            active=True,
        )
        for wanted in entry.schedules
    ]


def _schema(flow: Flow[..., Any]) -> dict[str, Any]:
    return parameter_schema(flow).model_dump_for_openapi()


def _wanted(entry: DeploymentEntry, flow: Flow[..., Any], pool: str) -> dict[str, Any]:
    limit = entry.concurrency_limit
    return {
        "entrypoint": entry.entrypoint,
        "version": flow.version,
        "description": entry.description,
        "tags": sorted(entry.tags),
        "parameters": entry.parameters,
        "schema": _schema(flow),
        "pool": pool,
        "schedules": sorted((s.slug, s.cron, s.timezone) for s in entry.schedules),
        "limit": (limit.limit, limit.collision_strategy) if limit else None,
    }


def _existing_values(existing: DeploymentResponse) -> dict[str, Any]:
    """The values of :func:`_wanted` as the server has them; whether they go is not compared."""
    limit, options = existing.global_concurrency_limit, existing.concurrency_options
    return {
        "entrypoint": existing.entrypoint,
        "version": existing.version,
        "description": existing.description,
        "tags": sorted(existing.tags),
        "parameters": existing.parameters,
        "schema": existing.parameter_openapi_schema,
        "pool": existing.work_pool_name,
        "schedules": _crons(existing.schedules),
        "limit": (limit.limit, options.collision_strategy) if limit and options else None,
    }


def _crons(schedules: Sequence[Any]) -> list[tuple[str | None, str, str | None]]:
    crons = [(s.slug, s.schedule) for s in schedules]
    return sorted(
        (slug or "", cron.cron, cron.timezone)
        for slug, cron in crons
        if isinstance(cron, CronSchedule)
    )
