"""A stage of a project as the flow sees it, and what its task run in Prefect shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.settings import get_settings
from config.texts import translator
from models.cases.facts import ProjectFacts
from models.scenarios.definition import StageKind
from rules.cases.progress import StageState, StageView
from services.cases.stage_messages import stage_message


@dataclass(frozen=True, slots=True)
class StageReport:
    """State of a stage, for its task run in Prefect."""

    round: int
    state: StageState
    message: str
    """Whom it waits for and until when, in the installation's language; no personal data."""

    def __str__(self) -> str:
        return f"{self.round} {self.state} {self.message}"


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage of a project as the flow sees it."""

    key: str
    kind: StageKind
    name: str
    opened_on: date | None
    after: tuple[str, ...]
    """Stages that its items build on."""
    report: StageReport
    to_run: bool
    """Whether the machine has work in it, or its task run shows something that is no longer so."""


def stage_plan(facts: ProjectFacts, view: StageView, shown: str | None, *, work: bool) -> StagePlan:
    """A stage as it stands; ``shown`` is what its task run shows, ``work`` whether the machine has any in it."""
    definition = facts.scenario.stage[view.key]
    report = stage_report(facts, view)
    return StagePlan(
        key=view.key,
        kind=definition.kind,
        name=definition.name.in_language(get_settings().language),
        opened_on=facts.stages[view.key].opened_on,
        after=tuple(_stages_before(facts, view)),
        report=report,
        to_run=work or (_started(facts, view) and shown != str(report)),
    )


def _started(facts: ProjectFacts, view: StageView) -> bool:
    """Whether a stage has begun; one that only waits for others has not."""
    return facts.stages[view.key].opened_on is not None or view.state is StageState.APPROVED


def _stages_before(facts: ProjectFacts, view: StageView) -> Iterator[str]:
    seen = {view.key}
    for item in view.items:
        for code in facts.definition(item).after:
            stage = facts.definition(code).stage
            if stage not in seen:
                seen.add(stage)
                yield stage


def stage_report(facts: ProjectFacts, view: StageView) -> StageReport:
    """What the task run of a stage has to show."""
    translate = translator(get_settings().language)
    return StageReport(view.round, view.state, stage_message(facts, view, translate))
