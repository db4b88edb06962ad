"""Under which written authorisation an agent acts for the enterprise (Licensing Law art. 29).

Everything is derived from the project's authorisations and the day: no act says it for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.texts import ACT, Word
from models.cases.agency import SIGN_COMMITMENT, AuthorisationFacts, AuthorisationState
from models.cases.commands import ItemCommand, ProjectCommand
from models.cases.facts import ProjectFacts
from models.errors import NotPermitted
from models.people.actor import Actor, Role
from rules.cases.context import Context

_S = AuthorisationState


class AgentNotAuthorised(NotPermitted):
    template = "actor: {actor} has no written authorisation to act for the enterprise in {project}: {act}. Ask the enterprise to sign one (Licensing Law art. 29)."


class AuthorisationNotAccepted(NotPermitted):
    template = "actor: authorisation {number} is signed by the enterprise, but {actor} has not accepted it yet; accept it first, then act."


class AuthorisationNotBegun(NotPermitted):
    template = "actor: authorisation {number} begins on {valid_from}; until then {actor} cannot act under it."


class AuthorisationExpired(NotPermitted):
    template = "actor: authorisation {number} ended on {until}, so {actor} cannot act for the enterprise any more; what was done in time stays valid. Ask the enterprise to sign a new one."


class AuthorisationRevoked(NotPermitted):
    template = "actor: authorisation {number} was taken back on {closed_on}, so {actor} cannot act for the enterprise any more; what was done before stays valid."


class AuthorisationEnded(NotPermitted):
    template = "actor: authorisation {number} ended on {closed_on}, so {actor} cannot act for the enterprise any more; what was done before stays valid. Ask the enterprise to sign a new one."


class AuthorisationSuspended(NotPermitted):
    template = "actor: authorisation {number} does not hold while the account of {actor} is closed; it holds again within minutes of its opening."


class OutsideAuthorisation(NotPermitted):
    template = "actor: authorisation {number} of {actor} does not cover this: {powers}. The enterprise does it itself, or signs an authorisation that names it."


class InPersonRequired(NotPermitted):
    template = "item: the law wants the applicant in person in {item} ({basis}), so no agent does it; the enterprise does it itself."
    field = "item"


class NeverAnAgents(NotPermitted):
    template = "actor: {actor} serves the approval and must not bind the enterprise: {powers}. Only the enterprise does it, or an agent of its own choice whose authorisation names it."


@dataclass(frozen=True, slots=True)
class Agency:
    """For whom an act is done, and under which authorisation."""

    on_behalf_of: str
    """Unified social credit code of the enterprise."""
    authorisation: int | None
    """``None``: a steward's, before the day from which the district asks for one."""


def agency_for(
    facts: ProjectFacts,
    command: ProjectCommand,
    powers: tuple[str, ...],
    context: Context,
    *,
    binds: bool,
) -> Agency:
    """The authorisation that covers what an agent does for the enterprise; refused without one."""
    actor, today = context.actor, context.today
    if binds and actor.role is Role.PROJECT_STEWARD:
        raise NeverAnAgents(actor=actor.login, powers=_words(powers))
    _check_in_person(facts, command)
    own = given_to(actor, facts)
    holding = [given for given in own if given.holds(today)]
    fitting = next((given for given in holding if covers(given, powers, facts, command)), None)
    if fitting is not None:
        return Agency(facts.enterprise, fitting.number)
    if not own and as_before(actor, context):
        return Agency(facts.enterprise, None)
    if holding:
        raise _outside(actor, holding[-1], powers, binds=binds)
    raise _refusal(actor, facts, own, command, today)


def _check_in_person(facts: ProjectFacts, command: ProjectCommand) -> None:
    """Refuse an agent where the law wants the applicant in person (art. 29)."""
    if not isinstance(command, ItemCommand):
        return
    basis = facts.definition(command.item).in_person
    if basis is not None:
        raise InPersonRequired(item=command.item, basis=basis)


def given_to(actor: Actor, facts: ProjectFacts) -> tuple[AuthorisationFacts, ...]:
    """Every authorisation that was ever given to somebody in a project, in the order of their numbers."""
    return tuple(given for given in facts.authorisations.values() if given.agent == actor.login)


def as_before(actor: Actor, context: Context) -> bool:
    """Whether a steward may still act without an authorisation: before the day of the policy."""
    asked_from = context.policy.agency.asked_from
    return actor.role is Role.PROJECT_STEWARD and context.today < asked_from


def may_sign(actor: Actor, facts: ProjectFacts, item: str, today: date) -> bool:
    """Whether somebody may sign a commitment in an item: the enterprise, or an agent named for it."""
    if actor.role is Role.APPLICANT:
        return True
    named = (given for given in given_to(actor, facts) if given.holds(today))
    return any(SIGN_COMMITMENT in given.acts and _has_item(given, item) for given in named)


def covers(
    given: AuthorisationFacts,
    powers: Iterable[str],
    facts: ProjectFacts,
    command: ProjectCommand,
) -> bool:
    """Whether an authorisation names everything that an act does, and what it is about."""
    if not set(powers) <= set(given.acts):
        return False
    if not given.items:
        return True
    if isinstance(command, ItemCommand):
        return _has_item(given, command.item)
    material = getattr(command, "material", None)
    return any(material in facts.definition(code).required for code in given.items)


def _has_item(given: AuthorisationFacts, item: str) -> bool:
    return not given.items or item in given.items


def _outside(
    actor: Actor, given: AuthorisationFacts, powers: tuple[str, ...], *, binds: bool
) -> NotPermitted:
    if binds and given.kind.government_side:
        return NeverAnAgents(actor=actor.login, powers=_words(powers))
    return OutsideAuthorisation(number=given.number, actor=actor.login, powers=_words(powers))


def _refusal(
    actor: Actor,
    facts: ProjectFacts,
    own: tuple[AuthorisationFacts, ...],
    command: ProjectCommand,
    today: date,
) -> NotPermitted:
    """Why nothing holds today: the newest authorisation says it."""
    if not own:
        act = Word(command.act, ACT)
        return AgentNotAuthorised(actor=actor.login, project=facts.code, act=act)
    last = own[-1]
    details: dict[str, Any] = {"number": last.number, "actor": actor.login}
    closed_on = last.closed_on.isoformat() if last.closed_on else None
    if last.state is _S.REVOKED:
        return AuthorisationRevoked(**details, closed_on=closed_on)
    if last.state in (_S.ENDED, _S.SUPERSEDED):
        return AuthorisationEnded(**details, closed_on=closed_on)
    if last.state is _S.EXPIRED or today > last.valid_until:
        return AuthorisationExpired(**details, until=last.valid_until.isoformat())
    waiting = _WAITING.get(last.state)
    if waiting is not None:
        return waiting(**details)
    return AuthorisationNotBegun(**details, valid_from=last.valid_from.isoformat())


#: States from which an authorisation comes to hold without being signed anew.
_WAITING: Mapping[AuthorisationState, type[NotPermitted]] = {
    _S.SUSPENDED: AuthorisationSuspended,
    _S.SIGNED: AuthorisationNotAccepted,
}


def _words(powers: Iterable[str]) -> list[Word]:
    return [Word(power, ACT) for power in powers]


def soon_over(facts: ProjectFacts, context: Context) -> Iterator[AuthorisationFacts]:
    """Authorisations whose last day is near and of which nobody was told yet."""
    for given in facts.authorisations.values():
        if given.state is _S.ACTIVE and given.warned_on is None and is_near(given, context):
            yield given


def is_near(given: AuthorisationFacts, context: Context) -> bool:
    """Whether the last day of an authorisation is as near as the policy warns of."""
    days = context.policy.agency.warned_before
    return context.calendar.working_days_between(context.today, given.valid_until) <= days
