"""What is declared of a kind of clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.states import ClockState
from models.clock.values import ClockPolicy, ClockView, Rung, Trigger, at_hour
from rules.cases.clocks.row_conditions import RowOf
from rules.cases.context import Context
from rules.clock import yellow_at

_STATUTORY = (Trigger.STATUTORY_WARNING, Trigger.STATUTORY_OVERDUE)


class Party(Enum):
    """Party whose time a clock counts."""

    DEPARTMENT = "department"
    """The department that has the item; first of all its handler."""
    SUBJECT = "subject"
    """The department that is the subject of the clock."""
    HEAD = "head"
    """The head of the department that has the item."""
    WINDOW = "window"
    """The comprehensive window; where there is none, the department that has the item."""
    APPLICANT = "applicant"
    LEAD = "lead"
    """The lead department of the stage in which a promise of the project is kept."""


def by_thresholds(clock: ClockFacts, view: ClockView, context: Context) -> datetime | None:
    """When it turns yellow by the thresholds of the item, its scenario or the district [D]."""
    return yellow_at(view, context.calendar, context.policy.thresholds_of(clock.item))


def at_once_too(clock: ClockFacts, view: ClockView, context: Context) -> datetime | None:
    """The same for the applicant, who may be reminded on the first day: half-days are for those who work."""
    thresholds = replace(context.policy.thresholds_of(clock.item), halfway=False)
    return yellow_at(view, context.calendar, thresholds)


def by_the_rest(clock: ClockFacts, view: ClockView, context: Context) -> datetime | None:
    """From the first day on which what is left of a promise does not hold what has to come, and at the latest
    when by the thresholds of the district it is due [D]; while it is paused, what was found last.
    """
    if view.due_on is None or view.started_on is None:
        return clock.yellow_at
    rest = max(clock.rest or 0, context.policy.thresholds.working_days + 1)
    turns = context.calendar.add_working_days(view.due_on, 1 - rest)
    return at_hour(max(turns, view.started_on))


@dataclass(frozen=True, slots=True)
class ClockEnd:
    """Consequence of a clock that ran out without action."""

    act: str
    """The act of the command that it comes to."""
    source: str
    """Article, or the mark of a choice [D]."""
    command: Callable[[ProjectFacts, Sequence[ClockFacts], date], c.ProjectCommand | None]
    """The command for the clocks of one item that have run out by a day, all of this kind; ``None``
    when there is nothing to do after all. It stops the clock, or :attr:`rows` say that it was done."""
    counted: str
    """How the summary of a watch says how often it did so: with ``{count}``."""
    rows: tuple[RowOf, ...] = ()
    """What must hold besides: without it the clock has run out and nothing follows."""
    first: bool = False
    """Whether it comes before any act of an applicant that is done after it: then it never depends on
    whose process was faster."""
    reminds: bool = False
    """Whether somebody loses a right by it: whoever was not reminded before the last day is reminded
    first, and has a period of grace [D]."""
    on_last_day: bool = False
    """Whether it is done on the last day already, and not when that day is over."""

    def is_due(self, facts: ProjectFacts, clock: ClockFacts, today: date) -> bool:
        """Whether a clock of this kind has run out by ``today``, and something follows from it.

        A paused clock never runs out.
        """
        last = clock.due_on
        if clock.state is not ClockState.RUNNING or last is None:
            return False
        over = last <= today if self.on_last_day else last < today
        return over and all(row.holds(facts, clock) for row in self.rows)


@dataclass(frozen=True, slots=True)
class ClockDeclaration:
    """One kind of clock, with everything declared about it."""

    key: str
    """Its name in rows, events and JSON, which never changes."""
    label: str
    """What pages call it."""
    phrase: str
    """What a sentence calls it."""
    source: str
    """Article that sets its limit, or the mark of a choice [D]."""
    started_by: frozenset[str]
    """Acts that start it. What an act opens elsewhere may start clocks there as a consequence."""
    stopped_by: frozenset[str]
    """Acts that stop it."""
    suspended_by: frozenset[str] = frozenset()
    """Acts that pause it, for procedures of a closed list (Licensing Law art. 45)."""
    resumed_by: frozenset[str] = frozenset()
    """Acts after which it goes on."""
    extended_by: frozenset[str] = frozenset()
    """Acts that give it more time."""
    end: ClockEnd | None = None
    """``None``: its end is late and nothing else; the ladder of warnings has it."""
    moves: Party = Party.DEPARTMENT
    """Who has the move while it runs, and is warned first."""
    handed_in: RowOf | None = None
    """By what the applicant has made the move, and the department has it; for :attr:`moves`."""
    late: Party = Party.DEPARTMENT
    """Who answers for it when it has run out."""
    ladder: tuple[Rung, ...] | None = None
    """A ladder of its own; ``None``: the district's."""
    rungs: frozenset[str] | None = None
    """Keys of the rungs of the district's ladder that it climbs; ``None``: every rung."""
    yellow: Callable[[ClockFacts, ClockView, Context], datetime | None] = by_thresholds
    """From when on its light is yellow; ``None`` where it is none."""
    statutory_ladder: bool = False
    """Whether the end of its statutory limit has rungs of its own."""
    awaited: bool = True
    """Whether a stage waits for it; not where it runs on when the item is decided."""
    of_project: bool = False
    """Whether it runs for the project as a whole: no act starts or stops it, it follows from the items
    after every act (:mod:`rules.cases.promises`)."""
    own_policy: ClockPolicy | None = None
    """How its pauses are counted where that is no choice of the district."""
    spent_is_kept: bool = False
    """Whether a clock that paused on its last day has none as long as it is paused."""
    explains: int = 0
    """The highest one of an item explains its deadline; 0: it never does."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in it that people read, beside the label: each needs its translation."""
        return (self.phrase,) if self.end is None else (self.phrase, self.end.counted)

    def climbs(self, ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
        """The rungs that are warned of: of a ladder of its own, else of the one that is given."""
        own = ladder if self.ladder is None else self.ladder
        return tuple(rung for rung in own if self._climbs(rung))

    def _climbs(self, rung: Rung) -> bool:
        if rung.trigger in _STATUTORY and not self.statutory_ladder:
            return False
        return self.rungs is None or rung.key in self.rungs
