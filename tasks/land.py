"""Land 用地: filing, land-use planning permit, land right; ends with the land handed over."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.LAND)
def land(project_id: int, stage: str) -> State[Any]:
    """Run one round of a land stage."""
    return advance(project_id, stage)
