"""Projects that a demonstration installation begins with: some weeks of history, played by the script.

The machine's part is done by the services directly; the lifecycle flow finds the wake-ups of the
last day when it starts, and gives every project its run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import text

from deployments.demo.cast import Cast
from deployments.demo.play import Rehearsal
from deployments.demo.steps import Step
from deployments.demo.stories import in_flight
from models.cases.facts import ProjectFacts
from rules.cases.context import ZONE
from services.cases import lifecycle
from services.scenarios.published import effective
from services.unit_of_work import Database

SCENARIO = "industrial-simple"
#: One machine step can make the next one possible; more than this would be a loop of ours.
PASSES = 10


class DirectMachine:
    """The machine's part by direct calls to the services, without Prefect."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settle(self, moment: datetime) -> None:
        """Advance every project that has a wake-up until it has no work left."""
        with self._database.reading() as connection:
            waiting = connection.execute(text("SELECT project_id FROM wake_up")).scalars().all()
        for project_id in waiting:
            self._advance(project_id, moment)

    def _advance(self, project_id: int, moment: datetime) -> None:
        for _ in range(PASSES):
            ready = lifecycle.evaluate(self._database, project_id, moment).to_run
            if not ready:
                break
            for stage in ready:
                lifecycle.advance_stage(self._database, project_id, stage.key, moment)
        lifecycle.close(self._database, project_id, moment)
        version = lifecycle.evaluate(self._database, project_id, moment).version
        lifecycle.evaluated(self._database, project_id, version)


class Nobody:
    """An observer that shows nothing."""

    def day(self, today: date, projects: Sequence[ProjectFacts]) -> None:
        """Show nothing."""

    def act(self, today: date, project: str, step: Step) -> None:
        """Show nothing."""


def load_projects(database: Database, now: datetime) -> int:
    """Play the projects in flight up to yesterday, once; how many there are.

    An interrupted loading goes on where it stopped; a finished one is never touched again.
    """
    today = now.astimezone(ZONE).date()
    tales = in_flight(SCENARIO, today)
    if _all_there(database, [tale.code for tale in tales]):
        return len(tales)
    with database.reading() as connection:
        _, definition = effective(connection, SCENARIO, today)
    cast = Cast(database, definition)
    cast.gather({tale.enterprise: tale.enterprise_name for tale in tales})
    rehearsal = Rehearsal(database, cast, DirectMachine(database), Nobody(), run="in-flight")
    rehearsal.play(tales, until=today - timedelta(days=1))
    _wake_all(database)
    return len(tales)


def _all_there(database: Database, codes: list[str]) -> bool:
    with database.reading() as connection:
        query = text("SELECT count(*) FROM project WHERE code = ANY(:codes)")
        return bool(connection.execute(query, {"codes": codes}).scalar_one() == len(codes))


def _wake_all(database: Database) -> None:
    """Every project gets its run in Prefect as soon as the relay is there."""
    with database.transaction() as connection:
        connection.execute(_WAKE_ALL)


_WAKE_ALL = text(
    "INSERT INTO wake_up (project_id, version) SELECT id, version FROM project"
    " WHERE state = 'active' ON CONFLICT (project_id) DO NOTHING"
)
