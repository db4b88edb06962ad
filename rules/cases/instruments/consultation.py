"""Consultation 征求意见: which departments were asked about an item, and who has still to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from models.cases.clock import ClockFacts
from models.cases.consultation import ConsultationFacts, ConsultationState
from models.cases.facts import ItemFacts
from models.cases.states import SATISFIED, ClockKind
from models.scenarios.definition import ConsultDefinition, ItemDefinition

Consultations = Mapping[tuple[str, int, str], ConsultationFacts]
Clocks = Mapping[tuple[str, str, int, str], ClockFacts]
_ANSWERED = (ConsultationState.AGREED, ConsultationState.OBJECTED)


def of_round(
    items: Mapping[str, ItemFacts], consultations: Consultations, code: str
) -> tuple[ConsultationFacts, ...]:
    """Consultations on an item in its current round, in the order in which they began."""
    return tuple(
        entry for entry in consultations.values() if entry.key[:2] == (code, items[code].round)
    )


def unanswered(entries: Iterable[ConsultationFacts]) -> tuple[str, ...]:
    """Departments whose answer is outstanding."""
    return tuple(entry.department for entry in entries if entry.state is ConsultationState.ASKED)


def answered_before(
    items: Mapping[str, ItemFacts],
    consultations: Consultations,
    definition: ItemDefinition,
    consult: ConsultDefinition,
) -> bool:
    """Whether a department gave the opinion that a statute asks for about something granted that the
    item builds on: it takes part once, not once for every step.
    """
    if not consult.by_statute:
        return False
    return any(
        entry.department == consult.department and entry.state in _ANSWERED
        for code in definition.after
        if items[code].state in SATISFIED
        for entry in of_round(items, consultations, code)
    )


def silent(
    entries: Iterable[ConsultationFacts], clocks: Clocks, today: date
) -> tuple[ConsultationFacts, ...]:
    """Consultations whose silence past the last day counts as consent (R12)."""
    return tuple(
        entry
        for entry in entries
        if entry.state is ConsultationState.ASKED
        and entry.silence_is_consent
        and (due_on := _due_on(clocks, entry)) is not None
        and due_on < today
    )


def _due_on(clocks: Clocks, asked: ConsultationFacts) -> date | None:
    clock = clocks.get((asked.item, ClockKind.CONSULTATION, asked.round, asked.department))
    return clock.due_on if clock is not None else asked.due_on
