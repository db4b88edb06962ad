"""What the tasks of all stage kinds share: one service call, retried for technical faults only.

The kinds differ in what the machine does (:func:`services.cases.lifecycle.advance_stage`) and in what
the run says (:func:`services.cases.stage_messages.stage_message`), both of which ask what the stage's
items declare and not what kind it is: a district may declare a joint visit anywhere. A kind's own module
gives it its name in Prefect and says there, in the description, what to expect of it.

A deficiency or a correction is never a fault: it is a state, and a new round of the stage.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun
from sqlalchemy.exc import OperationalError

from config.logs import get_logger
from models.errors import Unavailable
from models.scenarios.definition import StageKind
from services.cases import lifecycle
from services.documents import writing as documents
from services.timing import now
from services.unit_of_work import Database, configured_database
from tasks.stage_states import StageState

log = get_logger()

#: Seconds before a stage is tried again when a machine failed.
RETRY_SECONDS = (1.0, 3.0, 9.0)

StageFunction = Callable[[int, str], State[Any]]


def technical_fault(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again can help: PostgreSQL or an outside system was away."""
    fault = state.data if isinstance(state.data, BaseException) else None
    if fault is None and state.data is not None:
        fault = getattr(state.data, "result", None)
    return isinstance(fault, OperationalError | Unavailable | OSError)


def stage_task(kind: StageKind) -> Callable[[StageFunction], Task[[int, str], State[Any]]]:
    """Make a function the Prefect task of one kind of stage; its docstring is the task's description."""
    return task(
        name=kind.value.replace("_", "-"),
        retries=len(RETRY_SECONDS),
        retry_delay_seconds=list(RETRY_SECONDS),
        retry_condition_fn=technical_fault,
        persist_result=False,
    )


def advance(project_id: int, stage: str) -> State[Any]:
    """Do the machine's part of a stage and answer the named state that its task run shows."""
    database = configured_database()
    report = lifecycle.advance_stage(database, project_id, stage, now())
    _set_pages(database, project_id)
    return StageState[report.state.name].state(report.message)


def _set_pages(database: Database, project_id: int) -> None:
    """Set the pages of the documents issued meanwhile; whoever downloads one sooner sets it then."""
    try:
        documents.render_missing(database, project_id)
    except Exception:  # a document stands without its page: no stage waits for one
        log.exception("documents_not_rendered", project_id=project_id)
