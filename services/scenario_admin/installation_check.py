"""What this installation has of what a scenario needs: page templates, and officers who may decide."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.definition import ScenarioDefinition
from models.findings import Finding
from rules.permissions import ROLES
from rules.verifier import Installation
from rules.verifier.installation import check_installation
from services.documents.rendering import templates


def installation(connection: Connection | None = None) -> Installation:
    """The installation as the verifier looks at it; officers are known where a database is at hand."""
    deciding = None if connection is None else _deciding(connection)
    return Installation(templates(), deciding)


def installation_findings(
    connection: Connection, scenario: ScenarioDefinition
) -> tuple[Finding, ...]:
    """What this installation lacks for a scenario that is sound in itself.

    A department without officers is a warning: it becomes known with the publication, and only then
    can its officers be given accounts.
    """
    return tuple(check_installation(scenario, installation(connection)))


def _deciding(connection: Connection) -> frozenset[str]:
    roles = sorted(role.value for role in ROLES["approve_item"])
    return frozenset(connection.execute(_DECIDING, {"roles": roles}).scalars())


_DECIDING = text(
    "SELECT DISTINCT department FROM account"
    " WHERE active AND department IS NOT NULL AND role = ANY(:roles)"
)
