"""Who may do what (``domain/roles``), as the acts declare it, whose project or item it is, and under
which authorisation somebody acts for an enterprise (:mod:`rules.cases.instruments.agency`).
"""

from __future__ import annotations

from config.texts import ACT, Word
from models.cases.agency import SIGN_COMMITMENT
from models.cases.commands import ProjectCommand
from models.cases.facts import ProjectFacts
from models.errors import NotPermitted
from models.people.actor import Actor, Role
from models.scenarios.definition import ItemDefinition
from rules.cases.context import Context
from rules.cases.declarations.act import OF_THE_ITEM, Act, Business, ForApplicant
from rules.cases.declarations.registry import registry
from rules.cases.declarations.roles import AGENTS, EXAMINERS
from rules.cases.instruments import agency
from rules.cases.instruments.agency import Agency


class RoleMayNotAct(NotPermitted):
    template = (
        "actor: {actor} may not do this: {act}. It belongs to {roles}; sign in as one of them."
    )


class NotTheirs(NotPermitted):
    template = (
        "actor: {actor} may not do this: {act}. {subject} belongs to {owner}; ask them to act."
    )


class LeftToItsHolder(NotPermitted):
    template = "actor: the law leaves this to the head of the authority, not to a deputy or delegate: {act}. Ask the head."


class BeyondDelegation(NotPermitted):
    template = "actor: the delegation {number} does not cover this: {act} of {item}. Ask who gave it, or act by your own account."


def allowed_acts(actor: Actor) -> frozenset[str]:
    """The acts that an actor's role has, on any project."""
    acts = registry().of_role[actor.role]
    if actor.capacity is None:
        return acts
    return frozenset(filter(actor.capacity.has, acts))


def concerns(
    actor: Actor,
    facts: ProjectFacts,
    item: ItemDefinition | None,
    business: Business = OF_THE_ITEM,
) -> bool:
    """Whether the project (and the item, if one is meant) is the actor's own business."""
    if actor.role is Role.APPLICANT:
        return actor.enterprise == facts.enterprise
    if actor.role is Role.PROJECT_STEWARD:
        return facts.steward in (actor.login, *actor.stands_in_for)
    if actor.role is Role.AGENT:
        return any(given.agent == actor.login for given in facts.authorisations.values())
    if actor.role in EXAMINERS and item is not None:
        asked = business.asked(facts, item.code) if business.asked is not None else ()
        return actor.department in (business.responsible(facts, item), *asked)
    return True


def check_permission(
    actor: Actor, act: str, facts: ProjectFacts, item: ItemDefinition | None = None
) -> None:
    """Refuse an act that the actor's role does not have, or that is none of their business."""
    declared = registry().acts[act]
    if actor.role not in declared.roles:
        roles = sorted(declared.roles)
        raise RoleMayNotAct(actor=actor.login, act=Word(act, ACT), roles=roles)
    _check_capacity(actor, act, item)
    if not concerns(actor, facts, item, declared.business):
        owner = _owner(declared.business, facts, item)
        subject = item.code if item else facts.code
        raise NotTheirs(actor=actor.login, act=Word(act, ACT), subject=subject, owner=owner)


def _check_capacity(actor: Actor, act: str, item: ItemDefinition | None) -> None:
    """Refuse what goes beyond a post, a deputyship or a delegation."""
    capacity = actor.capacity
    if capacity is None:
        return
    if act in capacity.barred:
        raise LeftToItsHolder(act=Word(act, ACT))
    if not capacity.has(act) or (capacity.items and item and item.code not in capacity.items):
        number = capacity.document_no or capacity.reference
        subject = item.code if item is not None else Word("this project")
        raise BeyondDelegation(act=Word(act, ACT), item=subject, number=number)


def check_agency(facts: ProjectFacts, command: ProjectCommand, context: Context) -> Agency | None:
    """Under which authorisation the actor does an act for the enterprise; refused without one.

    ``None``: it is not done for the enterprise, or the enterprise does it itself.
    """
    declared, actor = registry().acts[command.act], context.actor
    if actor.role not in AGENTS or not _for_applicant(declared):
        return None
    signs = declared.signs is not None and declared.signs(command)
    powers = (command.act, SIGN_COMMITMENT) if signs else (command.act,)
    binds = signs or declared.for_applicant is ForApplicant.BINDS
    return agency.agency_for(facts, command, powers, context, binds=binds)


def _for_applicant(declared: Act) -> bool:
    """Whether an act is the applicant's; one that does not say what it takes is never an agent's own."""
    return declared.for_applicant is not None or Role.APPLICANT in declared.roles


def _owner(business: Business, facts: ProjectFacts, item: ItemDefinition | None) -> object:
    if item is None:
        return facts.enterprise
    if business.asked is not None:
        return list(business.asked(facts, item.code)) or [Word("none")]
    return business.responsible(facts, item)
