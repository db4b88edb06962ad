"""Supervision: of what was permitted 监管, and of a department that is late 督办.

Either is a task that an act or time opens and an officer closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.cases.part import Part, PartIndex, fact


class SupervisionKind(StrEnum):
    """What the supervising department has to do."""

    STOP_WORK = "stop_work"
    """责令停工: see to it that the work stops, and is taken up lawfully."""
    HANDOVER = "handover"
    """阶段交接: take the supervision over from the phase before, in order."""
    INSPECTION = "inspection"
    """巡查: look at the site."""
    LETTER = "letter"
    """督办函: answer in writing why a deadline was missed, and by when it is done."""


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
    REVOCATION = "revocation"
    """The permit was revoked, recalled or cancelled, and work on it has no ground any more."""
    OVERDUE = "overdue"
    """A deadline was missed, and the ladder of warnings was climbed to its end."""


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
    """The permit that is supervised; for a letter the item that is late."""
    round: int
    department: str
    """Department that supervises; for a letter the one that has to answer it."""
    state: SupervisionState
    opened_on: date
    due_on: date | None = None
    reason: str | None = None
    """What happened, in the words of whoever recorded it; for a letter why the department was late."""
    closed_on: date | None = None
    closed_by: str | None = None
    note: str | None = None
    """What was done, or handed over."""
    clock: str | None = None
    """For a letter: the kind of clock whose last day was missed."""
    subject: str = fact(default="", server_default="''")
    """For a letter: what that clock is about, a material or a department; empty for most."""
    until: date | None = None
    """For a letter: the day by which, the department says, it is done."""
    missed_on: date | None = None
    """For a letter: the last day that was missed; letters from before rungs had one of their own tell none."""

    @property
    def key(self) -> int:
        """What identifies the task within its project."""
        return self.number

    @property
    def is_letter(self) -> bool:
        """Whether it is a supervision letter, which its department answers in writing."""
        return self.kind is SupervisionKind.LETTER

    def late(self, today: date) -> bool:
        """Whether it was not closed by its last day."""
        return self.due_on is not None and self.due_on < (self.closed_on or today)


#: What a department supervises, and the letters that it has to answer.
SUPERVISION = Part(
    "supervision",
    SupervisionFacts,
    table="supervision_task",
    key=("number",),
    label="supervision",
    log="supervision",
    indexes=(
        # What a department supervises and has not done yet.
        PartIndex("ix_supervision_task_department", ("department", "project_id")),
        PartIndex("ix_supervision_task_open", ("department",), "state = 'open'"),
        # A letter for each last day of a clock, once.
        PartIndex(
            "uq_supervision_task_letter",
            ("project_id", "item", "round", "clock", "subject", "missed_on"),
            "kind = 'letter'",
            unique=True,
        ),
    ),
)
