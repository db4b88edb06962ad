"""A matter while an act changes it: what is changed is a line of the event that is recorded at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from models.cases.clock import ClockFacts, whole_clock_line
from models.cases.outcome import Event, Message
from models.cases.part import Part
from models.cases.states import ClockState
from models.clock.values import ClockEvent, Limit
from models.making import altered
from models.matters.definition import ACTOR, ACTORS_UNIT, FORM, NOBODY, Effects, KindLimit
from models.matters.facts import (
    ENTRIES,
    LOGGED,
    MATTER_CLOCKS,
    PARTS,
    ROW,
    EntryFacts,
    MatterFacts,
    MatterOutcome,
)
from rules.matters import clocks
from rules.matters.context import MatterContext
from rules.matters.predicates import PREDICATES

#: Kinds of events; which act it was stands in the event.
FILED, ACTED, WARNED = "MatterFiled", "MatterActed", "MatterWarned"


class LimitMissing(AssertionError):
    """A clock starts that has no limit for the class: the reader of kinds refuses such a kind."""


class MatterDraft:
    """The facts on their way from before an act to after it."""

    def __init__(self, facts: MatterFacts, context: MatterContext, *, filed: bool = False) -> None:
        self.before, self.context, self._filed = facts, context, filed
        self.kind = facts.kind
        self.row = facts.row
        self.rows: dict[str, dict[Any, Any]] = {part.name: dict(facts.of(part)) for part in PARTS}
        self._lines: dict[str, list[Mapping[str, Any]]] = {}
        self._messages: list[Message] = []

    @property
    def facts(self) -> MatterFacts:
        """As they stand now."""
        entries, kept = self.rows[ENTRIES.name], self.rows[MATTER_CLOCKS.name]
        return MatterFacts(self.before.id, self.kind, self.row, entries, kept)

    def change(self, **values: Any) -> None:
        """Change fields of the matter's own row."""
        self.row = altered(self.row, **values)

    def enter(self, part: Part[Any], row: Any, line: Mapping[str, Any] | None = None) -> None:
        """Insert or update a row of a part; the event carries its line."""
        self.rows[part.name][part.key_of(row)] = row
        self._lines.setdefault(str(part.log), []).append(line or part.line_of(row))

    def record(self, act: str, form: Mapping[str, Any]) -> None:
        """Enter what an act brought."""
        declared, actor = self.kind.acts[act], self.context.act.actor
        entry = EntryFacts(
            no=len(self.rows[ENTRIES.name]) + 1,
            act=act,
            round=self.row.round,
            on=self.context.act.today,
            by=actor.login,
            role=actor.role.value,
            unit=actor.department,
            records=declared.records,
            form=dict(form),
            public=declared.public,
        )
        self.enter(ENTRIES, entry)

    # --- effects ----------------------------------------------------------------------------

    def move(self, state: str, act: str) -> None:
        """Come to a state; a matter that comes to rest has no clock but those that start then."""
        if self.kind.states[state].final:
            for clock in self._running():
                self._append(clock, clocks.stopped(self.context.act.today, act))
        self.change(state=state)

    def take_effect(self, effects: Effects, act: str, form: Mapping[str, Any]) -> None:
        """Do what an act, or the way that it takes, does beside the state."""
        today = self.context.act.today
        if effects.new_round:
            for clock in self._running():
                self._append(clock, clocks.stopped(today, act))
            self.change(round=self.row.round + 1, close_out_number=None)
        for field, source in effects.sets.items():
            self.change(**{_column(field): self._value(source, form)})
        for key in effects.stops:
            self._each(key, frozenset(ClockState), lambda _clock: clocks.stopped(today, act))
        for key in effects.holds:
            self._each(key, frozenset({ClockState.RUNNING}), lambda _clock: clocks.held(today))
        for key in effects.resumes:
            self._each(key, frozenset({ClockState.SUSPENDED}), lambda _clock: clocks.resumed(today))
        for key in effects.starts:
            self._start(key, act, form)
        if effects.close_out_number:
            self.change(close_out_number=self.context.number)

    def _value(self, source: str | bool, form: Mapping[str, Any]) -> Any:
        actor = self.context.act.actor
        if source == NOBODY:
            return None
        if source == ACTOR:
            return actor.login
        if source == ACTORS_UNIT:
            return actor.department
        if isinstance(source, str) and source.startswith(FORM):
            return form.get(source.removeprefix(FORM))
        return source

    def _each(
        self, key: str, states: frozenset[ClockState], event: Callable[[ClockFacts], ClockEvent]
    ) -> None:
        clock = self.facts.running(key)
        if clock is not None and clock.state in states:
            self._append(clock, event(clock))

    def _running(self) -> list[ClockFacts]:
        return [
            clock
            for clock in self.rows[MATTER_CLOCKS.name].values()
            if clock.state is not ClockState.STOPPED
        ]

    def _append(
        self, clock: ClockFacts, event: ClockEvent, most: Limit | None = None
    ) -> ClockFacts:
        longer = clocks.with_one_more(self.kind, clock, event, self.context.act, most)
        self.enter(MATTER_CLOCKS, longer)
        return longer

    def _start(self, key: str, act: str, form: Mapping[str, Any]) -> None:
        """Start a clock, unless it runs in this round already; one that was stopped begins anew beside it."""
        if self.facts.running(key) is not None:
            return
        limit = self.limit(key)
        forms = {name: entry.form for name in self.kind.acts if (entry := self.facts.brought(name))}
        forms |= {act: dict(form)}
        begun = clocks.started(self.kind, key, limit, self.row.round, self.context.act, forms)
        again = sum(
            clock.kind == key and clock.round == self.row.round
            for clock in self.rows[MATTER_CLOCKS.name].values()
        )
        self.enter(MATTER_CLOCKS, altered(begun, subject=str(again + 1) if again else ""))

    def limit(self, key: str) -> KindLimit:
        """The limit of a clock for the class of the matter."""
        limit = self.kind.limit_of(key, self.row.class_key)
        if limit is None:
            raise LimitMissing(key)
        return limit

    def recount(self, key: str) -> None:
        """Count a clock that runs anew with the limit of the class that the matter has now, from its start."""
        clock, limit = self.facts.running(key), self.limit(key)
        if clock is None or limit.days is None:
            return
        length = {"promised_length": limit.days, "promised_unit": limit.unit}
        longer = clocks.counted(self.kind, altered(clock, **length), self.context.act)
        self.enter(MATTER_CLOCKS, longer, whole_clock_line(longer))

    def extend(self, key: str, form: Mapping[str, Any]) -> None:
        """Give a clock more time, as the class allows."""
        clock, extension = self.facts.running(key), self.facts.class_.extension
        if clock is None:
            return
        actor, today = self.context.act.actor, self.context.act.today
        days, reason = int(form.get("days") or 0), str(form.get("reason") or "")
        event = clocks.extended(today, days, actor.login, reason)
        self._append(clock, event, clocks.most(extension))

    # --- the end ----------------------------------------------------------------------------

    def notify(self, to: tuple[str, ...], template: str, **params: object) -> None:
        """Tell whoever holds these predicates; each audience once."""
        audiences = (PREDICATES[key].audience for key in to)
        named = dict.fromkeys(of(self.row) for of in audiences if of is not None)
        self._messages += [
            Message(audience, template, params=params) for audience in named if audience
        ]

    def outcome(self, kind: str, data: Mapping[str, object] | None = None) -> MatterOutcome:
        """The finished outcome: one event that tells everything that changed."""
        self.change(version=self.before.row.version + (not self._filed), **self._light())
        changed = [
            name
            for name in LOGGED
            if self._filed or getattr(self.row, name) != getattr(self.before.row, name)
        ]
        values = ROW.some(self.row, changed)
        if self._filed:
            values = {name: value for name, value in values.items() if value is not None}
        event = Event(kind, None, {**(data or {}), "matter": values, **self._lines})
        return MatterOutcome(self.facts, (event,), tuple(self._messages))

    def _light(self) -> dict[str, Any]:
        return standing(self.rows[MATTER_CLOCKS.name].values())


def _column(field: str) -> str:
    """The field of the row that a kind calls by a name."""
    return "class_key" if field == "class" else field


def standing(kept: Iterable[ClockFacts]) -> dict[str, Any]:
    """Where a matter stands among others: what ends first of its clocks that run."""
    open_ = [clock for clock in kept if clock.state is not ClockState.STOPPED]
    due = min((clock.due_on for clock in open_ if clock.due_on), default=None)
    return {
        "due_on": due,
        "yellow_at": min((clock.yellow_at for clock in open_ if clock.yellow_at), default=None),
    }
