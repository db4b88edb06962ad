"""Whether a document 证照批文 that somebody holds in their hands still stands: open to everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from models.definition import Text
from models.errors import NotFound
from models.states import DocumentState
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """A document as it was issued, and its standing now."""

    token: str
    number: str
    name: Text
    item_name: Text
    state: DocumentState
    conditional: bool
    """Whether papers still had to follow when it was issued."""
    issued_on: date
    revoked_on: date | None
    revoked_reason: str | None
    project_code: str
    project: str
    enterprise_name: str
    department_name: Text
    scope: Text | None
    legal_basis: str | None
    decided_on: str | None
    deficiencies: tuple[Text, ...]
    file: str | None
    """Fingerprint of its PDF, where one was made."""


def verify(database: Database, token: str) -> VerifiedDocument:
    """The document with this token; ``NotFound`` when no such document was ever issued."""
    with database.reading() as connection:
        row = connection.execute(_BY_TOKEN, {"token": token}).one_or_none()
    if row is None:
        raise NotFound(
            field="document",
            value=token[:40],
            remedy="Nothing of the kind was issued here; check the address or scan the code again.",
        )
    face: Mapping[str, Any] = row.face
    department = Text(zh=row.name_zh or face["department"], en=row.name_en or face["department"])
    return VerifiedDocument(
        token=token,
        number=row.number,
        name=Text(**face["name"]),
        item_name=Text(**face["item"]),
        state=DocumentState(row.state),
        conditional=row.conditional,
        issued_on=row.issued_on,
        revoked_on=row.revoked_on,
        revoked_reason=row.revoked_reason,
        project_code=face["project_code"],
        project=face["project"],
        enterprise_name=row.enterprise_name,
        department_name=department,
        scope=Text(**face["scope"]) if face.get("scope") else None,
        legal_basis=face.get("legal_basis"),
        decided_on=face.get("decided_on"),
        deficiencies=tuple(Text(**name) for name in face.get("deficiencies", ())),
        file=row.file,
    )


_BY_TOKEN = text(
    "SELECT d.number, d.state, d.conditional, d.issued_on, d.revoked_on, d.revoked_reason, d.face,"
    " d.file, e.name AS enterprise_name, b.name_zh, b.name_en FROM license_document d"
    " JOIN project p ON p.id = d.project_id JOIN enterprise e ON e.credit_code = p.enterprise"
    " LEFT JOIN department b ON b.key = d.face ->> 'department' WHERE d.token = :token"
)
