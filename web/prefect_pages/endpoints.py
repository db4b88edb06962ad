"""Which of Prefect's endpoints a reader of its pages may call: a closed list, by method and exact path.

A path that is not here is refused, whatever Prefect adds to its API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: ``{name}`` stands for a word that Prefect makes names of; every other parameter is a UUID.
PARAMETERS = {"{id}": UUID, "{key}": r"[a-z0-9-]+", "{countable}": r"time|event|day|resource"}

READS = (
    "/health /ready /version /admin/version /flows/{id} /flow_runs/{id} /flow_runs/{id}/graph-v2"
    " /flow_runs/{id}/graph /flow_run_states/ /flow_run_states/{id} /task_runs/{id}"
    " /ui/task_runs/{id} /task_run_states/ /task_run_states/{id} /deployments/{id}"
    " /deployments/{id}/schedules /artifacts/{id} /artifacts/{key}/latest /work_queues/{id}"
    " /work_queues/{id}/status /events/filter/next /work_pools/{key} /work_pools/{key}/queues/{key}"
)
QUERIES = (
    "/flows/filter /flows/count /flows/paginate"
    " /flow_runs/filter /flow_runs/count /flow_runs/paginate /flow_runs/history /flow_runs/lateness"
    " /task_runs/filter /task_runs/count /task_runs/paginate /task_runs/history"
    " /logs/filter /artifacts/filter /artifacts/count /artifacts/latest/filter /artifacts/latest/count"
    " /deployments/filter /deployments/count /deployments/paginate"
    " /work_pools/filter /work_pools/count /work_pools/{key}/workers/filter"
    " /work_pools/{key}/queues/filter /work_queues/filter /events/filter"
    " /events/count-by/{countable} /ui/flow_runs/history /ui/flow_runs/count-task-runs"
    " /ui/flows/count-deployments /ui/flows/next-runs /ui/task_runs/count"
    " /ui/task_runs/dashboard/counts"
)
#: What the portal answers in Prefect's place: the server's configuration and stores are nobody's business.
STUBS: Mapping[str, Any] = {
    # Prefect's pages take a missing flag for consent to tell a third party what is looked at.
    "GET /admin/settings": {
        "server": {"analytics_enabled": False, "ui": {"show_promotional_content": False}}
    },
    **{
        f"POST {path}/{what}": answer
        for path in (
            "/saved_searches",
            "/automations",
            "/block_documents",
            "/variables",
            "/concurrency_limits",
            "/v2/concurrency_limits",
        )
        for what, answer in (("filter", []), ("count", 0))
    },
}


class Fate(StrEnum):
    """What becomes of a call."""

    FORWARDED = "forwarded"
    ANSWERED_HERE = "answered_here"
    REFUSED = "refused"


def fate(method: str, path: str) -> Fate:
    """What becomes of a call to Prefect's API; ``path`` is decoded and begins with a slash."""
    if f"{method} {path}" in STUBS:
        return Fate.ANSWERED_HERE
    allowed = _ALLOWED.get(method)
    return Fate.FORWARDED if allowed and allowed.fullmatch(path) else Fate.REFUSED


def _pattern(paths: str) -> re.Pattern[str]:
    expressions = (re.escape(path) for path in paths.split())
    known = "|".join(expressions)
    for parameter, expression in PARAMETERS.items():
        known = known.replace(re.escape(parameter), f"(?:{expression})")
    return re.compile(known)


_ALLOWED = {"GET": _pattern(READS), "POST": _pattern(QUERIES)}
