"""The enterprise's agent in a demonstration: authorised in writing, and what they do in its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from deployments.demo.cast import Cast
from deployments.demo.steps import Step
from deployments.demo.stories import Story
from models.cases import commands as c
from models.cases.agency import AgentKind, AuthorisationState
from models.cases.facts import ProjectFacts
from models.people.actor import Actor
from rules.clock.calendar import WorkingCalendar

#: Days that the authorisation lasts; afterwards the enterprise does everything itself.
LASTS = timedelta(days=150)
#: What the agent may do: papers and applications, and nothing that binds the enterprise.
ACTS = ("submit_material", "submit_application", "supply_correction")
_TEXT = "本单位委托上述代办人在上述事项和期限内代为提交材料、提出申请、补正材料；承诺、撤件由本单位自行办理。"


class Representation:
    """Who acts for the enterprise of one project."""

    def __init__(self, story: Story, cast: Cast, calendar: WorkingCalendar) -> None:
        self._story = story
        self._cast = cast
        self._calendar = calendar

    def steps(self, facts: ProjectFacts) -> Iterator[Step]:
        """The enterprise signs at the beginning, the agent accepts the next working day."""
        if not self._story.represented:
            return
        if not facts.authorisations:
            first = self._calendar.next_working_day(self._story.begins)
            yield Step(first, self._enterprise, (self._authorisation(first),))
        for given in facts.authorisations.values():
            if given.state is AuthorisationState.SIGNED:
                on = self._calendar.add_working_days(given.signed_on, 1)
                yield Step(on, self._cast.agent(), (c.AcceptAuthorisation(number=given.number),))

    def who(self, facts: ProjectFacts, on: date, *, signs: bool = False) -> Actor:
        """Who acts on a day: the agent where the authorisation holds and no commitment is signed."""
        held = any(given.holds(on) for given in facts.authorisations.values())
        return self._cast.agent() if held and not signs else self._enterprise

    @property
    def _enterprise(self) -> Actor:
        return self._cast.applicant(self._story.enterprise)

    def _authorisation(self, on: date) -> c.GiveAuthorisation:
        return c.GiveAuthorisation(
            agent=self._cast.agent().login,
            kind=AgentKind.PRIVATE_AGENT,
            organisation="沣河工程咨询有限公司",
            acts=ACTS,
            valid_from=on,
            valid_until=on + LASTS,
            text=_TEXT,
            signer="法定代表人",
        )
