"""A stage without behaviour of its own, for what a district adds to a scenario."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.GENERIC)
def generic_stage(project_id: int, stage: str) -> State[Any]:
    """Run one round of a generic stage."""
    return advance(project_id, stage)
