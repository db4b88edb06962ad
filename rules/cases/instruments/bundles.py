"""Certificates that are issued together 多证齐发, 交地即交证: what is held back, and until when.

A bundle holds as long as none of its documents is out. It is whole when every item of it that the
project needs is granted and the event that releases it is recorded: then all its documents are
issued as one and bear that day. Licensing Law art. 44 stays: each document reaches the applicant
within ten working days of its own grant, so the bundle is broken, and what is granted is issued, on
the last day of the earliest of them. It is broken as well when an item ends without a grant: nothing
is gained by waiting any longer. A voided approval begins again by itself and is waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import FAILED, SATISFIED, ClockKind, ItemState
from models.scenarios.bundles import BundleDefinition
from rules.scenarios.conditions.evaluation import holds

_GRANTED = frozenset({ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED})
_ENDED = FAILED - {ItemState.VOIDED}


class Release(StrEnum):
    """Why the documents of a bundle are issued now."""

    WHOLE = "whole"
    """Every item is granted and the event is recorded."""
    LAST_DAY = "last_day"
    """The last day to deliver the earliest document has come (art. 44)."""
    ENDED = "ended"
    """An item of it ended without a grant."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle of a project none of whose documents is out yet."""

    definition: BundleDefinition
    items: tuple[str, ...]
    """Items that this project needs."""
    held: tuple[str, ...]
    """Granted, their documents held back."""
    lacking: tuple[str, ...]
    """Not granted yet, or to be examined again."""
    ended: tuple[str, ...]
    """Ended without a grant."""
    event_recorded: bool
    until: date | None
    """Last day to deliver the earliest of the documents held back."""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Codes of what has to happen before it is whole."""
        event = () if self.event_recorded else (self.definition.released_by,)
        return (*self.lacking, *event)

    def release(self, today: date | None) -> Release | None:
        """Why its documents are to be issued; without ``today`` the calendar is left aside."""
        if not self.held:
            return None
        if not self.waits_for:
            return Release.WHOLE
        if self.ended:
            return Release.ENDED
        reached = today is not None and self.until is not None and self.until <= today
        return Release.LAST_DAY if reached else None


def bundles(facts: ProjectFacts) -> Iterator[Bundle]:
    """The bundles of a project that hold: they apply to it, and none of their documents is out."""
    for definition in facts.scenario.bundles:
        candidate = bundle(facts, definition)
        if candidate is not None:
            yield candidate


def bundle(facts: ProjectFacts, definition: BundleDefinition) -> Bundle | None:
    """A bundle's current state; ``None`` where it does not hold."""
    members = members_of(facts, definition)
    if not members or any(item.document_issued for item in members):
        return None
    held = tuple(item.code for item in members if item.state in _GRANTED)
    return Bundle(
        definition=definition,
        items=tuple(item.code for item in members),
        held=held,
        lacking=tuple(i.code for i in members if i.state not in _GRANTED or i.re_examination),
        ended=tuple(item.code for item in members if item.state in _ENDED),
        event_recorded=facts.items[definition.released_by].state in SATISFIED,
        until=min((day for code in held for day in _last_days(facts, code)), default=None),
    )


def members_of(facts: ProjectFacts, definition: BundleDefinition) -> tuple[ItemFacts, ...]:
    """The items of a bundle that a project needs; none where the bundle does not apply to it.

    A bundle whose event does not concern the project would never be released: it does not apply.
    """
    event = facts.items.get(definition.released_by)
    needed = event is not None and event.state is not ItemState.NOT_REQUIRED
    if not needed or not holds(definition.when, facts.attributes):
        return ()
    items = (facts.items[code] for code in definition.items if code in facts.items)
    return tuple(item for item in items if item.state is not ItemState.NOT_REQUIRED)


def held_in(facts: ProjectFacts, item: str) -> Bundle | None:
    """The bundle that holds back the document of an item; ``None`` when nothing does."""
    return next((bundle for bundle in bundles(facts) if item in bundle.items), None)


def _last_days(facts: ProjectFacts, code: str) -> Iterator[date]:
    clock = facts.clocks.get((code, ClockKind.DELIVERY, facts.items[code].round, ""))
    if clock is not None and clock.due_on is not None:
        yield clock.due_on
