"""What a project's items become under another definition, or as another kind of project.

What nobody has touched follows: needed or not, open or waiting. Everything else stays what it is.
Shared by the migration to another version and by the correction of attributes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models.definition import ItemDefinition, ItemMode
from models.facts import ItemFacts, MaterialFacts, ProjectFacts, StageFacts
from models.statements import Statement
from models.states import SATISFIED, ItemState, MaterialState
from rules import phases
from rules.conditions import holds
from rules.draft import Draft
from rules.exemptions import exempt_items, is_exempt
from rules.migration.refusals import department_after, untouched
from rules.own_scenario import merged_stages
from rules.timers import ClockStopped

ADDED = "{item} is added."
NOW_NEEDED = "{item} is needed now."
NOT_NEEDED = "{item} is not needed any more."
EXEMPT = "{item} falls away: the project is exempt from it ({basis})."
MOVED = "{item} belongs to the stage {stage} now."
HANDED_OVER = "{item} is decided by {department} now."
FILLED = "{material} is filled in from what the system holds."
HELD_BACK = "{item} waits for {because} first."
OPENED = "{item} opens."
PROMISE_LIFTED = "{next} need not be applied for any more, as had been promised with {item}."


class Following:
    """A draft on what is to be followed, the facts as they were, and what is to be said of it."""

    def __init__(self, draft: Draft, facts: ProjectFacts) -> None:
        self.changes: list[Statement] = []
        self.draft, self.facts = draft, facts
        self.new, self.attributes = draft.scenario, draft.before.attributes

    def say(self, code: str, sentence: str, **params: object) -> None:
        """One more thing that changes."""
        self.changes.append(Statement(code, sentence, params))

    def follow(self) -> list[dict[str, object]]:
        """Every item that is new or differs now, as the event log keeps it."""
        changed = []
        for definition in self.new.items:
            before = self.facts.items.get(definition.code)
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
        self.say("item_added", ADDED, item=definition.code)

    def _untouched(self, definition: ItemDefinition) -> ItemState:
        needed = holds(definition.needed_when, self.attributes)
        return ItemState.WAITING if needed else ItemState.NOT_REQUIRED

    def _adapt(self, item: ItemFacts, definition: ItemDefinition) -> None:
        values: dict[str, Any] = {}
        if item.stage != definition.stage:
            values["stage"] = definition.stage
            self.say("stage_moved", MOVED, item=item.code, stage=definition.stage)
        old = self.facts.definition(item.code)
        department = department_after(item, old, definition, self.new)
        if item.department != department:
            values["department"] = department
            named = self.new.department[department].name
            self.say("department_moved", HANDED_OVER, item=item.code, department=named)
        state = self._state(item, definition)
        if state is not item.state:
            values |= {"state": state, "opened_on": None}
            self.draft.disconnect(item.code)
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
            self.say("now_needed", NOW_NEEDED, item=item.code)
        # What is open to applications goes on so; an internal item opens anew, with its clock.
        stays_open = item.state is ItemState.OPEN and definition.mode is not ItemMode.INTERNAL
        return ItemState.OPEN if stays_open else state

    def _say_not_needed(self, definition: ItemDefinition) -> None:
        rule = definition.exempt
        if rule is not None and is_exempt(definition, self.attributes):
            self.say("exempt", EXEMPT, item=definition.code, basis=rule.basis)
        else:
            self.say("not_needed", NOT_NEEDED, item=definition.code)

    def exempt(self) -> None:
        """What the project is exempt from now and was not before, or by another rule."""
        before = {item.code: item.exempt for item in exempt_items(self.facts)}
        after = replace(self.draft.before, items=self.draft.items)
        for item in exempt_items(after):
            if before.get(item.code) != item.exempt:
                self.draft.exempt(item.code)

    def stages(self) -> list[str]:
        """The stages that there are now; what is opened stays opened."""
        known = self.facts.stages
        self.draft.stages = {
            stage.key: known.get(stage.key) or StageFacts(stage.key) for stage in self.new.stages
        }
        return list(self.draft.stages)

    def merge(self) -> None:
        """Stages that the project went through by themselves, and goes through as one now."""
        for stage in merged_stages(self.new, self.attributes):
            if stage.key in self.facts.stages:
                self.draft.merge(stage)

    def fill(self) -> list[dict[str, str]]:
        """Papers that the system holds by the new version and that are not there yet (art. 33)."""
        filled = []
        for material in self.new.materials:
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
                self.say("material_filled", FILLED, material=material.name)
        return filled

    def _source(self, key: str) -> str | None:
        material = self.new.material[key]
        if material.from_register:
            return "register"
        issued = {
            self.facts.definition(item.code).document
            for item in self.facts.items.values()
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
            for item in self.facts.items.values()
            if item.state is ItemState.NOT_REQUIRED
            and item.involved
            and kind is not None
            and self.facts.definition(item.code).document == kind
        ]

    def lift_promises(self) -> None:
        """A next phase that is not needed any more need not be applied for."""
        for clock in phases.promises(self.facts):
            declared = self.new.item[clock.item].next_phase
            if declared is None or not self.draft.items[declared.item].involved:
                stopped = ClockStopped(on=self.draft.today, reason="not needed any more")
                self.draft.update_clock(self.draft.clocks[clock.key], stopped)
                next_ = declared.item if declared else None
                self.say("promise_lifted", PROMISE_LIFTED, item=clock.item, next=next_)

    def hold_back(self) -> None:
        """What is open but builds on more now waits for it."""
        draft = self.draft
        for definition in self.new.items:
            code = definition.code
            if draft.items[code].state is ItemState.OPEN and not draft.ready(code):
                draft.change(code, state=ItemState.WAITING, opened_on=None)
                draft.disconnect(code)
                because = self._blocker(definition)
                draft.record("ItemHeldBack", code, because=because)
                self.say("held_back", HELD_BACK, item=code, because=because)

    def _blocker(self, definition: ItemDefinition) -> str | None:
        items = self.draft.items
        open_ones = (code for code in definition.after if items[code].state not in SATISFIED)
        return next(open_ones, definition.part_of)

    def open(self) -> None:
        """What waits for nothing any more opens, as it would have if it had waited so far."""
        for definition in self.new.items:
            code = definition.code
            if self.draft.items[code].state is ItemState.WAITING and self.draft.ready(code):
                self.draft.open(code)
                self.say("opened", OPENED, item=code)


def _document(item: ItemFacts) -> dict[str, object]:
    return {
        "item": item.code,
        "stage": item.stage,
        "department": item.department,
        "state": item.state.value,
    }
