"""How a project's items follow another scenario version or other attributes.

What nobody has touched follows: needed or not, open or waiting. Everything else stays what it is.
Shared by the migration to another version and by the correction of attributes.
"""

from __future__ import annotations

from typing import Any

from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.facts import ITEMS, ItemFacts, MaterialFacts, ProjectFacts, StageFacts
from models.cases.states import SATISFIED, ClockKind, DeficiencyState, ItemState, MaterialState
from models.scenarios.definition import ItemDefinition, ItemMode
from models.statements import Statement
from rules.cases.draft import Draft
from rules.cases.instruments import phases
from rules.cases.migration.refusals import department_after, untouched
from rules.cases.timers import ClockStopped
from rules.scenarios.conditions.evaluation import holds
from rules.scenarios.exemptions import exempt_items, is_exempt
from rules.scenarios.own_scenario import merged_stages

ADDED = "{item} is added."
NOW_NEEDED = "{item} is needed now."
NOT_NEEDED = "{item} is not needed any more."
EXEMPT = "{item} falls away: the project is exempt from it ({basis})."
MOVED = "{item} belongs to the stage {stage} now."
HANDED_OVER = "{item} is decided by {department} now."
FILLED = "{material} is filled in from what the system holds."
HELD_BACK = "{item} waits for {because} first."
OPENED = "{item} opens."
STANDS_UNNEEDED = "{item} is not needed any more; what was granted stands until its holder gives it back, and nothing is owed for it."
NO_LONGER_OWED = "{material} of {item} is not owed any more."
PROMISE_LIFTED = "{next} need not be applied for any more, as had been promised with {item}."


#: Decided in the applicant's favour.
GRANTS = frozenset({ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED})


class Following:
    """A draft under the new definitions, the facts before, and the statements about each change."""

    def __init__(self, draft: Draft, facts: ProjectFacts) -> None:
        self.changes: list[Statement] = []
        self.draft, self.facts = draft, facts
        self.new, self.attributes = draft.scenario, draft.before.attributes

    def say(self, code: str, sentence: str, **params: object) -> None:
        """Add a statement about a change."""
        self.changes.append(Statement(code, sentence, params))

    def follow(self) -> list[dict[str, object]]:
        """Adapt every item; returns the new and changed ones as the event log keeps them."""
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
        state = self._untouched(definition)
        item = ItemFacts(definition.code, definition.stage, definition.department, state)
        self.draft.enter(ITEMS, item)
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
        """State of an item under the new version; only untouched items follow it."""
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
        """Record exemptions that are new or have another rule."""
        before = {item.code: item.exempt for item in exempt_items(self.facts)}
        after = self.draft.before.having({ITEMS: self.draft.items})
        for item in exempt_items(after):
            if before.get(item.code) != item.exempt:
                self.draft.exempt(item.code)

    def stages(self) -> list[str]:
        """The stages under the new version; opened stages stay opened."""
        known = self.facts.stages
        stages = {
            stage.key: known.get(stage.key) or StageFacts(stage.key) for stage in self.new.stages
        }
        self.draft.stages.clear()
        self.draft.stages.update(stages)
        return list(stages)

    def merge(self) -> None:
        """Record stages that are merged now and were not before."""
        for stage in merged_stages(self.new, self.attributes):
            if stage.key in self.facts.stages:
                self.draft.merge(stage)

    def fill(self) -> list[dict[str, str]]:
        """Fill in materials that the system holds under the new version (art. 33)."""
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
        """Items that would produce this document and need no licence."""
        return [
            item.code
            for item in self.facts.items.values()
            if item.state is ItemState.NOT_REQUIRED
            and item.involved
            and kind is not None
            and self.facts.definition(item.code).document == kind
        ]

    def end_debts(self) -> None:
        """What was granted and is not needed any more stands, and owes nothing from this day on; nor is
        a paper owed that is not asked for any more.
        """
        for code, item in list(self.draft.items.items()):
            needed = holds(self.new.item[code].needed_when, self.attributes)
            if item.state not in GRANTS or (needed and not self._dropped(code)):
                continue
            was_needed = holds(self.facts.definition(code).needed_when, self.facts.attributes)
            if item.state is ItemState.CONDITIONALLY_GRANTED or (was_needed and not needed):
                self._end_debts(code, needed=needed)

    def _end_debts(self, code: str, *, needed: bool) -> None:
        draft, ended = self.draft, self._dropped(code, all_of_it=not needed)
        for owed in ended:
            draft.enter(
                DEFICIENCIES, owed, state=DeficiencyState.NOT_REQUIRED, closed_on=draft.today
            )
            draft.stop_clock(code, ClockKind.MAKE_UP, owed.material, "not required")
            if needed:
                known = draft.scenario.material.get(owed.material)
                name = known.name if known is not None else owed.material
                self.say("no_longer_owed", NO_LONGER_OWED, item=code, material=name)
        left = draft.open_deficiencies(code)
        draft.change(code, **({} if left else {"state": ItemState.GRANTED}))
        materials = [owed.material for owed in ended]
        if needed:
            draft.record("DebtNotRequired", code, materials=materials)
        else:
            self.say("stands_unneeded", STANDS_UNNEEDED, item=code)
            draft.record("GrantNotNeeded", code, materials=materials)
        for audience in ("enterprise", "steward", f"department:{draft.items[code].department}"):
            draft.tell(audience, "grant_not_needed", code, materials=materials, needed_still=needed)

    def _dropped(self, code: str, *, all_of_it: bool = False) -> list[DeficiencyFacts]:
        """What an item owes and is not asked for any more; or all of it."""
        asked, material = self.new.item[code].required, self.new.material
        return [
            owed
            for owed in self.draft.open_deficiencies(code)
            if all_of_it or owed.material not in asked or material[owed.material].system_held
        ]

    def lift_promises(self) -> None:
        """Stop promises to apply for a next phase that is no longer needed."""
        for clock in phases.promises(self.facts):
            declared = self.new.item[clock.item].next_phase
            if declared is None or not self.draft.items[declared.item].involved:
                stopped = ClockStopped(on=self.draft.today, reason="not needed any more")
                self.draft.update_clock(self.draft.clocks[clock.key], stopped)
                next_ = declared.item if declared else None
                self.say("promise_lifted", PROMISE_LIFTED, item=clock.item, next=next_)

    def hold_back(self) -> None:
        """Return open items with new unsatisfied prerequisites to WAITING."""
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
        """Open waiting items whose prerequisites are satisfied now."""
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
