"""Who may do what (``domain/roles``): one table of roles per act, and whose project or item it is.

The window may not refuse or decide (窗口无否决权): it notifies once or refers; an administrator configures but never decides a
case; a steward accompanies own projects but never decides; only the head extends a limit (art. 42).
"""

from __future__ import annotations

from collections.abc import Mapping

from models.actor import Actor, Role
from models.definition import ItemDefinition
from models.errors import NotPermitted
from models.facts import ProjectFacts
from rules.consultation import of_round
from rules.supervision_letters import unanswered

_SYSTEM = frozenset({Role.SYSTEM})
_APPLICANT = frozenset({Role.APPLICANT, Role.PROJECT_STEWARD})
"""The steward acts for the applicant as its agent 帮办代办, in own projects only."""
_INTAKE = frozenset({Role.WINDOW_CLERK, Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD})
_EXAMINERS = frozenset({Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD})
_DECIDERS = frozenset({Role.APPROVER, Role.DEPARTMENT_HEAD})

ROLES: Mapping[str, frozenset[Role]] = {
    "assign_steward": frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.SYSTEM}),
    "correct_attributes": frozenset({Role.PROJECT_STEWARD, Role.ADMINISTRATOR}),
    "record_architect_team": _APPLICANT,
    "record_design_opinion": _APPLICANT,
    "open_stage": _SYSTEM,
    "release_bundle": _SYSTEM,
    "close_project": _SYSTEM,
    "submit_material": _APPLICANT,
    "submit_application": _APPLICANT,
    "supply_correction": _APPLICANT,
    "withdraw_application": _APPLICANT,
    "make_up_material": _APPLICANT,
    "start_new_round": _APPLICANT | _SYSTEM,
    "accept_application": _INTAKE,
    "request_correction": _INTAKE,
    "refuse_application": _EXAMINERS,
    "refer_application": _INTAKE,
    "declare_not_required": _EXAMINERS,
    "fix_on_the_spot": _APPLICANT | {Role.WINDOW_CLERK},
    "deem_accepted": _SYSTEM,
    "record_verification": _EXAMINERS,
    "send_leads": _SYSTEM,
    "acknowledge_lead": _EXAMINERS,
    "answer_line": _DECIDERS,
    "connect_line": _EXAMINERS,
    "schedule_site_visit": _EXAMINERS | frozenset({Role.PROJECT_STEWARD}),
    "record_site_visit": _EXAMINERS,
    "answer_consultation": _EXAMINERS,
    "deem_agreed": _SYSTEM,
    "require_rectification": _DECIDERS,
    "report_rectification": _APPLICANT,
    "approve_item": _DECIDERS,
    "issue_preliminary_opinion": _DECIDERS,
    "deny_item": _DECIDERS,
    "suspend_clock": _EXAMINERS,
    "resume_clock": _EXAMINERS,
    "extend_limit": frozenset({Role.DEPARTMENT_HEAD}),
    "record_milestone": _APPLICANT | _EXAMINERS,
    "verify_make_up": _EXAMINERS,
    "void_approval": _DECIDERS | _SYSTEM,
    "confirm_after_re_examination": _DECIDERS,
    "appeal_voiding": _APPLICANT,
    "decide_appeal": frozenset({Role.DEPARTMENT_HEAD}),
    "reinstate_approval": frozenset({Role.DEPARTMENT_HEAD}),
    "lapse_phase": _SYSTEM,
    "record_violation": _EXAMINERS,
    "complete_supervision": _EXAMINERS,
    "reply_to_supervision": frozenset({Role.DEPARTMENT_HEAD}),
    "issue_document": _EXAMINERS | _SYSTEM,
    "record_delivery": _INTAKE | _APPLICANT | _SYSTEM,
}

_DEPARTMENT_ROLES = _EXAMINERS


class RoleMayNotAct(NotPermitted):
    """actor: {actor} may not do this: {act}. It belongs to {roles}; sign in as one of them."""


class NotTheirs(NotPermitted):
    """actor: {actor} may not do this: {act}. {subject} belongs to {owner}; ask them to act."""


def allowed_acts(actor: Actor) -> frozenset[str]:
    """The acts that an actor's role has at all, on whatever project."""
    return frozenset(act for act, roles in ROLES.items() if actor.role in roles)


def responsible(act: str, facts: ProjectFacts, item: ItemDefinition) -> str:
    """Department whose officers do an act on an item: who decides, or who supervises."""
    supervises = act == "complete_supervision"
    return item.supervising if supervises else facts.items[item.code].department


def consulted(facts: ProjectFacts, code: str) -> tuple[str, ...]:
    """Departments that were asked about an item in its current round."""
    entries = of_round(facts.items, facts.consultations, code)
    return tuple(entry.department for entry in entries)


def _asked(act: str, facts: ProjectFacts, code: str) -> tuple[str, ...] | None:
    """Departments that an act is the answer of, beside the item's own; ``None`` for other acts."""
    if act == "answer_consultation":
        return consulted(facts, code)
    if act == "reply_to_supervision":
        return tuple(letter.department for letter in unanswered(facts.supervision, code))
    return None


def concerns(actor: Actor, facts: ProjectFacts, item: ItemDefinition | None, act: str = "") -> bool:
    """Whether the project (and the item, if one is meant) is the actor's own business."""
    if actor.role is Role.APPLICANT:
        return actor.enterprise == facts.enterprise
    if actor.role is Role.PROJECT_STEWARD:
        return actor.login == facts.steward
    if actor.role in _DEPARTMENT_ROLES and item is not None:
        own = responsible(act, facts, item)
        return actor.department in (own, *(_asked(act, facts, item.code) or ()))
    return True


def check_permission(
    actor: Actor, act: str, facts: ProjectFacts, item: ItemDefinition | None = None
) -> None:
    """Refuse an act that the actor's role does not have, or that is none of their business."""
    if actor.role not in ROLES[act]:
        roles = sorted(role.value for role in ROLES[act])
        raise RoleMayNotAct(actor=actor.login, act=act, roles=roles)
    if not concerns(actor, facts, item, act):
        owner: object = responsible(act, facts, item) if item else facts.enterprise
        asked = _asked(act, facts, item.code) if item else None
        if asked is not None:
            owner = list(asked) or ["none"]
        subject = item.code if item else facts.code
        raise NotTheirs(actor=actor.login, act=act, subject=subject, owner=owner)
