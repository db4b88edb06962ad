"""The fold over the entries of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.cases import parts
from models.cases.outcome import Event
from models.cases.states import NOTHING_BUILT, ItemState
from models.scenarios.definition import ScenarioDefinition
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.registry import registry
from rules.cases.replay.entries import Happened, listed
from rules.cases.replay.replayed import Replayed


def replay(
    scenario: ScenarioDefinition,
    log: Iterable[Happened],
    versions: Mapping[int, ScenarioDefinition] | None = None,
) -> Replayed:
    """The project rebuilt from its log, from registration on.

    ``scenario`` is the version that it is on now; a project that was moved there needs the
    ``versions`` that it was on before.
    """
    return fold(Replayed(scenario, versions or {}), log)


def fold(replayed: Replayed, log: Iterable[Happened]) -> Replayed:
    """Apply entries of the log, in order, to what those before them left; answers the same object."""
    kinds = registry().events
    for happened in log:
        _take_in(replayed, happened, kinds.get(happened.event.kind))
    return replayed


def _take_in(replayed: Replayed, happened: Happened, kind: EventKind | None) -> None:
    """Apply the next entry of the log."""
    event = happened.event
    if "version" in event.data:
        replayed.project["version"] = event.data["version"]
    item = replayed.items.get(event.item) if event.item is not None else None
    if item is not None and "state" in event.data:
        state, round_ = ItemState(str(event.data["state"])), int(str(event.data["round"]))
        item = replace(item, state=state, round=round_)
        change = kind.item_change if kind is not None else None
        changed = change(item, happened) if change is not None else item
        if changed.re_examination and changed.state in NOTHING_BUILT:
            changed = replace(changed, re_examination=())
        replayed.items[item.code] = changed
    _take_lines(replayed, event)
    if kind is not None and kind.follow is not None:
        kind.follow(replayed, happened)


def _take_lines(replayed: Replayed, event: Event) -> None:
    """Apply the rows that an event carries as lines."""
    for part in parts.known():
        if part.log is None or part.log not in event.data:
            continue
        rows = replayed.of(part)
        for line in listed(event.data, part.log):
            row = part.folded(rows, line)
            rows[part.key_of(row)] = row
