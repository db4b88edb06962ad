"""What the relay carries between our database and Prefect: plain values, no rules in them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LifecycleRun:
    """An open project and the Prefect run that carries it (``None`` before the first one).

    ``name`` and ``tags`` are what a steward sees in Prefect's lists; neither holds personal data.
    """

    project_id: str
    name: str
    flow_run_id: UUID | None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WakeUp:
    """The newest version of a project's facts that its flow has not evaluated yet.

    One per project, however many changes it stands for. ``attempts`` counts how often the relay
    has tried since the flow last evaluated anything.
    """

    run: LifecycleRun
    version: int
    attempts: int = 0
