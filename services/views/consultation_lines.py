"""Consultations of a project as they are shown: who was asked, what they said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.consultation import ConsultationState
from models.definition import Text
from models.facts import ProjectFacts
from services.wording.names import department_name, item_name


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """The question to one department about an item."""

    item: str
    item_name: Text
    round: int
    department: str
    department_name: Text
    state: ConsultationState
    silence_is_consent: bool
    asked_on: date
    due_on: date | None
    answered_on: date | None
    opinion: str | None


def consultation_lines(facts: ProjectFacts) -> Iterator[ConsultationLine]:
    """Every question, in the order in which it was asked."""
    for one in sorted(facts.consultations.values(), key=lambda one: (one.asked_on, one.key)):
        yield ConsultationLine(
            item=one.item,
            item_name=item_name(facts.scenario, one.item),
            round=one.round,
            department=one.department,
            department_name=department_name(facts.scenario, one.department),
            state=one.state,
            silence_is_consent=one.silence_is_consent,
            asked_on=one.asked_on,
            due_on=one.due_on,
            answered_on=one.answered_on,
            opinion=one.opinion,
        )
