"""The few questions that the platform asks a Prefect server, without Prefect's own client.

Prefect takes seconds to import; a check of a part must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from config.settings import Settings

POOL = "kaigong"
#: Workers report every thirty seconds.
WORKER_SILENCE = timedelta(seconds=120)
TIMEOUT_SECONDS = 5.0


@contextmanager
def connected(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the Prefect server of the settings."""
    auth = settings.prefect_auth.get_secret_value() if settings.prefect_auth else None
    user, _, password = (auth or "").partition(":")
    with httpx.Client(
        base_url=settings.prefect_url,
        auth=(user, password) if auth else None,
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
    found: list[dict[str, Any]] = answer.json() if answer.is_success else []
    since = datetime.now(UTC) - WORKER_SILENCE
    return tuple(
        sorted(
            worker["name"]
            for worker in found
            if worker.get("last_heartbeat_time")
            and datetime.fromisoformat(worker["last_heartbeat_time"]) > since
        )
    )


def worker_alive(settings: Settings) -> bool:
    """Whether any worker polls our pool."""
    try:
        with connected(settings) as client:
            return bool(live_workers(client))
    except (httpx.HTTPError, ValueError):
        return False
