"""What an act says of case rounds 办件: derived from the items it changed, never decided on.

The same function serves an act and a replay of the log, so that an audit can hold one against the
other: it is given what the items were, what everything is now, and the events in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from models.cases.case_round import AcceptanceKind, CaseRound, Channel, RoundOutcome
from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts, NamedParts, ProjectFacts
from models.cases.outcome import Event
from models.cases.states import ClockKind, ItemState, ProjectState, VoidingState
from models.clock.values import ClockPolicy
from models.making import altered
from models.scenarios.definition import ItemMode, ScenarioDefinition
from rules.cases.context import Context
from rules.clock.calendar import WorkingCalendar
from rules.clock.projection import read_history
from rules.clock.spans import counted_natural_days, counted_working_days, spans_run

#: State → the end of a round that came to it.
ENDS: Mapping[ItemState, RoundOutcome] = {
    ItemState.GRANTED: RoundOutcome.GRANTED,
    ItemState.CONDITIONALLY_GRANTED: RoundOutcome.CONDITIONALLY_GRANTED,
    ItemState.DENIED: RoundOutcome.DENIED,
    ItemState.NOT_ACCEPTED: RoundOutcome.NOT_ACCEPTED,
    ItemState.WITHDRAWN: RoundOutcome.WITHDRAWN,
}
#: States in which an application is in somebody's hands.
IN_HAND = frozenset(
    {
        ItemState.RECEIVED,
        ItemState.CORRECTING,
        ItemState.ACCEPTED,
        ItemState.RECTIFYING,
        ItemState.SUSPENDED,
        ItemState.PRELIMINARY,
    }
)
RESTORED = frozenset({VoidingState.CORRECTED, VoidingState.REINSTATED})


@dataclass(frozen=True, slots=True)
class Stamps:
    """What a round says of its project."""

    region: str
    enterprise: str
    steward: str | None
    state: ProjectState


@dataclass(frozen=True, slots=True)
class Moment:
    """When the act was done, and by what its days are counted."""

    on: date
    at: datetime
    calendar: WorkingCalendar
    policy: ClockPolicy


def changed_rounds(
    before: Mapping[str, ItemFacts],
    now: NamedParts,
    scenario: ScenarioDefinition,
    stamps: Stamps,
    events: Sequence[Event],
    moment: Moment,
) -> tuple[CaseRound, ...]:
    """The rounds of which an act has something to say; each is merged into what is known of it.

    ``before`` are the items before the act; ``now`` has the clocks that the act stopped.
    """
    stated = _stated_by_events(events)
    changed = {*stated, *_named(events), *_touched(before, now, stamps)}
    rounds: list[CaseRound] = []
    for code in sorted(changed & now.items.keys() & scenario.item.keys()):
        if scenario.item[code].mode is not ItemMode.MILESTONE:
            known, about = before.get(code), stated.get(code, {})
            row = _Row(code, now.items[code], known, now, scenario, stamps, about, moment)
            rounds += row.rounds()
    return tuple(rounds)


def rounds_of_act(
    before: ProjectFacts, after: ProjectFacts, events: Sequence[Event], context: Context
) -> tuple[CaseRound, ...]:
    """The same for an act on facts that were loaded."""
    stamps = Stamps(after.region, after.enterprise, after.steward, after.state)
    moment = Moment(context.today, context.now, context.calendar, context.policy.clock)
    return changed_rounds(before.items, after, after.scenario, stamps, events, moment)


def _named(events: Iterable[Event]) -> Iterator[str]:
    """Items of which something happened, whether or not their facts changed by it; a warning says no
    state, and nothing of a round.
    """
    return (event.item for event in events if event.item is not None and "state" in event.data)


def _touched(before: Mapping[str, ItemFacts], now: NamedParts, stamps: Stamps) -> Iterator[str]:
    """Items that are not as they were; all that were in somebody's hands when the project is withdrawn."""
    closed = stamps.state is ProjectState.WITHDRAWN
    for code, item in now.items.items():
        if _differs(before.get(code), item) or (closed and item.state in IN_HAND):
            yield code


def _differs(known: ItemFacts | None, item: ItemFacts) -> bool:
    """Whether an item says something else; its row counts versions of which the log knows nothing."""
    if item is known:
        return False
    return known is None or altered(item, version=known.version) != known


def _stated_by_events(events: Iterable[Event]) -> dict[str, dict[str, Any]]:
    """Item → what the events say of its round that its facts do not."""
    stated: dict[str, dict[str, Any]] = {}
    for event in events:
        values = _STATED[event.kind](event) if event.kind in _STATED else None
        if event.item is not None and values is not None:
            stated.setdefault(event.item, {}).update(values)
    return stated


def _channel(event: Event) -> dict[str, Any]:
    return {"channel": Channel(str(event.data.get("channel") or Channel.API))}


def _notice(event: Event) -> dict[str, Any]:
    return {"notices_by_override": int(bool(event.data.get("override")))}


def _delivery(event: Event) -> dict[str, Any]:
    return {"delivered_on": True, "delivery_method": event.data.get("method")}


#: Kind of event → what it says of the round of its item; ``True`` stands for the day of the act.
_STATED = {
    "ApplicationSubmitted": _channel,
    "ApplicationDeemedAccepted": lambda _: {"acceptance_kind": AcceptanceKind.DEEMED},
    "CorrectionRequested": _notice,
    "CorrectionSupplied": lambda _: {"corrected_on": True},
    "DocumentDelivered": _delivery,
}


@dataclass(frozen=True)
class _Row:
    """One item of which an act has something to say."""

    code: str
    item: ItemFacts
    known: ItemFacts | None
    now: NamedParts
    scenario: ScenarioDefinition
    stamps: Stamps
    about: Mapping[str, Any]
    moment: Moment

    def rounds(self) -> Iterator[CaseRound]:
        """The item's round, where it has begun; beside it the one that it was in before."""
        known, item = self.known, self.item
        if known is not None and _begun(known):
            if item.round < known.round or (item.round == known.round and not _begun(item)):
                # An approval was restored in its first round, or the item is not needed any more.
                known = replace(known, state=ItemState.NOT_REQUIRED, decided_on=None)
                yield self._round(known, new=False)
            elif item.round > known.round:
                yield self._round(known, new=False)
        if _begun(item):
            yield self._round(item, new=True)

    def _round(self, item: ItemFacts, *, new: bool) -> CaseRound:
        clock = self.now.clocks.get((self.code, ClockKind.DECISION, item.round, ""))
        about = (
            {k: self.moment.on if v is True else v for k, v in self.about.items()} if new else {}
        )
        definition = self.scenario.item[self.code]
        accepted = AcceptanceKind.EXPLICIT if item.accepted_on else None
        values: dict[str, Any] = {
            "whole": definition.part_of,
            "stage": item.stage,
            "department": item.department,
            "region": self.stamps.region,
            "enterprise": self.stamps.enterprise,
            "steward": self.stamps.steward,
            "scenario": self.scenario.key,
            "scenario_version": self.scenario.version,
            "handler": item.handler,
            "received_on": item.received_on or item.accepted_on,
            "received_at": self.moment.at,
            "accepted_on": item.accepted_on,
            "acceptance_kind": accepted,
            "notices": item.correction_notices,
            "deferred_count": len(item.deferred),
            "commitment": item.commitment is not None,
            "parts": len(self.scenario.parts.get(self.code, ())),
            **self._end(item, clock),
            **self._afterwards(item),
        }
        return CaseRound(self.code, item.round, **values | about)

    def _end(self, item: ItemFacts, clock: ClockFacts | None) -> dict[str, Any]:
        """How the round ended, where it did; by what day its timeliness is judged."""
        outcome = self._outcome(item)
        on = self.moment.on
        if outcome is None:
            stopped = item.decided_on if item.state is ItemState.PRELIMINARY else None
            return {"clock_stopped_on": stopped}
        return {
            "ended_on": on,
            "ended_at": self.moment.at,
            "outcome": outcome,
            "clock_stopped_on": on,
            "instant": item.accepted_on == on and not _held(clock),
            **self._measured(clock),
        }

    def _outcome(self, item: ItemFacts) -> RoundOutcome | None:
        if item.state is ItemState.NOT_REQUIRED:
            return RoundOutcome.NOT_REQUIRED if item.decided_on else RoundOutcome.FELL_AWAY
        if self.stamps.state is ProjectState.WITHDRAWN and item.state in IN_HAND:
            return RoundOutcome.WITHDRAWN
        if item.state is ItemState.WAITING and self.scenario.item[self.code].part_of:
            return RoundOutcome.ENDED_WITH_WHOLE
        return ENDS.get(item.state)

    def _measured(self, clock: ClockFacts | None) -> dict[str, Any]:
        """The last days as they stand at the end, and the days that the limit ran."""
        if clock is None:
            return {}
        moment = self.moment
        spans = spans_run(clock.history, moment.policy, moment.on)
        return {
            "promised_due_on": clock.due_on,
            "statutory_due_on": clock.statutory_due_on,
            "counted_days": counted_working_days(spans, moment.calendar, moment.on),
            "natural_days": counted_natural_days(spans, moment.on),
        }

    def _afterwards(self, item: ItemFacts) -> dict[str, Any]:
        """What became of the approval: beside the outcome, never instead of it."""
        voiding = self.now.voidings.get((self.code, item.round))
        if voiding is None:
            return {}
        restored = voiding.closed_on if voiding.state in RESTORED else None
        return {"voided_on": voiding.voided_on, "restored_on": restored}


def _begun(item: ItemFacts) -> bool:
    """Whether anything was handed in, or examined without an application."""
    return item.received_on is not None or item.accepted_on is not None


def _held(clock: ClockFacts | None) -> bool:
    """Whether a special procedure ever held the limit to decide."""
    return clock is not None and bool(read_history(clock.history).suspensions)
