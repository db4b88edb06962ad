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
    CASE = "case"
    """A number of rounds 件."""
    PER_CASE = "per_case"
    """The mean of a number of each round, two decimals."""


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
DUE = Moment("promised_due_on", None)
STATUTORY_DUE = Moment("statutory_due_on", None)
VOIDED = Moment("voided_on", None)
RESTORED = Moment("restored_on", None)


@dataclass(frozen=True, slots=True)
class Span:
    """A period of whole Beijing days, as it was known at the end of a day."""

    since: date
    until: date
    """The day after the last one."""
    as_of: date
    today: date | None = None
    """The day on which it is asked, which is not over: what falls due on it is not late yet."""

    @property
    def over(self) -> date:
        """The last day of the period that was over when it was known."""
        last = min(self.until - timedelta(days=1), self.as_of)
        return last if self.today is None else min(last, self.today - timedelta(days=1))

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
    """The column of numbers whose median, or mean, is the value, instead of a share."""
    stock: bool = False
    """Whether it counts what was accepted and had not ended at the end of the period 时点; its moment is
    not asked then."""
    late: str | None = None
    """The last day that has to be over for a round to count; of an open round its clock says it."""
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
        asked = {"accepted_on", "ended_on"} if self.stock else {self.moment.day}
        late = {self.late, "clock_stopped_on"} if self.late else set()
        return frozenset({*read, *asked, *late})

    @property
    def cut_by(self) -> tuple[Cut, ...]:
        """By what it can be taken apart: a stock has no month."""
        return tuple(cut for cut in self.cuts if not (self.stock and cut is Cut.MONTH))

    def covers(self, round_: CaseRound, span: Span) -> bool:
        """Whether a round is in the denominator for a period."""
        if not (self._stands(round_, span) if self.stock else self._falls(round_, span)):
            return False
        if self.late is not None:
            due = getattr(round_, self.late)
            if due is None or due > span.over:
                return False
        return all(test.holds(round_) for test in self.denominator)

    def _falls(self, round_: CaseRound, span: Span) -> bool:
        day = getattr(round_, self.moment.day)
        if day is None or not span.since <= day < span.until:
            return False
        if self.moment.recorded is None:
            return True
        recorded = getattr(round_, self.moment.recorded)
        return recorded is not None and recorded < span.known_before

    def _stands(self, round_: CaseRound, span: Span) -> bool:
        accepted, ended = round_.accepted_on, round_.ended_on
        stopped = round_.clock_stopped_on if self.late else None
        return (
            accepted is not None
            and accepted < span.until
            and all(day is None or day >= span.until for day in (ended, stopped))
        )

    def meets(self, round_: CaseRound) -> bool:
        """Whether a round of the denominator is in the numerator."""
        return all(test.holds(round_) for test in self.counts)
