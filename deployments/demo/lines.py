"""Utilities in a demonstration: they look at their leads, answer with a plan, and connect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from deployments.demo.cast import Cast
from deployments.demo.steps import Step
from deployments.demo.stories import Story
from models.cases import commands as c
from models.cases.facts import ItemFacts, ProjectFacts
from rules.cases.instruments.utilities import UNDECIDED, unconnected
from rules.clock.calendar import WorkingCalendar

#: Working days: how long a utility lets a lead lie, and a line that it can connect.
LEAD, CONNECT = 3, 5
_CONTACT = "客户服务科 029-0000 0000"


class Lines:
    """Every utility's officers in one project."""

    def __init__(self, story: Story, cast: Cast, calendar: WorkingCalendar) -> None:
        self._story = story
        self._cast = cast
        self._calendar = calendar

    def steps(self, facts: ProjectFacts, item: ItemFacts) -> Iterator[Step]:
        """What the utility of a line does beside its decision."""
        line = facts.lines.get(item.code)
        if line is None:
            return
        officer = self._cast.handler(item.department)
        waits = line.lead_on is not None and line.acknowledged_on is None
        if waits and item.state in UNDECIDED:
            on = self._day(item, "lead", LEAD, line.lead_on)
            yield Step(on, officer, (c.AcknowledgeLead(item=item.code, contact=_CONTACT),))
        if line.connect_from is not None and line.connected_on is None:
            on = self._day(item, "connect", CONNECT, line.connect_from)
            yield Step(on, officer, (c.ConnectLine(item=item.code, connected_on=on),))

    def answer(self, item: ItemFacts) -> c.AnswerLine:
        """The plan of a line; now and then the network ends before the red line."""
        return c.AnswerLine(
            item=item.code,
            plan="自项目北侧市政道路接入，容量满足申请",
            days=5,
            contact=_CONTACT,
            to_red_line=self._story.lag(item.code, item.round, "red line", 3) > 0,
        )

    @staticmethod
    def connected_by_others(facts: ProjectFacts, item: ItemFacts) -> bool:
        """Whether a milestone waits for utilities, each of which records its own connection."""
        return bool(unconnected(facts.scenario, facts.items, facts.lines, item.code))

    def _day(self, item: ItemFacts, what: str, longest: int, since: date | None) -> date:
        days = 1 + self._story.lag(item.code, item.round, what, longest - 1)
        return self._calendar.add_working_days(since or self._story.begins, days)
