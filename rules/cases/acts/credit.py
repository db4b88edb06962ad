"""Credit record: an entry is lifted by credit repair, or corrected when it was wrong."""

from __future__ import annotations

from config.texts import ACT, Word
from models.enterprises.credit import CreditEntry, CreditKind, CreditState
from models.errors import KaigongError
from models.people.actor import Actor, Role
from rules.cases.declarations.event import EventKind
from rules.cases.draft import Draft
from rules.cases.permissions import NotTheirs, RoleMayNotAct


class NothingToLift(KaigongError):
    template = "entry: entry {entry} of the credit record is {state}; only a dishonesty that stands can be repaired or corrected."
    field = "entry"


def repair(draft: Draft, entry: CreditEntry, reason: str) -> None:
    """Credit repair 信用修复 by the head of the department that had voided the approval."""
    _check(draft, entry, "repair_credit")
    draft.record("CreditRepaired", entry.item, entry=entry.id, reason=reason)
    draft.tell("enterprise", "credit_repaired", entry.item, reason=reason)
    draft.tell("steward", "credit_repaired", entry.item, reason=reason)


def correct(draft: Draft, entry: CreditEntry, reason: str) -> None:
    """Correction of a wrong entry by the department's head."""
    _check(draft, entry, "correct_credit")
    draft.record("CreditCorrected", entry.item, entry=entry.id, reason=reason)
    draft.tell("enterprise", "credit_corrected", entry.item, reason=reason)
    draft.tell("steward", "credit_corrected", entry.item, reason=reason)


def check_lifter(actor: Actor, act: str) -> None:
    """Refuse whoever lifts no entry at all, before any of them is looked at."""
    if actor.role is not Role.DEPARTMENT_HEAD:
        raise RoleMayNotAct(actor=actor.login, act=Word(act, ACT), roles=[Role.DEPARTMENT_HEAD])


def _check(draft: Draft, entry: CreditEntry, act: str) -> None:
    actor, department = draft.context.actor, draft.items[entry.item].department
    check_lifter(actor, act)
    if actor.department != department:
        raise NotTheirs(actor=actor.login, act=Word(act, ACT), subject=entry.item, owner=department)
    if entry.kind is not CreditKind.DISHONESTY or entry.state is not CreditState.OPEN:
        raise NothingToLift(entry=entry.id, state=entry.state)


EVENTS = (
    EventKind(
        "CreditRepaired",
        "Credit record of the enterprise repaired for {item}: {reason}",
        notices=("credit_repaired",),
    ),
    EventKind(
        "CreditCorrected",
        "Credit record of the enterprise corrected for {item}: {reason}",
        notices=("credit_corrected",),
    ),
)
