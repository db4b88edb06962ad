"""The migration event, and how it folds back into the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.cases.clock import clock_with_limits
from models.cases.facts import ItemFacts
from models.cases.states import ItemState
from rules.cases.declarations.event import EventKind, Reading

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


def items_followed(replayed: Replayed, happened: Happened) -> None:
    """Fold the changed items and the materials that the system holds."""
    data: Any = happened.event.data
    for entry in data.get("items") or ():
        item = _item(replayed.items.get(entry["item"]), entry)
        replayed.items[item.code] = item
    for entry in data.get("filled") or ():
        replayed.provide(entry["material"], entry["source"], happened.on)


def _item(known: ItemFacts | None, entry: Mapping[str, Any]) -> ItemFacts:
    state = ItemState(entry["state"])
    item = known or ItemFacts(entry["item"], entry["stage"], entry["department"], state)
    opened_on = item.opened_on
    if state in (ItemState.WAITING, ItemState.NOT_REQUIRED):
        opened_on = None
    return replace(
        item,
        stage=entry["stage"],
        department=entry["department"],
        state=state,
        opened_on=opened_on,
    )


def _migrated(replayed: Replayed, happened: Happened) -> None:
    data: Any = happened.event.data
    replayed.versions = {**replayed.versions, replayed.scenario.version: replayed.scenario}
    attributes = data["attributes"]
    replayed.follow_version(data["after"], attributes)
    replayed.project["attributes"] = attributes
    for code in data.get("removed") or ():
        del replayed.items[code]
    items_followed(replayed, happened)
    replayed.keep_stages(list(data.get("stages") or ()))
    for line in data.get("limits") or ():
        limits = clock_with_limits(line)
        known = replayed.clocks[limits.key]
        replayed.clocks[limits.key] = replace(limits, history=known.history, warned=known.warned)


EVENTS = (
    EventKind(
        "ScenarioMigrated",
        "Moved from version {before} to version {after} of the scenario",
        follow=_migrated,
        notices=("scenario_migrated",),
        of_outline=True,
    ),
    EventKind(
        "GrantNotNeeded",
        "{item} is not needed any more: its grant stands, and nothing is owed for it",
        reads={"materials": Reading.MATERIALS},
        notices=("grant_not_needed",),
    ),
    EventKind(
        "DebtNotRequired",
        "{materials} of {item} are not required any more",
        reads={"materials": Reading.MATERIALS},
    ),
)
