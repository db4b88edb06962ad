"""Utility hookups 市政公用报装: one application, one survey, one line per utility."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.UTILITY_HOOKUPS)
def utility_hookups(project_id: int, stage: str) -> State[Any]:
    """Run one round of a utility hookup stage."""
    return advance(project_id, stage)
