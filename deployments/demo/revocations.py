"""A commitment that turns out false: checked, told, heard, revoked, and applied for again."""

from __future__ import annotations

from datetime import date

from deployments.demo.cast import Cast
from deployments.demo.steps import Step
from deployments.demo.stories import Story
from models.cases import commands as c
from models.cases.commitment import CheckState, CommitmentFacts, EndGround
from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import ItemState
from models.people.actor import Actor
from rules.cases.instruments.commitment import commitment_of
from rules.clock.calendar import WorkingCalendar


class Revocations:
    """Who does what about the commitments of one project."""

    def __init__(self, story: Story, cast: Cast, calendar: WorkingCalendar) -> None:
        self._story, self._cast, self._calendar = story, cast, calendar

    def next(self, facts: ProjectFacts, item: ItemFacts) -> Step | None:
        """The next step about an item's commitment, if there is one."""
        commitment = commitment_of(facts, item.code)
        if commitment is None:
            return None
        if item.state is ItemState.REVOKED and commitment.closed_on is not None:
            again = c.StartNewRound(item=item.code)
            return Step(self._later(commitment.closed_on), self._applicant(), (again,))
        step: Step | None = None
        match commitment.state:
            case CheckState.DUE if commitment.opened_on is not None:
                step = self._check(item, commitment.opened_on)
            case CheckState.SUSPECTED if commitment.opened_on is not None:
                step = self._tell(item, commitment.opened_on)
            case CheckState.TOLD:
                step = self._hear(item, commitment)
            case CheckState.REVOKE_PROPOSED if commitment.statement_until is not None:
                step = self._revoke(item, commitment.statement_until)
        return step

    def _check(self, item: ItemFacts, opened_on: date) -> Step:
        kept = item.code not in self._story.false
        finding = "经核对，承诺属实" if kept else "经向规划部门核对，市政规划许可从未核发"
        check = c.RecordCommitmentCheck(item=item.code, kept=kept, finding=finding)
        return Step(self._later(opened_on, 5), self._cast.handler(item.department), (check,))

    def _tell(self, item: ItemFacts, opened_on: date) -> Step:
        tell = c.AnnounceRevocation(
            item=item.code,
            ground=EndGround.FALSE_COMMITMENT,
            facts="申请时承诺已取得的市政规划许可并不存在",
            evidence="规划部门复函1份，承诺书1份",
        )
        return Step(self._later(opened_on, 6), self._cast.approver(item.department), (tell,))

    def _hear(self, item: ItemFacts, commitment: CommitmentFacts) -> Step | None:
        if commitment.told_on is None or commitment.statement_until is None:
            return None
        if commitment.stated_on is None:
            defence = c.StateDefence(item=item.code, statement="经办人误将方案批复当作规划许可")
            return Step(self._later(commitment.told_on), self._applicant(), (defence,))
        propose = c.AssessCommitment(
            item=item.code, outcome="revoke_proposed", reason="陈述不能证明许可存在，承诺不实"
        )
        on = self._later(commitment.statement_until)
        return Step(on, self._cast.approver(item.department), (propose,))

    def _revoke(self, item: ItemFacts, statement_until: date) -> Step:
        revoke = c.RevokeLicence(item=item.code, revoked=True, reason="以不实承诺取得许可")
        on = self._later(statement_until)
        return Step(on, self._cast.head(item.department), (revoke,))

    def _later(self, since: date, days: int = 1) -> date:
        return self._calendar.add_working_days(since, days)

    def _applicant(self) -> Actor:
        return self._cast.applicant(self._story.enterprise)
