"""Supervision 监管 of what was permitted: tasks that an act or time opens and an officer closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SupervisionKind(StrEnum):
    """What the supervising department has to do."""

    STOP_WORK = "stop_work"
    """责令停工: see to it that the work stops, and is taken up lawfully."""
    HANDOVER = "handover"
    """阶段交接: take the supervision over from the phase before, in order."""
    INSPECTION = "inspection"
    """巡查: look at the site."""


class SupervisionCause(StrEnum):
    """Why a task was opened."""

    LAPSE = "lapse"
    """逾期未办下一阶段: the next phase was not applied for in time."""
    VIOLATION = "violation"
    """超阶段施工: work beyond the permitted phase."""
    GRANT = "grant"
    """A permit that follows one of an earlier phase was granted."""
    RHYTHM = "rhythm"
    """The rhythm of inspections that the scenario declares."""


class SupervisionState(StrEnum):
    """Whether a task is still to be done."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    """Not needed any more: the next phase was granted before it was done."""


@dataclass(frozen=True, slots=True)
class SupervisionFacts:
    """One supervision task of a project."""

    number: int
    """Counts up within the project."""
    kind: SupervisionKind
    cause: SupervisionCause
    item: str
    """The permit that is supervised."""
    round: int
    department: str
    """Department that supervises."""
    state: SupervisionState
    opened_on: date
    due_on: date | None = None
    reason: str | None = None
    """What happened, in the words of whoever recorded it."""
    closed_on: date | None = None
    closed_by: str | None = None
    note: str | None = None
    """What was done, or handed over."""

    @property
    def key(self) -> int:
        """What identifies the task within its project."""
        return self.number

    def document(self) -> dict[str, object]:
        """The task as plain JSON values, for the event log."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in values.items()
            if value is not None
        }
