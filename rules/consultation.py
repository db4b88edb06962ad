"""Consultation 征求意见: which departments were asked about an item, and who has still to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from models.consultation import ConsultationFacts, ConsultationState
from models.facts import ClockFacts, ItemFacts
from models.states import ClockKind

Consultations = Mapping[tuple[str, int, str], ConsultationFacts]
Clocks = Mapping[tuple[str, str, int, str], ClockFacts]


def of_round(
    items: Mapping[str, ItemFacts], found: Consultations, code: str
) -> tuple[ConsultationFacts, ...]:
    """Everyone who was asked about an item in its current round, in the order of asking."""
    return tuple(one for one in found.values() if one.key[:2] == (code, items[code].round))


def unanswered(entries: Iterable[ConsultationFacts]) -> tuple[str, ...]:
    """Departments that still have to answer."""
    return tuple(one.department for one in entries if one.state is ConsultationState.ASKED)


def silent(
    entries: Iterable[ConsultationFacts], clocks: Clocks, today: date
) -> tuple[ConsultationFacts, ...]:
    """Who is taken to agree: nothing was said in time, and that was declared to be consent (R12)."""
    return tuple(
        one
        for one in entries
        if one.state is ConsultationState.ASKED
        and one.silence_is_consent
        and (due_on := _due_on(clocks, one)) is not None
        and due_on < today
    )


def _due_on(clocks: Clocks, asked: ConsultationFacts) -> date | None:
    clock = clocks.get((asked.item, ClockKind.CONSULTATION, asked.round, asked.department))
    return clock.due_on if clock is not None else asked.due_on
