"""Official documents 文书: each written in the transaction of the act that causes it.

Certificates of items and papers of the procedure are rows of one table, with a number from a series
without gaps, a token that nobody can guess, and a face: what it says, kept as it was on the day of
issue. The PDF is set from the face later, outside the transaction (:func:`render_missing`).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from config.settings import get_settings
from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.states import DocumentState, ItemState
from models.documents.official_document import ALL_REGIONS, DocumentCategory
from models.errors import NotFound
from models.scenarios.definition import DocumentDefinition
from models.tables import official_document
from rules.cases.acts.lifecycle import NoDocument
from rules.cases.context import Context
from rules.cases.instruments.bundles import bundle
from rules.documents import Face, certificate_face, kind_written, procedure_face, void_reason
from services.documents.files import FileContent, keep_attached, read_file
from services.documents.register import document_register
from services.documents.rendering import render, sheet
from services.documents.signed_page import sign_page
from services.installation.signing import Signer
from services.ledger.numbers import Series, taken
from services.ledger.written_act import WrittenAct
from services.seals import sealed
from services.unit_of_work import Database

# --- numbers --------------------------------------------------------------------------------------


def next_number(
    connection: Connection, definition: DocumentDefinition, region: str, on: date
) -> str:
    """The next number of a kind of document, gap-free per kind, region and year of ``on``.

    A pattern that does not show the region counts through all regions: two documents never have the
    same number. The row lock is held to the end of the transaction: a refused issue leaves no gap.
    """
    return definition.number(region, on, taken(connection, _series(definition, region, on), 1))


def _series(definition: DocumentDefinition, region: str, on: date) -> Series:
    shown = "{region" in definition.number_pattern
    return Series(definition.key, region if shown else ALL_REGIONS, on.year)


def numbered(
    connection: Connection, facts: ProjectFacts, command: c.IssueDocument, context: Context
) -> c.IssueDocument:
    """The command with a number: its own, or the next one if a document can be issued."""
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
    """The command with a number for each document held back by the bundle."""
    definition = facts.scenario.bundle.get(command.bundle)
    bundle_ = bundle(facts, definition) if definition is not None else None
    numbers = dict(command.numbers)
    for item in bundle_.held if bundle_ is not None else ():
        issue = c.IssueDocument(item=item, number=numbers.get(item))
        numbers[item] = numbered(connection, facts, issue, context).number or ""
    return command.model_copy(update={"numbers": numbers})


# --- writing ------------------------------------------------------------------------------------


def write_certificate(connection: Connection, act: WrittenAct) -> None:
    """Write the certificate 证照批文 of a granted item, under the act's number."""
    item = act.command.item
    kind = act.facts.definition(item).document
    if kind is None:
        raise NoDocument(item=item)
    face = certificate_face(act.facts, item, document_register(), act.context)
    _insert(connection, act, kind, DocumentCategory.CERTIFICATE, act.command.number, face)


def write_bundle(connection: Connection, act: WrittenAct) -> None:
    """Write the held-back certificates in one transaction, with one date."""
    for position, event in enumerate(act.events):
        if event.kind == "DocumentIssued" and event.item is not None:
            command = c.IssueDocument(item=event.item, number=str(event.data["number"]))
            first = act.first_event + position
            write_certificate(connection, replace(act, command=command, first_event=first))


def write_paper(connection: Connection, act: WrittenAct) -> None:
    """Write the act's paper, if it has one."""
    _write(connection, act)


def write_papers(connection: Connection, acts: Sequence[WrittenAct]) -> None:
    """Write the papers of acts in several projects: a statement for each series, and one for all."""
    register, by_series = document_register(), dict[Series, list[tuple[WrittenAct, str]]]()
    for act in acts:
        kind = kind_written(act.facts, act.command)
        if kind is not None:
            series = _series(register.document[kind], act.facts.region, act.context.today)
            by_series.setdefault(series, []).append((act, kind))
    rows = []
    for series in sorted(by_series):
        first = taken(connection, series, len(by_series[series]))
        for at, (act, kind) in enumerate(by_series[series], start=first):
            definition = register.document[kind]
            number = definition.number(act.facts.region, act.context.today, at)
            face = procedure_face(act.facts, act.command, kind, register, act.context)
            rows.append(_row(act, kind, definition.category, number, face))
    if rows:
        _insert_all(connection, rows)


def write_decision(connection: Connection, act: WrittenAct) -> None:
    """Write the decision, which replaces a preliminary opinion."""
    number = _write(connection, act)
    if act.before.items[act.command.item].state is ItemState.PRELIMINARY:
        connection.execute(_REPLACE, _place(act) | {"number": number})


def write_voiding(connection: Connection, act: WrittenAct) -> None:
    """Revoke the documents of a voided approval; the decision that does so names them;
    the same for each that fell with it.
    """
    for position, event in enumerate(act.events):
        if event.kind == "ApprovalVoided" and event.item is not None:
            command = c.VoidApproval(item=event.item, reason=str(event.data["reason"]))
            seq = act.first_event + position if event.item != act.command.item else act.first_event
            _write_voiding(connection, replace(act, command=command, first_event=seq))


def _write_voiding(connection: Connection, act: WrittenAct) -> None:
    reason = void_reason(act.facts, act.command, act.context)
    revoked = connection.execute(_REVOKE, _place(act) | _revoked(reason)).all()
    listed = [{"name": row.name, "number": row.number} for row in revoked]
    number = _write(connection, act, revoked=listed)
    ids = [row.id for row in revoked]
    connection.execute(_REVOKED_BY, {"ids": ids, "number": number})


def _revoked(reason: str) -> dict[str, str]:
    return {"state": DocumentState.REVOKED.value, "reason": reason}


#: How a grant was ended → the state of its documents, and the word for it.
_ENDS = {
    "ApprovalRevoked": (DocumentState.REVOKED, "撤销"),
    "ApprovalRecalled": (DocumentState.RECALLED, "撤回"),
    "ApprovalCancelled": (DocumentState.CANCELLED, "注销"),
}


def write_revocation(connection: Connection, act: WrittenAct) -> None:
    """End the documents of an approval that was revoked, recalled or cancelled, and void those of what
    fell with it.
    """
    item = act.command.item
    kinds = {event.kind for event in act.events if event.item == item}
    ended = next((_ENDS[kind] for kind in kinds if kind in _ENDS), None)
    if ended is None:
        return
    state, word = ended
    values = {"state": state.value, "reason": f"{word}：{act.command.reason}"}
    revoked = connection.execute(_REVOKE, _place(act) | values).all()
    listed = [{"name": row.name, "number": row.number} for row in revoked]
    number = _write(connection, act, revoked=listed)
    ids = [row.id for row in revoked]
    connection.execute(_REVOKED_BY, {"ids": ids, "number": number})
    fallen = tuple(event for event in act.events if event.kind == "ApprovalVoided")
    if any(event.item != item for event in fallen):
        write_voiding(connection, act)


def write_restoring(connection: Connection, act: WrittenAct) -> None:
    """Restore the documents of a restored approval and revoke the voiding decision."""
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


def write_surrender(connection: Connection, act: WrittenAct) -> None:
    """The holder gave the grant back: its documents fall, no decision does it."""
    item = act.before.items[act.command.item]
    place = {"project_id": act.facts.id, "item": item.code, "round": item.round}
    reason = f"持有人交回：{act.command.reason}"
    connection.execute(_REVOKE, place | _revoked(reason) | {"on": act.context.today})


def write_delivery(connection: Connection, act: WrittenAct) -> None:
    """Write the receipt of a delivery."""
    rows = connection.execute(_DELIVERABLE, _place(act)).all()
    delivered = [{"name": row.name, "number": row.number} for row in rows]
    _write(connection, act, delivered=delivered)


def write_letter(connection: Connection, act: WrittenAct, kind: str, face: Face) -> None:
    """Write a letter to a department without a command, under the next number of its kind."""
    definition = document_register().document[kind]
    number = next_number(connection, definition, act.facts.region, act.context.today)
    _insert(connection, act, kind, definition.category, number, face)


def _write(connection: Connection, act: WrittenAct, **values: object) -> str | None:
    """Write the act's paper with ``values`` added to its face; returns its number or ``None``."""
    kind = kind_written(act.facts, act.command)
    if kind is None:
        return None
    register = document_register()
    face = procedure_face(act.facts, act.command, kind, register, act.context) | values
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
    _insert_all(connection, [_row(act, kind, category, number, face)])


def _row(
    act: WrittenAct, kind: str, category: DocumentCategory, number: str, face: Face
) -> dict[str, Any]:
    """The row of a document, as plain JSON values."""
    if get_settings().clock_file is not None:
        face["rehearsal"] = True
    return _place(act) | {
        "seq": act.first_event,
        "kind": kind,
        "category": category.value,
        "number": number,
        "conditional": bool(face["owed"]),
        "token": secrets.token_urlsafe(16),
        "face": face,
        "enterprise": act.facts.enterprise,
        "agent": face.get("agent", {}).get("login"),
    }


def _insert_all(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(_INSERT, {"rows": orjson.dumps(rows).decode()})


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
    """A document's PDF as it is downloaded."""

    name: str
    content: FileContent


def unknown_document(token: str) -> NotFound:
    """The error for a token of no document."""
    return NotFound(
        field="document",
        value=token[:40],
        remedy="Nothing of the kind was issued here; check the address or scan the code again.",
    )


def document_file(database: Database, token: str) -> DocumentFile:
    """The PDF of a document, rendered on first use. ``NotFound`` for an unknown token."""
    with database.reading() as connection:
        row = connection.execute(_BY_TOKEN, {"token": token}).one_or_none()
    if row is None:
        raise unknown_document(token)
    sha256 = row.file or _render(database, row)
    return DocumentFile(f"{row.number}.pdf", read_file(database, sha256))


def render_missing(database: Database, project_id: int) -> int:
    """Render the missing PDFs of a project; returns their number.

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
    settings = get_settings()
    page_set = render(page, f"{settings.public_url}/verify/{row.token}")
    signer = Signer(settings.signing_key)
    content = sign_page(page_set, row.kind, row.number, row.issued_on, signer)
    with database.transaction() as connection:
        fingerprint = keep_attached(connection, content, "application/pdf")
        kept = connection.execute(_FILE, {"id": row.id, "sha256": fingerprint}).scalar_one()
    return str(kept)


# --- statements ---------------------------------------------------------------------------------

_INSERT = sealed(
    official_document,
    "INSERT INTO official_document (project_id, item, round, seq, kind, category, number, state,"
    " conditional, issued_on, token, face) SELECT r.project_id, r.item, r.round, r.seq, r.kind,"
    " r.category, r.number, 'valid', r.conditional, r.\"on\", r.token,"
    " r.face || jsonb_build_object('enterprise_name', e.name)"
    " || coalesce((SELECT jsonb_build_object('agent_name', a.name) FROM account a"
    " WHERE a.login = r.agent), '{}'::jsonb)"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(project_id bigint, item text, round int,"
    ' seq int, kind text, category text, number text, conditional boolean, "on" date,'
    " token text, face jsonb, enterprise text, agent text)"
    " JOIN enterprise e ON e.credit_code = r.enterprise",
)
_REVOKE = sealed(
    official_document,
    "UPDATE official_document SET state = :state, revoked_on = :on, revoked_reason = :reason"
    " WHERE project_id = :project_id AND item = :item AND round = :round AND state = 'valid'"
    " AND category IN ('certificate', 'decision', 'opinion')",
    "id, number, face -> 'name' AS name",
)
_REVOKED_BY = sealed(
    official_document, "UPDATE official_document SET revoked_by = :number WHERE id = ANY(:ids)"
)
_RETRACT = sealed(
    official_document,
    "UPDATE official_document SET state = 'revoked', revoked_on = :on, revoked_reason = :reason"
    " WHERE project_id = :project_id AND item = :item AND round = :voided"
    " AND kind IN ('void_decision', 'revocation_decision', 'recall_decision',"
    " 'cancellation_decision') AND state = 'valid'",
)
#: They belong to the round that stands now. A decision that was replaced stays replaced.
_RESTORE = sealed(
    official_document,
    "UPDATE official_document SET state = 'valid', revoked_on = NULL, revoked_reason = NULL,"
    " revoked_by = NULL, round = :round WHERE project_id = :project_id AND item = :item AND round = :voided"
    " AND state IN ('revoked', 'recalled', 'cancelled') AND kind NOT IN"
    " ('void_decision', 'revocation_decision', 'recall_decision', 'cancellation_decision')"
    " AND category IN ('certificate', 'decision', 'opinion')",
)
_REPLACE = sealed(
    official_document,
    "UPDATE official_document SET state = 'replaced', revoked_on = :on, revoked_by = :number"
    " WHERE project_id = :project_id AND item = :item AND round = :round AND state = 'valid'"
    " AND category = 'opinion'",
)
_DELIVERABLE = text(
    "SELECT number, face -> 'name' AS name FROM official_document"
    " WHERE project_id = :project_id AND item = :item AND round = :round AND state = 'valid'"
    " AND category IN ('certificate', 'decision') ORDER BY id"
)
_PAGE = (
    "SELECT id, kind, category, number, issued_on, token, face, file FROM official_document WHERE "
)
_BY_TOKEN = text(_PAGE + "token = :token")
_NOT_RENDERED = text(_PAGE + "project_id = :project_id AND file IS NULL ORDER BY id")
#: Whoever set the page first has its file: what was downloaded once stays what it was.
_FILE = sealed(
    official_document,
    "UPDATE official_document SET file = coalesce(file, :sha256) WHERE id = :id",
    "file",
)
