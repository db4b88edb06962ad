"""Verification of a document 文书: its standing today, open to everyone.

Of a letter between authorities everyone learns that it is genuine, and nothing of what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from models.cases.states import DocumentState
from models.documents.official_document import DocumentCategory, Standing
from models.errors import NotPermitted
from models.people.actor import Actor
from models.scenarios.definition import Text
from services.documents.writing import unknown_document
from services.people.visibility import Kind, scope
from services.unit_of_work import Database


class LetterWithheld(NotPermitted):
    template = "document: {number} is a letter between authorities; only they can open it. Sign in as an officer who is concerned."


@dataclass(frozen=True, slots=True)
class Outstanding:
    """An outstanding paper and its last day."""

    name: Text
    due_on: date | None


@dataclass(frozen=True, slots=True)
class LetterState:
    """Recipient of a supervision letter 督办函, and its answer."""

    addressee: Text
    reply_by: date | None
    replied_on: date | None


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """A document as issued, and its current standing."""

    token: str
    kind: str
    category: DocumentCategory
    number: str
    name: Text
    withheld: bool
    """Whether it is a letter between authorities and nothing more of it is shown to this reader:
    project, enterprise and item are ``None`` then."""
    item_name: Text | None
    standing: Standing
    state: DocumentState
    conditional: bool
    """Whether papers were outstanding when it was issued."""
    outstanding: tuple[Outstanding, ...]
    """Papers outstanding today."""
    made_good_on: date | None
    """When the last outstanding paper arrived."""
    issued_on: date
    revoked_on: date | None
    revoked_reason: str | None
    """Why it was revoked, in words."""
    revoked_by: str | None
    """Number of the decision that revoked or replaced it."""
    revoked_by_token: str | None
    """Where that decision can be verified."""
    project_code: str | None
    project: str | None
    enterprise_name: str | None
    department_name: Text
    scope: Text | None
    legal_basis: str | None
    decided_on: str | None
    deficiencies: tuple[Text, ...]
    """Papers outstanding when it was issued."""
    rehearsal: bool
    """Whether it was issued on a simulated calendar, and so has no validity."""
    letter: LetterState | None
    """Set for a letter between authorities that the reader may see."""


def verify(database: Database, token: str, reader: Actor | None = None) -> VerifiedDocument:
    """The document with this token; ``NotFound`` when no such document was ever issued."""
    row = _row(database, token, reader)
    return _verified(token, row, readable=_readable(row))


def verify_file(database: Database, sha256: str) -> VerifiedDocument:
    """The document whose file has this fingerprint; ``NotFound`` where none was issued as that file."""
    with database.reading() as connection:
        token = connection.execute(_OF_FILE, {"sha256": sha256}).scalar_one_or_none()
    if token is None:
        raise unknown_document(sha256)
    return verify(database, token)


def check_may_read(database: Database, token: str, reader: Actor | None) -> None:
    """Refuse the page of a letter between authorities to everyone else."""
    row = _row(database, token, reader)
    if not _readable(row):
        raise LetterWithheld(number=row.number)


def _row(database: Database, token: str, reader: Actor | None) -> Row[Any]:
    project, values = scope(reader)
    letters, more = scope(reader, Kind.LETTER, "d.face ->> 'department'")
    query = text(_DOCUMENT.format(scope=f"{project} AND {letters}"))
    with database.reading() as connection:
        row = connection.execute(query, {"token": token} | values | more).one_or_none()
    if row is None:
        raise unknown_document(token)
    return row


def _readable(row: Row[Any]) -> bool:
    """Whether its reader may see the whole document."""
    if row.category != DocumentCategory.INTERNAL:
        return True
    return bool(row.theirs)


def _verified(token: str, row: Row[Any], *, readable: bool) -> VerifiedDocument:
    face: Mapping[str, Any] = row.face
    outstanding = tuple(_outstanding(face, row))
    shown: Mapping[str, Any] = face if readable else {}
    return VerifiedDocument(
        token=token,
        kind=row.kind,
        category=DocumentCategory(row.category),
        number=row.number,
        name=Text(**face["name"]),
        withheld=not readable,
        item_name=Text(**shown["item"]) if shown else None,
        standing=_standing(row, bool(outstanding)),
        state=DocumentState(row.state),
        conditional=row.conditional,
        outstanding=outstanding,
        made_good_on=None if outstanding or row.state != DocumentState.VALID else row.made_good_on,
        issued_on=row.issued_on,
        revoked_on=row.revoked_on,
        revoked_reason=row.revoked_reason,
        revoked_by=row.revoked_by,
        revoked_by_token=row.revoked_by_token,
        project_code=shown.get("project_code"),
        project=shown.get("project"),
        enterprise_name=shown.get("enterprise_name"),
        department_name=Text(**face["issuer"]),
        scope=Text(**shown["scope"]) if shown.get("scope") else None,
        legal_basis=shown.get("legal_basis"),
        decided_on=shown.get("decided_on"),
        deficiencies=tuple(Text(**entry["name"]) for entry in face["owed"]),
        rehearsal=face.get("rehearsal", False),
        letter=_letter(shown, row.replied_on)
        if row.category == DocumentCategory.INTERNAL
        else None,
    )


def _letter(face: Mapping[str, Any], replied_on: date | None) -> LetterState | None:
    if not face:
        return None
    return LetterState(Text(**face["addressee"]), _day(face["reply_by"]), replied_on)


def _standing(row: Row[Any], owed: bool) -> Standing:
    """Standing of a document; a valid one is CONDITIONAL while papers are outstanding."""
    if row.state != DocumentState.VALID:
        return Standing(row.state)
    if row.category == DocumentCategory.OPINION:
        return Standing.PRELIMINARY
    return Standing.CONDITIONAL if owed else Standing.VALID


def _outstanding(face: Mapping[str, Any], row: Row[Any]) -> list[Outstanding]:
    """Papers named on a valid document that are still owed today."""
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


_OF_FILE = text("SELECT token FROM official_document WHERE file = :sha256")
_DOCUMENT = (
    "SELECT d.kind, d.category, d.number, d.state, d.conditional, d.issued_on, d.revoked_on,"
    " d.revoked_reason, d.revoked_by, v.token AS revoked_by_token, d.face, w.owed, w.made_good_on,"
    " t.closed_on AS replied_on, ({scope}) AS theirs"
    " FROM official_document d JOIN project p ON p.id = d.project_id"
    " LEFT JOIN official_document v ON v.number = d.revoked_by AND v.project_id = d.project_id"
    " LEFT JOIN supervision_task t ON d.category = 'internal' AND t.project_id = d.project_id"
    " AND t.item = d.item AND t.round = d.round AND t.kind = 'letter'"
    " AND t.clock = d.face ->> 'clock' AND t.subject = d.face ->> 'subject'"
    " LEFT JOIN LATERAL (SELECT json_agg(json_build_object('material', f.material,"
    " 'due_on', f.due_on) ORDER BY f.due_on, f.material)"
    " FILTER (WHERE f.state IN ('open', 'submitted')) AS owed,"
    " max(f.closed_on) FILTER (WHERE f.state = 'cured') AS made_good_on FROM deficiency f"
    " WHERE d.conditional AND f.project_id = d.project_id AND f.item = d.item"
    " AND f.round = d.round) w ON true WHERE d.token = :token"
)
