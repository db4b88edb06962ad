"""What waits for a department 待办: derived from the facts of a project by every act, written for inboxes.

A row says that a department has something to do about an item, where it stands in the inbox, and since it
is a row of its own it is found by an index of the department. What is done keeps its row, without a band.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from models.cases.part import Part, PartIndex
from models.cases.standing import NEVER


class DutyBand(IntEnum):
    """Where something stands in an inbox, the first on top."""

    LETTER = 0
    """A supervision letter 督办函 is to be answered: whoever was written to answers first."""
    TO_DO = 1
    TO_DELIVER = 2
    """Decided: only its document has to reach the applicant."""
    SUSPENDED = 3


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that a department has to do about an item."""

    item: str
    department: str
    letter: bool
    """A supervision letter, which the head of the department answers and for which the leader waits."""
    band: int | None = None
    """A :class:`DutyBand`; ``None``: nothing waits any more."""
    until: date = NEVER
    """Its last day."""
    to_accept: bool = False
    """An application that the window takes in for every department."""

    @property
    def key(self) -> tuple[str, str, bool]:
        """What identifies it within its project."""
        return (self.item, self.department, self.letter)


#: Declared like a part of a project for its table; no act loads it.
DUTIES = Part(
    "duties",
    Duty,
    table="duty",
    key=("item", "department", "letter"),
    label="duty",
    common=True,
    checks={"band": "band BETWEEN 0 AND 3"},
    indexes=(
        PartIndex(
            "ix_duty_department",
            ("department", "band", "until", "project_id", "item"),
            "band IS NOT NULL",
        ),
        # What the window accepts, and the letters whose answers the leader waits for.
        PartIndex(
            "ix_duty_to_accept", ("until", "project_id", "item"), "to_accept AND band IS NOT NULL"
        ),
        PartIndex(
            "ix_duty_letter",
            ("until", "project_id", "item", "department"),
            "letter AND band IS NOT NULL",
        ),
    ),
)
