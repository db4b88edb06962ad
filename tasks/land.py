"""Land 用地: filing, land-use planning permit, land right; ends with the land handed over.

The machine releases the certificates that wait for the hand-over, all of them in one act
(:mod:`rules.cases.instruments.bundles`). Until then the task run says which are held back, until which event and which
day: ``certificates held back until the event (E0H): A07 A09 (2026-12-14)``.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.scenarios.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.LAND)
def land(project_id: int, stage: str) -> State[Any]:
    """Run one round: release the certificates that wait for the hand-over, or say what holds them back."""
    return advance(project_id, stage)
