"""The parts of a project while an act changes them.

Whatever changes a row of a part leaves a mark until an event tells it, so that nothing is changed
that the log does not know; of most parts the next event carries the row itself as a line, from which
it is rebuilt (:mod:`rules.cases.replay`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import ITEMS, ProjectFacts, WorkingParts
from models.cases.part import F, Line, Part
from models.cases.states import OPEN_DEFICIENCY
from models.making import altered


class ChangeNotRecorded(AssertionError):
    """A row was changed without an event: a program fault, not a user error."""


class Ledgers(WorkingParts):
    """The parts after the act."""

    def __init__(self, before: ProjectFacts) -> None:
        super().__init__(before)
        self._lines: dict[str, list[Line]] = {}
        self._unrecorded: dict[tuple[str, Any], None] = {}
        self._recorded = False
        """Whether any event was recorded: one may say in its own words what it leads to."""
        self.project: dict[str, Any] = {}
        """What becomes of the project's own row."""

    def enter(self, part: Part[F], row: F, **values: Any) -> F:
        """Insert or update a row of a part; returns the row as stored."""
        changed = altered(row, **values) if values else row
        key = part.key_of(changed)
        self.of(part)[key] = changed
        if part.log is not None or part is ITEMS or not self._recorded:
            self._unrecorded[part.name, key] = None
        if part.log is not None:
            self._lines.setdefault(part.log, []).append(part.line_of(changed))
        return changed

    def change_project(self, **values: Any) -> None:
        """Change fields of the project's own row."""
        self.project |= values
        if not self._recorded:
            self._unrecorded |= dict.fromkeys(("project", name) for name in values)

    def mark_recorded(self, item: str | None) -> None:
        """Clear the marks that a recorded event covers: an item's event its item, a project's event all.

        Rows that events carry as lines are covered by any event.
        """
        self._recorded = True
        if item is None:
            self._unrecorded.clear()
            return
        for mark in [m for m in self._unrecorded if m[0] != ITEMS.name or m[1] == item]:
            del self._unrecorded[mark]

    def check_recorded(self) -> None:
        """Raise ``ChangeNotRecorded`` when a row changed after the last event that could record it."""
        if self._unrecorded:
            named = ", ".join(f"{part} {key}" for part, key in self._unrecorded)
            message = f"no event tells what was changed: {named}"
            raise ChangeNotRecorded(message)

    def take_lines(self) -> Mapping[str, list[Line]]:
        """Take the lines of every row changed since the last event, for the next one."""
        lines, self._lines = self._lines, {}
        return lines

    def open_deficiencies(self, item: str) -> tuple[DeficiencyFacts, ...]:
        """Open deficiencies of an item's current round."""
        round_ = self.items[item].round
        return tuple(
            deficiency
            for deficiency in self.deficiencies.values()
            if deficiency.item == item
            and deficiency.round == round_
            and deficiency.state in OPEN_DEFICIENCY
        )
