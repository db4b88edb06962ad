"""Utility hookups 市政公用报装: one application, one survey, one line per utility.

The machine tells each utility of a project that will need it, before anybody applies
(:mod:`rules.utilities`). The task run says how far the lines are: ``leads sent: U01 U02``,
``survey: U00S (2026-12-01)``, ``lines answered: U01 U02``.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.UTILITY_HOOKUPS)
def utility_hookups(project_id: int, stage: str) -> State[Any]:
    """Run one round of a utility hookup stage."""
    return advance(project_id, stage)
