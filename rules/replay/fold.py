"""The fold: every entry of the log, taken in one after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.definition import ScenarioDefinition
from models.outcome import Event
from models.states import NOTHING_BUILT, ClockKind, ItemState
from rules import timers
from rules.replay.entries import (
    Happened,
    clock_of,
    day_of,
    deficiency_of,
    listed,
    rectification_of,
    site_visit_of,
    supervision_of,
    voiding_of,
)
from rules.replay.items import ITEM_CHANGES
from rules.replay.project import FOLLOWS
from rules.replay.replayed import Replayed


def replay(
    scenario: ScenarioDefinition,
    log: Iterable[Happened],
    versions: Mapping[int, ScenarioDefinition] | None = None,
) -> Replayed:
    """The project that the log tells of, from its registration on.

    ``scenario`` is the version that it is on now; a project that was moved there needs the
    ``versions`` that it was on before.
    """
    replayed = Replayed(scenario, versions or {})
    for happened in log:
        _take_in(replayed, happened)
    return replayed


def _take_in(replayed: Replayed, happened: Happened) -> None:
    """Take the next entry of the log in."""
    event = happened.event
    if "version" in event.data:
        replayed.project["version"] = event.data["version"]
    item = replayed.items.get(event.item) if event.item is not None else None
    if item is not None and "state" in event.data:
        state, round_ = ItemState(str(event.data["state"])), int(str(event.data["round"]))
        item = replace(item, state=state, round=round_)
        change = ITEM_CHANGES.get(event.kind)
        changed = change(item, happened) if change is not None else item
        if changed.re_examination and changed.state in NOTHING_BUILT:
            changed = replace(changed, re_examination=())
        replayed.items[item.code] = changed
    _clock_lines(replayed, event)
    for entry in listed(event.data, "deficiency_ledger"):
        deficiency = deficiency_of(entry)
        replayed.deficiencies[deficiency.key] = deficiency
    for entry in listed(event.data, "voidings"):
        voiding = voiding_of(entry)
        replayed.voidings[voiding.key] = voiding
    for entry in listed(event.data, "site_visits"):
        visit = site_visit_of(entry)
        replayed.site_visits[visit.key] = visit
    for entry in listed(event.data, "rectifications"):
        rectification = rectification_of(entry)
        replayed.rectifications[rectification.key] = rectification
    for entry in listed(event.data, "supervision"):
        task = supervision_of(entry)
        replayed.supervision[task.key] = task
    follow = FOLLOWS.get(event.kind)
    if follow is not None:
        follow(replayed, happened)


def _clock_lines(replayed: Replayed, event: Event) -> None:
    for line in listed(event.data, "clocks"):
        key = (line["item"], ClockKind(line["clock"]), line["round"], line["subject"])
        known = replayed.clocks.get(key) or clock_of(line)
        replayed.clocks[key] = replace(
            known,
            history=(*known.history, timers.event_from_document(line)),
            due_on=day_of(line["due_on"]),
            statutory_due_on=day_of(line["statutory_due_on"]),
        )
