"""Construction permit 施工许可: whole, or phased into foundation pit and main structure.

Between the phases the run waits as ``AwaitingNextPhase``, and its message names the day by which the
main structure has to be applied for; ``WorkStopped`` when that day passed or work went beyond the pit;
``AwaitingHandover`` until the supervision of the pit was handed over. What the machine does when the
day has passed is the deadline watch's (:mod:`services.cases.watch.deadlines`): no run has to be awake for it.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.scenarios.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.CONSTRUCTION_PERMIT)
def construction_permit(project_id: int, stage: str) -> State[Any]:
    """Run one round: open it, issue its certificates with their scope, show what the phases wait for."""
    return advance(project_id, stage)
