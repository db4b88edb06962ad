"""The page on which a project is registered: the scenarios to choose from, then the form of one."""

from __future__ import annotations

from dataclasses import dataclass

from models.people.actor import Role
from models.scenarios.definition import ScenarioDefinition
from services.people.accounts import Account, with_role
from services.people.viewer import Viewer
from services.scenarios.published import effective, every_effective
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """What can be registered today."""

    scenarios: tuple[ScenarioDefinition, ...]
    chosen: ScenarioDefinition | None
    """The scenario whose form is shown; ``None``: it is to be chosen yet."""
    stewards: tuple[Account, ...]


def registration_page(database: Database, viewer: Viewer, key: str) -> RegistrationPage:
    """The scenarios in effect, and the one of ``key`` if it is among them. Two queries."""
    with database.reading() as connection:
        known = tuple(every_effective(connection, viewer.today))
    chosen = next((scenario for scenario in known if scenario.key == key), None)
    return RegistrationPage(known, chosen, with_role(database, Role.PROJECT_STEWARD))


def scenario_in_effect(database: Database, viewer: Viewer, key: str) -> ScenarioDefinition:
    """The scenario that a project is registered on today. Raises ``UnknownScenario``."""
    with database.reading() as connection:
        return effective(connection, key, viewer.today)[1]
