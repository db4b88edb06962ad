"""``deployments/prefect.yaml``: what runs on Prefect, read and checked, without importing Prefect's client.

The entrypoints that the shipped file names are the only code that our workers run, whatever a
Prefect server says: who reaches its API may register a deployment, but not choose what is executed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config import strict_yaml
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


def read(path: Path = PREFECT_YAML) -> PrefectFile:
    """The file, checked. Raises ``InvalidInput`` naming the first entry that is wrong."""
    try:
        return PrefectFile.model_validate(strict_yaml.load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput(field="file", value=path, remedy=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise InvalidInput(field=where, value=first["input"], remedy=first["msg"]) from error


@cache
def own_entrypoints() -> frozenset[str]:
    """The flows of the product, as ``module.function``: all that a worker of ours may run."""
    return frozenset(entry.entrypoint for entry in read().deployments)
