"""One search for everything: a number that is exact leads to its page, words to what bears them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, text

from models import plain_text
from models.cases.states import DocumentState
from models.values import Text
from rules.ledgers.catalogue import PROJECTS
from services.cases.ledgers.page import ledger_lines
from services.ledgers.source import Lines
from services.people.viewer import Viewer
from services.people.visibility import Kind, scope
from services.unit_of_work import Database

#: Lines of each group; the rest is on the page of its ledger.
SHOWN: Final = 5
SHORTEST, LONGEST = 2, 100


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document whose number begins with what was looked for."""

    number: str
    token: str
    name: Text
    state: DocumentState
    issued_on: date
    project: str
    project_title: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was looked for, and what the viewer may see of it."""

    words: str
    projects: Lines | None
    """``None`` where too little was typed to look for."""
    documents: tuple[DocumentHit, ...]


def exact_page(database: Database, viewer: Viewer, typed: str) -> str | None:
    """The address of what bears exactly this number; ``None`` where nothing does that the viewer may see."""
    number = plain_text.line(typed)
    if not SHORTEST < len(number) <= LONGEST:
        return None
    with database.reading() as connection:
        return _project(connection, viewer, number) or _document(connection, viewer, number)


def search_page(database: Database, viewer: Viewer, typed: str) -> SearchPage:
    """Projects by part of title, code or enterprise, documents by the beginning of their number. Four queries."""
    words = plain_text.line(typed)[:LONGEST]
    if len(words) < SHORTEST:
        return SearchPage(words, None, ())
    asked = {"text": words, "state": "all", "limit": str(SHOWN)}
    _, projects = ledger_lines(database, viewer, PROJECTS.key, asked)
    with database.reading() as connection:
        documents = tuple(DocumentHit(**row) for row in _documents(connection, viewer, words))
    return SearchPage(words, projects, documents)


def _project(connection: Connection, viewer: Viewer, code: str) -> str | None:
    seen, values = scope(viewer.actor)
    query = text(f"SELECT p.code FROM project p WHERE p.code = :code AND {seen}")  # noqa: S608
    row = connection.execute(query, {"code": code} | values).one_or_none()
    return f"/projects/{row.code}" if row else None


def _document(connection: Connection, viewer: Viewer, number: str) -> str | None:
    rows = _documents(connection, viewer, number)
    return next((f"/verify/{row['token']}" for row in rows if row["number"] == number), None)


def _documents(connection: Connection, viewer: Viewer, words: str) -> list[dict[str, Any]]:
    letters, values = scope(viewer.actor, Kind.LETTER, "d.face ->> 'department'")
    documents, more = scope(viewer.actor, Kind.DOCUMENT)
    query = text(_DOCUMENTS.format(letters=letters, documents=documents))
    bounds = {"begins": f"{plain_text.in_pattern(words)}%", "shown": SHOWN}
    return [_hit(row._asdict()) for row in connection.execute(query, bounds | values | more)]


def _hit(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "name": Text(**row["name"]), "state": DocumentState(row["state"])}


_DOCUMENTS = """
SELECT d.number, d.token, d.face -> 'name' AS name, d.state, d.issued_on,
    p.code AS project, p.title AS project_title
FROM official_document d JOIN project p ON p.id = d.project_id
WHERE d.number LIKE :begins AND CASE WHEN d.category = 'internal' THEN {letters} ELSE {documents} END
ORDER BY d.number LIMIT :shown
"""
