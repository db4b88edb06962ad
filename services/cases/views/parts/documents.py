"""Documents of a project as they are shown to someone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, text

from models.cases.facts import ProjectFacts
from models.cases.states import DocumentState
from models.documents.official_document import DocumentCategory
from models.people.actor import Actor
from models.scenarios.definition import Text
from services.cases.views.values.project_records import DocumentRow
from services.documents.kinds import PHOTO
from services.people.visibility import Kind, scope


def document_rows(connection: Connection, project_id: int, viewer: Actor) -> Iterator[DocumentRow]:
    """Every document, in the order of issue; without the letters to others than the ``viewer``. One query."""
    letters, values = scope(viewer, Kind.LETTER, "d.face ->> 'department'")
    documents, more = scope(viewer, Kind.DOCUMENT)
    query = text(_DOCUMENTS.format(letters=letters, documents=documents))
    yield from map(_line, connection.execute(query, {"id": project_id} | values | more))


def _line(row: Row[Any]) -> DocumentRow:
    return DocumentRow(
        item=row.item,
        kind=row.kind,
        category=DocumentCategory(row.category),
        name=Text(**row.name),
        number=row.number,
        state=DocumentState(row.state),
        conditional=row.conditional,
        issued_on=row.issued_on,
        revoked_on=row.revoked_on,
        revoked_reason=row.revoked_reason,
        revoked_by=row.revoked_by,
        token=row.token,
    )


def photos(connection: Connection, facts: ProjectFacts) -> frozenset[str]:
    """Keys of the papers that are a phone's photo: pages show a picture of it, and lead to the photo too."""
    fingerprints = {key: held.sha256 for key, held in facts.materials.items() if held.sha256}
    if not fingerprints:
        return frozenset()
    values = {"kind": PHOTO, "fingerprints": list(fingerprints.values())}
    taken = set(connection.execute(_PHOTOS, values).scalars())
    return frozenset(key for key, fingerprint in fingerprints.items() if fingerprint in taken)


_DOCUMENTS = (
    "SELECT d.item, d.kind, d.category, d.face -> 'name' AS name, d.number, d.state, d.conditional,"
    " d.issued_on, d.revoked_on, d.revoked_reason, d.revoked_by, d.token"
    " FROM official_document d JOIN project p ON p.id = d.project_id"
    " WHERE d.project_id = :id AND CASE WHEN d.category = 'internal' THEN {letters} ELSE {documents} END"
    " ORDER BY d.id"
)
_PHOTOS = text(
    "SELECT sha256 FROM stored_file WHERE media_type = :kind AND sha256 = ANY(:fingerprints)"
)
