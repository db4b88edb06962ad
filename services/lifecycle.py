"""What the lifecycle flow does for a project: evaluate it, do the machine's part, say what it waits for.

The flow asks and shows; every fact it changes is an act like any other (:mod:`services.acts`), so
running any of this twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from config.settings import get_settings
from config.texts import translator
from models import commands as c
from models.actor import SYSTEM
from models.definition import StageKind
from models.facts import ProjectFacts
from models.states import Light, ProjectState
from rules import planning
from rules.planning import StageState, StageView
from services.acts import apply
from services.policy import context_for
from services.stage_messages import stage_message
from services.store import load
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class StageReport:
    """What a stage's task run in Prefect shows."""

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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A project at one version of its facts."""

    project_id: int
    code: str
    title: str
    tags: tuple[str, ...]
    version: int
    completed: bool
    stages: tuple[StagePlan, ...]

    @property
    def to_run(self) -> tuple[StagePlan, ...]:
        """Stages whose task has to run now."""
        return tuple(stage for stage in self.stages if stage.to_run)

    @property
    def waiting(self) -> str:
        """What the project waits for, for the message of the parked run."""
        waits = [f"{s.name}: {s.report.message}" for s in self.stages if s.report.message]
        return "; ".join(waits)


def run_name(code: str, title: str) -> str:
    """What a steward reads in Prefect's lists."""
    return f"{code} {title}"


def run_tags(steward: str | None, region: str, light: Light = Light.GREEN) -> tuple[str, ...]:
    """Tags by which a steward filters Prefect's lists."""
    return (f"steward:{steward or '-'}", f"region:{region}", f"level:{light}")


def evaluate(database: Database, project_id: int, now: datetime) -> Evaluation:
    """Look at a project; nothing is changed."""
    with database.reading() as connection:
        stored = load(connection, project_id)
        rows = connection.execute(_SHOWN, {"id": project_id})
        shown: dict[str, str | None] = {row.key: row.shown for row in rows}
    facts, today = stored.facts, context_for(SYSTEM, now).today
    plans = tuple(_plan(facts, view, shown) for view in planning.stage_views(facts))
    return Evaluation(
        project_id=facts.id,
        code=facts.code,
        title=facts.title,
        tags=(
            *run_tags(facts.steward, facts.region, project_light(facts, today)),
            *(f"stage:{plan.key}" for plan in plans if plan.report.message),
        ),
        version=facts.version,
        completed=facts.state is not ProjectState.ACTIVE,
        stages=plans,
    )


def advance_stage(database: Database, project_id: int, stage: str, now: datetime) -> StageReport:
    """Do the machine's part of a stage in one transaction, and say what the stage shows now.

    It is opened, voided items begin a new round, documents are issued. A round that was voided
    stays shown as voided: what follows is the task run of the next round.
    """
    with database.transaction() as connection:
        stored = load(connection, project_id, lock=True)
        before = planning.stage_view(stored.facts, stage)
        context = context_for(SYSTEM, now)
        for command in _commands(stored.facts, stage):
            stored, _ = apply(connection, stored, command, context)
        voided = before.state is StageState.VOIDED
        view = before if voided else planning.stage_view(stored.facts, stage)
        report = _report(stored.facts, view)
        connection.execute(_SHOW, {"id": project_id, "key": stage, "shown": str(report)})
    return report


def close(database: Database, project_id: int, now: datetime) -> bool:
    """Close the project if nothing keeps it open; whether it is closed now."""
    with database.transaction() as connection:
        stored = load(connection, project_id, lock=True)
        if planning.can_close(stored.facts):
            stored, _ = apply(connection, stored, c.CloseProject(), context_for(SYSTEM, now))
        return stored.facts.state is not ProjectState.ACTIVE


def evaluated(database: Database, project_id: int, version: int) -> None:
    """Record that the flow saw this version: wake-ups up to it are done with."""
    values = {"id": project_id, "version": version}
    with database.transaction() as connection:
        connection.execute(_EVALUATED, values)
        connection.execute(_WOKEN, values)


def project_light(facts: ProjectFacts, today: date) -> Light:
    """The worst light of any clock that runs."""
    lights = [Light.GREEN]
    for clock in facts.clocks.values():
        late = [d for d in (clock.due_on, clock.statutory_due_on) if d is not None and d < today]
        if late:
            return Light.RED
        if clock.yellow_on is not None and clock.yellow_on <= today:
            lights.append(Light.YELLOW)
    return lights[-1]


def _commands(facts: ProjectFacts, stage: str) -> tuple[c.ProjectCommand, ...]:
    return planning.machine_work(facts, stage) if facts.state is ProjectState.ACTIVE else ()


def _plan(facts: ProjectFacts, view: StageView, shown: dict[str, str | None]) -> StagePlan:
    definition = facts.scenario.stage[view.key]
    report = _report(facts, view)
    return StagePlan(
        key=view.key,
        kind=definition.kind,
        name=definition.name.in_language(get_settings().language),
        opened_on=facts.stages[view.key].opened_on,
        after=tuple(_stages_before(facts, view)),
        report=report,
        to_run=bool(_commands(facts, view.key))
        or (_started(facts, view) and shown.get(view.key) != str(report)),
    )


def _started(facts: ProjectFacts, view: StageView) -> bool:
    """A stage that only waits for others has nothing to show yet."""
    return facts.stages[view.key].opened_on is not None or view.state is StageState.APPROVED


def _stages_before(facts: ProjectFacts, view: StageView) -> Iterator[str]:
    seen = {view.key}
    for item in view.items:
        for code in facts.definition(item).after:
            stage = facts.definition(code).stage
            if stage not in seen:
                seen.add(stage)
                yield stage


def _report(facts: ProjectFacts, view: StageView) -> StageReport:
    translate = translator(get_settings().language)
    return StageReport(view.round, view.state, stage_message(facts, view, translate))


_SHOWN = text("SELECT key, shown FROM stage WHERE project_id = :id")
_SHOW = text("UPDATE stage SET shown = :shown WHERE project_id = :id AND key = :key")
_EVALUATED = text(
    "UPDATE project SET evaluated_version = :version"
    " WHERE id = :id AND evaluated_version < :version"
)
_WOKEN = text("DELETE FROM wake_up WHERE project_id = :id AND version <= :version")
