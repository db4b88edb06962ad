"""The event of a new calendar in the log of a project, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from models.cases.clock import CLOCKS, ClockFacts
from models.cases.outcome import Event, Message
from models.cases.part import Line
from models.clock.calendar import DayChange
from rules.cases.calendar_effect import CalendarEffect, LapsedEarly
from rules.cases.declarations.event import EventKind, Reading, Variant

if TYPE_CHECKING:
    from models.scenarios.definition import ItemDefinition
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed

KIND = "CalendarChanged"


def events_of(
    effect: CalendarEffect, before: str | None, after: str
) -> tuple[list[Event], list[Message]]:
    """What happened, with its messages; ``before`` and ``after`` name the calendars."""
    changed, messages = event_of(effect, before, after)
    events = [changed]
    for lapse in effect.lapsed:
        data = {"until": lapse.until.isoformat(), "credit": list(lapse.entries)}
        messages += _lapsed_early(lapse, len(events))
        events.append(Event("LapseTakenBack", lapse.item, data))
    return events, messages


def event_of(effect: CalendarEffect, before: str | None, after: str) -> tuple[Event, list[Message]]:
    """The event of the change itself, with its messages."""
    documents = {id(moved): moved.document() for moved in effect.moved}
    days = {change.after.date: change for moved in effect.moved for change in moved.because}
    event = Event(
        KIND,
        None,
        {
            "calendar_before": before,
            "calendar_after": after,
            "moved": list(documents.values()),
            "changed_days": [_change(days[day]) for day in sorted(days)],
            "confirmed": [_named(clock) for clock in effect.provisional if not clock.provisional],
            "provisional": [_named(clock) for clock in effect.provisional if clock.provisional],
            **_lines(effect),
        },
    )
    return event, [*_messages(effect, event, documents), *_found_early(effect)]


def _lines(effect: CalendarEffect) -> dict[str, list[Line]]:
    """The rows that changed, for the log; of clocks those with an event of their own."""
    lines: dict[str, list[Line]] = {"clocks": [CLOCKS.line_of(clock) for clock in effect.held]}
    for part, rows in effect.rows.items():
        if part is not CLOCKS and part.log is not None:
            lines[part.log] = [part.line_of(row) for row in rows]
    return {name: listed for name, listed in lines.items() if listed}


def _messages(
    effect: CalendarEffect, event: Event, documents: Mapping[int, dict[str, Any]]
) -> Iterator[Message]:
    """The steward hears of every date, everyone else of those that they were told."""
    lists: dict[str, list[dict[str, Any]]] = {"steward": list(documents.values())}
    for moved in effect.moved:
        for audience in moved.audiences:
            lists.setdefault(audience, []).append(documents[id(moved)])
    for audience, dates in lists.items():
        if dates:
            yield Message(audience, "calendar_changed", None, _params(dates, event))


def _found_early(effect: CalendarEffect) -> Iterator[Message]:
    """The head of the department hears which approvals were voided before their last day was over."""
    for voiding in effect.early:
        if voiding.early:
            params = {"materials": list(voiding.early), "until": max(voiding.early.values())}
            head = f"department_head:{effect.departments.get(voiding.item)}"
            for audience in (head, "steward"):
                yield Message(audience, "voided_too_early", voiding.item, params)


def _lapsed_early(lapse: LapsedEarly, event: int) -> Iterator[Message]:
    """Who ordered the work to stop hears that a phase lapsed before its last day, and so do steward and
    enterprise.
    """
    heads = [f"department_head:{department}" for department in lapse.departments]
    params = {"until": lapse.until.isoformat()}
    for audience in (*heads, "steward", "enterprise"):
        yield Message(audience, "lapsed_too_early", lapse.item, params, event)


def _params(moved: list[dict[str, Any]], event: Event) -> dict[str, Any]:
    return {
        "moved": moved,
        "changed_days": event.data["changed_days"],
        "policy": by_policy(event.data),
    }


def by_policy(data: Mapping[str, object]) -> bool:
    """Whether the district's own rules moved the days that an event tells of, not a new notice."""
    return data["calendar_before"] == data["calendar_after"]


def _named(clock: ClockFacts) -> dict[str, Any]:
    return {
        "clock": str(clock.kind),
        "item": clock.item,
        "round": clock.round,
        "subject": clock.subject,
    }


def _change(change: DayChange) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "date": after.date.isoformat(),
        "before": before.kind.value,
        "after": after.kind.value,
        "name": after.name or before.name,
    }


def _last_days_moved(replayed: Replayed, happened: Happened) -> None:
    """A new calendar moved last days: the log tells from when to when."""
    lines: Any = happened.event.data.get("moved") or ()
    for moved in lines:
        if moved["clock"] is None:
            continue  # a stored legal date: the row itself is among the lines
        key = (moved["item"], moved["clock"], moved["round"], moved["subject"])
        clock, after = replayed.clocks[key], date.fromisoformat(moved["after"])
        if moved["limit"] == "statutory":
            clock = replace(clock, statutory_due_on=after)
        if moved["limit"] == "promised" or clock.promised_length is None:
            clock = replace(clock, due_on=after)
        replayed.clocks[key] = clock


def _rules_changed(data: Mapping[str, Any], _: ItemDefinition | None) -> bool:
    return by_policy(data)


EVENTS = (
    EventKind(
        KIND,
        "The working calendar changed. {moved}",
        variants=(Variant("The district's rules of counting changed. {moved}", _rules_changed),),
        reads={"moved": Reading.LAST_DAYS},
        follow=_last_days_moved,
    ),
    EventKind(
        "LapseTakenBack",
        "{item} had lapsed too early by the calendar now in force: the order to stop work and the entry in the credit record are taken back, there is time until {until}",
        reads={"until": Reading.DAY},
    ),
)
