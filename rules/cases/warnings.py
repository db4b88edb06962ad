"""Warnings of a clock: which rungs of the ladder are reached now, and who hears of each.

The steward hears of every rung, and with them whom the rung names: the first handler, the
department's head, at last the leader with a supervision letter 督办函. A rung belongs to a last day:
one that was moved is warned of anew. What was missed while nobody watched is given once, in one
message with the facts as they are; a letter follows it, and never goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from models.cases.outcome import Event, Message
from models.clock.values import Crossing, Rung, Trigger
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from rules.cases.clocks.declaration import Party
from rules.cases.clocks.registry import declaration_of
from rules.cases.context import Context
from rules.cases.declarations.event import EventKind, Reading, Variant, has
from rules.cases.timers import warnings_left
from rules.clock import Given, KnownDates, deadline

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


class UnknownRung(KaigongError):
    template = "next_rung: {rung} is no rung of the warning ladder; known are: {known}."


class DueClock(NamedTuple):
    """A clock as warnings need it: its derived dates without its history."""

    item: str
    kind: str
    """A name of :data:`rules.cases.clocks.registry.KINDS`."""
    round: int
    subject: str
    started_on: date | None
    due_on: date | None
    statutory_due_on: date | None
    yellow_at: datetime | None
    planned_until: date | None
    """Day by which an open special procedure ends according to its written notice."""
    warned: Sequence[str]
    next_rung: str
    next_rung_at: datetime
    department: str
    handler: str | None
    handed_in: bool = False
    """Whether the applicant has done what the clock is about, and the department has the move."""
    statutory_yellow_at: datetime | None = None
    warned_for: Sequence[date] = ()
    warned_on: Sequence[date] = ()


def to_lead(clock: DueClock, scenario: ScenarioDefinition) -> DueClock:
    """The clock as a promise of the project is warned of: to the lead department of the stage in which
    it is kept; other clocks as they are.
    """
    item = scenario.item.get(clock.item)
    if item is None or not declaration_of(clock.kind).of_project:
        return clock
    return clock._replace(department=scenario.stage[item.stage].lead, handler=None)


class WarningResult(NamedTuple):
    """Warnings given on one day: the clock's ladder afterwards, the events and the messages."""

    warned: tuple[str, ...]
    """Every rung that was given so far."""
    warned_for: tuple[date, ...]
    """The last day that each of them warned of."""
    warned_on: tuple[date, ...]
    """The day on which each of them was given."""
    next_rung: str | None
    next_rung_at: datetime | None
    events: list[Event]
    messages: list[Message]
    """``Message.event`` counts within the act that the events are part of."""


class Warner:
    """Gives the warnings of one moment; clocks with the same dates are read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._today = context.today
        self._order = {rung.key: at for at, rung in enumerate(context.policy.ladder)}
        self._left: dict[Any, tuple[Crossing, ...]] = {}

    def warn(self, clock: DueClock, before: int = 0) -> WarningResult:
        """Give every rung that is reached and not given yet, lowest first.

        ``before`` is the number of events of the same act that precede those of this clock.
        """
        if clock.next_rung not in self._order:
            raise UnknownRung(rung=clock.next_rung, known=list(self._order))
        given = [*zip(clock.warned, clock.warned_for, clock.warned_on, strict=True)]
        events: list[Event] = []
        messages: list[Message] = []
        while together := self._together(clock, given):
            event, warnings = self._warning(clock, together, before + len(events))
            events.append(event)
            messages += warnings
            given += [(crossing.rung.key, crossing.last_day, self._today) for crossing in together]
        left = self._crossings(clock, given)
        upcoming = left[0] if left else None
        return WarningResult(
            tuple(key for key, _, _ in given),
            tuple(last_day for _, last_day, _ in given),
            tuple(on for _, _, on in given),
            upcoming.rung.key if upcoming else None,
            upcoming.at if upcoming else None,
            events,
            messages,
        )

    def _together(self, clock: DueClock, given: Sequence[Given]) -> Sequence[Crossing]:
        """What the next message tells: one rung; or all that were missed, without the letters when
        there is something to say before them.
        """
        reached = [
            crossing
            for crossing in self._crossings(clock, given)
            if crossing.at <= self._context.now
        ]
        missed = len(reached) > 1 and any(crossing.on < self._today for crossing in reached)
        if not missed:
            return reached[:1]
        first = [crossing for crossing in reached if not crossing.rung.letter] or reached
        return sorted(first, key=lambda crossing: self._order[crossing.rung.key])

    def _warning(
        self, clock: DueClock, together: Sequence[Crossing], position: int
    ) -> tuple[Event, list[Message]]:
        """The event and the messages of one rung, or of the highest of several with those below it."""
        highest = together[-1]
        params: dict[str, Any] = {"clock": clock.kind, "subject": clock.subject}
        if declaration_of(clock.kind).of_project:
            params["promise"] = clock.subject
        params |= _days(highest, clock)
        params |= self._letter(highest.rung, clock)
        template = f"warning_{highest.rung.key}"
        missed = [
            {"rung": crossing.rung.key, **_days(crossing, clock)} for crossing in together[:-1]
        ]
        data = {**params, "round": clock.round, "rung": highest.rung.key}
        if missed:
            data["missed"] = missed
            if not highest.rung.letter:
                params |= self._facts(clock)
                template = "warning_missed"
        audiences = [who for crossing in together for who in _audiences(crossing.rung, clock)]
        messages = [
            Message(audience, template, clock.item, params, position)
            for audience in dict.fromkeys(("steward", *audiences))
        ]
        return Event("WarningGiven", clock.item, data), messages

    def _facts(self, clock: DueClock) -> dict[str, Any]:
        """How things stand today, whatever should have been told when."""
        law = clock.statutory_due_on if clock.statutory_due_on != clock.due_on else None
        return {
            "due_on": clock.due_on.isoformat() if clock.due_on else None,
            "overdue": clock.due_on is not None and clock.due_on < self._today,
            "statutory_due_on": law.isoformat() if law else None,
            "statutory_overdue": law is not None and law < self._today,
        }

    def _letter(self, rung: Rung, clock: DueClock) -> dict[str, str | None]:
        """The last day to answer the supervision letter, where the rung is one; ``None`` where no
        department is late.
        """
        if not rung.letter:
            return {}
        if answers_for(clock) is None:
            return {"reply_by": None}
        allowed = self._context.policy.supervision_reply
        reply_by = deadline(self._context.calendar, self._today, allowed)
        return {"reply_by": reply_by.isoformat()}

    def _crossings(self, clock: DueClock, given: Sequence[Given]) -> tuple[Crossing, ...]:
        known = KnownDates(
            clock.yellow_at,
            clock.due_on,
            clock.statutory_yellow_at,
            clock.statutory_due_on,
            clock.planned_until,
        )
        case = (clock.kind, known, clock.started_on, tuple(given))
        if case not in self._left:
            left = warnings_left(clock.kind, known, clock.started_on, given, self._context)
            self._left[case] = left
        return self._left[case]


def _days(crossing: Crossing, clock: DueClock) -> dict[str, str | None]:
    """The last day that a rung warns of; of a special procedure the end that was planned, and of a
    promise that is paused the day on which its light turned.
    """
    last = crossing.last_day.isoformat()
    if crossing.rung.trigger is Trigger.WARNING and clock.due_on is None:
        return {"due_on": None, "turned_on": last}
    if crossing.rung.trigger is Trigger.SUSPENSION_OVERRUN:
        return {"due_on": None, "planned_until": last}
    return {"due_on": last}


def answers_for(clock: DueClock) -> str | None:
    """The department that is late when a clock has run out; ``None`` when the applicant is.

    A consulted department answers for itself.
    """
    match declaration_of(clock.kind).late:
        case Party.APPLICANT:
            return None
        case Party.SUBJECT:
            return clock.subject
        case Party.DEPARTMENT | Party.HEAD | Party.WINDOW | Party.LEAD:
            return clock.department


def _audiences(rung: Rung, clock: DueClock) -> tuple[str, ...]:
    """Whom a rung names; what the applicant owes is told to the enterprise instead of the handler,
    until it is handed in, and what a consulted department owes to that department.
    """
    head = f"department_head:{answers_for(clock) or clock.department}"
    if rung.audience == "department_head":
        return (head,)
    if rung.audience == "leader":
        return "leader", head
    if rung.audience == "management":
        return _mover(clock), head
    if rung.audience == "everyone":
        return _mover(clock), head, "leader"
    return (_mover(clock),)


def _mover(clock: DueClock) -> str:
    """Who has the move: the enterprise until it has handed in, the department that is asked, the window, or the
    handler.
    """
    moves = declaration_of(clock.kind).moves
    if moves is Party.APPLICANT and not clock.handed_in:
        return "enterprise"
    if moves is Party.SUBJECT:
        return f"department:{clock.subject}"
    if moves is Party.HEAD:
        return f"department_head:{clock.department}"
    if moves is Party.WINDOW:
        return f"window:{clock.department}"
    return f"handler:{clock.handler}" if clock.handler else f"department:{clock.department}"


def _warned(replayed: Replayed, happened: Happened) -> None:
    event = happened.event
    item = replayed.items[event.item or ""]
    round_ = int(str(event.data.get("round", item.round)))
    key = (item.code, str(event.data["clock"]), round_, str(event.data["subject"]))
    clock = replayed.clocks[key]
    missed: Any = event.data.get("missed") or ()
    rungs = (*missed, event.data)
    replayed.clocks[key] = replace(
        clock,
        warned=(*clock.warned, *(str(rung["rung"]) for rung in rungs)),
        warned_for=(*clock.warned_for, *(_last_day(rung, happened.on) for rung in rungs)),
        warned_on=(*clock.warned_on, *(happened.on for _ in rungs)),
    )


def _last_day(rung: Mapping[str, Any], on: date) -> date:
    """The day that was warned of; of a special procedure some old warnings tell none."""
    last = rung.get("planned_until") or rung.get("turned_on") or rung["due_on"]
    return date.fromisoformat(str(last)) if last else on


#: What a rung of the warning ladder comes to.
RUNGS: Mapping[str, str] = {
    "yellow": "Due soon,",
    "red": "Overdue,",
    "head": "Overdue, told to the head of the department,",
    "supervision": "Overdue, under the supervision of the leader,",
    "procedure": "Special procedure longer than planned,",
    "statutory_yellow": "The statutory limit ends soon,",
    "statutory": "The statutory limit is over,",
    "statutory_supervision": "The statutory limit is over, under the supervision of the leader,",
}
EVENTS = (
    EventKind(
        "WarningGiven",
        "{rung} {item}: due on {due_on}",
        variants=(
            Variant(
                "{rung} {item}: due on {due_on}; told at once with what was to be told before",
                has("missed"),
            ),
        ),
        reads={"rung": RUNGS, "due_on": Reading.DAY},
        follow=_warned,
    ),
)
