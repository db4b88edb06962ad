"""One Prefect task run per stage and round, however often the project's flow wakes up.

Prefect gives each call of a task a new task run. A project wakes up some hundred times in its
life, and a steward wants to see one bar for each stage. So the run's id and key are derived from
(flow run, stage, round): Prefect then updates the same row in place. A new round (after a
correction, or when a voided approval is attempted again) is a new task run.

This leans on how Prefect 3.8 records task runs (the client decides, the server keeps the newest
event of an id); ``tests/flows/test_stage_runs.py`` is the contract that guards it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from prefect import Task
from prefect.client.schemas.objects import (
    Constant,
    FlowRun,
    FlowRunResult,
    Parameter,
    State,
    TaskRun,
    TaskRunResult,
)
from prefect.context import FlowRunContext
from prefect.task_engine import run_task_async, run_task_sync
from pydantic import PrivateAttr

from flows.run_logs import show_waiting_as_normal

show_waiting_as_normal()

_Input = TaskRunResult | FlowRunResult | Parameter | Constant


@dataclass(frozen=True, slots=True)
class StageRound:
    """A stage and the attempt at it; rounds count from 1."""

    stage_key: str
    round: int = 1

    def __str__(self) -> str:
        return f"{self.stage_key}/{self.round}"

    def task_run_id(self, flow_run_id: UUID) -> UUID:
        """The task run that shows this round, the same at every wake-up."""
        return uuid5(flow_run_id, str(self))


@dataclass(frozen=True, slots=True)
class StageRun:
    """One stage to run in this wake-up.

    ``name`` is the stage's name for people; key and round are shown before it. ``opened_at`` is
    when the round began (aware): the graph draws its bar from there. ``after``
    are the rounds it was waiting for: the graph draws its arrows from them.
    """

    task: Task[..., Any]
    of: StageRound
    name: str
    parameters: Mapping[str, Any]
    opened_at: datetime | None = None
    after: tuple[StageRound, ...] = ()
    tags: frozenset[str] = field(default_factory=frozenset)


async def run_stage(
    task: Task[..., Any],
    *,
    stage_key: str,
    round: int,  # noqa: A002 - the domain's word
    name: str,
    parameters: Mapping[str, Any],
    opened_at: datetime | None = None,
    after: Iterable[StageRound] = (),
    tags: Iterable[str] = (),
) -> State[Any]:
    """Run one stage's task in its lasting task run and return the state it reached.

    An exception in the task is returned as a ``Failed`` state, so that stages beside it go on.
    """
    stage = StageRound(stage_key, round)
    call = StageRun(task, stage, name, parameters, opened_at, tuple(after), frozenset(tags))
    return await _run(call)


async def run_stages(calls: Sequence[StageRun]) -> dict[StageRound, State[Any]]:
    """Run independent stages side by side; one that fails does not stop the others."""
    states = await asyncio.gather(*(_run(call) for call in calls))
    return {call.of: state for call, state in zip(calls, states, strict=True)}


async def _run(call: StageRun) -> State[Any]:
    engine: Callable[..., Any] = run_task_async if call.task.isasync else run_task_sync
    run = partial(
        engine,
        call.task,
        task_run=await _task_run(call, _flow_run()),
        parameters=dict(call.parameters),
        return_type="state",
    )
    # Else a thread of its own: a service call blocks, and the stages run side by side.
    state = await (run() if call.task.isasync else asyncio.to_thread(run))
    if not isinstance(state, State):
        raise TypeError(state)
    return state


async def _task_run(call: StageRun, flow_run: FlowRun) -> TaskRun:
    run = await call.task.create_local_run(
        id=call.of.task_run_id(flow_run.id), parameters=dict(call.parameters)
    )
    run.dynamic_key = str(call.of)
    # The graph of Prefect's UI draws Latin letters alone: the key shows there, the name elsewhere.
    run.name = f"{call.of} {call.name}"
    run.tags = sorted({*run.tags, *call.tags})
    # Only what the arrows are drawn from: an empty input beside it would draw each of them twice.
    run.task_inputs = {"after": _arrows(call.after, flow_run.id)} if call.after else {}
    return _LastingTaskRun.of(run, _beginning(call.opened_at, flow_run))


def _flow_run() -> FlowRun:
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("run_stage() works inside a flow run only.")
    return context.flow_run


def _arrows(after: Iterable[StageRound], flow_run: UUID) -> list[_Input]:
    return [TaskRunResult(id=stage.task_run_id(flow_run)) for stage in after]


class _LastingTaskRun(TaskRun):
    """A task run whose bar begins when its round was opened, not at this wake-up.

    The engine sets the start to now and counts the seconds of this wake-up; in a stage that lasts
    for weeks both would mislead.
    """

    _opened_at: datetime = PrivateAttr()

    @classmethod
    def of(cls, run: TaskRun, opened_at: datetime) -> _LastingTaskRun:
        lasting = cls.model_construct(run.model_fields_set, **dict(run))
        lasting._opened_at = opened_at  # noqa: SLF001 - our own class
        return lasting

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "start_time":
            value = self._opened_at
        elif name == "total_run_time" and self.state is not None:
            value = self.state.timestamp - self._opened_at
        super().__setattr__(name, value)


def _beginning(opened_at: datetime | None, flow_run: FlowRun) -> datetime:
    """When the bar begins: a run rebuilt later than its round cannot draw to its own left."""
    now = datetime.now(UTC)
    earliest = flow_run.start_time or now
    return min(max(opened_at or now, earliest), now)
