"""Planning 规划: the design scheme, reviewed with whom the scenario asks, and the planning permit.

The message of the run names the departments that have still to answer; whose silence is consent is
the deadline watch's affair (:mod:`services.cases.watch.deadlines`): no run has to be awake for it.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.scenarios.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.PLANNING)
def planning(project_id: int, stage: str) -> State[Any]:
    """Run one round: say whose opinion on the design scheme is still to come, and until when."""
    return advance(project_id, stage)
