"""Consultation 征求意见: what other departments are asked about an item before it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.cases.part import Part, PartIndex, fact


class ConsultationState(StrEnum):
    """Where the question to one department is."""

    ASKED = "asked"
    AGREED = "agreed"
    OBJECTED = "objected"
    """It objects: whoever decides answers that in the comment."""
    DEEMED_AGREED = "deemed_agreed"
    """It said nothing in time, and silence counts as consent here (R12)."""
    LAPSED = "lapsed"
    """No longer asked: the item was denied, withdrawn or begun anew."""


@dataclass(frozen=True, slots=True)
class ConsultationFacts:
    """The question to one department about an item in one round."""

    item: str
    round: int
    department: str
    state: ConsultationState
    asked_on: date
    silence_is_consent: bool = fact(default=False, server_default="false")
    """As it was declared when the department was asked."""
    due_on: date | None = None
    """Last day to answer, as it was when the department was asked."""
    answered_on: date | None = None
    opinion: str | None = None
    by: str | None = None
    """Login of the officer who answered."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What identifies the question within its project."""
        return (self.item, self.round, self.department)


CONSULTATIONS = Part(
    "consultations",
    ConsultationFacts,
    table="consultation",
    key=("item", "round", "department"),
    label="consultation",
    log="consultations",
    checks={"answered": "state = 'asked' OR answered_on IS NOT NULL"},
    indexes=(
        # What a department still has to answer.
        PartIndex("ix_consultation_department", ("department", "project_id")),
        PartIndex("ix_consultation_asked", ("department",), "state = 'asked'"),
    ),
)
