"""Supervision letters 督办函: the last rung of the warning ladder in writing, with a day to answer by.

Drawn up with the warnings of a project and written in their transaction: the task that the department
has to close by its answer, and the numbered document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, text

from models.cases import commands as c
from models.cases.duty import DUTIES
from models.cases.facts import ProjectFacts
from models.cases.outcome import Event
from models.cases.supervision import SUPERVISION, SupervisionFacts, SupervisionState
from rules.cases import duties
from rules.cases.context import Context
from rules.cases.instruments.supervision_letters import letter
from rules.cases.warnings import DueClock, WarningResult
from rules.documents import Face, supervision_face
from services.documents import writing as documents
from services.documents.register import document_register
from services.ledger.rows import record, upsert
from services.ledger.store import load
from services.ledger.written_act import WrittenAct

KIND = "supervision_letter"


class Letter(NamedTuple):
    """A supervision letter drawn up but not yet written."""

    task: SupervisionFacts
    act: WrittenAct
    face: Face


class LetterBook:
    """Collects the letters for the warnings of one project, in order."""

    def __init__(self, connection: Connection, project: int, context: Context) -> None:
        self._connection, self._project, self._context = connection, project, context
        self.letters: list[Letter] = []

    def draw_up(self, warned: WarningResult, clock: DueClock, first: int) -> WarningResult:
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
        """Loaded only when a letter is due: other warnings do not need them."""
        return load(self._connection, self._project).facts

    def _drawn_up(self, warning: Event, clock: DueClock, number: int) -> Event:
        facts, today = self._facts, self._context.today
        taken = (*facts.supervision, *(draft.task.number for draft in self.letters))
        missed_on, reply_by = (
            date.fromisoformat(str(warning.data[name])) for name in ("due_on", "reply_by")
        )
        task = letter(taken, clock, today, reply_by, missed_on)
        face = supervision_face(facts, task, missed_on, document_register(), self._context)
        event = replace(warning, data={**warning.data, "supervision": [SUPERVISION.line_of(task)]})
        command = c.ItemCommand(act="warn", item=clock.item)
        act = WrittenAct(facts, facts, command, self._context, number, (event,))
        self.letters.append(Letter(task, act, face))
        return event


def write(connection: Connection, letters: Sequence[Letter]) -> None:
    """Open the tasks and write each letter under the next number of its kind."""
    if not letters:
        return
    rows = [record(SUPERVISION, draft.task, draft.act.facts.id) for draft in letters]
    connection.execute(_OPEN, {"tasks": orjson.dumps(rows).decode()})
    connection.execute(_HAS_TASKS, {"projects": [draft.act.facts.id for draft in letters]})
    connection.execute(_WAIT, {"duties": orjson.dumps(_duties(letters)).decode()})
    for draft in letters:
        documents.write_letter(connection, draft.act, KIND, draft.face)


def _duties(drafts: Sequence[Letter]) -> list[dict[str, Any]]:
    """What waits for departments with these letters, beside those that were open already."""
    by_project: dict[int, list[SupervisionFacts]] = {}
    for draft in drafts:
        facts = draft.act.facts
        known = by_project.setdefault(facts.id, [*filter(_is_open, facts.supervision.values())])
        known.append(draft.task)
    return [
        record(DUTIES, duty, project)
        for project, tasks in by_project.items()
        for duty in duties.letters(tasks)
    ]


def _is_open(task: SupervisionFacts) -> bool:
    return task.state is SupervisionState.OPEN


_WAIT = text(upsert(DUTIES, "CAST(:duties AS jsonb)"))
_OPEN = text(
    "INSERT INTO supervision_task SELECT *"
    " FROM json_populate_recordset(NULL::supervision_task, CAST(:tasks AS json))"
)
#: An act looks only into the tables that the project's row names.
_HAS_TASKS = text(
    "UPDATE project SET parts = array_append(parts, 'supervision')"
    " WHERE id = ANY(:projects) AND NOT 'supervision' = ANY(parts)"
)
