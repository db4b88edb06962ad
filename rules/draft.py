"""A working copy of one project's facts, on which an act and its consequences are drawn up.

Acts change the draft; the facts they started from stay as they were. Nothing here refuses
anything: what is allowed was checked before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models.clock import Limit
from models.consultation import ConsultationFacts, ConsultationState
from models.definition import ItemDefinition, ItemMode, ScenarioDefinition, StageDefinition
from models.facts import (
    AttributeValue,
    ClockFacts,
    ItemFacts,
    MaterialFacts,
    ProjectFacts,
)
from models.outcome import Event, Message, Outcome
from models.states import (
    ENDS_WITH_WHOLE,
    NOTHING_BUILT,
    SATISFIED,
    STANDS_BY_DECISION,
    UNDER_EXAMINATION,
    ClockKind,
    ClockState,
    ItemState,
)
from rules import timers, utilities
from rules.context import Context
from rules.ledgers import Ledgers

ClockKey = tuple[str, str, int, str]


class Draft(Ledgers):
    """The facts as they will be, the events that say so, and the messages that tell it."""

    def __init__(self, facts: ProjectFacts, context: Context) -> None:
        super().__init__(facts)
        self.before = facts
        self.context = context.under(facts.scenario)
        self.today = context.today
        self.scenario = facts.scenario
        self.stages = dict(facts.stages)
        self.materials = dict(facts.materials)
        self.clocks = dict(facts.clocks)
        self.project: dict[str, Any] = {}
        self._events: list[Event] = []
        self._messages: list[Message] = []
        self._opened: list[str] = []

    def follow(
        self, scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
    ) -> None:
        """From here on it is another kind of project, with the scenario as it is for that kind."""
        self.before = replace(self.before, scenario=scenario, attributes=dict(attributes))
        self.scenario = scenario

    # --- saying what happened ---------------------------------------------------------------

    def record(self, kind: str, item: str | None = None, **data: object) -> None:
        """Append an event; the state of its item goes with it, and what changed since the last one
        in clocks, deficiencies and the like: enough to rebuild the facts (:mod:`rules.replay`).
        """
        if item is not None:
            facts = self.items[item]
            data = {"state": facts.state.value, "round": facts.round, **data}
        self._events.append(Event(kind, item, {**data, **self.lines_since()}))

    def tell(self, audience: str, template: str, item: str | None = None, **params: object) -> None:
        """Tell someone about the last event."""
        position = len(self._events) - 1
        self._messages.append(Message(audience, template, item, params, position))

    # --- items ------------------------------------------------------------------------------

    def definition(self, item: str) -> ItemDefinition:
        """How the scenario defines an item."""
        return self.scenario.item[item]

    def change(self, item: str, **values: Any) -> ItemFacts:
        """Change an item; every change is a new version of it."""
        facts = self.items[item]
        changed = replace(facts, version=facts.version + 1, **values)
        if changed.re_examination and changed.state in NOTHING_BUILT:
            changed = replace(changed, re_examination=())
        self.items[item] = changed
        return changed

    def ready(self, item: str) -> bool:
        """Whether everything that an item builds on is satisfied, and its whole under examination."""
        definition = self.definition(item)
        whole = definition.part_of
        if whole is not None and self.items[whole].state not in UNDER_EXAMINATION:
            return False
        return all(self.items[code].state in SATISFIED for code in definition.after)

    def merge(self, stage: StageDefinition) -> None:
        """Put on record that the project goes through a stage as a part of another, and by which rule."""
        rule = stage.merge_into
        if rule is not None:
            said = {"basis": rule.basis, "condition": rule.when}
            self.record("StagesMerged", merged=stage.key, into=rule.stage, **said)

    def exempt(self, item: str) -> None:
        """Put on record that the project is exempt from an item, and by which rule."""
        rule = self.definition(item).exempt
        if rule is not None:
            self.record("ItemExempted", item, basis=rule.basis, condition=rule.when)

    def begin_examination(self, item: str) -> None:
        """Ask whom the scenario wants to hear, and open the parts of an item that is examined now."""
        self._consult(item)
        for code in self.scenario.parts.get(item, ()):
            if self.items[code].state is ItemState.WAITING and self.ready(code):
                self.open(code)

    def release(self, item: str) -> None:
        """Open the items that waited for this one alone, see :meth:`open`; what is examined on the
        strength of it, and not decided, need not be examined again because of it.
        """
        for code, facts in list(self.items.items()):
            if item in facts.re_examination and facts.state not in STANDS_BY_DECISION:
                self.lift(code, item)
        for code in self.scenario.dependents[item]:
            if self.items[code].state is ItemState.WAITING and self.ready(code):
                self.open(code)

    def open(self, item: str) -> None:
        """Open an item whose prerequisites are met: to applications, or to examination at once."""
        definition, facts = self.definition(item), self.items[item]
        if facts.received_on or facts.accepted_on:
            # A part whose whole ended before it was decided: it is examined anew.
            self.new_round(item)
        if definition.mode is not ItemMode.INTERNAL:
            self.change(item, state=ItemState.OPEN, opened_on=self.today)
            self._opened.append(item)
            for line in utilities.connected_lines(self.scenario, self.items, item):
                self._to_be_connected(line)
            self.record("ItemOpened", item)
            return
        self.change(item, state=ItemState.ACCEPTED, opened_on=self.today, accepted_on=self.today)
        self.start_decision_clock(item)
        self.record("ExaminationStarted", item)
        self.tell(f"department:{self.items[item].department}", "item_to_examine", item)
        self.begin_examination(item)

    def _consult(self, item: str) -> None:
        """Ask every department that the scenario names, but for the one that decides."""
        facts = self.items[item]
        consults = self.definition(item).consults
        asked = [one for one in consults if one.department != facts.department]
        for one in asked:
            clock = self.start_clock(
                ClockFacts(item, ClockKind.CONSULTATION, facts.round, one.department),
                promised=timers.limit_of(one.limit),
            )
            entry = ConsultationFacts(
                item, facts.round, one.department, ConsultationState.ASKED, self.today
            )
            silence = one.silence_is_consent
            self.change_consultation(entry, silence_is_consent=silence, due_on=clock.due_on)
        if asked:
            departments = [one.department for one in asked]
            self.record("DepartmentsConsulted", item, departments=departments)
        for one in asked:
            due_on = self.consultations[item, facts.round, one.department].due_on
            self.tell(
                f"department:{one.department}",
                "consultation_asked",
                item,
                due_on=due_on.isoformat() if due_on else None,
                silence_is_consent=one.silence_is_consent,
            )

    def new_round(self, item: str) -> None:
        """A clean sheet; materials that are there stay there, and so does the form."""
        before = self.items[item]
        self.change(
            item,
            state=ItemState.WAITING,
            round=before.round + 1,
            opened_on=None,
            received_on=None,
            accepted_on=None,
            decided_on=None,
            correction_notices=0,
            deferred=(),
            commitment=None,
            handler=None,
            document_issued=False,
            verified_by=(),
            corrections={},
        )
        self.record("RoundStarted", item, after=before.state.value)

    def end_parts(self, item: str, reason: str) -> None:
        """The whole is not examined any longer: neither are its parts; what passed stays passed."""
        for code in self.scenario.parts.get(item, ()):
            if self.items[code].state in ENDS_WITH_WHOLE:
                self.stop_clocks(code, reason)
                self.change(code, state=ItemState.WAITING, opened_on=None)
                self.record("ItemHeldBack", code, because=item)

    def hold_back(self, item: str) -> None:
        """Put back to waiting what is open on the strength of an item that no longer stands."""
        for code in self.scenario.dependents[item]:
            if self.items[code].state is ItemState.OPEN and not self.ready(code):
                self.change(code, state=ItemState.WAITING, opened_on=None)
                self.disconnect(code)
                self.record("ItemHeldBack", code, because=item)

    def disconnect(self, item: str) -> None:
        """A milestone is not open any more: no line can be connected by it for now."""
        for line in utilities.connected_lines(self.scenario, self.items, item):
            known = self.lines.get(line)
            if known is not None and known.connect_from is not None:
                self.change_line(line, connect_from=None)

    def _to_be_connected(self, line: str) -> None:
        """A utility can connect its line from now on, and is told so."""
        self.change_line(line, connect_from=self.today)
        self.record("LineToConnect", line)
        self.tell(f"department:{self.items[line].department}", "line_to_connect", line)

    def lift(self, item: str, because: str) -> None:
        """An item need not be examined again on account of another."""
        left = tuple(code for code in self.items[item].re_examination if code != because)
        self.change(item, re_examination=left)
        self.record("ReExaminationLifted", item, because=because)

    # --- clocks -----------------------------------------------------------------------------

    def start_decision_clock(self, item: str) -> None:
        """Start the limit to decide, statutory beside promised, where the item has one."""
        definition, facts = self.definition(item), self.items[item]
        if definition.statutory is None and definition.promised is None:
            return
        self.start_clock(
            ClockFacts(item, ClockKind.DECISION, facts.round),
            promised=timers.limit_of(definition.promised),
            statutory=timers.limit_of(definition.statutory),
            on=facts.accepted_on,
        )

    def start_clock(
        self,
        clock: ClockFacts,
        *,
        promised: Limit | None = None,
        statutory: Limit | None = None,
        on: Any = None,
    ) -> ClockFacts:
        """Start a clock; its first day is not counted (Civil Code art. 201)."""
        started = timers.started(clock, promised, statutory, on or self.today, self.context)
        return self._keep(started)

    def clock(self, item: str, kind: ClockKind, subject: str = "") -> ClockFacts | None:
        """A clock of the item's current round that is not stopped."""
        found = self.clocks.get((item, kind, self.items[item].round, subject))
        return found if found is not None and found.state is not ClockState.STOPPED else None

    def running(self, item: str, kind: ClockKind) -> ClockFacts | None:
        """A clock of this kind of the item's current round that is not stopped, whatever its subject."""
        round_ = self.items[item].round
        return next(
            (
                found
                for found in self.clocks.values()
                if (found.item, found.kind, found.round) == (item, kind, round_)
                and found.state is not ClockState.STOPPED
            ),
            None,
        )

    def update_clock(
        self, clock: ClockFacts, event: timers.ClockEvent, extension: Limit | None = None
    ) -> ClockFacts:
        """Append one event to a clock and derive its dates anew; see :func:`rules.timers.appended`."""
        return self._keep(timers.appended(clock, event, self.context, extension))

    def stop_clock(self, item: str, kind: ClockKind, subject: str = "", reason: str = "") -> None:
        """Stop a clock, if there is one."""
        clock = self.clock(item, kind, subject)
        if clock is not None:
            self.update_clock(clock, timers.ClockStopped(on=self.today, reason=reason or None))

    def stop_clocks(self, item: str, reason: str) -> None:
        """Stop every clock of the item's current round."""
        for kind in ClockKind:
            for found in [c for c in self.clocks.values() if c.item == item and c.kind is kind]:
                self.stop_clock(item, kind, found.subject, reason)

    def _keep(self, clock: ClockFacts) -> ClockFacts:
        self.clocks[clock.key] = clock
        self._line("clocks", timers.line(clock))
        return clock

    # --- materials and deficiencies ---------------------------------------------------------

    def provide(self, material: MaterialFacts) -> None:
        """Take a paper in; a paper that was there before gets a new version."""
        known = self.materials.get(material.key)
        version = known.version + 1 if known else 1
        self.materials[material.key] = replace(material, version=version)

    # --- the end ----------------------------------------------------------------------------

    def outcome(self, *, wake: bool = True) -> Outcome:
        """The finished result: what was opened is told to the enterprise in one message."""
        if self._opened:
            items = [
                {"item": code, "name": self.definition(code).name.model_dump()}
                for code in self._opened
                if self.definition(code).mode is ItemMode.APPLICATION
            ]
            if items:
                self.tell("enterprise", "items_open", items=items)
        after = replace(
            self.before,
            version=self.before.version + 1,
            items=self.items,
            stages=self.stages,
            materials=self.materials,
            clocks=self.clocks,
            **self.ledgers(),
            **self.project,
        )
        return Outcome(after, tuple(self._events), tuple(self._messages), wake)
