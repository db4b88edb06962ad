"""Joint acceptance 联合验收: all sub-items together, one visit to the site, ending in one opinion.

The message of the run names the day of the joint visit, or that it is still to be set, and the parts
that did not pass; the run is ``Rectifying`` while nothing but that is outstanding.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.scenarios.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.JOINT_ACCEPTANCE)
def joint_acceptance(project_id: int, stage: str) -> State[Any]:
    """Run one round: say when the joint visit is and which parts have still to be put right."""
    return advance(project_id, stage)
