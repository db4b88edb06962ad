"""Official documents 文书: each written in the transaction of the act that causes it.

Certificates of items and papers of the procedure are rows of one table, with a number from a series
without gaps, a token that nobody can guess, and a face: what it says, kept as it was on the day of
issue. The PDF is set from the face later, outside the transaction (:func:`render_missing`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from config.settings import get_settings
from models import commands as c
from models.definition import DocumentDefinition
from models.errors import NotFound
from models.facts import ProjectFacts
from models.official_document import ALL_REGIONS, DocumentCategory
from models.states import ItemState
from rules.acts.lifecycle import NoDocument
from rules.bundles import bundle
from rules.context import Context
from rules.official_documents import (
    Face,
    certificate_face,
    kind_written,
    procedure_face,
    void_reason,
)
from services.documents.files import FileContent, read_file
from services.documents.register import document_register
from services.documents.rendering import render, sheet
from services.unit_of_work import Database
from services.written_act import WrittenAct

# --- numbers --------------------------------------------------------------------------------------


def next_number(
    connection: Connection, definition: DocumentDefinition, region: str, on: date
) -> str:
    """The next number of a kind of document, gap-free per kind, region and year of ``on``.

    A pattern that does not show the region counts through all regions: two documents never have the
    same number. The row lock is held to the end of the transaction: a refused issue leaves no gap.
    """
    series = region if "{region" in definition.number_pattern else ALL_REGIONS
    values = {"kind": definition.key, "region": series, "year": on.year}
    seq = connection.execute(_NUMBER, values).scalar_one()
    return definition.number(region, on, seq)


def numbered(
    connection: Connection, facts: ProjectFacts, command: c.IssueDocument, context: Context
) -> c.IssueDocument:
    """The command with a number: its own, or the next one where a document can be issued at all."""
    item = facts.items.get(command.item)
    if command.number is not None or item is None or item.document_issued:
        return command
    kind = facts.definition(command.item).document
    if kind is None:
        return command
    number = next_number(connection, facts.scenario.document[kind], facts.region, context.today)
    return command.model_copy(update={"number": number})


def numbered_bundle(
    connection: Connection, facts: ProjectFacts, command: c.ReleaseBundle, context: Context
) -> c.ReleaseBundle:
    """The command with a number for each document that the bundle holds back."""
    definition = facts.scenario.bundle.get(command.bundle)
    found = bundle(facts, definition) if definition is not None else None
    numbers = dict(command.numbers)
    for item in found.held if found is not None else ():
        one = c.IssueDocument(item=item, number=numbers.get(item))
        numbers[item] = numbered(connection, facts, one, context).number or ""
    return command.model_copy(update={"numbers": numbers})


# --- writing ------------------------------------------------------------------------------------


def write_certificate(connection: Connection, act: WrittenAct) -> None:
    """The certificate 证照批文 of a granted item, under the number that the act was given."""
    item = act.command.item
    kind = act.facts.definition(item).document
    if kind is None:
        raise NoDocument(item=item)
    face = certificate_face(act.facts, item, document_register(), act.context)
    _insert(connection, act, kind, DocumentCategory.CERTIFICATE, act.command.number, face)


def write_bundle(connection: Connection, act: WrittenAct) -> None:
    """The certificates that were held back, in one transaction and of one day."""
    for position, event in enumerate(act.events):
        if event.kind == "DocumentIssued" and event.item is not None:
            command = c.IssueDocument(item=event.item, number=str(event.data["number"]))
            first = act.first_event + position
            write_certificate(connection, replace(act, command=command, first_event=first))


def write_paper(connection: Connection, act: WrittenAct) -> None:
    """The paper that an act writes, where it writes one."""
    _write(connection, act)


def write_decision(connection: Connection, act: WrittenAct) -> None:
    """The decision; it takes the place of the preliminary opinion, if there was one."""
    number = _write(connection, act)
    if act.before.items[act.command.item].state is ItemState.PRELIMINARY:
        connection.execute(_REPLACE, _place(act) | {"number": number})


def write_voiding(connection: Connection, act: WrittenAct) -> None:
    """The documents of a voided approval no longer stand, and the decision that says so names them;
    the same for each that fell with it.
    """
    for position, event in enumerate(act.events):
        if event.kind == "ApprovalVoided" and event.item is not None:
            command = c.VoidApproval(item=event.item, reason=str(event.data["reason"]))
            seq = act.first_event + position if event.item != act.command.item else act.first_event
            _write_voiding(connection, replace(act, command=command, first_event=seq))


def _write_voiding(connection: Connection, act: WrittenAct) -> None:
    reason = void_reason(act.facts, act.command, act.context)
    revoked = connection.execute(_REVOKE, _place(act) | {"reason": reason}).all()
    listed = [{"name": row.name, "number": row.number} for row in revoked]
    number = _write(connection, act, revoked=listed)
    ids = [row.id for row in revoked]
    connection.execute(_REVOKED_BY, {"ids": ids, "number": number})


def write_restoring(connection: Connection, act: WrittenAct) -> None:
    """The documents of a restored approval stand again, and the decision that voided it does not."""
    for event in act.events:
        if event.kind == "ApprovalRestored" and event.item is not None:
            values = {
                "project_id": act.facts.id,
                "item": event.item,
                "voided": event.data["voided_round"],
                "round": act.facts.items[event.item].round,
                "on": act.context.today,
                "reason": act.command.reason,
            }
            connection.execute(_RETRACT, values)
            connection.execute(_RESTORE, values)


def write_delivery(connection: Connection, act: WrittenAct) -> None:
    """The receipt of what was delivered."""
    rows = connection.execute(_DELIVERABLE, _place(act)).all()
    delivered = [{"name": row.name, "number": row.number} for row in rows]
    _write(connection, act, delivered=delivered)


def write_letter(connection: Connection, act: WrittenAct, kind: str, face: Face) -> None:
    """A letter to a department that no command asks for, under the next number of its kind."""
    definition = document_register().document[kind]
    number = next_number(connection, definition, act.facts.region, act.context.today)
    _insert(connection, act, kind, definition.category, number, face)


def _write(connection: Connection, act: WrittenAct, **said: object) -> str | None:
    """Write the paper that an act writes, saying ``said`` too; its number, ``None`` without one."""
    kind = kind_written(act.facts, act.command)
    if kind is None:
        return None
    register = document_register()
    face = procedure_face(act.facts, act.command, kind, register, act.context) | said
    definition = register.document[kind]
    number = next_number(connection, definition, act.facts.region, act.context.today)
    _insert(connection, act, kind, definition.category, number, face)
    return number


def _insert(
    connection: Connection,
    act: WrittenAct,
    kind: str,
    category: DocumentCategory,
    number: str,
    face: Face,
) -> None:
    if get_settings().clock_file is not None:
        face["rehearsal"] = True
    connection.execute(
        _INSERT,
        _place(act)
        | {
            "seq": act.first_event,
            "kind": kind,
            "category": category.value,
            "number": number,
            "conditional": bool(face["owed"]),
            "token": secrets.token_urlsafe(16),
            "face": json.dumps(face, ensure_ascii=False),
            "enterprise": act.facts.enterprise,
        },
    )


def _place(act: WrittenAct) -> dict[str, Any]:
    item = act.facts.items[act.command.item]
    return {
        "project_id": act.facts.id,
        "item": item.code,
        "round": item.round,
        "on": act.context.today,
    }


# --- pages --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """The page of a document, as it is downloaded."""

    name: str
    content: FileContent


def unknown_document(token: str) -> NotFound:
    """The refusal for a token that no document carries."""
    return NotFound(
        field="document",
        value=token[:40],
        remedy="Nothing of the kind was issued here; check the address or scan the code again.",
    )


def document_file(database: Database, token: str) -> DocumentFile:
    """The PDF of a document; set now when nobody did before. ``NotFound`` for an unknown token."""
    with database.reading() as connection:
        row = connection.execute(_BY_TOKEN, {"token": token}).one_or_none()
    if row is None:
        raise unknown_document(token)
    sha256 = row.file or _render(database, row)
    return DocumentFile(f"{row.number}.pdf", read_file(database, sha256))


def render_missing(database: Database, project_id: int) -> int:
    """Set the pages of a project that are not set yet; how many were.

    No transaction is open while a page is set. Doing it twice, or twice at once, does no harm: the
    same face gives the same file.
    """
    with database.reading() as connection:
        rows = connection.execute(_NOT_RENDERED, {"project_id": project_id}).all()
    for row in rows:
        _render(database, row)
    return len(rows)


def _render(database: Database, row: Row[Any]) -> str:
    page = sheet(row.face, row.kind, row.category, row.number)
    content = render(page, f"{get_settings().public_url}/verify/{row.token}")
    fingerprint = hashlib.sha256(content).hexdigest()
    values = {"sha256": fingerprint, "size": len(content), "content": content}
    with database.transaction() as connection:
        connection.execute(_STORE, values)
        kept = connection.execute(_FILE, {"id": row.id, "sha256": fingerprint}).scalar_one()
    return str(kept)


# --- statements ---------------------------------------------------------------------------------

_NUMBER = text(
    "INSERT INTO document_number (kind, region, year, last) VALUES (:kind, :region, :year, 1)"
    " ON CONFLICT (kind, region, year) DO UPDATE SET last = document_number.last + 1"
    " RETURNING last"
)
_INSERT = text(
    "INSERT INTO official_document (project_id, item, round, seq, kind, category, number, state,"
    " conditional, issued_on, token, face) SELECT :project_id, :item, :round, :seq, :kind,"
    " :category, :number, 'valid', :conditional, :on, :token,"
    " CAST(:face AS jsonb) || jsonb_build_object('enterprise_name', e.name)"
    " FROM enterprise e WHERE e.credit_code = :enterprise"
)
_REVOKE = text(
    "UPDATE official_document SET state = 'revoked', revoked_on = :on, revoked_reason = :reason"
    " WHERE project_id = :project_id AND item = :item AND round = :round AND state = 'valid'"
    " AND category IN ('certificate', 'decision', 'opinion')"
    " RETURNING id, number, face -> 'name' AS name"
)
_REVOKED_BY = text("UPDATE official_document SET revoked_by = :number WHERE id = ANY(:ids)")
_RETRACT = text(
    "UPDATE official_document SET state = 'revoked', revoked_on = :on, revoked_reason = :reason"
    " WHERE project_id = :project_id AND item = :item AND round = :voided"
    " AND kind = 'void_decision' AND state = 'valid'"
)
#: They belong to the round that stands now. A decision that was replaced stays replaced.
_RESTORE = text(
    "UPDATE official_document SET state = 'valid', revoked_on = NULL, revoked_reason = NULL,"
    " revoked_by = NULL, round = :round WHERE project_id = :project_id AND item = :item AND round = :voided"
    " AND state = 'revoked' AND kind <> 'void_decision'"
    " AND category IN ('certificate', 'decision', 'opinion')"
)
_REPLACE = text(
    "UPDATE official_document SET state = 'replaced', revoked_on = :on, revoked_by = :number"
    " WHERE project_id = :project_id AND item = :item AND round = :round AND state = 'valid'"
    " AND category = 'opinion'"
)
_DELIVERABLE = text(
    "SELECT number, face -> 'name' AS name FROM official_document"
    " WHERE project_id = :project_id AND item = :item AND round = :round AND state = 'valid'"
    " AND category IN ('certificate', 'decision') ORDER BY id"
)
_PAGE = "SELECT id, kind, category, number, token, face, file FROM official_document WHERE "
_BY_TOKEN = text(_PAGE + "token = :token")
_NOT_RENDERED = text(_PAGE + "project_id = :project_id AND file IS NULL ORDER BY id")
_STORE = text(
    "INSERT INTO stored_file (sha256, media_type, size, content)"
    " VALUES (:sha256, 'application/pdf', :size, :content) ON CONFLICT DO NOTHING"
)
#: Whoever set the page first has its file: what was downloaded once stays what it was.
_FILE = text(
    "UPDATE official_document SET file = coalesce(file, :sha256) WHERE id = :id RETURNING file"
)
