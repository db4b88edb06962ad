"""The page of agents: who acts for the enterprise of one project, under what, and what they did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from config.texts import colon
from models.cases.agency import (
    AgentActFacts,
    AgentKind,
    AuthorisationFacts,
    AuthorisationState,
)
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from models.people.actor import Role
from models.scenarios.definition import Text
from rules.cases.agency.authorisations import powers_of
from rules.cases.context import Context
from rules.cases.declarations.act import ForApplicant
from rules.cases.permissions import allowed_acts, concerns
from services.cases.pages.wording import ProjectWords
from services.cases.views.project_reading import seen_by
from services.cases.views.sight import Seen
from services.people.viewer import Viewer
from services.unit_of_work import Database
from services.wording.names import item_name
from services.wording.words import word

#: Another authorisation may take the place of one of these.
_RUNNING = (AuthorisationState.SIGNED, AuthorisationState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who can be authorised."""

    login: str
    name: str
    kinds: tuple[AgentKind, ...]
    """As what."""


@dataclass(frozen=True, slots=True)
class AgentAct:
    """Something that an agent did for the enterprise."""

    done: AgentActFacts
    agent_name: str
    item_name: Text | None
    disputable: bool
    """Whether the viewer may still object to it."""


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """Who acts for the enterprise of one project."""

    project: ProjectFacts
    words: ProjectWords
    authorisations: tuple[AuthorisationFacts, ...]
    """The newest first."""
    names: dict[str, str]
    """People by login."""
    acts: tuple[AgentAct, ...]
    """The newest first."""
    choices: dict[str, tuple[tuple[str, str], ...]]
    """What the form of an authorisation offers for a field: value and words.

    No agent is offered where the viewer enters none."""
    helps: tuple[str, ...]
    binds: tuple[str, ...]
    """What an authorisation may name, by name."""
    form: str | None
    """The act by which the viewer enters one."""
    latest: date
    """The last day that one that begins today may have."""
    may_revoke: bool
    asked_from: date


def agency_page(database: Database, viewer: Viewer, project: str) -> AgencyPage:
    """Who acts for the enterprise of a project, as far as the viewer sees it. Two queries."""
    with database.reading() as connection:
        seen, context = seen_by(connection, viewer.actor, viewer.now, project)
        facts = seen.facts
        people = _people(connection, facts)
    names = {login: name for login, name, *_ in people}
    own = concerns(viewer.actor, facts, None) and facts.state is ProjectState.ACTIVE
    acts = allowed_acts(viewer.actor) if own else frozenset()
    form = next((act for act in ("give_authorisation", "enter_authorisation") if act in acts), None)
    agents = tuple(
        Agent(login, name, _kinds(role, department))
        for login, name, role, department, active in people
        if active and (role == Role.AGENT or login == facts.steward)
    )
    disputes = "dispute_agent_act" in acts
    return AgencyPage(
        project=facts,
        words=ProjectWords(facts, viewer),
        authorisations=tuple(reversed(tuple(seen.authorisations()))),
        names=names,
        acts=tuple(_acts(seen, names, context, disputes=disputes)),
        choices=_choices(viewer, seen, names, agents if form else ()),
        helps=powers_of(ForApplicant.HELP),
        binds=powers_of(ForApplicant.BINDS),
        form=form,
        latest=context.policy.agency.latest(context.today),
        may_revoke="revoke_authorisation" in acts,
        asked_from=context.policy.agency.asked_from,
    )


def _acts(
    seen: Seen, names: dict[str, str], context: Context, *, disputes: bool
) -> Iterator[AgentAct]:
    days = context.policy.agency.dispute_days
    for done in reversed(tuple(seen.agent_acts())):
        latest = context.calendar.add_working_days(done.acted_on, days)
        open_ = disputes and done.disputed_on is None and context.today <= latest
        item = item_name(seen.facts.scenario, done.item) if done.item else None
        yield AgentAct(done, names.get(done.agent, done.agent), item, open_)


def _choices(
    viewer: Viewer, seen: Seen, names: dict[str, str], agents: tuple[Agent, ...]
) -> dict[str, tuple[tuple[str, str], ...]]:
    kinds = dict.fromkeys(kind for agent in agents for kind in agent.kinds)
    running = [given for given in reversed(tuple(seen.authorisations())) if given.state in _RUNNING]
    replaced = (
        (str(given.number), _authorisation_words(given, names, viewer)) for given in running
    )
    return {
        "agent": tuple((agent.login, _agent_words(agent, viewer)) for agent in agents),
        "kind": tuple((kind.value, word(kind, viewer.translate)) for kind in kinds),
        "replaces": (("", "–"), *replaced) if running else (),
    }


def _authorisation_words(given: AuthorisationFacts, names: dict[str, str], viewer: Viewer) -> str:
    number = viewer.translate("Authorisation {number}").format(number=given.number)
    return number + colon(viewer.language) + names.get(given.agent, given.agent)


def _agent_words(agent: Agent, viewer: Viewer) -> str:
    kinds = " / ".join(word(kind, viewer.translate) for kind in agent.kinds)
    return f"{agent.name} ({agent.login}) · {kinds}"


def _kinds(role: str, department: str | None) -> tuple[AgentKind, ...]:
    if role == Role.PROJECT_STEWARD:
        return (AgentKind.STEWARD,)
    if department is None:
        return (AgentKind.PRIVATE_AGENT,)
    return tuple(
        kind for kind in AgentKind if kind.government_side and kind is not AgentKind.STEWARD
    )


def _people(connection: Connection, facts: ProjectFacts) -> list[tuple[str, str, str, str, bool]]:
    """Agents who have an account, and everyone who acted in this project."""
    logins = {given.agent for given in facts.authorisations.values()}
    logins |= {done.agent for done in facts.agent_acts.values()} | {facts.steward or ""}
    rows = connection.execute(_PEOPLE, {"logins": sorted(logins)}).all()
    return [tuple(row) for row in rows]


_PEOPLE = text(
    "SELECT login, name, role, department, active FROM account"
    " WHERE login = ANY(:logins) OR (role = 'agent' AND active) ORDER BY name, login"
)
