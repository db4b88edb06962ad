"""The class of an enterprise in the platform's own classification 本平台信用分级, and what it allows.

A score from 70, less what stands in the credit record and more for commitments that were kept; it is
ours [D], never the state's. What an entry weighs is halved from the first anniversary of its entry and
gone after its last day, or when it is repaired.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.enterprises.credit import SEVERE, CreditClass, CreditEntry, CreditKind, CreditState
from models.scenarios.definition import ItemDefinition
from rules.clock.counting import corresponding_day
from rules.installation.policy import CreditScoring

START, LOWEST, HIGHEST = Decimal(70), Decimal(0), Decimal(100)
YEAR = 12


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """What one entry takes away today, and on which day that changes next without a repair."""

    entry: CreditEntry
    points: Decimal
    changes_on: date | None


@dataclass(frozen=True, slots=True)
class CreditScore:
    """The score of an enterprise on a day, explained line by line."""

    score: Decimal
    credit_class: CreditClass
    lines: tuple[ScoreLine, ...]
    kept: Decimal
    """What kept commitments add."""

    @property
    def may_commit(self) -> bool:
        """Whether a commitment may take the place of a paper 告知承诺."""
        return self.credit_class in (CreditClass.A, CreditClass.B)

    def may_defer(self, definition: ItemDefinition) -> bool:
        """Whether papers of an item may follow later 容缺: in class C not where safety is at issue."""
        if self.credit_class is CreditClass.C:
            return definition.safety is None
        return self.may_commit

    @property
    def approver_confirms(self) -> bool:
        """Whether an approver has to agree that papers follow later."""
        return self.credit_class is CreditClass.C


def credit_score(
    entries: Iterable[CreditEntry], kept_on: Sequence[date], scoring: CreditScoring, today: date
) -> CreditScore:
    """The score on a day, from what stands against an enterprise and the days of kept commitments."""
    lines = tuple(_lines(entries, scoring, today))
    recent = [day for day in kept_on if today <= _months_after(day, scoring.kept_months)]
    kept = Decimal(min(scoring.kept * len(recent), scoring.kept_most))
    score = min(max(START + kept - sum(line.points for line in lines), LOWEST), HIGHEST)
    return CreditScore(score, _class(score, lines, scoring, today), lines, kept)


def changes(score: CreditScore) -> list[date]:
    """The days on which a score changes by itself, the next one first."""
    return sorted({line.changes_on for line in score.lines if line.changes_on is not None})


def _lines(
    entries: Iterable[CreditEntry], scoring: CreditScoring, today: date
) -> Iterator[ScoreLine]:
    for entry in entries:
        stands = entry.kind is CreditKind.DISHONESTY and entry.state is CreditState.OPEN
        if not stands or (entry.until is not None and today > entry.until):
            continue
        weight = Decimal(getattr(scoring, entry.cause.value))
        anniversary = _months_after(entry.entered_on, YEAR)
        if today < anniversary:
            yield ScoreLine(entry, weight, anniversary)
        else:
            gone = entry.until + timedelta(days=1) if entry.until is not None else None
            yield ScoreLine(entry, weight / 2, gone)


def _class(
    score: Decimal, lines: Iterable[ScoreLine], scoring: CreditScoring, today: date
) -> CreditClass:
    severe = any(
        line.entry.cause in SEVERE and today < _months_after(line.entry.entered_on, YEAR)
        for line in lines
    )
    if severe or score < scoring.c:
        return CreditClass.D
    if score < scoring.b:
        return CreditClass.C
    return CreditClass.B if score < scoring.a else CreditClass.A


def _months_after(day: date, months: int) -> date:
    return date.fromordinal(corresponding_day(day.toordinal(), months))
