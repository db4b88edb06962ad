"""Voided approvals of a project as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.cases.facts import ProjectFacts, VoidingFacts
from models.cases.states import ClockKind, VoidingState
from rules.cases.instruments.early_voidings import STANDS
from services.cases.views.values.project_records import VoidingRow
from services.wording.names import item_name


def voiding_rows(facts: ProjectFacts) -> Iterator[VoidingRow]:
    """Every voiding, in the order of the days."""
    for voiding in sorted(facts.voidings.values(), key=lambda v: (v.voided_on, v.key)):
        yield VoidingRow(
            item=voiding.item,
            item_name=item_name(facts.scenario, voiding.item),
            round=voiding.round,
            state=voiding.state,
            voided_on=voiding.voided_on,
            appeal_until=voiding.appeal_until,
            reason=voiding.reason,
            because=voiding.because,
            grounds=voiding.grounds,
            closed_on=voiding.closed_on,
            decide_by=_decide_by(facts, voiding),
            early=_early(voiding),
        )


def _decide_by(facts: ProjectFacts, voiding: VoidingFacts) -> date | None:
    clock = facts.clocks.get((voiding.item, ClockKind.APPEAL_DECISION, voiding.round, ""))
    return clock.due_on if clock is not None and voiding.state is VoidingState.APPEALED else None


def _early(voiding: VoidingFacts) -> date | None:
    if voiding.state not in STANDS or not voiding.early:
        return None
    return date.fromisoformat(max(voiding.early.values()))
