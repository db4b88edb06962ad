"""The few questions that the platform asks a Prefect server, without Prefect's own client.

Prefect takes seconds to import; a check of a part must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from config.settings import Settings

POOL = "kaigong"
#: Workers report every thirty seconds.
WORKER_SILENCE = timedelta(seconds=120)
TIMEOUT_SECONDS = 5.0


def basic_auth(credentials: str | None) -> httpx.BasicAuth | None:
    """How a request proves itself with ``user:password``."""
    user, _, password = (credentials or "").partition(":")
    return httpx.BasicAuth(user, password) if credentials else None


@contextmanager
def connected(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the Prefect server of the settings."""
    with httpx.Client(
        base_url=settings.prefect_url,
        auth=basic_auth(settings.prefect_credentials),
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
    ) as client:
        yield client


def server_version(client: httpx.Client) -> str:
    """The server's version; raises ``httpx.HTTPError`` or ``ValueError`` when it does not answer so."""
    answer = client.get("/admin/version")
    answer.raise_for_status()
    return str(answer.json())


def live_workers(client: httpx.Client) -> tuple[str, ...]:
    """Names of the workers that polled our pool lately."""
    answer = client.post(f"/work_pools/{POOL}/workers/filter", json={})
    workers: list[dict[str, Any]] = answer.json() if answer.is_success else []
    since = datetime.now(UTC) - WORKER_SILENCE
    return tuple(
        sorted(
            worker["name"]
            for worker in workers
            if worker.get("last_heartbeat_time")
            and datetime.fromisoformat(worker["last_heartbeat_time"]) > since
        )
    )


@dataclass(frozen=True, slots=True)
class Paused:
    """Something on the server that an administrator switched off."""

    name: str
    since: datetime
    is_pool: bool = False


def paused_parts(client: httpx.Client, pool: str = POOL) -> tuple[Paused, ...]:
    """The pool, and schedules of its deployments, that stand still."""
    faults = [*_paused_pool(client, pool)]
    flows = {flow["id"]: flow["name"] for flow in _asked(client, "/flows/filter", {})}
    ours = {"work_pools": {"name": {"any_": [pool]}}}
    for deployment in _asked(client, "/deployments/filter", ours):
        flow = flows.get(deployment["flow_id"], deployment["name"])
        for schedule in deployment.get("schedules") or []:
            off = schedule if not schedule["active"] else deployment
            if off is schedule or deployment.get("paused"):
                name = f"{flow} ({schedule.get('slug') or schedule['id']})"
                faults.append(Paused(name, datetime.fromisoformat(off["updated"])))
    return tuple(faults)


def _paused_pool(client: httpx.Client, name: str) -> Iterator[Paused]:
    answer = client.get(f"/work_pools/{name}")
    pool: dict[str, Any] = answer.json() if answer.is_success else {}
    if pool.get("is_paused"):
        yield Paused(name, datetime.fromisoformat(pool["updated"]), is_pool=True)


def _asked(client: httpx.Client, path: str, question: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(path, json={**question, "limit": 200})
    answer.raise_for_status()
    return list(answer.json())


def worker_alive(settings: Settings) -> bool:
    """Whether any worker polls our pool."""
    try:
        with connected(settings) as client:
            return bool(live_workers(client))
    except (httpx.HTTPError, ValueError):
        return False
