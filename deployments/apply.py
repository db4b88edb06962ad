"""``kaigong deploy``: makes a Prefect server have what ``deployments/prefect.yaml`` says.

Applying is idempotent. What is already so is left alone, because Prefect throws away the runs that
a schedule has planned whenever its deployment is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.utilities.callables import parameter_schema
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deployments.local.worker import WarmWorker
from models.errors import InvalidInput

PREFECT_YAML = Path(__file__).with_name("prefect.yaml")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PoolEntry(_Entry):
    """The work pool that workers poll."""

    name: str
    type: str
    description: str = ""


class ScheduleEntry(_Entry):
    """When a deployment runs by itself: a cron line in a zone."""

    slug: str
    cron: str
    timezone: str = "Asia/Shanghai"


class LimitEntry(_Entry):
    """How many runs of a deployment there are at once, and what becomes of one too many."""

    limit: int = Field(ge=1)
    collision_strategy: ConcurrencyLimitStrategy = ConcurrencyLimitStrategy.ENQUEUE


class DeploymentEntry(_Entry):
    """One flow, and how it runs."""

    name: str
    entrypoint: str = Field(pattern=r"^[\w.]+\.\w+$")
    description: str = ""
    tags: tuple[str, ...] = ()
    parameters: dict[str, Any] = Field(default_factory=dict)
    schedules: tuple[ScheduleEntry, ...] = ()
    concurrency_limit: LimitEntry | None = None


class PrefectFile(BaseModel):
    """``prefect.yaml``: the keys that Kaigong reads."""

    model_config = ConfigDict(frozen=True)

    work_pool: PoolEntry
    deployments: tuple[DeploymentEntry, ...]


class Applied(BaseModel):
    """What applying the file did, as ``flow/deployment`` names."""

    model_config = ConfigDict(frozen=True)

    pool: str
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def read(path: Path = PREFECT_YAML) -> PrefectFile:
    """The file, checked. Raises ``InvalidInput`` naming the first entry that is wrong."""
    try:
        return PrefectFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput(field="file", value=path, remedy=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise InvalidInput(field=where, value=first["input"], remedy=first["msg"]) from error


async def apply(path: Path = PREFECT_YAML) -> Applied:
    """Apply the file to the Prefect server of the settings."""
    file = read(path)
    flows = [_flow(entry.entrypoint) for entry in file.deployments]
    async with get_client() as client:
        await _apply_pool(client, file.work_pool)
        done: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": []}
        for entry, flow in zip(file.deployments, flows, strict=True):
            outcome = await _apply_deployment(client, entry, flow, file.work_pool.name)
            done[outcome].append(f"{flow.name}/{entry.name}")
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


async def _apply_pool(client: PrefectClient, entry: PoolEntry) -> None:
    """Create the pool; one that is there is left as its administrator has set it."""
    pool = WorkPoolCreate(
        name=entry.name,
        type=entry.type,
        description=entry.description,
        base_job_template=WarmWorker.get_default_base_job_template(),
    )
    try:
        await client.read_work_pool(entry.name)
    except ObjectNotFound:
        try:
            await client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return  # a worker that started at the same time was faster


async def _apply_deployment(
    client: PrefectClient, entry: DeploymentEntry, flow: Flow[..., Any], pool: str
) -> str:
    existing = await _existing(client, f"{flow.name}/{entry.name}")
    if existing is not None and _wanted(entry, flow, pool) == _found(existing):
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
        schedules=_schedules(entry, existing),
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


def _schedules(
    entry: DeploymentEntry, existing: DeploymentResponse | None
) -> list[DeploymentScheduleCreate]:
    """The schedules to write; one that an administrator switched off stays off."""
    off = {s.slug for s in existing.schedules if not s.active} if existing else set()
    return [
        DeploymentScheduleCreate(
            schedule=CronSchedule(cron=wanted.cron, timezone=wanted.timezone),
            slug=wanted.slug,
            active=wanted.slug not in off,
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


def _found(existing: DeploymentResponse) -> dict[str, Any]:
    """The same of what the server has; whether a schedule is switched off is not compared."""
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
