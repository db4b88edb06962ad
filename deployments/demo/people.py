"""The people of a demonstration: what each does next, by their story, the facts and the calendar.

Nothing is decided here that a person could not decide: every step is a command that goes through
the same service as a click in the portal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from deployments.demo.cast import Cast
from deployments.demo.form_values import filled_in
from deployments.demo.lines import Lines
from deployments.demo.on_the_spot import OnTheSpot
from deployments.demo.representation import Representation
from deployments.demo.revocations import Revocations
from deployments.demo.steps import Step
from deployments.demo.stories import Story
from models.cases import commands as c
from models.cases.consultation import ConsultationState
from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import (
    SATISFIED,
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    Verdict,
)
from models.cases.supervision import SupervisionFacts
from models.people.actor import Actor
from models.scenarios.definition import ItemDefinition, ItemMode, MaterialClass
from rules.cases.instruments.completeness import deferrable, missing, provided
from rules.cases.instruments.consultation import of_round, unanswered
from rules.cases.instruments.phases import open_tasks
from rules.cases.instruments.rectification import latest
from rules.cases.instruments.site_visit import covered_by
from rules.clock.calendar import WorkingCalendar

#: Working days: how long people let things lie at most.
APPLY, ACCEPT, DECIDE, ANSWER, CORRECT, RECTIFY, CURE, VERIFY, CONSTRUCT = (
    2,
    1,
    1,
    1,
    3,
    4,
    12,
    2,
    40,
)


class People:
    """Everyone who acts in one project."""

    def __init__(self, story: Story, cast: Cast, calendar: WorkingCalendar) -> None:
        self._story = story
        self._cast = cast
        self._calendar = calendar
        self._on_the_spot = OnTheSpot(cast, calendar)
        self._lines = Lines(story, cast, calendar)
        self._revocations = Revocations(story, cast, calendar)
        self._represented = Representation(story, cast, calendar)

    def steps(self, facts: ProjectFacts) -> list[Step]:
        """The next steps of the people as the facts stand, earliest first."""
        return sorted(self._steps(facts), key=lambda step: step.on)

    def _steps(self, facts: ProjectFacts) -> Iterator[Step]:
        yield from self._represented.steps(facts)
        for item in facts.items.values():
            doubtful = bool(item.re_examination)
            step = (self._examine_again if doubtful else self._next)(facts, item)
            if step is not None:
                yield step
            about = self._revocations.next(facts, item)
            if about is not None:
                yield about
            yield from self._receipts(facts, item)
            yield from self._making_good(facts, item)
            yield from self._lines.steps(facts, item)
            yield from self._answers(facts, item)
        for task in open_tasks(facts.supervision):
            yield self._supervise(task)

    def _next(self, facts: ProjectFacts, item: ItemFacts) -> Step | None:
        definition = facts.definition(item.code)
        match item.state:
            case ItemState.OPEN:
                return self._begin(facts, definition, item)
            case ItemState.RECEIVED:
                return self._take_in(facts, definition, item)
            case ItemState.CORRECTING:
                return self._correct(facts, definition, item)
            case ItemState.ACCEPTED | ItemState.RECTIFYING:
                return self._examine(facts, definition, item)
            case _:
                return None

    # --- the enterprise ---------------------------------------------------------------------

    def _begin(
        self, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts
    ) -> Step | None:
        if definition.mode is not ItemMode.MILESTONE:
            return self._apply(facts, definition, item)
        by_others = self._lines.connected_by_others(facts, item)
        return None if by_others else self._record(definition, item)

    def _record(self, definition: ItemDefinition, item: ItemFacts) -> Step:
        longest = CONSTRUCT if definition.code.startswith("W") else APPLY
        on = self._day(item, "record", longest, item.opened_on, fixed="decided")
        sheet = {key: v for key, v in self._story.sheet.items() if key in definition.field}
        form = filled_in(definition, on) | sheet
        command = c.RecordMilestone(item=item.code, happened_on=on, form=form)
        return Step(on, self._cast.applicant(self._story.enterprise), (command,))

    def _apply(self, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> Step:
        on = self._day(item, "apply", APPLY, item.opened_on, fixed="applied")
        lacking = list(missing(definition, item, facts.materials))
        defer = self._deferred(definition, item, lacking)
        committed = item.code in self._story.false | self._story.at_once and item.round == 1
        left_out = self._commitments(definition) if committed else []
        handed_in = [key for key in lacking if key not in (*defer, *left_out)]
        if item.code in self._story.corrected and item.round == 1 and len(handed_in) > 1:
            handed_in = handed_in[:-1]
        promised = defer or self._by_commitment(definition)
        signed = c.Commitment(text="承诺按期补齐并对真实性负责", signer="项目负责人")
        application = c.SubmitApplication(
            item=item.code,
            defer=tuple(defer),
            commitment=signed if promised else None,
            form=filled_in(definition, on),
        )
        actor = self._represented.who(facts, on, signs=bool(promised))
        papers = self._papers(facts, handed_in, actor)
        return Step(on, actor, (*papers, application))

    def _correct(self, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> Step:
        on = self._day(item, "correct", CORRECT, item.received_on, after=1)
        actor = self._represented.who(facts, on)
        papers = self._papers(facts, list(missing(definition, item, facts.materials)), actor)
        return Step(on, actor, (*papers, c.SupplyCorrection(item=item.code)))

    def _rectify(self, facts: ProjectFacts, item: ItemFacts) -> Step | None:
        rectification = latest(facts.items, facts.rectifications, item.code)
        if rectification is None:
            return None
        on = self._day(item, "rectify", RECTIFY, rectification.required_on, after=2)
        report = c.ReportRectification(item=item.code, note="已逐项整改完毕，照片见附件")
        return Step(on, self._cast.applicant(self._story.enterprise), (report,))

    def _receipts(self, facts: ProjectFacts, item: ItemFacts) -> Iterator[Step]:
        """The enterprise confirms the delivery of a document on the day it is issued."""
        clock = facts.clocks.get((item.code, ClockKind.DELIVERY, item.round, ""))
        running = clock is not None and clock.state is ClockState.RUNNING
        if running and item.document_issued and item.decided_on is not None:
            actor = self._cast.applicant(self._story.enterprise)
            yield Step(item.decided_on, actor, (c.RecordDelivery(item=item.code),))

    def _making_good(self, facts: ProjectFacts, item: ItemFacts) -> Iterator[Step]:
        for deficiency in facts.open_deficiencies(item.code):
            step = self._make_up(facts, item, deficiency)
            if step is not None:
                yield step

    def _make_up(
        self, facts: ProjectFacts, item: ItemFacts, deficiency: DeficiencyFacts
    ) -> Step | None:
        key, since = deficiency.material, deficiency.submitted_on or deficiency.opened_on
        if deficiency.state is DeficiencyState.SUBMITTED:
            on = self._day(item, f"verify {key}", VERIFY, since)
            verify = c.VerifyMakeUp(item=item.code, material=key, correct=True)
            return Step(on, self._cast.approver(item.department), (verify,))
        if item.code in self._story.lapsed and item.round == 1:
            return None
        on = self._day(item, f"cure {key}", CURE, since, after=3)
        applicant = self._cast.applicant(self._story.enterprise)
        file = self._cast.paper(facts.code, key, applicant)
        make_up = c.MakeUpMaterial(
            item=item.code, material=key, file_name=file.name, sha256=file.sha256
        )
        return Step(on, applicant, (make_up,))

    # --- the departments --------------------------------------------------------------------

    def _take_in(self, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> Step:
        on = self._day(item, "accept", ACCEPT, item.received_on, fixed="applied")
        lacking = [
            key
            for key in missing(definition, item, facts.materials)
            if not facts.scenario.material[key].system_held
        ]
        actor = self._cast.handler(definition.department)
        if lacking:
            named = dict.fromkeys(lacking, "未提交，请补交")
            notice = c.RequestCorrection(item=item.code, materials=named)
            return Step(on, actor, (notice,))
        return Step(on, actor, (c.AcceptApplication(item=item.code),))

    def _supervise(self, task: SupervisionFacts) -> Step:
        """An inspection on its last day, anything else on the next working day."""
        due = task.due_on or self._calendar.add_working_days(task.opened_on, 1)
        note = (
            "监督记录、危大工程情况和未整改问题已核对"
            if task.due_on is None
            else "现场与许可范围一致"
        )
        close = c.CompleteSupervision(item=task.item, number=task.number, note=note)
        on = self._calendar.next_working_day(due)
        return Step(on, self._cast.approver(task.department), (close,))

    def _examine(
        self, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts
    ) -> Step | None:
        """Site visit first, then rectification where a part fails, then the decision."""
        if item.state is ItemState.RECTIFYING:
            return self._rectify(facts, item)
        step = self._on_the_spot.next(facts, definition, item)
        if step is not None or self._on_the_spot.awaited(facts, definition, item):
            return step
        if self._fails(facts, item):
            return self._verdict(item)
        return self._decide(definition, item) if self._decidable(facts, item) else None

    def _answers(self, facts: ProjectFacts, item: ItemFacts) -> Iterator[Step]:
        """The answers of consulted departments; those that the story names stay silent."""
        for consultation in of_round(facts.items, facts.consultations, item.code):
            waiting = consultation.state is ConsultationState.ASKED
            silent = consultation.silence_is_consent and item.code in self._story.silent
            if waiting and not silent:
                on = self._day(
                    item,
                    f"answer {consultation.department}",
                    ANSWER,
                    consultation.asked_on,
                    after=1,
                )
                opinion = c.AnswerConsultation(
                    item=item.code, agrees=True, opinion="经审查，无不同意见"
                )
                yield Step(on, self._cast.handler(consultation.department), (opinion,))

    def _fails(self, facts: ProjectFacts, item: ItemFacts) -> bool:
        rectification = latest(facts.items, facts.rectifications, item.code)
        part = covered_by(facts.scenario, facts.items, item.code) is not None
        return (
            part
            and item.code in self._story.rectified
            and item.round == 1
            and rectification is None
        )

    def _verdict(self, item: ItemFacts) -> Step:
        on = self._day(item, "decide", 1, item.accepted_on, after=1)
        points = "疏散指示标志缺失两处，请补装并提供照片"
        verdict = c.RequireRectification(item=item.code, verdict=Verdict.FAIL, points=points)
        return Step(on, self._cast.approver(item.department), (verdict,))

    def _examine_again(self, facts: ProjectFacts, item: ItemFacts) -> Step | None:
        """Confirm a dependent item once the voided approval it builds on is restored."""
        roots = [facts.items[code] for code in item.re_examination]
        if any(root.state not in SATISFIED or root.decided_on is None for root in roots):
            return None
        since = max(root.decided_on for root in roots if root.decided_on is not None)
        on = self._calendar.add_working_days(since, 1)
        confirm = c.ConfirmAfterReExamination(
            item=item.code, reason="前置许可已重新取得，维持原决定"
        )
        return Step(on, self._cast.approver(item.department), (confirm,))

    @staticmethod
    def _decidable(facts: ProjectFacts, item: ItemFacts) -> bool:
        """A whole waits for its parts, and for what it builds on when that was voided."""
        needed = (*facts.scenario.parts.get(item.code, ()), *facts.definition(item.code).after)
        heard = not unanswered(of_round(facts.items, facts.consultations, item.code))
        return heard and all(
            facts.items[code].state in SATISFIED and not facts.items[code].re_examination
            for code in needed
        )

    def _decide(self, definition: ItemDefinition, item: ItemFacts) -> Step:
        actor = self._cast.approver(definition.department)
        promised = definition.promised.days if definition.promised else DECIDE
        late = item.code in self._story.overdue and item.round == 1
        earliest = promised + 3 if late else min(1, promised)
        longest = 0 if late else max(0, promised - 1)
        on = self._day(item, "decide", longest, item.accepted_on, after=earliest, fixed="decided")
        if definition.utility is not None:
            return Step(on, actor, (self._lines.answer(item),))
        return Step(on, actor, (c.ApproveItem(item=item.code, comment="材料齐全，同意"),))

    # --- pace -------------------------------------------------------------------------------

    def _day(
        self,
        item: ItemFacts,
        what: str,
        longest: int,
        since: date | None,
        *,
        after: int = 0,
        fixed: str | None = None,
    ) -> date:
        """The working day on which somebody acts: history where it is known, else by their pace."""
        known = self._story.dates.get(item.code) if item.round == 1 else None
        if known is not None and fixed is not None:
            return known.applied if fixed == "applied" else known.decided
        days = after + self._story.lag(item.code, item.round, what, longest)
        first = since or self._story.begins
        if days == 0:
            return self._calendar.next_working_day(first)
        return self._calendar.add_working_days(first, days)

    def _deferred(
        self, definition: ItemDefinition, item: ItemFacts, lacking: list[str]
    ) -> list[str]:
        story = self._story
        defers = item.code in story.cured or item.code in story.lapsed
        if not defers or item.round > 1:
            return []
        harmless = [
            key for key in deferrable(definition) if not definition.required[key].substantive
        ]
        return [key for key in lacking if key in harmless][:1]

    @staticmethod
    def _commitments(definition: ItemDefinition) -> list[str]:
        """Papers in whose place a commitment may stand."""
        papers = definition.materials
        return [m.material for m in papers if m.material_class is MaterialClass.COMMITMENT]

    @staticmethod
    def _by_commitment(definition: ItemDefinition) -> bool:
        return any(m.material_class is MaterialClass.COMMITMENT for m in definition.materials)

    def _papers(
        self, facts: ProjectFacts, keys: list[str], by: Actor
    ) -> tuple[c.ProjectCommand, ...]:
        papers: list[c.ProjectCommand] = []
        for key in keys:
            if facts.scenario.material[key].system_held or provided(facts.materials, key):
                continue
            file = self._cast.paper(facts.code, key, by)
            papers.append(c.SubmitMaterial(material=key, file_name=file.name, sha256=file.sha256))
        return tuple(papers)
