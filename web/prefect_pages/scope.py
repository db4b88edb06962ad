"""What a steward sees of Prefect: the runs of their own projects, by the tag that each run carries.

A question about runs is narrowed before it is asked; an object that is read by its id is shown only
when its run has the tag. What can be neither narrowed nor looked at so is answered as empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from models.errors import InvalidInput, NotFound
from web.prefect_pages.endpoints import UUID

#: Most rows of one answer.
ROWS = 200
#: Questions that take a filter of runs.
ABOUT_RUNS = (
    "/flow_runs/",
    "/task_runs/",
    "/artifacts/",
    "/ui/flow_runs/history",
    "/ui/task_runs/",
)
#: Questions whose answers cannot be cut to some runs.
EMPTY: Mapping[str, Any] = {
    "/events/filter": {"events": [], "total": 0, "next_page": None},
    "/events/filter/next": {"events": [], "total": 0, "next_page": None},
    "/events/count-by/time": [],
    "/events/count-by/event": [],
    "/events/count-by/day": [],
    "/events/count-by/resource": [],
    "/ui/flows/next-runs": {},
}
#: Asks Prefect for one object by its path; ``None`` where there is none.
Read = Callable[[str], Any]


class OneOrTheOther(InvalidInput):
    template = "{field}: a filter ({value}) of runs that is met by one condition or another is not answered here; ask with conditions that all hold."
    field = "input"


class NotACondition(InvalidInput):
    template = "{field}: {value} is no condition; give a JSON object."
    field = "input"


class NoSuchRun(NotFound):
    template = "There is no such run among your projects."


def capped(body: Mapping[str, Any]) -> dict[str, Any]:
    """A question with at most :data:`ROWS` rows in its answer."""
    limit = body.get("limit")
    return {**body, **({"limit": min(limit, ROWS)} if isinstance(limit, int) else {})}


def narrowed(path: str, body: Mapping[str, Any], tag: str, read: Read) -> dict[str, Any]:
    """The question that is asked in the place of ``body``: about runs with ``tag`` alone.

    Raises ``NoSuchRun`` when it names a run that has another tag.
    """
    if path == "/logs/filter":
        return _logs(body, tag, read)
    if path == "/ui/flow_runs/count-task-runs":
        _check_all(body.get("flow_run_ids") or [], tag, read)
        return dict(body)
    if not path.startswith(ABOUT_RUNS):
        return dict(body)
    runs = _part(body, "flow_runs")
    tags = _part(runs, "tags")
    for condition in (runs, tags):
        if condition.get("operator", "and_") != "and_":
            raise OneOrTheOther(value="flow_runs")
    wanted = tags.get("all_") or []
    if not isinstance(wanted, list):
        raise NotACondition(value="all_")
    return {**body, "flow_runs": {**runs, "tags": {**tags, "all_": [*wanted, tag]}}}


def _logs(body: Mapping[str, Any], tag: str, read: Read) -> dict[str, Any]:
    """Logs belong to a run that the question has to name."""
    logs = _part(body, "logs")
    runs = _part(logs, "flow_run_id").get("any_") or []
    tasks = _part(logs, "task_run_id").get("any_") or []
    if logs.get("operator", "and_") != "and_":
        raise OneOrTheOther(value="logs")
    if not runs and not tasks:
        raise NoSuchRun
    _check_all(runs, tag, read)
    _check_all([_run_of_task(task, read) for task in tasks], tag, read)
    return dict(body)


def check_shown(path: str, query: Mapping[str, str], shown: Any, tag: str, read: Read) -> None:
    """Raise ``NoSuchRun`` unless the object at ``path`` belongs to a run with ``tag``.

    Flows, deployments and queues are of no project and shown to everyone who may watch.
    """
    kind = path.split("/")[1] if not path.startswith("/ui/") else path.split("/")[2]
    owner = _OWNER.get(kind)
    if owner and not _has_tag(owner(path, query, shown, read), tag, read):
        raise NoSuchRun


def _part(condition: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A condition inside another one; raises ``NotACondition`` for what is none."""
    part = condition.get(name) or {}
    if not isinstance(part, dict):
        raise NotACondition(value=name)
    return part


def _check_all(runs: Any, tag: str, read: Read) -> None:
    if not isinstance(runs, list) or not all(_has_tag(run, tag, read) for run in runs):
        raise NoSuchRun


def _has_tag(run: Any, tag: str, read: Read) -> bool:
    if not isinstance(run, str) or not re.fullmatch(UUID, run):
        return False
    answer = read(f"/flow_runs/{run}")
    return bool(answer and tag in answer.get("tags", ()))


def _run_of_task(task: Any, read: Read) -> str | None:
    if not isinstance(task, str) or not re.fullmatch(UUID, task):
        return None
    answer = read(f"/task_runs/{task}")
    return answer.get("flow_run_id") if answer else None


def _of_run(path: str, _query: Mapping[str, str], _shown: Any, _read: Read) -> str | None:
    return path.split("/")[2]


def _of_task(path: str, _query: Mapping[str, str], _shown: Any, read: Read) -> str | None:
    return _run_of_task(path.rsplit("/", maxsplit=1)[-1], read)


def _of_object(_path: str, _query: Mapping[str, str], shown: Any, _read: Read) -> str | None:
    """The run that an artifact names."""
    return (shown or {}).get("flow_run_id")


def _of_run_state(_path: str, query: Mapping[str, str], shown: Any, _read: Read) -> str | None:
    if isinstance(shown, list):
        return query.get("flow_run_id")
    return ((shown or {}).get("state_details") or {}).get("flow_run_id")


def _of_task_state(_path: str, query: Mapping[str, str], shown: Any, read: Read) -> str | None:
    if isinstance(shown, list):
        return _run_of_task(query.get("task_run_id"), read)
    return _run_of_task(((shown or {}).get("state_details") or {}).get("task_run_id"), read)


#: For each kind of object with a project behind it: the run that it belongs to.
_OWNER: Mapping[str, Callable[[str, Mapping[str, str], Any, Read], str | None]] = {
    "flow_runs": _of_run,
    "task_runs": _of_task,
    "artifacts": _of_object,
    "flow_run_states": _of_run_state,
    "task_run_states": _of_task_state,
}
