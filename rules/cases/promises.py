"""The promises of a scenario in one project: a clock of the project for each, drawn up after every act.

A promise is no limit that an act starts and stops: when it began, which days it counts and whether it
was kept follow from the items. Its clock is therefore derived as a whole, history and all. Yellow is
when what is left no longer holds the rest of the critical path, red when the promise is broken
(``stewards`` 5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from typing import Any, Final

from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import SATISFIED, ClockKind, ClockState, ItemState
from models.clock.values import (
    BETWEEN,
    ClockEvent,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    Unit,
    at_hour,
)
from models.making import altered
from models.scenarios.definition import PromiseDefinition
from models.scenarios.promises import Happening, PromiseUnit, parts_of
from rules.cases import timers
from rules.cases.context import Context
from rules.clock.counting import FOREVER, Run, merged
from rules.clock.spans import days_run
from rules.scenarios.promises import Route, made_to, promised_way, route

#: The number of a day that does not come.
NEVER: Final = 1 << 40
#: Promises run for the project as a whole: their clocks belong to no round of an item.
NO_ROUND = 0
_UNITS = {
    PromiseUnit.COUNTED_DAY: Unit.WORKING_DAY,
    PromiseUnit.WORKING_DAY: Unit.WORKING_DAY,
    PromiseUnit.NATURAL_DAY: Unit.NATURAL_DAY,
    PromiseUnit.MONTH: Unit.MONTH,
}
#: What stands, as far as a promise is concerned: an opinion is no decision.
_DONE = SATISFIED - {ItemState.PRELIMINARY}
NO_LONGER_MADE = "the promise is no longer made to the project"


def promise_clocks(facts: ProjectFacts) -> Iterator[ClockFacts]:
    """The clocks of what was promised to the project, by their keys."""
    return (clock for clock in facts.clocks.values() if clock.round == NO_ROUND)


def may_have_moved(before: ProjectFacts, after: ProjectFacts) -> bool:
    """Whether an act changed a row that a promise is derived from; no day that passes does."""
    if not after.scenario.all_promises:
        return any(promise_clocks(after))
    return any(_differ(before.items, after.items, _as_promised)) or any(
        _differ(before.clocks, after.clocks, _as_counted)
    )


def _differ(
    before: Mapping[Any, Any], after: Mapping[Any, Any], what: Callable[[Any], object]
) -> Iterator[bool]:
    """For each row that is new or another one whether that matters."""
    if before is after:
        return
    for key, row in after.items():
        known = before.get(key)
        if known is not row:
            yield what(row) != (what(known) if known is not None else None)


def _as_promised(item: ItemFacts) -> object:
    days = (item.opened_on, item.received_on, item.accepted_on, item.decided_on)
    return item.state, item.round, item.involved, days


def _as_counted(clock: ClockFacts) -> object:
    """``None`` for a clock of whose days no promise is made up."""
    return (clock.history, clock.state) if clock.kind == ClockKind.DECISION else None


def settled(facts: ProjectFacts, context: Context) -> Iterator[ClockFacts]:
    """The clocks of promises that differ from their rows; ``facts`` must hold the stopped limits to
    decide, ``context`` be that of the project's scenario.
    """
    rows = {(clock.subject, clock.kind): clock for clock in promise_clocks(facts)}
    made = {
        (p.named, _kind(p)): p
        for p in made_to(facts.scenario, facts.attributes)
        if _can_come(facts, p)
    }
    for (key, kind), promise in made.items():
        known = rows.get((key, kind))
        before = known or next((row for (other, _), row in rows.items() if other == key), None)
        held = _held(promise, known, context)
        now = _Promise(facts, held, known, context, before).clock()
        if now is not None and now != known:
            yield now
    for about, row in rows.items():
        if about not in made and row.state is not ClockState.STOPPED:
            stop = ClockStopped(on=context.today, reason=NO_LONGER_MADE)
            yield timers.derived(altered(row, history=(*row.history, stop)), context)


def _kind(promise: PromiseDefinition) -> str:
    return ClockKind.PROMISE_COUNTED if promise.is_counted else ClockKind.PROMISE


def _held(
    promise: PromiseDefinition, known: ClockFacts | None, context: Context
) -> PromiseDefinition:
    """The promise as it binds: one that runs may become shorter with another version, where that does
    not make it late at once, and never longer (Licensing Law art. 8).
    """
    if known is None:
        return promise
    length, unit = promise.days, _UNITS[promise.unit]
    if (known.promised_length, known.promised_unit) == (length, unit):
        return promise
    changed = altered(known, promised_length=length, promised_unit=unit)
    before, after = (timers.derived(clock, context).due_on for clock in (known, changed))
    open_ = known.state is not ClockState.STOPPED
    if open_ and (_is_sooner(after, before, context.today) or _is_less(known, promise)):
        return promise
    kept = next(kept_unit for kept_unit, other in _UNITS.items() if _fits(kept_unit, other, known))
    return promise.model_copy(update={"days": known.promised_length, "unit": kept})


def _is_sooner(after: date | None, before: date | None, today: date) -> bool:
    return after is not None and before is not None and today <= after < before


def _is_less(known: ClockFacts, promise: PromiseDefinition) -> bool:
    """Whether a promise that is paused now counts fewer days than were promised."""
    same = known.promised_unit is _UNITS[promise.unit] and known.due_on is None
    return same and promise.days < (known.promised_length or 0)


def _fits(unit: PromiseUnit, counted: Unit, known: ClockFacts) -> bool:
    is_counted = unit is PromiseUnit.COUNTED_DAY
    return counted is known.promised_unit and is_counted == (
        known.kind == ClockKind.PROMISE_COUNTED
    )


def _can_come(facts: ProjectFacts, promise: PromiseDefinition) -> bool:
    """Whether the project needs what keeps a promise."""
    item = parts_of(promise.end)[0] if promise.end is not None else None
    named = promise.items if item is None else (item,)
    return not named or any(facts.items[code].involved for code in named)


class _Promise:
    """One promise in one project, on the day of an act.

    Days are looked at by their *number*: working days from today on, negative before it.
    """

    def __init__(
        self,
        facts: ProjectFacts,
        promise: PromiseDefinition,
        known: ClockFacts | None,
        context: Context,
        before: ClockFacts | None,
    ) -> None:
        self.facts, self.promise, self.context = facts, promise, context
        self.known = known
        """Its clock before the act."""
        self.before = before
        """The same, or that of the promise as it was counted otherwise: it began when that one did."""
        self.calendar, self.today = context.calendar, context.today
        self.route = route(facts.scenario, promise)
        self._known_chains: dict[int, tuple[int, ...]] = {}

    def clock(self) -> ClockFacts | None:
        """Its clock after the act; ``None`` as long as it has not begun."""
        history = self._counted() if self.promise.is_counted else self._passing()
        if not history:
            return None
        limits = self._new() if self.known is None else self._as_promised(self.known)
        row = altered(limits, history=tuple(history), rest=None)
        view = timers.view(row, self.context)
        if view.stopped_on is None:
            row = self._with_yellow(row, timers.last_day(row.kind, view))
        return timers.derived(row, self.context, view)

    def _as_promised(self, known: ClockFacts) -> ClockFacts:
        unit = _UNITS[self.promise.unit]
        return altered(known, promised_length=self.promise.days, promised_unit=unit)

    def _new(self) -> ClockFacts:
        return ClockFacts(
            self._kept_with(),
            _kind(self.promise),
            NO_ROUND,
            self.promise.named,
            promised_length=self.promise.days,
            promised_unit=_UNITS[self.promise.unit],
        )

    def _kept_with(self) -> str:
        """The item whose decision keeps the promise, as far as can be told from the beginning."""
        item = parts_of(self.promise.end)[0] if self.promise.end is not None else None
        if item is not None:
            return item
        needed = [code for code, row in self.facts.items.items() if row.involved]
        left_out = self.facts.items.keys() - set(needed)
        path = promised_way(self.facts.scenario, self.promise, left_out)
        return path.items[-1] if path.items else needed[-1]

    # --- when it began and when it was kept ---------------------------------------------------

    def _passing(self) -> list[ClockEvent]:
        """The history of a promise in days that pass."""
        start = self._began_on()
        if start is None:
            return []
        kept = self._kept_on()
        stop = [ClockStopped(on=max(kept, start))] if kept is not None else []
        return [ClockStarted(on=start), *stop]

    def _began_on(self) -> date | None:
        began = self.before.started_on if self.before is not None else None
        if self.promise.items:
            accepted = [self._accepted_on(code) for code in self.promise.items]
            days = [day for day in (*accepted, began) if day is not None]
            return min(days, default=None)
        item, happening = parts_of(self.promise.start) if self.promise.start else (None, None)
        if item is None:
            return self.facts.registered_on
        day = self._happened_on(item, happening or Happening.DECIDED)
        if happening is Happening.DECIDED:
            return day or began
        # A new round clears the days of the one before: the first one counts.
        return min((d for d in (day, began) if d is not None), default=None)

    def _kept_on(self) -> date | None:
        """The day on which the last of what keeps it came about; ``None``: not yet."""
        if self.promise.end is not None:
            item, happening = parts_of(self.promise.end)
            return self._happened_on(item, happening) if item is not None else None
        items = [row for code in self.route.keeping if (row := self.facts.items[code]).involved]
        if not items or any(item.state not in _DONE for item in items):
            return None
        return max((item.decided_on for item in items if item.decided_on), default=None)

    def _happened_on(self, code: str, happening: Happening) -> date | None:
        item = self.facts.items[code]
        match happening:
            case Happening.OPENED:
                return item.opened_on
            case Happening.RECEIVED:
                return item.received_on
            case Happening.ACCEPTED:
                return self._accepted_on(code)
            case Happening.DECIDED:
                return item.decided_on if item.state in _DONE else None

    def _accepted_on(self, code: str) -> date | None:
        """The first acceptance of any round; what is decided on receipt is accepted with that (a filing)."""
        clocks = (
            clock.started_on
            for clock in self.facts.clocks.values()
            if clock.item == code and clock.kind == ClockKind.DECISION
        )
        item = self.facts.items[code]
        at_once = item.decided_on if item.state in _DONE else None
        days = (*clocks, item.accepted_on or at_once)
        return min((day for day in days if day is not None), default=None)

    # --- what is counted ------------------------------------------------------------------------

    def _counted(self) -> list[ClockEvent]:
        """The history of a promise in counted days: the days of the chain that breaks it first."""
        if not self._ran:
            return self._not_begun()
        breaks_on = self._breaks_on()
        chain = self._chain(self._number(breaks_on.toordinal()) if breaks_on else 0)
        runs = merged(run for place in chain for run in self._ran.get(place, ()))
        history = _as_events(runs, self._horizon)
        kept = self._kept_on()
        stop = [ClockStopped(on=max(kept, history[-1].on))] if kept is not None else []
        return [*history, *stop]

    def _not_begun(self) -> list[ClockEvent]:
        """A clock that ran until what it counted was taken back on the day it began is paused."""
        began = self.before.started_on if self.before is not None else None
        if began is None:
            return []
        return [ClockStarted(on=began), ClockSuspended(on=began, procedure=BETWEEN)]

    def _number(self, ordinal: int) -> int:
        return self.calendar.count(self.today.toordinal(), ordinal)

    def _numbered(self, run: Run) -> Run:
        """A run of days as the numbers of the day before its first one and of its last one."""
        first, last = run
        return self._number(first - 1), NEVER if last >= FOREVER - 1 else self._number(last)

    @cached_property
    def _horizon(self) -> date:
        """A day by which what runs now would have broken the promise."""
        return self.calendar.add_working_days(self.today, self.promise.days + 2)

    @cached_property
    def _ran(self) -> Mapping[int, list[Run]]:
        """When the limits to decide the items on the way ran, in every round, up to the horizon."""
        policy, until, ran = self.context.policy.clock, self._horizon, dict[int, list[Run]]()
        place, counted = self.route.place, self.route.counted
        for clock in self.facts.clocks.values():
            if clock.kind == ClockKind.DECISION and clock.item in counted:
                runs = days_run(clock.history, policy, until)
                if runs:
                    ran.setdefault(place[clock.item], []).extend(runs)
        return {item: merged(runs) for item, runs in ran.items()}

    @cached_property
    def _spent(self) -> Mapping[int, list[Run]]:
        """The same in numbers of days."""
        return {item: [self._numbered(run) for run in runs] for item, runs in self._ran.items()}

    def _breaks_on(self) -> date | None:
        """First day on which more than the promise is counted, if what runs now runs on."""
        broken = self._longest(0) > self.promise.days
        began = date.fromordinal(min(runs[0][0] for runs in self._ran.values()) - 1)
        return self._first_over(began if broken else self.today, self._longest, self.promise.days)

    def _longest(self, day: int) -> int:
        """Working days counted up to a day on the chain that has most."""
        spent = self._spent
        together = [run for place in self._chain(day) for run in spent.get(place, ())]
        return _days_in(together, day)

    def _chain(self, day: int) -> tuple[int, ...]:
        """The chain of items whose days up to a day add up to most."""
        chain = self._known_chains.get(day)
        if chain is None:
            chain = self._known_chains[day] = _longest_chain(self.route, self._days_by(day))
        return chain

    def _days_by(self, day: int) -> list[int]:
        days = [0] * len(self.route.codes)
        for place, runs in self._spent.items():
            days[place] = _passed(runs, day)
        return days

    # --- when it is yellow ----------------------------------------------------------------------

    def _with_yellow(self, row: ClockFacts, due_on: date | None) -> ClockFacts:
        """The clock with the day from which what is left does not hold the rest."""
        turns = self._turns_on(due_on)
        if due_on is None or turns is None:
            return altered(row, yellow_at=at_hour(turns) if turns else None)
        left = self.calendar.working_days_between(turns, due_on)
        return altered(row, rest=max(left, 0) + 1)

    def _turns_on(self, due_on: date | None) -> date | None:
        needed, at_most = self._needed(due_on or self.today)
        if needed(0) > at_most:
            was = self.known.yellow_on if self.known is not None else None
            return min(was, self.today) if was is not None else self.today
        if due_on is None:
            return None
        return self._first_over(self.today, needed, at_most, due_on)

    def _needed(self, due_on: date) -> tuple[Callable[[int], int], int]:
        """What the promise would have taken from a day on, and how much of that holds it."""
        if self.promise.is_counted:
            return cache(self._with_the_rest), self.promise.days
        # Days that pass are never paused.
        due = self._number(due_on.toordinal())
        return cache(lambda day: self._rest(day) - (due - day)), 0

    def _with_the_rest(self, day: int) -> int:
        """Days counted so far and promised to come on the longest chain."""
        return _most(self.route, self._with_what_is_left(self._days_by(day), day))

    def _rest(self, day: int) -> int:
        """Working days that the longest chain still takes, as promised."""
        nothing = [0] * len(self.route.codes)
        return _most(self.route, self._with_what_is_left(nothing, day))

    def _with_what_is_left(self, days: list[int], day: int) -> list[int]:
        """Working days of each item, with those that it is still promised to take from a day on."""
        for place, promised, runs in self._to_come:
            days[place] += max(promised - _passed(runs, day), 0) if runs else promised
        return days

    @cached_property
    def _to_come(self) -> list[tuple[int, int, list[Run]]]:
        """Of each item that is not done yet: the working days that it is promised to take, and when its
        limit to decide has run.
        """
        items, place = self.facts.items, self.route.place
        return [
            (place[code], days, self._running(items[code]))
            for code, days in self.route.to_come.items()
            if items[code].involved and items[code].state not in _DONE
        ]

    def _running(self, item: ItemFacts) -> list[Run]:
        """When the limit to decide an item ran that is not stopped, however far that is looked at."""
        clock = self.facts.clocks.get((item.code, ClockKind.DECISION, item.round, ""))
        if clock is None or clock.state is ClockState.STOPPED:
            return []
        runs = days_run(clock.history, self.context.policy.clock, date.max)
        return [self._numbered(run) for run in runs]

    def _first_over(
        self, first: date, needed: Callable[[int], int], at_most: int, last: date | None = None
    ) -> date | None:
        """The first working day on which more is needed than there is; ``None``: none up to the last.

        What is needed grows by one a working day at most, where it does not change chains: the day is
        mostly met at once, by the distance.
        """
        start, last = self._number(first.toordinal()), last or self._horizon
        over = needed(start) - at_most
        if over > 0:
            return first
        low, end, high = start, self._number(last.toordinal()), start + 1 - over
        while high <= end and (over := needed(high) - at_most) <= 0:
            low, high = high, high + 1 - over
        if high > end:
            return None
        while high - low > 1 and needed(high - 1) > at_most:
            high -= 1
        return self.calendar.add_working_days(first, high - start)


def _passed(runs: list[Run], day: int) -> int:
    """Working days of runs that neither overlap nor touch, up to a day."""
    return sum([min(until, day) - after for after, until in runs if after < day])


def _days_in(runs: Iterable[Run], day: int) -> int:
    """Working days in any of the runs, up to a day."""
    days, reached = 0, -NEVER
    for after, until in sorted(runs):
        last = min(until, day)
        if last > reached:
            days += max(last - max(after, reached), 0)
            reached = max(reached, last)
    return days


def _sums(route: Route, days: list[int]) -> list[int]:
    """Of each item the most that any chain up to it adds up to."""
    sums, before = list[int](), list[int]()
    for earlier, like, own in zip(route.earlier, route.like, days, strict=True):
        known = like < len(before)
        most = before[like] if known else max(map(sums.__getitem__, earlier), default=0)
        before.append(most)
        sums.append(most + own)
    return sums


def _most(route: Route, days: list[int]) -> int:
    """What the days of the longest chain add up to."""
    return max(_sums(route, days), default=0)


def _longest_chain(route: Route, days: list[int]) -> tuple[int, ...]:
    """The chain of items whose days add up to most; of equal ones always the same."""
    sums = _sums(route, days)
    end = max(range(len(sums)), key=sums.__getitem__, default=None)
    chain = list[int]()
    while end is not None:
        chain.append(end)
        end = max(route.earlier[end], key=sums.__getitem__, default=None)
    return tuple(reversed(chain))


def _as_events(runs: list[Run], open_until: date) -> list[ClockEvent]:
    """Runs of days as the history of a clock: paused in between, and after the last unless it goes on."""
    events: list[ClockEvent] = []
    for number, (first, last) in enumerate(runs):
        ref, on, until = str(number), date.fromordinal(first - 1), date.fromordinal(last)
        events.append(ClockResumed(on=on, ref=str(number - 1)) if number else ClockStarted(on=on))
        if until < open_until:
            events.append(ClockSuspended(on=until, ref=ref, procedure=BETWEEN))
    return events
