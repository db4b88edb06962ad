"""Rounds counted one by one, as a figure's definition says: what the database is held against."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from models.cases.case_round import CaseRound
from rules.figures.definition import FigureDefinition, FigureUnit, Span

_CENT: Final = Decimal("0.01")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted: of a share both numbers, of days their sum, how many, and two of their ranks."""

    numerator: int
    denominator: int
    median: int | None = None
    """In the unit of the figure, like ``ninth_decile``."""
    ninth_decile: int | None = None

    def value(self, unit: FigureUnit) -> str | None:
        """The value as it is printed, without its unit; ``None`` where there was nothing to count."""
        if unit is FigureUnit.CASE:
            return str(self.numerator)
        if not self.denominator:
            return None
        if unit is FigureUnit.PER_CASE:
            return self.mean
        if unit is FigureUnit.PERCENT:
            return percent(self.numerator, self.denominator)
        return str(self.median)

    @property
    def mean(self) -> str | None:
        """Of days and numbers: sum by number, two decimals, half away from zero."""
        if not self.denominator:
            return None
        return str((Decimal(self.numerator) / self.denominator).quantize(_CENT, ROUND_HALF_UP))


def percent(numerator: int, denominator: int) -> str:
    """A share of a hundred with two decimals, rounded once, half away from zero.

    Nothing flatters: only all of them are 100, only none of them is 0.
    """
    if numerator in {0, denominator}:
        return "100" if numerator else "0"
    share = (_HUNDRED * numerator / denominator).quantize(_CENT, ROUND_HALF_UP)
    return str(min(max(share, _CENT), _HUNDRED - _CENT))


class Count:
    """A figure of a period, counted round by round."""

    def __init__(self, figure: FigureDefinition, span: Span) -> None:
        self.figure, self.span = figure, span
        self._numerator, self._denominator = 0, 0
        self._measured: list[int] = []

    def add(self, round_: CaseRound) -> None:
        """Count a round, if it is one of the figure's; parts of joint items are never."""
        if round_.whole is not None or not self.figure.covers(round_, self.span):
            return
        self._denominator += 1
        if self.figure.measures is None:
            self._numerator += self.figure.meets(round_)
        else:
            days = int(getattr(round_, self.figure.measures))
            self._numerator += days
            self._measured.append(days)

    def tally(self) -> Tally:
        """What was counted so far."""
        if self.figure.unit is not FigureUnit.WORKING_DAY:
            return Tally(self._numerator, self._denominator)
        ranked = sorted(self._measured)
        return Tally(
            self._numerator, self._denominator, _rank(ranked, tenths=5), _rank(ranked, tenths=9)
        )


def _rank(ranked: list[int], tenths: int) -> int | None:
    """The nearest rank: the first number that at least so many tenths do not pass."""
    place = -(-len(ranked) * tenths // 10)
    return ranked[place - 1] if ranked else None
