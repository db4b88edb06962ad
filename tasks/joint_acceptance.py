"""Joint acceptance 联合验收: all sub-items together, ending in one opinion."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.JOINT_ACCEPTANCE)
def joint_acceptance(project_id: int, stage: str) -> State[Any]:
    """Run one round of a joint acceptance stage."""
    return advance(project_id, stage)
