"""The scenarios that projects can be registered with: the newest published version of each."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.definition import ScenarioDefinition
from services.scenarios import definition


def published_scenarios(connection: Connection) -> tuple[ScenarioDefinition, ...]:
    """The newest published version of every scenario, by key."""
    return tuple(definition(connection, row.id) for row in connection.execute(_NEWEST))


_NEWEST = text(
    "SELECT DISTINCT ON (key) id FROM scenario_version WHERE state = 'published'"
    " ORDER BY key, version DESC"
)
