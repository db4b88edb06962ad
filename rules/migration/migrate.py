"""A running project on another version of its scenario: what changes, or why nothing does.

One function judges and draws up the outcome, for the dry run and for the act alike. Every decided
item stays as it is, with its round and its document; what nobody has touched follows the new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.definition import ItemDefinition, ItemMode, ScenarioDefinition
from models.errors import KaigongError
from models.facts import AttributeValue, ItemFacts, MaterialFacts, ProjectFacts, StageFacts
from models.outcome import Outcome
from models.statements import Statement
from models.states import SATISFIED, ClockState, ItemState, MaterialState, ProjectState
from rules import timers
from rules.conditions import holds
from rules.context import Context
from rules.draft import Draft
from rules.exemptions import exempt_items, is_exempt
from rules.migration.limits import document, retimed
from rules.migration.refusals import attributes_of, department_after, refusals, untouched
from rules.own_scenario import own_scenario

ADDED = "{item} is added."
SET_ASIDE = "{item} falls away; nobody had applied for it."
NOW_NEEDED = "{item} is needed now."
NOT_NEEDED = "{item} is not needed any more."
EXEMPT = "{item} falls away: the project is exempt from it ({basis})."
MOVED = "{item} belongs to the stage {stage} now."
HANDED_OVER = "{item} is decided by {department} now."
FILLED = "{material} is filled in from what the system holds."
HELD_BACK = "{item} waits for {because} first."
OPENED = "{item} opens."


class MigrationRefused(KaigongError):
    """project: {project} stays on version {before} of its scenario: {reason} ({count} reasons in all; a dry run lists them.)"""

    field = "project"

    def __init__(self, project: str, before: int, reasons: tuple[Statement, ...]) -> None:
        self.reasons = reasons
        super().__init__(project=project, before=before, reason=reasons[0], count=len(reasons))

    def sentence(self, translate: Any = str) -> str:
        """The sentence with its first reason in the same language."""
        filled = {**self.params, "reason": self.reasons[0].message(translate)}
        return str(translate(self.template())).format(**filled)


class OtherScenario(KaigongError):
    """scenario: {project} runs in {scenario}, not in {other}; only a version of the same scenario will do."""

    field = "scenario"


class NothingToMigrate(KaigongError):
    """project: {project} is {state} and on version {version} of its scenario; there is nothing to migrate."""

    field = "project"


@dataclass(frozen=True, slots=True)
class Migration:
    """What moving one project comes to."""

    refusals: tuple[Statement, ...]
    changes: tuple[Statement, ...] = ()
    outcome: Outcome | None = None
    """``None`` when it is refused."""


def migrate(facts: ProjectFacts, new: ScenarioDefinition, context: Context) -> Outcome:
    """The project on the new version; ``MigrationRefused`` with the reasons where it cannot be."""
    planned = plan(facts, new, context)
    if planned.outcome is None:
        raise MigrationRefused(facts.code, facts.scenario.version, planned.refusals)
    return planned.outcome


def plan(facts: ProjectFacts, new: ScenarioDefinition, context: Context) -> Migration:
    """Judge a migration and draw it up. ``facts`` need not hold the stopped clocks."""
    old = facts.scenario
    if new.key != old.key:
        raise OtherScenario(project=facts.code, scenario=old.key, other=new.key)
    if facts.state is not ProjectState.ACTIVE or new.version == old.version:
        raise NothingToMigrate(project=facts.code, state=facts.state.value, version=old.version)
    attributes, faults = attributes_of(facts, new)
    own = new if faults else own_scenario(new, attributes)
    faults = faults or tuple(refusals(facts, own, attributes))
    if faults:
        return Migration(faults)
    move = _Move(facts, own, attributes, new.content_hash, context)
    return Migration((), tuple(move.changes), move.draft.outcome())


class _Move:
    """The project being moved: a draft on the new version, and what is to be said of it."""

    def __init__(
        self,
        facts: ProjectFacts,
        new: ScenarioDefinition,
        attributes: Mapping[str, AttributeValue],
        content_hash: str,
        context: Context,
    ) -> None:
        self.changes: list[Statement] = []
        self._facts, self._new, self._attributes = facts, new, attributes
        moved = replace(facts, scenario=new, attributes=dict(attributes))
        self.draft = Draft(moved, context)
        data = {
            "scenario": new.key,
            "before": facts.scenario.version,
            "after": new.version,
            "content_hash": content_hash,
            "attributes": dict(attributes),
            "removed": self._remove(),
            "items": self._follow(),
            "stages": self._stages(),
            "filled": self._fill(),
            "limits": self._retime(),
        }
        self.draft.record("ScenarioMigrated", None, **data)
        said = {"before": facts.scenario.version, "after": new.version}
        self.draft.tell("enterprise", "scenario_migrated", None, **said)
        self.draft.tell("steward", "scenario_migrated", None, **said)
        self._exempt()
        self._hold_back()
        self._open()

    def _say(self, code: str, sentence: str, **params: object) -> None:
        self.changes.append(Statement(code, sentence, params))

    def _remove(self) -> list[str]:
        gone = [code for code in self._facts.items if code not in self._new.item]
        for code in gone:
            del self.draft.items[code]
            self._say("item_set_aside", SET_ASIDE, item=code)
        return gone

    def _follow(self) -> list[dict[str, object]]:
        """Every item that is new or differs now, as the event log keeps it."""
        changed = []
        for definition in self._new.items:
            before = self._facts.items.get(definition.code)
            if before is None:
                self._add(definition)
            else:
                self._adapt(before, definition)
            after = self.draft.items[definition.code]
            if after is not before:
                changed.append(_document(after))
        return changed

    def _add(self, definition: ItemDefinition) -> None:
        self.draft.items[definition.code] = ItemFacts(
            definition.code, definition.stage, definition.department, self._untouched(definition)
        )
        self._say("item_added", ADDED, item=definition.code)

    def _untouched(self, definition: ItemDefinition) -> ItemState:
        needed = holds(definition.needed_when, self._attributes)
        return ItemState.WAITING if needed else ItemState.NOT_REQUIRED

    def _adapt(self, item: ItemFacts, definition: ItemDefinition) -> None:
        values: dict[str, Any] = {}
        if item.stage != definition.stage:
            values["stage"] = definition.stage
            self._say("stage_moved", MOVED, item=item.code, stage=definition.stage)
        old = self._facts.definition(item.code)
        department = department_after(item, old, definition, self._new)
        if item.department != department:
            values["department"] = department
            named = self._new.department[department].name
            self._say("department_moved", HANDED_OVER, item=item.code, department=named)
        state = self._state(item, definition)
        if state is not item.state:
            values |= {"state": state, "opened_on": None}
        if values:
            self.draft.change(item.code, **values)

    def _state(self, item: ItemFacts, definition: ItemDefinition) -> ItemState:
        """What nobody touched follows the new version; everything else stays what it is."""
        if not untouched(item):
            return item.state
        state = self._untouched(definition)
        if state is ItemState.NOT_REQUIRED:
            if item.state is not state:
                self._say_not_needed(definition)
            return state
        if item.state is ItemState.NOT_REQUIRED:
            self._say("now_needed", NOW_NEEDED, item=item.code)
        # What is open to applications goes on so; an internal item opens anew, with its clock.
        stays_open = item.state is ItemState.OPEN and definition.mode is not ItemMode.INTERNAL
        return ItemState.OPEN if stays_open else state

    def _say_not_needed(self, definition: ItemDefinition) -> None:
        rule = definition.exempt
        if rule is not None and is_exempt(definition, self._attributes):
            self._say("exempt", EXEMPT, item=definition.code, basis=rule.basis)
        else:
            self._say("not_needed", NOT_NEEDED, item=definition.code)

    def _exempt(self) -> None:
        """What the project is exempt from now and was not before, or by another rule."""
        before = {item.code: item.exempt for item in exempt_items(self._facts)}
        after = replace(self.draft.before, items=self.draft.items)
        for item in exempt_items(after):
            if before.get(item.code) != item.exempt:
                self.draft.exempt(item.code)

    def _stages(self) -> list[str]:
        """The stages of the new version; what is opened stays opened."""
        known = self._facts.stages
        self.draft.stages = {
            stage.key: known.get(stage.key) or StageFacts(stage.key) for stage in self._new.stages
        }
        return list(self.draft.stages)

    def _fill(self) -> list[dict[str, str]]:
        """Papers that the system holds by the new version and that are not there yet (art. 33)."""
        filled = []
        for material in self._new.materials:
            source = self._source(material.key)
            if source is not None and material.key not in self.draft.materials:
                self.draft.provide(
                    MaterialFacts(
                        material.key,
                        MaterialState.PROVIDED,
                        source=source,
                        provided_on=self.draft.today,
                    )
                )
                filled.append({"material": material.key, "source": source})
                self._say("material_filled", FILLED, material=material.name)
        return filled

    def _source(self, key: str) -> str | None:
        material = self._new.material[key]
        if material.from_register:
            return "register"
        issued = {
            self._facts.definition(item.code).document
            for item in self._facts.items.values()
            if item.state in SATISFIED - {ItemState.NOT_REQUIRED, ItemState.PRELIMINARY}
        }
        kind = material.from_document
        if kind is not None and kind in issued:
            return f"document:{kind}"
        return next((f"not_required:{code}" for code in self._answered(kind)), None)

    def _answered(self, kind: str | None) -> list[str]:
        """Items that would end in this document and were found not to be needed."""
        return [
            item.code
            for item in self._facts.items.values()
            if item.state is ItemState.NOT_REQUIRED
            and item.involved
            and kind is not None
            and self._facts.definition(item.code).document == kind
        ]

    def _retime(self) -> list[dict[str, object]]:
        lines = []
        self._warn_as_new()
        for found in retimed(self._facts, self._new, self.draft.context):
            self.changes += found.statements
            if found.changed:
                self.draft.clocks[found.clock.key] = found.clock
                self.draft.change(found.clock.item)
                lines.append(document(found.clock))
        return lines

    def _warn_as_new(self) -> None:
        """Every running clock warns when the new version says so."""
        context = self.draft.context
        for key, clock in self._facts.clocks.items():
            if clock.state is not ClockState.STOPPED:
                self.draft.clocks[key] = timers.derived(clock, context)

    def _hold_back(self) -> None:
        """What is open but builds on more now waits for it."""
        draft = self.draft
        for definition in self._new.items:
            code = definition.code
            if draft.items[code].state is ItemState.OPEN and not draft.ready(code):
                draft.change(code, state=ItemState.WAITING, opened_on=None)
                because = self._blocker(definition)
                draft.record("ItemHeldBack", code, because=because)
                self._say("held_back", HELD_BACK, item=code, because=because)

    def _blocker(self, definition: ItemDefinition) -> str | None:
        items = self.draft.items
        open_ones = (code for code in definition.after if items[code].state not in SATISFIED)
        return next(open_ones, definition.part_of)

    def _open(self) -> None:
        """What waits for nothing any more opens, as it would have if it had waited so far."""
        for definition in self._new.items:
            code = definition.code
            if self.draft.items[code].state is ItemState.WAITING and self.draft.ready(code):
                self.draft.open(code)
                self._say("opened", OPENED, item=code)


def _document(item: ItemFacts) -> dict[str, object]:
    return {
        "item": item.code,
        "stage": item.stage,
        "department": item.department,
        "state": item.state.value,
    }
