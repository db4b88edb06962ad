"""A stage without behaviour of its own, for what a district adds to a scenario.

All that its run says is whom its items wait for and until when; everything that a district declares on
the items (consultations, forms, guards) works here as in every other stage.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.scenarios.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.GENERIC)
def generic_stage(project_id: int, stage: str) -> State[Any]:
    """Run one round: say whom its items wait for, and until when."""
    return advance(project_id, stage)
