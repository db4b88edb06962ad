"""What a document 文书 that somebody holds in their hands is worth today: open to everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from models.definition import Text
from models.official_document import DocumentCategory, Standing
from models.states import DocumentState
from services.documents import unknown_document
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A paper that still has to follow, and its last day."""

    name: Text
    due_on: date | None


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """A document as it was issued, and its standing now."""

    token: str
    kind: str
    category: DocumentCategory
    number: str
    name: Text
    item_name: Text
    standing: Standing
    state: DocumentState
    conditional: bool
    """Whether papers still had to follow when it was issued."""
    outstanding: tuple[Outstanding, ...]
    """Papers that still have to follow today."""
    made_good_on: date | None
    """When the last of the papers came that had to follow."""
    issued_on: date
    revoked_on: date | None
    revoked_reason: str | None
    """Why it was revoked, or the number of the decision that took its place."""
    project_code: str
    project: str
    enterprise_name: str
    department_name: Text
    scope: Text | None
    legal_basis: str | None
    decided_on: str | None
    deficiencies: tuple[Text, ...]
    """Papers that had to follow when it was issued."""
    rehearsal: bool
    """Whether it was issued on a simulated calendar: it is worth nothing then."""


def verify(database: Database, token: str) -> VerifiedDocument:
    """The document with this token; ``NotFound`` when no such document was ever issued."""
    with database.reading() as connection:
        row = connection.execute(_BY_TOKEN, {"token": token}).one_or_none()
    if row is None:
        raise unknown_document(token)
    return _verified(token, row)


def _verified(token: str, row: Row[Any]) -> VerifiedDocument:
    face: Mapping[str, Any] = row.face
    outstanding = tuple(_outstanding(face, row))
    return VerifiedDocument(
        token=token,
        kind=row.kind,
        category=DocumentCategory(row.category),
        number=row.number,
        name=Text(**face["name"]),
        item_name=Text(**face["item"]),
        standing=_standing(row, bool(outstanding)),
        state=DocumentState(row.state),
        conditional=row.conditional,
        outstanding=outstanding,
        made_good_on=None if outstanding or row.state != DocumentState.VALID else row.made_good_on,
        issued_on=row.issued_on,
        revoked_on=row.revoked_on,
        revoked_reason=row.revoked_reason,
        project_code=face["project_code"],
        project=face["project"],
        enterprise_name=face["enterprise_name"],
        department_name=Text(**face["issuer"]),
        scope=Text(**face["scope"]) if face.get("scope") else None,
        legal_basis=face.get("legal_basis"),
        decided_on=face.get("decided_on"),
        deficiencies=tuple(Text(**entry["name"]) for entry in face["owed"]),
        rehearsal=face.get("rehearsal", False),
    )


def _standing(row: Row[Any], owed: bool) -> Standing:
    """A document that stands is worth less while papers have to follow."""
    if row.state != DocumentState.VALID:
        return Standing(row.state)
    if row.category == DocumentCategory.OPINION:
        return Standing.PRELIMINARY
    return Standing.CONDITIONAL if owed else Standing.VALID


def _outstanding(face: Mapping[str, Any], row: Row[Any]) -> list[Outstanding]:
    """What of the papers named on a document that stands is owed today."""
    if row.state != DocumentState.VALID or not row.conditional:
        return []
    names = {entry.get("material"): Text(**entry["name"]) for entry in face["owed"]}
    return [
        Outstanding(names[owed["material"]], _day(owed["due_on"]))
        for owed in row.owed or ()
        if owed["material"] in names
    ]


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


_BY_TOKEN = text(
    "SELECT d.kind, d.category, d.number, d.state, d.conditional, d.issued_on, d.revoked_on,"
    " d.revoked_reason, d.face, w.owed, w.made_good_on FROM official_document d"
    " LEFT JOIN LATERAL (SELECT json_agg(json_build_object('material', f.material,"
    " 'due_on', f.due_on) ORDER BY f.due_on, f.material)"
    " FILTER (WHERE f.state IN ('open', 'submitted')) AS owed,"
    " max(f.closed_on) FILTER (WHERE f.state = 'cured') AS made_good_on FROM deficiency f"
    " WHERE d.conditional AND f.project_id = d.project_id AND f.item = d.item"
    " AND f.round = d.round) w ON true WHERE d.token = :token"
)
