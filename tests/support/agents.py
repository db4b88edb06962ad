"""Agents of the yard's enterprise, and the authorisations under which they act."""

from __future__ import annotations

from datetime import timedelta

from models.cases import commands as c
from models.cases.agency import AgentKind
from models.people.actor import Actor, Role
from rules.cases.agency.authorisations import powers_of
from rules.cases.declarations.act import ForApplicant
from tests.support.people import APPLICANT
from tests.support.play import Play

TEXT = "acts for us in what is named here"


def kind_of(agent: Actor) -> AgentKind:
    """The kind that fits an actor's account."""
    if agent.role is Role.PROJECT_STEWARD:
        return AgentKind.STEWARD
    return AgentKind.PARK_AGENT if agent.department else AgentKind.PRIVATE_AGENT


def everything_for(agent: Actor) -> tuple[str, ...]:
    """All that an agent of this kind may be named for."""
    binding = () if kind_of(agent).government_side else (ForApplicant.BINDS,)
    return powers_of(ForApplicant.HELP, *binding)


def authorisation(play: Play, agent: Actor, **more: object) -> c.GiveAuthorisation:
    """An authorisation for all that the agent may be named for, from today for ninety days."""
    return c.GiveAuthorisation.model_validate(
        {
            "agent": agent.login,
            "kind": kind_of(agent),
            "acts": everything_for(agent),
            "valid_from": play.today,
            "valid_until": play.today + timedelta(days=90),
            "text": TEXT,
            "signer": "Wang",
            **more,
        }
    )


def authorise(play: Play, agent: Actor, *, accepted: bool = True, **more: object) -> int:
    """Give an authorisation and have it accepted; its number."""
    play.do(authorisation(play, agent, **more), APPLICANT)
    number = max(play.facts.authorisations)
    if accepted:
        play.do(c.AcceptAuthorisation(number=number), agent)
    return number


def authorised(agent: Actor, play: Play | None = None, **more: object) -> Play:
    """A play in which an agent holds an authorisation."""
    play = play or Play()
    authorise(play, agent, **more)
    return play
