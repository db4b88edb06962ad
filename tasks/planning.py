"""Planning 规划: the design scheme and the construction planning permit."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.PLANNING)
def planning(project_id: int, stage: str) -> State[Any]:
    """Run one round of a planning stage."""
    return advance(project_id, stage)
