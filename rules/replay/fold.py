"""The fold: every entry of the log, taken in one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from models.definition import ScenarioDefinition
from models.outcome import Event
from models.states import NOTHING_BUILT, ClockKind, ItemState
from rules import timers
from rules.replay.entries import (
    Happened,
    clock_of,
    consultation_of,
    day_of,
    deficiency_of,
    line_of,
    listed,
    opinion_of,
    rectification_of,
    site_visit_of,
    supervision_of,
    voiding_of,
)
from rules.replay.items import ITEM_CHANGES
from rules.replay.project import FOLLOWS
from rules.replay.replayed import Replayed

#: Lines that an event keeps of rows that changed → the part of the project, and how a line is read.
_LEDGERS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {
    "deficiency_ledger": ("deficiencies", deficiency_of),
    "voidings": ("voidings", voiding_of),
    "site_visits": ("site_visits", site_visit_of),
    "rectifications": ("rectifications", rectification_of),
    "consultations": ("consultations", consultation_of),
    "supervision": ("supervision", supervision_of),
    "lines": ("lines", line_of),
    "opinions": ("opinions", opinion_of),
}


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
    for ledger, (part, read) in _LEDGERS.items():
        for entry in listed(event.data, ledger):
            row = read(entry)
            getattr(replayed, part)[row.key] = row
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
