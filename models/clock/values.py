"""Values of the clock: limits, the events a clock is derived from, and what is derived.

Working day 工作日, natural day 自然日, month 月. A clock stores no due date of its own: it is a list
of append-only events, read over a working calendar by :mod:`rules.clock`. Values marked [D] are
defaults that the law does not give; they can be configured and are never shown as law.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from config.texts import Word
from models.errors import InvalidInput

#: The law of the place counts days in Beijing time.
ZONE = ZoneInfo("Asia/Shanghai")


def at_hour(day: date, hour: int = 0) -> datetime:
    """An hour of a day, Beijing time; its first minute unless another one is given."""
    return datetime.combine(day, time(hour), ZONE)


class Unit(StrEnum):
    """What a limit is counted in (Licensing Law art. 82: its own limits are working days)."""

    WORKING_DAY = "working_day"
    NATURAL_DAY = "natural_day"
    MONTH = "month"


class CountingMode(StrEnum):
    """Whether the first day counts."""

    DEADLINE = "deadline"
    """The first day is not counted (Civil Code art. 201)."""
    NOTICE = "notice"
    """A public notice 公示: its first day counts [D, as the notices published locally do]."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time; 0 means the same day 即办."""

    length: int
    unit: Unit = Unit.WORKING_DAY

    def __post_init__(self) -> None:
        if self.length < 0:
            raise InvalidInput(
                field="length", value=self.length, remedy="A limit is 0 or more days or months."
            )


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """The limits a clock is read against; at least one of the two.

    ``promised`` is what the authority promised 承诺时限, ``statutory`` what the law allows 法定时限;
    each is judged on its own. ``extension`` is the longest single extension the law allows; what a
    clock may be extended by is asked of its item (:func:`rules.scenarios.extensions.extension_of`).
    """

    statutory: Limit | None = None
    promised: Limit | None = None
    mode: CountingMode = CountingMode.DEADLINE
    extension: Limit | None = None

    def __post_init__(self) -> None:
        if self.statutory is None and self.promised is None:
            raise InvalidInput(
                field="terms",
                value=Word("no limit"),
                remedy="Give the statutory limit, the promised limit or both.",
            )


class ClockEventKind(StrEnum):
    """What can happen to a clock."""

    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    HOLD = "hold"
    RENEW = "renew"
    STOP = "stop"


#: What holds a limit while the applicant puts something right: no special procedure of art. 45, but
#: the applicant's own time [D].
RECTIFICATION = "rectification"
#: What holds a promise in counted days while no limit to decide runs on its critical path.
BETWEEN = "between"
#: What holds it while a deferred paper is out that may change the result: the applicant's own time too [D].
PRELIMINARY_OPINION = "preliminary_opinion"
#: Suspensions that are the applicant's own time: no procedure of the closed list, and no planned length.
APPLICANTS_TIME = frozenset({RECTIFICATION, PRELIMINARY_OPINION})
#: What holds a limit while an approval that the case builds on does not stand [D].
BASIS_FALLEN = "basis_fallen"
#: What holds the applicant's time while the department has the paper that was handed in [D].
VERIFICATION = "verification"
#: What holds a limit and is no procedure of the closed list: no notice plans its length.
UNPLANNED = APPLICANTS_TIME | {BASIS_FALLEN, VERIFICATION}


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """The clock starts: the day of acceptance, or of receipt when silence accepted (art. 32(4))."""

    kind: ClassVar[ClockEventKind] = ClockEventKind.START
    on: date
    statutory_on: date | None = None
    """The day from which the statutory limit runs, where it is another one: the day of receipt."""


@dataclass(frozen=True, slots=True)
class ClockSuspended:
    """A special procedure of art. 45 begins, announced in writing with its planned length; or what
    is in :data:`UNPLANNED`.
    """

    kind: ClassVar[ClockEventKind] = ClockEventKind.SUSPEND
    on: date
    ref: str = ""
    """Tells suspensions apart that overlap; the resumption names the same."""
    procedure: str | None = None
    """One of :class:`models.scenarios.item.SpecialProcedure`, or one of :data:`UNPLANNED`."""
    planned: Limit | None = None
    notice: str | None = None
    """Number of the written notice 特别程序告知书."""


@dataclass(frozen=True, slots=True)
class ClockResumed:
    """The result of a special procedure is in."""

    kind: ClassVar[ClockEventKind] = ClockEventKind.RESUME
    on: date
    ref: str = ""


@dataclass(frozen=True, slots=True)
class ClockExtended:
    """The limit is extended, with the approval of the authority's head (art. 42)."""

    kind: ClassVar[ClockEventKind] = ClockEventKind.EXTEND
    on: date
    by: Limit
    approved_by: str | None = None
    by_head: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ClockHeld:
    """Last days that were told hold, although the calendar or the rules now in force have earlier ones."""

    kind: ClassVar[ClockEventKind] = ClockEventKind.HOLD
    on: date
    promised: date | None = None
    statutory: date | None = None


@dataclass(frozen=True, slots=True)
class ClockRenewed:
    """Whoever has the move has at least so much time from this day on, the day itself not counted."""

    kind: ClassVar[ClockEventKind] = ClockEventKind.RENEW
    on: date
    by: Limit
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ClockStopped:
    """The clock ends: decided, delivered, cured, withdrawn."""

    kind: ClassVar[ClockEventKind] = ClockEventKind.STOP
    on: date
    reason: str | None = None


ClockEvent = (
    ClockStarted
    | ClockSuspended
    | ClockResumed
    | ClockExtended
    | ClockHeld
    | ClockRenewed
    | ClockStopped
)


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """Choices the law leaves open; every field is [D].

    The default excludes the half-open span (start, end] of a suspension: the day it starts counts
    as used, the day the result arrives does not, counting goes on the next day.
    """

    suspension_start_counts: bool = True
    suspension_end_counts: bool = False
    extension_moves_promise: bool = True
    """Whether an approved extension moves a promised limit that still runs, beside the statutory one."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a clock turns yellow [D]: remaining ≤ max(``working_days``, ``percent`` of the limit)."""

    percent: int = 20
    working_days: int = 1
    halfway: bool = field(default=False, compare=False)
    """Never before half of the limit is used up, in working half-days; so the district's own are read."""

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100:  # noqa: PLR2004 - per cent
            raise InvalidInput(
                field="percent", value=self.percent, remedy="Give a share from 0 to 100 per cent."
            )
        if self.working_days < 0:
            raise InvalidInput(
                field="working_days", value=self.working_days, remedy="Give 0 or more working days."
            )


class Trigger(StrEnum):
    """What a rung of the warning ladder waits for."""

    WARNING = "warning"
    """The limit people work to turns yellow."""
    OVERDUE = "overdue"
    """The limit people work to (promised, else statutory) has passed."""
    STATUTORY_WARNING = "statutory_warning"
    """The statutory limit turns yellow."""
    STATUTORY_OVERDUE = "statutory_overdue"
    """The statutory limit has passed."""
    SUSPENSION_OVERRUN = "suspension_overrun"
    """A special procedure takes longer than the written notice said."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: told to ``audience``, ``after`` working days past its trigger."""

    key: str
    trigger: Trigger
    after: int = 0
    audience: str = "steward"
    letter: bool = False
    """With a supervision letter 督办函 to the department that is late."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The instant at which a clock has reached a rung."""

    at: datetime
    rung: Rung
    last_day: date
    """The day that is warned of: a rung is given once for each."""

    @property
    def on(self) -> date:
        """The day of the instant, in Beijing time."""
        return self.at.astimezone(ZONE).date()


# What follows from thousands of clocks at a time: tuples, made in half the time of dataclasses.


class Span(NamedTuple):
    """The half-open span of days (``after``, ``until``]; ``until`` ``None``: not ended yet."""

    after: date
    until: date | None = None


class LimitView(NamedTuple):
    """One limit of a clock, read over the calendar."""

    limit: Limit
    due_on: date | None
    """Last day; ``None`` before the start, and while a suspension is open that moves it."""
    frozen_due_on: date | None = None
    """While ``due_on`` is unknown: where it stood when the open suspension began."""


class ClockView(NamedTuple):
    """What follows from a clock's events on a calendar; the same on whatever day it is read."""

    terms: ClockTerms
    statutory: LimitView | None
    promised: LimitView | None
    started_on: date | None
    stopped_on: date | None
    suspended_since: date | None
    """First day of the suspension that is open, else ``None``."""
    suspension_planned_until: date | None
    """Day by which the open suspension ends according to its written notice."""
    excluded: tuple[Span, ...]
    """Days that are not counted, merged and in order."""
    extensions: tuple[Limit, ...]
    provisional: bool
    """Whether a due date leans on a year without an official holiday notice."""
    calendar_version: str
    promise_extensions: tuple[Limit, ...] = ()
    """Those of the extensions that lengthen the promised limit too."""
    renewed: ClockRenewed | None = None
    """From which day on the last day of the operative limit is counted, where it was renewed."""

    @property
    def operative(self) -> LimitView | None:
        """The limit people work to: the promised one, else the statutory one."""
        return self.promised or self.statutory

    @property
    def due_on(self) -> date | None:
        """Last day of the operative limit; ``None`` when not started or paused."""
        operative = self.operative
        return operative.due_on if operative else None

    @property
    def promised_due_on(self) -> date | None:
        """Last day of the promised limit."""
        return self.promised.due_on if self.promised else None

    @property
    def statutory_due_on(self) -> date | None:
        """Last day of the statutory limit."""
        return self.statutory.due_on if self.statutory else None

    @property
    def suspended(self) -> bool:
        """Whether a suspension is open."""
        return self.suspended_since is not None

    @property
    def running(self) -> bool:
        """Whether the clock has started and not stopped."""
        return self.started_on is not None and self.stopped_on is None


class Reason(StrEnum):
    """Why a day counts or does not."""

    FIRST_DAY = "first_day"
    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    NATURAL_DAY = "natural_day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUSPENDED = "suspended"
    MOVED_ON = "moved_on"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day in the life of a clock, and why it counts or does not."""

    date: date
    counted: bool
    reason: Reason
    name: str = ""
    """Holiday that the day belongs to or is worked for, or the special procedure."""
    provisional: bool = False
