"""Parameters of a requested rehearsal, and its forecast in a separate process."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from models.scenarios.definition import ScenarioDefinition
from rules.rehearsal import Forecast, Options, Paces
from services.clock.working_calendar import working_calendar
from services.rehearsal.forecast import MOST_PROJECTS, forecast_apart
from services.rehearsal.past_projects import observed_paces
from services.unit_of_work import Database

#: Acts that a department manages in a day at most.
MOST_ACTS = 100_000


class RehearsalTerms(BaseModel):
    """Parameters of a rehearsal besides the scenario."""

    projects: int = Field(1000, ge=1, le=MOST_PROJECTS)
    seed: int = Field(1, ge=0, le=2**31)
    begins: date | None = None
    over: int = Field(250, ge=1, le=5000)
    history: bool = False
    capacities: dict[str, int] = Field(default_factory=dict)


def simulated(
    database: Database, today: date, definition: ScenarioDefinition, wanted: RehearsalTerms
) -> Forecast:
    """The requested forecast, computed in a separate process."""
    calendar, paces = working_calendar(), Paces()
    if wanted.history:
        with database.reading() as connection:
            paces = observed_paces(connection, definition, calendar)
    options = Options(
        begins=wanted.begins or today,
        over=wanted.over,
        capacities=wanted.capacities,
        paces=paces,
    )
    return forecast_apart(definition, calendar, wanted.projects, wanted.seed, options)
