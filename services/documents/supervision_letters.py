"""Supervision letters 督办函: the last rung of the warning ladder in writing, with a day to answer by.

Drawn up with the warnings of a project and written in their transaction: the task that the department
has to close by its answer, and the numbered document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, text

from models import commands as c
from models.facts import ProjectFacts
from models.outcome import Event
from models.supervision import SupervisionFacts
from rules.context import Context
from rules.official_documents import Face, supervision_face
from rules.supervision_letters import letter
from rules.warnings import DueClock, Warned
from services.documents import writing as documents
from services.documents.register import document_register
from services.rows import mappings
from services.store import load
from services.written_act import WrittenAct

KIND = "supervision_letter"


class Letter(NamedTuple):
    """A letter that is drawn up and not written yet."""

    task: SupervisionFacts
    act: WrittenAct
    face: Face


class LetterBook:
    """The letters that the warnings of one project put down, in their order."""

    def __init__(self, connection: Connection, project: int, context: Context) -> None:
        self._connection, self._project, self._context = connection, project, context
        self.letters: list[Letter] = []

    def draw_up(self, warned: Warned, clock: DueClock, first: int) -> Warned:
        """The same warnings; one that says by when to answer keeps the task it opens. The first of
        their events has the number ``first`` in the project's log.
        """
        events = [
            self._drawn_up(event, clock, number) if event.data.get("reply_by") else event
            for number, event in enumerate(warned.events, start=first)
        ]
        return warned._replace(events=events)

    @cached_property
    def _facts(self) -> ProjectFacts:
        """Needed for a letter alone: other warnings are given without them."""
        return load(self._connection, self._project).facts

    def _drawn_up(self, warning: Event, clock: DueClock, number: int) -> Event:
        facts, today = self._facts, self._context.today
        taken = (*facts.supervision, *(one.task.number for one in self.letters))
        task = letter(taken, clock, today, date.fromisoformat(str(warning.data["reply_by"])))
        face = supervision_face(facts, task, clock.due_on, document_register(), self._context)
        event = replace(warning, data={**warning.data, "supervision": [task.document()]})
        command = c.ItemCommand(act="warn", item=clock.item)
        act = WrittenAct(facts, facts, command, self._context, number, (event,))
        self.letters.append(Letter(task, act, face))
        return event


def write(connection: Connection, letters: Sequence[Letter]) -> None:
    """Open the tasks, and give each letter the next number of its kind."""
    if not letters:
        return
    found = mappings()["supervision"]
    rows = [found.encode(one.task, one.act.facts.id) for one in letters]
    connection.execute(_OPEN, {"tasks": orjson.dumps(rows).decode()})
    connection.execute(_HAS_TASKS, {"projects": [one.act.facts.id for one in letters]})
    for one in letters:
        documents.write_letter(connection, one.act, KIND, one.face)


_OPEN = text(
    "INSERT INTO supervision_task SELECT *"
    " FROM json_populate_recordset(NULL::supervision_task, CAST(:tasks AS json))"
)
#: An act looks only into the tables that the project's row names.
_HAS_TASKS = text(
    "UPDATE project SET parts = array_append(parts, 'supervision')"
    " WHERE id = ANY(:projects) AND NOT 'supervision' = ANY(parts)"
)
