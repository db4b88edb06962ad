"""Whether this installation meets a scenario's needs: page templates and deciding officers."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.findings import Finding
from models.scenarios.definition import ScenarioDefinition
from rules.cases.declarations.registry import registry
from rules.scenarios.verifier import Installation
from rules.scenarios.verifier.installation import check_installation
from services.documents.rendering import templates
from services.installation.policy import policy


def installation(connection: Connection | None = None) -> Installation:
    """The installation as the verifier sees it; officers are included when a connection is given."""
    deciding = None if connection is None else _deciding(connection)
    return Installation(templates(), deciding, policy())


def installation_findings(
    connection: Connection, scenario: ScenarioDefinition
) -> tuple[Finding, ...]:
    """Findings about needs of an otherwise sound scenario that this installation does not meet.

    A department without officers is a warning: it becomes known with the publication, and only then
    can its officers be given accounts.
    """
    return tuple(check_installation(scenario, installation(connection)))


def _deciding(connection: Connection) -> frozenset[str]:
    roles = sorted(role.value for role in registry().acts["approve_item"].roles)
    return frozenset(connection.execute(_DECIDING, {"roles": roles}).scalars())


_DECIDING = text(
    "SELECT DISTINCT department FROM account"
    " WHERE active AND department IS NOT NULL AND role = ANY(:roles)"
)
