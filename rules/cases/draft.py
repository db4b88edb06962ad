"""Mutable working copy of one project's facts, on which an act and its consequences are drawn up.

Acts change the draft; the facts they started from stay as they were. Nothing here refuses
anything: what is allowed was checked before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from models.cases.clock import CLOCKS, ClockFacts
from models.cases.consultation import CONSULTATIONS, ConsultationFacts, ConsultationState
from models.cases.facts import ITEMS, MATERIALS, ItemFacts, MaterialFacts, ProjectFacts, clean_sheet
from models.cases.outcome import Event, Message, Outcome
from models.cases.pre_check import PLACEHOLDER
from models.cases.states import (
    ENDS_WITH_WHOLE,
    NOTHING_BUILT,
    SATISFIED,
    STANDS_BY_DECISION,
    UNDER_EXAMINATION,
    ClockKind,
    ClockState,
    ItemState,
)
from models.cases.utility_line import LINES
from models.clock.values import Limit
from models.making import altered
from models.scenarios.definition import (
    ItemDefinition,
    ItemMode,
    ScenarioDefinition,
    StageDefinition,
)
from models.values import AttributeValue
from rules.cases import promises, timers
from rules.cases.clocks.registry import KINDS
from rules.cases.context import Context
from rules.cases.instruments import utilities
from rules.cases.instruments.case_officer import in_turn
from rules.cases.instruments.consultation import answered_before
from rules.cases.ledgers import Ledgers
from rules.cases.rounds import rounds_of_act
from rules.scenarios.conditions.evaluation import holds

ClockKey = tuple[str, str, int, str]


class Draft(Ledgers):
    """The facts after the act, with its events and messages."""

    def __init__(self, facts: ProjectFacts, context: Context, *, moved: bool = False) -> None:
        """``moved``: the facts are of another version of the scenario than before the act."""
        super().__init__(facts)
        self.before = facts
        self.context = context.under(facts.scenario)
        self.today = context.today
        self.scenario = facts.scenario
        self._events: list[Event] = []
        self._messages: list[Message] = []
        self._opened: list[str] = []
        self._follows = moved or facts.version == 0
        """Whether the project follows its scenario, as it applies to it, from this act on."""

    def follow(
        self, scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
    ) -> None:
        """Switch to a scenario version as it applies to these attributes."""
        self._follows = True
        self.before = replace(self.before, scenario=scenario, attributes=dict(attributes))
        self.scenario = scenario

    def draw_up_promises(self) -> None:
        """Have what was promised drawn up with this act, whatever it changes."""
        self._follows = True

    # --- saying what happened ---------------------------------------------------------------

    def record(self, kind: str, item: str | None = None, **data: object) -> None:
        """Append an event; the state of its item goes with it, and what changed since the last one
        in clocks, deficiencies and the like: enough to rebuild the facts (:mod:`rules.cases.replay`).
        """
        if item is not None:
            facts = self.items[item]
            data = {"state": facts.state.value, "round": facts.round, **data}
        if self.context.fell_due_on is not None:
            data["fell_due_on"] = self.context.fell_due_on.isoformat()
        self._events.append(Event(kind, item, {**data, **self.take_lines()}))
        self.mark_recorded(item)

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
        changed = altered(facts, version=facts.version + 1, **values)
        if changed.re_examination and changed.state in NOTHING_BUILT:
            changed = altered(changed, re_examination=())
        if values:
            return self.enter(ITEMS, changed)
        self.items[item] = changed
        return changed

    def ready(self, item: str) -> bool:
        """Whether everything that an item builds on is satisfied, and its whole under examination; nothing
        is as long as the project has no code (Reg. 673 art. 4).
        """
        if self._code.startswith(PLACEHOLDER):
            return False
        definition = self.definition(item)
        whole = definition.part_of
        if whole is not None and self.items[whole].state not in UNDER_EXAMINATION:
            return False
        return all(self.items[code].state in SATISFIED for code in definition.after)

    @property
    def _code(self) -> str:
        return str(self.project.get("code", self.before.code))

    def open_ready(self) -> None:
        """Open every item of the project that waits for nothing."""
        for item in self.scenario.items:
            if self.items[item.code].state is ItemState.WAITING and self.ready(item.code):
                self.open(item.code)

    def merge(self, stage: StageDefinition) -> None:
        """Record that a stage is merged into another, and by which rule."""
        rule = stage.merge_into
        if rule is not None:
            data = {"basis": rule.basis, "condition": rule.when}
            self.record("StagesMerged", merged=stage.key, into=rule.stage, **data)

    def exempt(self, item: str) -> None:
        """Record that the project is exempt from an item, and by which rule."""
        rule = self.definition(item).exempt
        if rule is not None:
            self.record("ItemExempted", item, basis=rule.basis, condition=rule.when)

    def begin_examination(self, item: str) -> None:
        """Start the consultations of an item under examination, and open its parts."""
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
        handler = self.case_officer(item)
        self.change(
            item,
            state=ItemState.ACCEPTED,
            opened_on=self.today,
            accepted_on=self.today,
            handler=handler,
        )
        self.start_decision_clock(item)
        self.record("ExaminationStarted", item, handler=handler)
        self.tell(f"department:{self.items[item].department}", "item_to_examine", item)
        self.begin_examination(item)

    def case_officer(self, item: str) -> str | None:
        """The officer of the item's department whose turn this project is."""
        department = self.items[item].department
        return in_turn(self.before.id, department, self.context.officers)

    def _consult(self, item: str) -> None:
        """Consult every department that the scenario names, except the deciding one, and except whoever
        answered by statute already about something that the item builds on.
        """
        facts, definition = self.items[item], self.definition(item)
        asked = [
            consult
            for consult in definition.consults
            if consult.department != facts.department
            and not answered_before(self.items, self.consultations, definition, consult)
        ]
        for consult in asked:
            clock = self.start_clock(
                ClockFacts(item, ClockKind.CONSULTATION, facts.round, consult.department),
                promised=timers.limit_of(consult.limit),
            )
            entry = ConsultationFacts(
                item, facts.round, consult.department, ConsultationState.ASKED, self.today
            )
            silence = consult.silence_is_consent
            self.enter(CONSULTATIONS, entry, silence_is_consent=silence, due_on=clock.due_on)
        if asked:
            departments = [consult.department for consult in asked]
            self.record("DepartmentsConsulted", item, departments=departments)
        for consult in asked:
            due_on = self.consultations[item, facts.round, consult.department].due_on
            self.tell(
                f"department:{consult.department}",
                "consultation_asked",
                item,
                due_on=due_on.isoformat() if due_on else None,
                silence_is_consent=consult.silence_is_consent,
            )

    def new_round(self, item: str) -> None:
        """Reset an item for a new round; its materials and its form are kept.

        What the project does not need any more does not begin again.
        """
        before = self.items[item]
        needed = holds(self.definition(item).needed_when, self.before.attributes)
        self.change(
            item,
            state=ItemState.WAITING if needed else ItemState.NOT_REQUIRED,
            round=before.round + 1,
            **clean_sheet(),
        )
        self.record("RoundStarted", item, after=before.state.value)

    def end_parts(self, item: str, reason: str) -> None:
        """End the examination of a joint item's parts with the whole; passed parts stay passed."""
        for code in self.scenario.parts.get(item, ()):
            if self.items[code].state in ENDS_WITH_WHOLE:
                self.stop_clocks(code, reason)
                self.change(code, state=ItemState.WAITING, opened_on=None)
                self.record("ItemHeldBack", code, because=item)

    def hold_back(self, item: str) -> None:
        """Return dependents that are open to WAITING: the item that they build on no longer stands."""
        for code in self.scenario.dependents[item]:
            if self.items[code].state is ItemState.OPEN and not self.ready(code):
                self.change(code, state=ItemState.WAITING, opened_on=None)
                self.disconnect(code)
                self.record("ItemHeldBack", code, because=item)

    def disconnect(self, item: str) -> None:
        """Withdraw the pending connections of a milestone that is no longer open."""
        for line in utilities.connected_lines(self.scenario, self.items, item):
            known = self.lines.get(line)
            if known is not None and known.connect_from is not None:
                self.enter(LINES, known, connect_from=None)

    def _to_be_connected(self, line: str) -> None:
        """Mark a line as ready to connect and notify its utility."""
        known = utilities.line_of(self.lines, self.items[line])
        self.enter(LINES, known, connect_from=self.today)
        self.record("LineToConnect", line)
        self.tell(f"department:{self.items[line].department}", "line_to_connect", line)

    def lift(self, item: str, because: str) -> None:
        """Lift the re-examination of an item that another one caused."""
        left = tuple(code for code in self.items[item].re_examination if code != because)
        self.change(item, re_examination=left)
        self.record("ReExaminationLifted", item, because=because)

    # --- clocks -----------------------------------------------------------------------------

    def start_decision_clock(self, item: str, on: date | None = None) -> None:
        """Start the limit to decide, statutory beside promised, where the item has one: each on the day
        that it names, or both on another one that is given.
        """
        definition, facts = self.definition(item), self.items[item]
        if definition.statutory is None and definition.promised is None:
            return
        starts_on, statutory_on = timers.starts_of(definition, facts, self.today)
        self.start_clock(
            ClockFacts(item, ClockKind.DECISION, facts.round),
            promised=timers.limit_of(definition.promised),
            statutory=timers.limit_of(definition.statutory),
            on=on or starts_on,
            statutory_on=None if on else statutory_on,
        )

    def start_clock(
        self,
        clock: ClockFacts,
        *,
        promised: Limit | None = None,
        statutory: Limit | None = None,
        on: Any = None,
        statutory_on: Any = None,
    ) -> ClockFacts:
        """Start a clock; its first day is not counted (Civil Code art. 201)."""
        started = timers.started(
            clock, promised, statutory, on or self.today, self.context, statutory_on
        )
        return self._keep(started)

    def clock(self, item: str, kind: str, subject: str = "") -> ClockFacts | None:
        """A clock of the item's current round that is not stopped."""
        clock = self.clocks.get((item, kind, self.items[item].round, subject))
        return clock if clock is not None and clock.state is not ClockState.STOPPED else None

    def running(self, item: str, kind: str) -> ClockFacts | None:
        """A clock of this kind of the item's current round that is not stopped, whatever its subject."""
        round_ = self.items[item].round
        return next(
            (
                clock
                for clock in self.clocks.values()
                if (clock.item, clock.kind, clock.round) == (item, kind, round_)
                and clock.state is not ClockState.STOPPED
            ),
            None,
        )

    def update_clock(
        self, clock: ClockFacts, event: timers.ClockEvent, extension: Limit | None = None
    ) -> ClockFacts:
        """Append one event to a clock and derive its dates anew; see :func:`rules.cases.timers.appended`."""
        return self._keep(timers.appended(clock, event, self.context, extension))

    def stop_clock(self, item: str, kind: str, subject: str = "", reason: str = "") -> None:
        """Stop a clock, if it exists."""
        clock = self.clock(item, kind, subject)
        if clock is not None:
            self.update_clock(clock, timers.ClockStopped(on=self.today, reason=reason or None))

    def stop_clocks(self, item: str, reason: str) -> None:
        """Stop every clock of the item's current round."""
        for kind in KINDS:
            for clock in [c for c in self.clocks.values() if (c.item, c.kind) == (item, kind)]:
                self.stop_clock(item, kind, clock.subject, reason)

    def _keep(self, clock: ClockFacts) -> ClockFacts:
        return self.enter(CLOCKS, clock)

    # --- materials and deficiencies ---------------------------------------------------------

    def provide(self, material: MaterialFacts) -> None:
        """Enter a material; a material that existed gets a new version."""
        known = self.materials.get(material.key)
        version = known.version + 1 if known else 1
        self.enter(MATERIALS, material, version=version)

    # --- the end ----------------------------------------------------------------------------

    def _after(self) -> ProjectFacts:
        return altered(
            self.before,
            version=self.before.version + 1,
            parts={**self.before.parts, **self.rows()},
            **self.project,
        )

    def _with_promises(self, after: ProjectFacts) -> ProjectFacts:
        """Draw up anew what was promised to the project; the last event of the act carries it."""
        moved = self._follows or promises.may_have_moved(self.before, after)
        if not self._events or not moved:
            return after
        drawn_up = list(promises.settled(after, self.context))
        if not drawn_up:
            return after
        for clock in drawn_up:
            self._keep(clock)
        last = self._events[-1]
        lines = {name: [*_list(last.data, name), *new] for name, new in self.take_lines().items()}
        self._events[-1] = altered(last, data={**last.data, **lines})
        self.mark_recorded(None)
        return self._after()

    def outcome(self, *, wake: bool = True) -> Outcome:
        """The finished outcome; one message tells the enterprise every item that opened.

        Raises ``ChangeNotRecorded`` when a row was changed without an event.
        """
        if self._opened:
            items = [
                {"item": code, "name": self.definition(code).name.model_dump()}
                for code in self._opened
                if self.definition(code).mode is ItemMode.APPLICATION
            ]
            if items:
                self.tell("enterprise", "items_open", items=items)
        self.check_recorded()
        after = self._with_promises(self._after())
        events = tuple(self._events)
        rounds = rounds_of_act(self.before, after, events, self.context)
        return Outcome(after, events, tuple(self._messages), wake, rounds)


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    return list(data.get(name) or ())
