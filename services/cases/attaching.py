"""Which files somebody may attach: those that they uploaded, and the papers of the same enterprise that they see."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.cases.facts import ProjectFacts
from models.people.actor import Actor, Role
from services.documents.files import attach
from services.people.visibility import Kind, scope


def attached(connection: Connection, facts: ProjectFacts, sha256: str, actor: Actor) -> bool:
    """Mark a file as belonging to a project; ``False`` where there is none that the actor may attach."""
    return _may(connection, facts, sha256, actor) and attach(connection, sha256)


def _may(connection: Connection, facts: ProjectFacts, sha256: str, actor: Actor) -> bool:
    if actor.role is Role.SYSTEM:
        return True
    uploads, uploader = scope(actor, Kind.UPLOAD, "u.account", by="uploader")
    papers, by = scope(actor)
    query = text(_MAY.format(uploads=uploads, papers=papers))
    values = {"sha256": sha256, "enterprise": facts.enterprise, **uploader, **by}
    return connection.execute(query, values).first() is not None


_MAY = (
    "SELECT 1 WHERE EXISTS (SELECT FROM file_upload u WHERE u.sha256 = :sha256 AND {uploads})"
    " OR EXISTS (SELECT FROM project p JOIN material m ON m.project_id = p.id"
    " WHERE p.enterprise = :enterprise AND m.sha256 = :sha256 AND {papers})"
)
