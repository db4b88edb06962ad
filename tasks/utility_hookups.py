"""Utility hookups 市政公用报装: one application, one survey, one line per utility.

The machine tells each utility of a project that will need it, before anybody applies
(:mod:`rules.cases.instruments.utilities`). The task run says how far the lines are: ``leads sent: U01 U02``,
``survey: U00S (2026-12-01)``, ``lines answered: U01 U02``.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from models.scenarios.definition import StageKind
from tasks.stage_task import advance, stage_task


@stage_task(StageKind.UTILITY_HOOKUPS)
def utility_hookups(project_id: int, stage: str) -> State[Any]:
    """Run one round: tell each utility that it will be needed, and say how far its line is."""
    return advance(project_id, stage)
