"""What was built on an approval that no longer stands: kept, examined again or voided, as declared.

The dependency graph is followed as far as decisions were built on decisions; what is only being
examined waits, and what was not begun is held back.
"""

from __future__ import annotations

from models import commands as c
from models.definition import WhenBasisVoided
from models.errors import KaigongError
from models.facts import VoidingFacts, kept_values
from models.states import (
    NOTHING_BUILT,
    STANDS_BY_DECISION,
    ClockKind,
    DeficiencyState,
    ItemState,
    VoidingState,
)
from rules.acts.papers import take_back_document
from rules.clock import deadline
from rules.draft import Draft


class NothingToConfirm(KaigongError):
    """item: {item} does not have to be examined again; there is nothing to confirm."""

    field = "item"


def no_longer_stands(draft: Draft, item: str) -> None:
    """Hold back what is open on the strength of an item, and see to what was built on it."""
    draft.hold_back(item)
    _see_to(draft, item, item, {item})


def fall(draft: Draft, item: str, reason: str, because: str | None, **said: object) -> None:
    """An approval falls: its clocks end, its document with what was filled in from it, and it is
    kept as it was, so that a wrong voiding can be corrected.
    """
    facts, definition = draft.items[item], draft.definition(item)
    delivery = draft.clock(item, ClockKind.DELIVERY) is not None
    voiding = VoidingFacts(
        item,
        facts.round,
        VoidingState.STANDING,
        voided_on=draft.today,
        appeal_until=deadline(draft.context.calendar, draft.today, draft.context.policy.appeal),
        reason=reason,
        because=because,
        before={
            **kept_values(facts),
            "state": facts.state.value,
            "delivery": delivery,
        },
    )
    draft.stop_clocks(item, "voided")
    draft.change(item, state=ItemState.VOIDED, document_issued=False)
    draft.change_voiding(voiding)
    draft.record("ApprovalVoided", item, reason=reason, because=because, **said)
    if definition.document is not None:
        take_back_document(draft, definition.document, reason)


def tell_fallen(draft: Draft, item: str, because: str) -> None:
    """Tell of an approval that fell with what it was built on."""
    department = draft.items[item].department
    draft.tell("enterprise", "dependent_voided", item, because=because)
    draft.tell("steward", "dependent_voided", item, because=because)
    draft.tell(f"department:{department}", "dependent_voided", item, because=because)


def confirm(draft: Draft, command: c.ConfirmAfterReExamination) -> None:
    """An officer examined it again: it stands although what it was built on was voided."""
    flags = draft.items[command.item].re_examination
    if not flags:
        raise NothingToConfirm(item=command.item)
    draft.change(command.item, re_examination=())
    draft.record("ReExaminationConfirmed", command.item, bases=list(flags), reason=command.reason)
    draft.tell("enterprise", "re_examination_confirmed", command.item, reason=command.reason)
    draft.tell("steward", "re_examination_confirmed", command.item, reason=command.reason)


def _see_to(draft: Draft, fallen: str, root: str, seen: set[str]) -> None:
    whole = draft.definition(fallen).part_of
    for code in (*draft.scenario.dependents[fallen], *((whole,) if whole else ())):
        state = draft.items[code].state
        if code in seen or state in NOTHING_BUILT:
            continue
        seen.add(code)
        if state is ItemState.CONCLUDED:
            # What happened has happened; what was decided on the strength of it is seen to.
            _see_to(draft, code, root, seen)
            continue
        _apply_rule(draft, code, root, seen)


def _apply_rule(draft: Draft, code: str, root: str, seen: set[str]) -> None:
    rule, decided = draft.definition(code).when_basis_voided, _decided(draft, code)
    department = f"department:{draft.items[code].department}"
    if rule is WhenBasisVoided.KEEP:
        draft.record("BasisFellKept", code, because=root)
        draft.tell(department, "basis_fell_kept", code, because=root)
        draft.tell("steward", "basis_fell_kept", code, because=root)
    elif rule is WhenBasisVoided.VOID and decided:
        _void_dependent(draft, code, root, seen)
    else:
        _suspend(draft, code, root)
        if decided:
            _see_to(draft, code, root, seen)


def _void_dependent(draft: Draft, code: str, root: str, seen: set[str]) -> None:
    for deficiency in draft.open_deficiencies(code):
        draft.change_deficiency(deficiency, state=DeficiencyState.LAPSED, closed_on=draft.today)
    fall(draft, code, "by the rule of the scenario", root, materials=[])
    tell_fallen(draft, code, root)
    draft.hold_back(code)
    _see_to(draft, code, code, seen)


def _suspend(draft: Draft, code: str, root: str) -> None:
    flags = draft.items[code].re_examination
    if root in flags:
        return
    draft.change(code, re_examination=(*flags, root))
    draft.record("ReExaminationRequired", code, because=root)
    department = draft.items[code].department
    draft.tell(f"department:{department}", "re_examination", code, because=root)
    draft.tell("enterprise", "re_examination_begun", code, because=root)
    draft.tell("steward", "re_examination_begun", code, because=root)


def _decided(draft: Draft, code: str) -> bool:
    return draft.items[code].state in STANDS_BY_DECISION
