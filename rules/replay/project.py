"""What each kind of event says of the rest of the project: its stages, papers, versions, warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from models.architect import ArchitectTeam
from models.facts import ItemFacts
from models.states import ClockKind, ItemState, ProjectState
from rules.replay.entries import Happened, clock_of, listed
from rules.replay.replayed import Replayed


def _registered(replayed: Replayed, happened: Happened) -> None:
    data = happened.event.data
    attributes: Any = data["attributes"]
    replayed.follow_version(data["scenario_version"], attributes)
    replayed.project |= {
        "code": data["code"],
        "title": data["title"],
        "enterprise": data["enterprise"],
        "attributes": attributes,
        "state": ProjectState.ACTIVE,
        "registered_on": happened.on,
        "completed_on": None,
        "steward": None,
        "architect": None,
    }
    set_aside = listed(data, "not_required")
    for item in replayed.scenario.items:
        required = item.code not in set_aside
        state = ItemState.WAITING if required else ItemState.NOT_REQUIRED
        replayed.items[item.code] = ItemFacts(item.code, item.stage, item.department, state)
    replayed.stages = dict.fromkeys(stage.key for stage in replayed.scenario.stages)
    for material in replayed.scenario.materials:
        if material.from_register:
            replayed.provide(material.key, "register", happened.on)


def _steward(replayed: Replayed, happened: Happened) -> None:
    replayed.project["steward"] = happened.event.data["steward"]


def _architect(replayed: Replayed, happened: Happened) -> None:
    replayed.project["architect"] = ArchitectTeam.from_document(
        {one.name: happened.event.data[one.name] for one in fields(ArchitectTeam)}
    )


def _stage(replayed: Replayed, happened: Happened) -> None:
    replayed.stages[str(happened.event.data["stage"])] = happened.on


def _closed(replayed: Replayed, happened: Happened) -> None:
    replayed.project |= {"state": ProjectState.COMPLETED, "completed_on": happened.on}


def _handed_in(replayed: Replayed, happened: Happened) -> None:
    data = happened.event.data
    replayed.provide(str(data["material"]), "applicant", happened.on, str(data["sha256"]))


def _returned(replayed: Replayed, happened: Happened) -> None:
    for key in listed(happened.event.data, "materials"):
        replayed.give_back(key)
    if "material" in happened.event.data:
        replayed.give_back(str(happened.event.data["material"]))


def _document_holds(replayed: Replayed, happened: Happened) -> None:
    replayed.fill(_document(replayed, happened), happened.on)


def _approval_restored(replayed: Replayed, happened: Happened) -> None:
    if happened.event.data["state"] != ItemState.PRELIMINARY:
        _document_holds(replayed, happened)


def _not_required(replayed: Replayed, happened: Happened) -> None:
    source = f"not_required:{happened.event.item}"
    replayed.fill(_document(replayed, happened), happened.on, source)


def _round(replayed: Replayed, happened: Happened) -> None:
    if happened.event.data["after"] == ItemState.NOT_REQUIRED:
        _document_falls(replayed, happened)


def _document_falls(replayed: Replayed, happened: Happened) -> None:
    kind = _document(replayed, happened)
    for material in replayed.scenario.materials:
        if kind is not None and material.from_document == kind:
            replayed.give_back(material.key)


def _warned(replayed: Replayed, happened: Happened) -> None:
    event = happened.event
    item = replayed.items[event.item or ""]
    round_ = int(str(event.data.get("round", item.round)))
    key = (item.code, ClockKind(str(event.data["clock"])), round_, str(event.data["subject"]))
    clock = replayed.clocks[key]
    replayed.clocks[key] = replace(clock, warned=(*clock.warned, str(event.data["rung"])))


def _migrated(replayed: Replayed, happened: Happened) -> None:
    data = happened.event.data
    replayed.versions = {**replayed.versions, replayed.scenario.version: replayed.scenario}
    attributes: Any = data["attributes"]
    replayed.follow_version(data["after"], attributes)
    replayed.project["attributes"] = attributes
    for code in listed(data, "removed"):
        del replayed.items[code]
    _followed(replayed, happened)
    replayed.keep_stages(listed(data, "stages"))
    for line in listed(data, "limits"):
        limits = clock_of(line)
        known = replayed.clocks[limits.key]
        replayed.clocks[limits.key] = replace(limits, history=known.history, warned=known.warned)


def _attributes(replayed: Replayed, happened: Happened) -> None:
    data = happened.event.data
    corrected = {one["attribute"]: one["after"] for one in listed(data, "corrected")}
    known: Any = replayed.project["attributes"]
    attributes = {**known, **corrected}
    replayed.project["attributes"] = attributes
    replayed.follow_version(replayed.scenario.version, attributes)
    replayed.keep_stages(listed(data, "stages"))
    _followed(replayed, happened)


def _followed(replayed: Replayed, happened: Happened) -> None:
    """What became of the items, and of papers that the system holds."""
    for entry in listed(happened.event.data, "items"):
        item = _item(replayed.items.get(entry["item"]), entry)
        replayed.items[item.code] = item
    for entry in listed(happened.event.data, "filled"):
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


def _calendar(replayed: Replayed, happened: Happened) -> None:
    """A new calendar moved last days: the log tells from when to when."""
    for moved in listed(happened.event.data, "moved"):
        key = (moved["item"], ClockKind(moved["clock"]), moved["round"], moved["subject"])
        clock, after = replayed.clocks[key], date.fromisoformat(moved["after"])
        if moved["limit"] == "statutory":
            clock = replace(clock, statutory_due_on=after)
        if moved["limit"] == "promised" or clock.promised_length is None:
            clock = replace(clock, due_on=after)
        replayed.clocks[key] = clock


FOLLOWS: Mapping[str, Callable[[Replayed, Happened], None]] = {
    "ProjectRegistered": _registered,
    "StewardAssigned": _steward,
    "ArchitectTeamRecorded": _architect,
    "StageOpened": _stage,
    "ProjectClosed": _closed,
    "ScenarioMigrated": _migrated,
    "AttributesCorrected": _attributes,
    "MaterialSubmitted": _handed_in,
    "FixedOnTheSpot": _handed_in,
    "CorrectionRequested": _returned,
    "MakeUpReturned": _returned,
    "ItemApproved": _document_holds,
    "MilestoneRecorded": _document_holds,
    "FoundNotRequired": _not_required,
    "RoundStarted": _round,
    "ApprovalVoided": _document_falls,
    "ApprovalRestored": _approval_restored,
    "WarningGiven": _warned,
    "CalendarChanged": _calendar,
}


def _document(replayed: Replayed, happened: Happened) -> str | None:
    return replayed.scenario.item[happened.event.item or ""].document
