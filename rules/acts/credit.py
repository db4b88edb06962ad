"""The credit record: a dishonesty is lifted when the enterprise made up for it, or was entered wrongly."""

from __future__ import annotations

from models.actor import Role
from models.credit import CreditEntry, CreditKind, CreditState
from models.errors import KaigongError
from rules.draft import Draft
from rules.permissions import NotTheirs, RoleMayNotAct


class NothingToLift(KaigongError):
    """entry: entry {entry} of the credit record is {state}; only a dishonesty that stands can be repaired or corrected."""

    field = "entry"


def repair(draft: Draft, entry: CreditEntry, reason: str) -> None:
    """Credit repair 信用修复 by the head of the department that had voided the approval."""
    _check(draft, entry, "repair_credit")
    draft.record("CreditRepaired", entry.item, entry=entry.id, reason=reason)
    draft.tell("enterprise", "credit_repaired", entry.item, reason=reason)
    draft.tell("steward", "credit_repaired", entry.item, reason=reason)


def correct(draft: Draft, entry: CreditEntry, reason: str) -> None:
    """A dishonesty that was entered wrongly is corrected by the department's head."""
    _check(draft, entry, "correct_credit")
    draft.record("CreditCorrected", entry.item, entry=entry.id, reason=reason)
    draft.tell("enterprise", "credit_corrected", entry.item, reason=reason)
    draft.tell("steward", "credit_corrected", entry.item, reason=reason)


def _check(draft: Draft, entry: CreditEntry, act: str) -> None:
    actor, department = draft.context.actor, draft.items[entry.item].department
    if actor.role is not Role.DEPARTMENT_HEAD:
        raise RoleMayNotAct(actor=actor.login, act=act, roles=[Role.DEPARTMENT_HEAD.value])
    if actor.department != department:
        raise NotTheirs(actor=actor.login, act=act, subject=entry.item, owner=department)
    if entry.kind is not CreditKind.DISHONESTY or entry.state is not CreditState.OPEN:
        raise NothingToLift(entry=entry.id, state=entry.state.value)
