"""A project played on a simulated calendar without a database: ``decide`` chained on its own answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self

from models.cases import commands as c
from models.cases.case_round import COLUMNS, CaseRound, merged
from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.outcome import Message, Outcome
from models.cases.states import ItemState
from models.cases.stewardship import Assignment, Basis
from models.enterprises.credit import CreditEntry
from models.people.actor import Actor
from models.people.delegation import CommitmentList
from models.scenarios.definition import ItemMode, MaterialClass, ScenarioDefinition
from models.values import AttributeValue
from rules.cases import progress as planning
from rules.cases.context import Context
from rules.cases.decide import decide
from rules.cases.instruments import bundles, phases, utilities
from rules.cases.instruments.architect import replaced
from rules.cases.instruments.commitment import open_check
from rules.cases.instruments.completeness import missing
from rules.cases.instruments.consultation import of_round, unanswered
from rules.cases.instruments.forms import example
from rules.cases.instruments.site_visit import covered_by, parties, was_held
from rules.cases.offers import possibilities
from rules.cases.registration import register
from rules.cases.replay import Difference, Happened, differences, replay, rounds_of_log
from rules.formats import parse_project_code
from rules.installation.policy import Policy
from services.clock.working_calendar import working_calendar
from tests.support.people import CLERK, STEWARD, approver, handler, who_does
from tests.support.yard import CODE, ENTERPRISE, OTHER_ENTERPRISE, YARD

#: A Monday with two ordinary weeks behind it.
START = date(2026, 11, 2)
SHA = "a" * 64
TEAM = c.RecordArchitectTeam(
    unit="design institute", unit_code=OTHER_ENTERPRISE, architect="Zhao", registration="1856100123"
)
#: What a land sheet says as well as the particulars of the project.
SHEET = {"energy_done": "energy_assessed", "water_soil_done": "water_soil_assessed"}
SIGNED = c.Commitment(text="to be handed in within thirty working days", signer="Wang")


def moment(on: date, hour: int = 2) -> datetime:
    """Ten o'clock in Beijing on a day."""
    return datetime.combine(on, time(hour), UTC)


def visit(facts: ProjectFacts, item: str, on: date) -> c.RecordSiteVisit:
    """The joint visit of an item on a day, with as many officers as are needed."""
    officers = {
        department: tuple(people(department).login for people in (handler, approver)[:least])
        for department, least in parties(facts.scenario, facts.items, item).items()
    }
    return c.RecordSiteVisit(item=item, held_on=on, officers=officers, finding="as on the plan")


def _first_of_act(happened: Happened) -> Happened:
    """The entry as the log has it: the first one of an act names the act."""
    event = happened.event
    return happened._replace(event=replace(event, data={**event.data, "act": "played"}))


class Done(NamedTuple):
    """An act that was not refused: its day, who did it, and what was asked for."""

    on: date
    actor: Actor
    command: c.ProjectCommand


class Play:
    """One project: its facts, the day, and everything that happened so far."""

    heard = True
    """Whether somebody of the enterprise has an account."""

    def __init__(
        self,
        scenario: ScenarioDefinition = YARD,
        on: date = START,
        policy: Policy | None = None,
        code: str | None = CODE,
        **attributes: AttributeValue,
    ) -> None:
        self.today = on
        self.policy = policy or Policy()
        self.standing: tuple[CreditEntry, ...] = ()
        self.lists: CommitmentList | None = None
        """The list by which items are granted on commitment at once."""
        self.nobody = False
        """Whether no department has a handler."""
        self.scenario, self.began, self.attributes = scenario, on, attributes
        self.acts: list[Done] = []
        self.log: list[Happened] = []
        self.rounds: dict[tuple[str, int], CaseRound] = {}
        """(item, round) → the case round as every act left it."""
        self._dated: list[tuple[datetime, Happened]] = []
        self.messages: list[Message] = []
        outcome = register(
            code=parse_project_code(code) if code else None,
            title="a yard",
            enterprise=ENTERPRISE,
            scenario=scenario,
            attributes=attributes,
            context=self.context(CLERK),
            steward=Assignment(STEWARD.login, Basis.APPOINTED),
        )
        self.facts: ProjectFacts = outcome.facts
        self._keep(outcome, CLERK)

    def fork(self) -> Self:
        """The same project so far, which goes on by itself: quicker than playing it once more."""
        other = copy(self)
        other.acts, other.log, other.messages = [*self.acts], [*self.log], [*self.messages]
        other.rounds, other._dated = {**self.rounds}, [*self._dated]
        return other

    # --- acting -----------------------------------------------------------------------------

    def context(self, actor: Actor) -> Context:
        there = () if self.nobody else self.scenario.department
        officers = {key: (handler(key).login,) for key in there}
        return Context(
            actor,
            moment(self.today),
            working_calendar(),
            self.policy,
            self.standing,
            self.lists,
            officers,
            heard=self.heard,
        )

    def do(self, command: c.ProjectCommand, actor: Actor | None = None) -> Outcome:
        """Do an act, by whoever usually does it; a refused act changes nothing."""
        item = getattr(command, "item", None)
        known = item if item in self.facts.items else None
        doer = actor or who_does(command.act, self.facts, known)
        outcome = decide(self.facts, command, self.context(doer))
        self.acts.append(Done(self.today, doer, command))
        self._keep(outcome, doer)
        return outcome

    def _keep(self, outcome: Outcome, actor: Actor) -> None:
        self.facts = outcome.facts
        happened = [
            Happened(self.today, actor.login, actor.role.value, event) for event in outcome.events
        ]
        self.log += happened
        self._dated += [
            (moment(self.today), _first_of_act(one) if place == 0 else one)
            for place, one in enumerate(happened)
        ]
        for change in outcome.rounds:
            self.rounds[change.key] = merged(self.rounds.get(change.key), change)
        self.messages += outcome.messages

    # --- days -------------------------------------------------------------------------------

    def wait(self, working_days: int) -> Self:
        self.today = working_calendar().add_working_days(self.today, working_days)
        return self

    def go_to(self, on: date) -> Self:
        self.today = on
        return self

    def after(self, due_on: date | None) -> Self:
        """The day after a last day."""
        assert due_on is not None
        return self.go_to(due_on + timedelta(days=1))

    # --- what people usually do -------------------------------------------------------------

    def hand_in(self, *materials: str) -> Self:
        for material in materials:
            self.do(c.SubmitMaterial(material=material, file_name=f"{material}.pdf", sha256=SHA))
        return self

    def apply(self, item: str, *, defer: tuple[str, ...] = (), complete: bool = True) -> Self:
        """Hand in what the item lacks and is not deferred, then apply for it."""
        definition = self.facts.definition(item)
        if complete:
            lacking = missing(definition, self.facts.items[item], self.facts.materials)
            kinds = {r.material: r.material_class for r in definition.materials}
            self.hand_in(
                *(
                    key
                    for key in lacking
                    if key not in defer
                    and kinds[key] is not MaterialClass.COMMITMENT
                    and not self.facts.scenario.material[key].system_held
                )
            )
        by_commitment = any(
            r.material_class is MaterialClass.COMMITMENT for r in definition.materials
        )
        signed = SIGNED if defer or by_commitment else None
        form = example(definition, self.today)
        if self.facts.architect is None and replaced(self.facts, definition):
            self.do(TEAM)
        self.do(c.SubmitApplication(item=item, defer=defer, commitment=signed, form=form))
        return self

    def accept(self, item: str) -> Self:
        self.do(c.AcceptApplication(item=item))
        return self

    def take_in(self, item: str) -> Self:
        """Accept it, unless it was accepted as it was applied for."""
        return self.accept(item) if self.state(item) is ItemState.RECEIVED else self

    def approve(self, item: str) -> Self:
        self.do(c.ApproveItem(item=item))
        return self

    def visit(self, item: str) -> c.RecordSiteVisit:
        """The joint visit of an item on this day, with as many officers as are needed."""
        return visit(self.facts, item, self.today)

    def verification(self, item: str) -> c.RecordVerification:
        """Two officers of an item's department look at it."""
        department = self.facts.items[item].department
        officers = tuple(people(department).login for people in (handler, approver))
        return c.RecordVerification(item=item, officers=officers, finding="as on the plan")

    def verify(self, item: str) -> Self:
        """Whatever an item needs before it is granted: visits to the site, answers of others."""
        definition = self.facts.definition(item)
        joint = (
            item
            if definition.site_visit
            else covered_by(self.facts.scenario, self.facts.items, item)
        )
        if joint and not was_held(self.facts.items, self.facts.site_visits, joint):
            self.do(c.ScheduleSiteVisit(item=joint, scheduled_for=self.today))
            self.do(self.visit(joint))
        facts = self.facts.items[item]
        if definition.site_verification and not facts.verified_by:
            self.do(self.verification(item))
        for _ in unanswered(of_round(self.facts.items, self.facts.consultations, item)):
            self.do(c.AnswerConsultation(item=item, agrees=True, opinion="no objection"))
        return self

    def record(self, item: str) -> Self:
        form = example(self.facts.definition(item), self.today)
        stated = {key: self.facts.attributes.get(of) for key, of in SHEET.items() if key in form}
        self.do(c.RecordMilestone(item=item, happened_on=self.today, form=form | stated))
        return self

    def conclude(self, *items: str) -> Self:
        """Carry items from open to their good end, each on one day, with their documents."""
        for item in items:
            definition = self.facts.definition(item)
            if definition.mode is ItemMode.MILESTONE:
                self.happen(item).release()
                continue
            if definition.mode is ItemMode.APPLICATION:
                self.apply(item).take_in(item)
            if self.state(item) is not ItemState.GRANTED:
                self.verify(item)
                self.conclude(*self._parts(item))
                self.decide(item)
            self.check(item)
            if definition.document and bundles.held_in(self.facts, item) is None:
                self.do(c.IssueDocument(item=item, number=f"no {item}"))
                self.do(c.RecordDelivery(item=item))
            self.release()
        return self

    def happen(self, item: str) -> Self:
        """Record a milestone; where lines are connected by it, each utility records its own."""
        lines = utilities.unconnected(*self._here(), self.facts.lines, item)
        for line in lines:
            self.do(c.ConnectLine(item=line, connected_on=self.today))
        return self if lines else self.record(item)

    def check(self, item: str) -> Self:
        """Where it was granted on a commitment: that is kept."""
        if open_check(self.facts, item) is not None:
            self.do(c.RecordCommitmentCheck(item=item, kept=True, finding="as stated"))
        return self

    def decide(self, item: str) -> Self:
        """Grant it; the line of a utility is granted by its answer."""
        if self.facts.definition(item).utility is not None:
            return self.answer(item)
        return self.approve(item)

    def answer(self, line: str) -> Self:
        """A utility answers its line with a plan."""
        self.do(
            c.AnswerLine(item=line, plan="from the road", days=5, contact="desk", to_red_line=True)
        )
        return self

    def _here(self) -> tuple[ScenarioDefinition, Mapping[str, ItemFacts]]:
        return self.facts.scenario, self.facts.items

    def release(self) -> Self:
        """Issue and deliver the certificates of every bundle that is whole."""
        for found in [one for one in bundles.bundles(self.facts) if one.release(None)]:
            numbers = {item: f"no {item}" for item in found.held}
            self.do(c.ReleaseBundle(bundle=found.definition.key, numbers=numbers))
            for item in found.held:
                self.do(c.RecordDelivery(item=item))
        return self

    def _parts(self, item: str) -> tuple[str, ...]:
        """Parts of an item that the project needs."""
        parts = self.facts.scenario.parts.get(item, ())
        return tuple(one for one in parts if self.state(one) is not ItemState.NOT_REQUIRED)

    def supervise(self) -> Self:
        """Close every supervision task that keeps the project open."""
        for task in phases.open_tasks(self.facts.supervision):
            if phases.is_ordered(task):
                close = c.CompleteSupervision(item=task.item, number=task.number, note="done")
                self.do(close)
        return self

    def machine(self) -> Self:
        """Do what the machine has to do, until it has nothing more to do."""
        while work := [
            command
            for stage in self.facts.scenario.stage
            for command in planning.machine_work(self.facts, stage)
        ]:
            for command in work:
                self.do(command)
        return self

    # --- looking ----------------------------------------------------------------------------

    def item(self, code: str) -> ItemFacts:
        return self.facts.items[code]

    def state(self, code: str) -> ItemState:
        return self.facts.items[code].state

    def clock(self, item: str, kind: str, subject: str = "") -> ClockFacts:
        return self.facts.clocks[(item, kind, self.facts.items[item].round, subject)]

    def kinds(self) -> list[str]:
        return [happened.event.kind for happened in self.log]

    def last(self, kind: str) -> Mapping[str, object]:
        events = [happened.event for happened in reversed(self.log)]
        return next(event.data for event in events if event.kind == kind)

    def told(self, template: str) -> list[str]:
        return [message.audience for message in self.messages if message.template == template]

    def offered(self, item: str, actor: Actor) -> list[str]:
        """The acts on an item that its page offers to someone."""
        possible = possibilities(self.facts, item, self.context(actor))
        return [act.act for act in possible if act.possible]

    def differences(self) -> list[Difference]:
        """Where the facts, or the case rounds, and the log of this play disagree: nowhere."""
        replayed = replay(self.facts.scenario, self.log)
        found = list(differences(self.facts, replayed, self.context(CLERK)))
        return found + list(self._round_differences())

    def _round_differences(self) -> Iterator[Difference]:
        from_log = rounds_of_log(self.facts, self._dated, {}, self.context(CLERK))
        for key in {*from_log, *self.rounds}:
            row, logged = self.rounds.get(key), from_log.get(key)
            for column in COLUMNS:
                pair = getattr(row, column.name, None), getattr(logged, column.name, None)
                if pair[0] != pair[1]:
                    yield Difference("case round", str(key), column.name, *pair)
