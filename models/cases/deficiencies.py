"""Deficiencies 容缺: materials that an applicant promised to hand in after the approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.part import Part, PartIndex
from models.cases.states import DeficiencyState


@dataclass(frozen=True, slots=True)
class DeficiencyFacts:
    """A promise to hand in one deferred material: an entry of the deficiency ledger 容缺台账."""

    item: str
    round: int
    material: str
    state: DeficiencyState
    owner: str | None = None
    opened_on: date | None = None
    due_on: date | None = None
    submitted_on: date | None = None
    closed_on: date | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What identifies the deficiency within its project."""
        return (self.item, self.round, self.material)


DEFICIENCIES = Part(
    "deficiencies",
    DeficiencyFacts,
    table="deficiency",
    key=("item", "round", "material"),
    label="deficiency",
    log="deficiency_ledger",
    indexes=(
        # The ledger, by what falls due first and by what was deferred last; the rest tells lines apart.
        PartIndex(
            "ix_deficiency_open_due_on",
            ("due_on", "project_id", "item", "round", "material"),
            "state IN ('open', 'submitted')",
        ),
        PartIndex(
            "ix_deficiency_opened_on", ("opened_on", "project_id", "item", "round", "material")
        ),
    ),
)
