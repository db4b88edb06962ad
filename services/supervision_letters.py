"""Supervision letters 督办函: the last rung of the warning ladder, in writing, with a day to reply by."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from models import commands as c
from models.outcome import Event
from models.states import ClockKind
from rules.context import Context
from rules.official_documents import Face, supervision_face
from services import documents
from services.document_register import document_register
from services.store import load
from services.written_act import WrittenAct

KIND = "supervision_letter"
RUNG = "supervision"


class Letter(NamedTuple):
    """A letter that is drawn up and not written yet."""

    act: WrittenAct
    face: Face


def drawn_up(
    connection: Connection, project: int, event: Event, number: int, context: Context
) -> Letter | None:
    """The letter that a warning is told by; ``None`` for the lower rungs.

    ``number`` is that of the event in the project's log. For what the applicant is late with no
    department answers.
    """
    applicants = event.data["clock"] == ClockKind.NEXT_PHASE
    if event.data["rung"] != RUNG or event.item is None or applicants:
        return None
    facts = load(connection, project).facts
    face = supervision_face(facts, event.item, event.data, document_register(), context)
    command = c.ItemCommand(act="warn", item=event.item)
    return Letter(WrittenAct(facts, facts, command, context, number, (event,)), face)


def write(connection: Connection, letter: Letter) -> None:
    """Give the letter its number and keep it, in the transaction of its warning."""
    documents.write_letter(connection, letter.act, KIND, letter.face)
