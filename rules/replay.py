"""From the log back to the facts: a fold over what happened, and where the two disagree.

The rows are what everyone works on; the events are what cannot be rewritten. A project whose rows
say anything that its events do not is found by :func:`differences`. Versions of items and materials
are left out: they count changes, and the log keeps what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, NamedTuple

from models.actor import Role
from models.clock import Unit
from models.definition import ScenarioDefinition
from models.facts import (
    ClockFacts,
    DeficiencyFacts,
    ItemFacts,
    MaterialFacts,
    ProjectFacts,
    VoidingFacts,
    restored_values,
)
from models.outcome import Event
from models.states import (
    NOTHING_BUILT,
    ClockKind,
    DeficiencyState,
    ItemState,
    MaterialState,
    ProjectState,
    VoidingState,
)
from rules import timers
from rules.context import Context


class Happened(NamedTuple):
    """One entry of the log: the day in Beijing time, who acted, and what followed."""

    on: date
    actor: str
    role: str
    event: Event


class Difference(NamedTuple):
    """Something that the rows say and the log does not."""

    part: str
    key: str
    name: str
    row: object
    log: object


@dataclass(slots=True)
class Replayed:
    """A project as its events tell it."""

    scenario: ScenarioDefinition
    versions: Mapping[int, ScenarioDefinition] = field(default_factory=dict)
    """Other versions of the scenario, which the project may have been on."""
    project: dict[str, object] = field(default_factory=dict)
    """Columns of the project row: ``code``, ``title``, ``steward``, ``state`` …"""
    items: dict[str, ItemFacts] = field(default_factory=dict)
    stages: dict[str, date | None] = field(default_factory=dict)
    clocks: dict[tuple[str, str, int, str], ClockFacts] = field(default_factory=dict)
    deficiencies: dict[tuple[str, int, str], DeficiencyFacts] = field(default_factory=dict)
    materials: dict[str, MaterialFacts] = field(default_factory=dict)
    voidings: dict[tuple[str, int], VoidingFacts] = field(default_factory=dict)

    def take_in(self, happened: Happened) -> None:
        """Take the next entry of the log in."""
        event = happened.event
        if "version" in event.data:
            self.project["version"] = event.data["version"]
        item = self.items.get(event.item) if event.item is not None else None
        if item is not None and "state" in event.data:
            state, round_ = ItemState(str(event.data["state"])), int(str(event.data["round"]))
            item = replace(item, state=state, round=round_)
            change = _ITEM.get(event.kind)
            changed = change(item, happened) if change is not None else item
            if changed.re_examination and changed.state in NOTHING_BUILT:
                changed = replace(changed, re_examination=())
            self.items[item.code] = changed
        self._clock_lines(event)
        for entry in _list(event.data, "deficiency_ledger"):
            deficiency = _deficiency(entry)
            self.deficiencies[deficiency.key] = deficiency
        for entry in _list(event.data, "voidings"):
            voiding = _voiding(entry)
            self.voidings[voiding.key] = voiding
        follow = _FOLLOW.get(event.kind)
        if follow is not None:
            follow(self, happened)

    def _clock_lines(self, event: Event) -> None:
        for line in _list(event.data, "clocks"):
            key = (line["item"], ClockKind(line["clock"]), line["round"], line["subject"])
            known = self.clocks.get(key) or _clock(line)
            self.clocks[key] = replace(
                known,
                history=(*known.history, timers.event_from_document(line)),
                due_on=_date(line["due_on"]),
                statutory_due_on=_date(line["statutory_due_on"]),
            )

    def fill(self, kind: str | None, on: date) -> None:
        """The system holds every paper that comes from this kind of document."""
        for material in self.scenario.materials:
            if kind is not None and material.from_document == kind:
                self.provide(material.key, f"document:{kind}", on)

    def provide(self, key: str, source: str, on: date | None, sha256: str | None = None) -> None:
        """A paper is there."""
        self.materials[key] = MaterialFacts(
            key, MaterialState.PROVIDED, sha256=sha256, source=source, provided_on=on
        )

    def follow_version(self, version: object) -> None:
        """From here on the project follows this version of its scenario."""
        if version != self.scenario.version and isinstance(version, int):
            self.scenario = self.versions.get(version, self.scenario)

    def give_back(self, key: str) -> None:
        """A paper was returned."""
        if key in self.materials:
            found = self.materials[key]
            self.materials[key] = replace(found, state=MaterialState.RETURNED)


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
        replayed.take_in(happened)
    return replayed


def differences(facts: ProjectFacts, replayed: Replayed, context: Context) -> Iterator[Difference]:
    """Where rows and log disagree; ``facts`` must hold the stopped clocks too.

    A last day may be the one that the log tells or the one that the calendar in force gives: a new
    holiday notice moves the second before the rows follow. What else is derived from a clock's
    history for look-up alone (yellow light, next warning) is not compared.
    """
    for name, value in replayed.project.items():
        yield from _differ("project", facts.code, name, getattr(facts, name), value)
    opened = {key: stage.opened_on for key, stage in facts.stages.items()}
    for key in opened.keys() | replayed.stages.keys():
        yield from _differ("stage", key, "opened_on", opened.get(key), replayed.stages.get(key))
    yield from _compare("item", facts.items, replayed.items, {"version"})
    yield from _compare("deficiency", facts.deficiencies, replayed.deficiencies, set())
    yield from _compare("voiding", facts.voidings, replayed.voidings, set())
    yield from _compare("material", facts.materials, replayed.materials, {"version", "file_name"})
    clocks = {
        key: _with_last_days(clock, facts.clocks.get(key), context)
        for key, clock in replayed.clocks.items()
    }
    yield from _compare("clock", facts.clocks, clocks, _FOR_LOOK_UP)


_FOR_LOOK_UP = {"yellow_on", "provisional", "next_rung", "next_rung_on"}


def _with_last_days(told: ClockFacts, row: ClockFacts | None, context: Context) -> ClockFacts:
    """The clock as its history gives it, with the row's last days where the log told the same."""
    clock = timers.derived(told, context)
    for name in ("due_on", "statutory_due_on"):
        if row is not None and getattr(row, name) == getattr(told, name):
            values: dict[str, Any] = {name: getattr(told, name)}
            clock = replace(clock, **values)
    return clock


def _compare(
    part: str, rows: Mapping[Any, Any], log: Mapping[Any, Any], leave_out: set[str]
) -> Iterator[Difference]:
    for key in [*rows, *(key for key in log if key not in rows)]:
        row, told = rows.get(key), log.get(key)
        shown = "/".join(str(one) for one in key) if isinstance(key, tuple) else str(key)
        if row is None or told is None:
            yield Difference(part, shown, "row", row is not None, told is not None)
            continue
        for name in (found.name for found in fields(row) if found.name not in leave_out):
            yield from _differ(part, shown, name, getattr(row, name), getattr(told, name))


def _differ(part: str, key: str, name: str, row: object, log: object) -> Iterator[Difference]:
    if row != log:
        yield Difference(part, key, name, row, log)


# --- what each kind of event says of its item ---------------------------------------------------

ItemChange = Callable[[ItemFacts, Happened], ItemFacts]


def _on_day(*names: str) -> ItemChange:
    """The day of the event is the day of these columns."""

    def change(item: ItemFacts, happened: Happened) -> ItemFacts:
        values: dict[str, Any] = dict.fromkeys(names, happened.on)
        return replace(item, **values)

    return change


def _values(**values: Any) -> ItemChange:
    return lambda item, _: replace(item, **values)


def _submitted(item: ItemFacts, happened: Happened) -> ItemFacts:
    signed: Any = happened.event.data["commitment"]
    return replace(
        item,
        received_on=happened.on,
        deferred=tuple(_list(happened.event.data, "deferred")),
        commitment=signed["signer"] if signed else None,
    )


def _accepted(item: ItemFacts, happened: Happened) -> ItemFacts:
    officer = happened.actor if happened.role != Role.WINDOW_CLERK else None
    return replace(item, accepted_on=happened.on, handler=officer)


def _milestone(item: ItemFacts, happened: Happened) -> ItemFacts:
    happened_on = str(happened.event.data["happened_on"])
    return replace(item, decided_on=date.fromisoformat(happened_on))


def _flagged(item: ItemFacts, happened: Happened) -> ItemFacts:
    because = str(happened.event.data["because"])
    return replace(item, re_examination=(*item.re_examination, because))


def _lifted(item: ItemFacts, happened: Happened) -> ItemFacts:
    because = happened.event.data["because"]
    left = tuple(code for code in item.re_examination if code != because)
    return replace(item, re_examination=left)


def _restored(item: ItemFacts, happened: Happened) -> ItemFacts:
    before: Any = happened.event.data["restored"]
    fresh = ItemFacts(item.code, item.stage, item.department, item.state, item.round)
    return replace(fresh, **restored_values(before))


_ITEM: Mapping[str, ItemChange] = {
    "ItemOpened": _on_day("opened_on"),
    "ExaminationStarted": _on_day("opened_on", "accepted_on"),
    "ItemHeldBack": _values(opened_on=None),
    "ApplicationSubmitted": _submitted,
    "CorrectionRequested": lambda item, _: replace(
        item, correction_notices=item.correction_notices + 1
    ),
    "ReExaminationRequired": _flagged,
    "ReExaminationLifted": _lifted,
    "ReExaminationConfirmed": _values(re_examination=()),
    "ApprovalRestored": _restored,
    "SiteVerified": lambda item, happened: replace(
        item, verified_by=tuple(_list(happened.event.data, "officers"))
    ),
    "CorrectionSupplied": _on_day("received_on"),
    "ApplicationAccepted": _accepted,
    "ApplicationDeemedAccepted": lambda item, _: replace(item, accepted_on=item.received_on),
    "ApplicationRefused": _on_day("decided_on"),
    "ApplicationWithdrawn": _on_day("decided_on"),
    "ItemApproved": _on_day("decided_on"),
    "PreliminaryOpinionIssued": _on_day("decided_on"),
    "ItemDenied": _on_day("decided_on"),
    "MilestoneRecorded": _milestone,
    "DocumentIssued": _values(document_issued=True),
    "ApprovalVoided": _values(document_issued=False),
    "RoundStarted": lambda item, _: ItemFacts(
        item.code, item.stage, item.department, item.state, item.round
    ),
}

# --- and of the rest of the project -------------------------------------------------------------


def _registered(replayed: Replayed, happened: Happened) -> None:
    data = happened.event.data
    replayed.follow_version(data["scenario_version"])
    replayed.project |= {
        "code": data["code"],
        "title": data["title"],
        "enterprise": data["enterprise"],
        "attributes": data["attributes"],
        "state": ProjectState.ACTIVE,
        "registered_on": happened.on,
        "completed_on": None,
        "steward": None,
    }
    set_aside = _list(data, "not_required")
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


def _stage(replayed: Replayed, happened: Happened) -> None:
    replayed.stages[str(happened.event.data["stage"])] = happened.on


def _closed(replayed: Replayed, happened: Happened) -> None:
    replayed.project |= {"state": ProjectState.COMPLETED, "completed_on": happened.on}


def _handed_in(replayed: Replayed, happened: Happened) -> None:
    data = happened.event.data
    replayed.provide(str(data["material"]), "applicant", happened.on, str(data["sha256"]))


def _returned(replayed: Replayed, happened: Happened) -> None:
    for key in _list(happened.event.data, "materials"):
        replayed.give_back(key)
    if "material" in happened.event.data:
        replayed.give_back(str(happened.event.data["material"]))


def _document_holds(replayed: Replayed, happened: Happened) -> None:
    replayed.fill(_document(replayed, happened), happened.on)


def _approval_restored(replayed: Replayed, happened: Happened) -> None:
    if happened.event.data["state"] != ItemState.PRELIMINARY:
        _document_holds(replayed, happened)


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
    replayed.follow_version(data["after"])
    replayed.project["attributes"] = data["attributes"]
    for code in _list(data, "removed"):
        del replayed.items[code]
    for entry in _list(data, "items"):
        item = _item(replayed.items.get(entry["item"]), entry)
        replayed.items[item.code] = item
    stages = _list(data, "stages")
    replayed.stages = {key: replayed.stages.get(key) for key in stages}
    for entry in _list(data, "filled"):
        replayed.provide(entry["material"], entry["source"], happened.on)
    for line in _list(data, "limits"):
        limits = _clock(line)
        known = replayed.clocks[limits.key]
        replayed.clocks[limits.key] = replace(limits, history=known.history, warned=known.warned)


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
    for moved in _list(happened.event.data, "moved"):
        key = (moved["item"], ClockKind(moved["clock"]), moved["round"], moved["subject"])
        clock, after = replayed.clocks[key], date.fromisoformat(moved["after"])
        if moved["limit"] == "statutory":
            clock = replace(clock, statutory_due_on=after)
        if moved["limit"] == "promised" or clock.promised_length is None:
            clock = replace(clock, due_on=after)
        replayed.clocks[key] = clock


_FOLLOW: Mapping[str, Callable[[Replayed, Happened], None]] = {
    "ProjectRegistered": _registered,
    "StewardAssigned": _steward,
    "StageOpened": _stage,
    "ProjectClosed": _closed,
    "ScenarioMigrated": _migrated,
    "MaterialSubmitted": _handed_in,
    "CorrectionRequested": _returned,
    "MakeUpReturned": _returned,
    "ItemApproved": _document_holds,
    "MilestoneRecorded": _document_holds,
    "ApprovalVoided": _document_falls,
    "ApprovalRestored": _approval_restored,
    "WarningGiven": _warned,
    "CalendarChanged": _calendar,
}


def _document(replayed: Replayed, happened: Happened) -> str | None:
    return replayed.scenario.item[happened.event.item or ""].document


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _list(data: Mapping[str, object], name: str) -> list[Any]:
    found: Any = data.get(name) or []
    return list(found)


def _clock(line: Mapping[str, Any]) -> ClockFacts:
    return ClockFacts(
        line["item"],
        ClockKind(line["clock"]),
        line["round"],
        line["subject"],
        promised_length=line["promised_length"],
        promised_unit=Unit(line["promised_unit"]),
        statutory_length=line["statutory_length"],
        statutory_unit=Unit(line["statutory_unit"]),
    )


def _deficiency(entry: Mapping[str, Any]) -> DeficiencyFacts:
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name.endswith("_on") else value
        for name, value in entry.items()
    }
    return DeficiencyFacts(**(values | {"state": DeficiencyState(entry["state"])}))


def _voiding(entry: Mapping[str, Any]) -> VoidingFacts:
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _VOIDING_DAYS else value
        for name, value in entry.items()
    }
    return VoidingFacts(**(values | {"state": VoidingState(entry["state"])}))


_VOIDING_DAYS = {"voided_on", "appeal_until", "appealed_on", "closed_on"}
