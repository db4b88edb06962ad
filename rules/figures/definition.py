"""What a figure is: numerator, denominator, moment, cuts, and what it must not count.

The declaration is all there is of it. :mod:`services.figures.query` makes one statement of it over
case rounds 办件, :mod:`rules.figures.counting` counts rounds by it, ``docs/figures.md`` is written from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from config.texts import Word
from models.cases.case_round import CaseRound, RoundOutcome
from models.clock.values import at_hour
from rules.figures.conditions import Condition, IsNot, Known, columns_of


class FigureUnit(StrEnum):
    """What the value of a figure is."""

    PERCENT = "percent"
    """A share of a hundred, two decimals."""
    WORKING_DAY = "working_day"
    """The median of days 工作日, by nearest rank."""


class Cut(StrEnum):
    """By what a figure is taken apart; every cut is complete, its parts add up to the whole."""

    DISTRICT = "district"
    DEPARTMENT = "department"
    STAGE = "stage"
    SCENARIO = "scenario"
    ITEM = "item"
    STEWARD = "steward"
    CHANNEL = "channel"
    MONTH = "month"
    """Of the day by which the figure counts."""


#: Cut → the column of the round; the month is that of the figure's own day.
COLUMN_OF_CUT = {cut: cut.value for cut in Cut if cut is not Cut.MONTH} | {Cut.DISTRICT: "region"}


@dataclass(frozen=True, slots=True)
class Moment:
    """By which day a round belongs to a period, and when that day was entered."""

    day: str
    recorded: str | None
    """The column; ``None`` where a round keeps no moment of it: then the day itself stands for it."""


RECEIVED = Moment("received_on", "received_at")
ACCEPTED = Moment("accepted_on", None)
ENDED = Moment("ended_on", "ended_at")


@dataclass(frozen=True, slots=True)
class Span:
    """A period of whole Beijing days, as it was known at the end of a day."""

    since: date
    until: date
    """The day after the last one."""
    as_of: date

    @property
    def known_before(self) -> datetime:
        """What was entered from here on was not known yet."""
        return at_hour(self.as_of + timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureDefinition:
    """A figure over the case rounds of a period; parts of joint items are never among them."""

    key: str
    number: str
    """Its number in the list of figures (``domain/figures``); empty for one that is not in it."""
    name: Word
    unit: FigureUnit
    formula: Word
    """Numerator and denominator in words."""
    excludes: Word
    """What it must not count."""
    source: str
    """Where the definition comes from, with [M] or [D] where it is memory or a default."""
    moment: Moment
    of: tuple[Condition, ...]
    """Which rounds of the period it is about: the denominator."""
    counts: tuple[Condition, ...] = ()
    """Which of them are the numerator."""
    measures: str | None = None
    """The column of numbers whose median is the value, instead of a share."""
    cuts: tuple[Cut, ...] = field(default=tuple(Cut))

    @property
    def denominator(self) -> tuple[Condition, ...]:
        """All that a round of the period has to meet; what fell away is in no figure."""
        measured = (Known(self.measures),) if self.measures else ()
        return (IsNot("outcome", RoundOutcome.FELL_AWAY), *self.of, *measured)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it reads."""
        read = {name for test in (*self.denominator, *self.counts) for name in columns_of(test)}
        return frozenset({*read, self.moment.day})

    def covers(self, round_: CaseRound, span: Span) -> bool:
        """Whether a round is in the denominator for a period."""
        day = getattr(round_, self.moment.day)
        if day is None or not span.since <= day < span.until:
            return False
        if self.moment.recorded is not None:
            recorded = getattr(round_, self.moment.recorded)
            if recorded is None or recorded >= span.known_before:
                return False
        return all(test.holds(round_) for test in self.denominator)

    def meets(self, round_: CaseRound) -> bool:
        """Whether a round of the denominator is in the numerator."""
        return all(test.holds(round_) for test in self.counts)
