"""Construction permit 施工许可: whole, or phased into foundation pit and main structure."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.CONSTRUCTION_PERMIT)
def construction_permit(project_id: int, stage: str) -> State[Any]:
    """Run one round of a construction permit stage."""
    return advance(project_id, stage)
