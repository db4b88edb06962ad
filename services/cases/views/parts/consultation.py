"""View of consultations: departments and their opinions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.cases.consultation import ConsultationState
from models.cases.facts import ProjectFacts
from models.scenarios.definition import Text
from services.wording.names import department_name, item_name


@dataclass(frozen=True, slots=True)
class ConsultationRow:
    """Consultation of one department on an item."""

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


def consultation_rows(facts: ProjectFacts) -> Iterator[ConsultationRow]:
    """Every consultation, in the order in which it began."""
    for entry in sorted(
        facts.consultations.values(), key=lambda entry: (entry.asked_on, entry.key)
    ):
        yield ConsultationRow(
            item=entry.item,
            item_name=item_name(facts.scenario, entry.item),
            round=entry.round,
            department=entry.department,
            department_name=department_name(facts.scenario, entry.department),
            state=entry.state,
            silence_is_consent=entry.silence_is_consent,
            asked_on=entry.asked_on,
            due_on=entry.due_on,
            answered_on=entry.answered_on,
            opinion=entry.opinion,
        )
