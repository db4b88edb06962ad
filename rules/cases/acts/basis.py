"""Dependents of a voided approval: kept, re-examined or voided, as declared.

The dependency graph is followed as far as decisions rest on decisions; what is only being
examined waits, and what was not begun is held back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.commitment import BY_CHANGE, BY_FORMALITY, EndGround
from models.cases.deficiencies import DEFICIENCIES
from models.cases.facts import VOIDINGS, ItemFacts, ProjectFacts, VoidingFacts, kept_values
from models.cases.states import (
    NOTHING_BUILT,
    STANDS_BY_DECISION,
    ClockKind,
    DeficiencyState,
    ItemState,
    VoidingState,
)
from models.errors import KaigongError
from models.scenarios.definition import WhenBasisVoided
from rules.cases.acts.papers import take_back_document
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Situation, stays
from rules.cases.declarations.event import EventKind, Reading, document_falls, with_values
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.basis import fallen
from rules.clock import deadline

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened


class ConfirmationUseless(KaigongError):
    template = "item: confirming {item} changes nothing: it is not decided, and what it builds on ({missing}) does not stand. It waits for that."
    field = "item"


class NothingToConfirm(KaigongError):
    template = "item: {item} does not have to be examined again; there is nothing to confirm."
    field = "item"


def review_dependents(draft: Draft, item: str) -> None:
    """Return dependents that are open to WAITING, and review what was decided on the strength of an item."""
    draft.hold_back(item)
    _review(draft, item, item, {item})


def fall(
    draft: Draft,
    item: str,
    reason: str,
    because: str | None,
    *,
    ground: EndGround | None = None,
    **details: object,
) -> None:
    """Void an approval, or end it on a ground: stop its clocks, withdraw its document and what was
    filled in from it.

    The item is kept as it was, so that a wrong voiding can be corrected.
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
        ground=ground,
        before={
            **kept_values(facts),
            "state": facts.state.value,
            "delivery": delivery,
        },
    )
    state = _state_after(ground)
    draft.stop_clocks(item, state.value)
    draft.change(item, state=state, document_issued=False)
    draft.enter(VOIDINGS, voiding)
    if ground is None:
        draft.record("ApprovalVoided", item, reason=reason, because=because, **details)
    elif state is ItemState.RECALLED:
        draft.record("ApprovalRecalled", item, reason=reason, ground=ground.value, **details)
    elif state is ItemState.CANCELLED:
        draft.record("ApprovalCancelled", item, reason=reason, ground=ground.value, **details)
    else:
        draft.record("ApprovalRevoked", item, reason=reason, ground=ground.value, **details)
    if definition.document is not None:
        take_back_document(draft, definition.document, reason)


def _state_after(ground: EndGround | None) -> ItemState:
    """What becomes of an item whose approval falls: voided where no ground of its own is named."""
    if ground is None:
        return ItemState.VOIDED
    if ground in BY_CHANGE:
        return ItemState.RECALLED
    return ItemState.CANCELLED if ground in BY_FORMALITY else ItemState.REVOKED


def tell_fallen(draft: Draft, item: str, because: str) -> None:
    """Notify of an approval that was voided with its basis."""
    department = draft.items[item].department
    draft.tell("enterprise", "dependent_voided", item, because=because)
    draft.tell("steward", "dependent_voided", item, because=because)
    draft.tell(f"department:{department}", "dependent_voided", item, because=because)


def confirm(draft: Draft, command: c.ConfirmAfterReExamination) -> None:
    """Confirm an approval after re-examination although its basis was voided."""
    flags = draft.items[command.item].re_examination
    if not flags:
        raise NothingToConfirm(item=command.item)
    missing = _waits_for(draft, command.item)
    if missing:
        raise ConfirmationUseless(item=command.item, missing=list(missing))
    draft.change(command.item, re_examination=())
    draft.record("ReExaminationConfirmed", command.item, bases=list(flags), reason=command.reason)
    draft.tell("enterprise", "re_examination_confirmed", command.item, reason=command.reason)
    draft.tell("steward", "re_examination_confirmed", command.item, reason=command.reason)


def _waits_for(of: Draft | ProjectFacts, code: str) -> tuple[str, ...]:
    """Items that an undecided one waits for, whatever is said of itself."""
    if of.items[code].state in STANDS_BY_DECISION - {ItemState.PRELIMINARY}:
        return ()
    return fallen(of.scenario, of.items, code)


def _to_confirm(situation: Situation) -> bool:
    flagged = bool(situation.item.re_examination)
    return flagged and not _waits_for(situation.facts, situation.code)


def _review(draft: Draft, gone: str, root: str, seen: set[str]) -> None:
    whole = draft.definition(gone).part_of
    for code in (*draft.scenario.dependents[gone], *((whole,) if whole else ())):
        state = draft.items[code].state
        if code in seen or state in NOTHING_BUILT:
            continue
        seen.add(code)
        if state is ItemState.CONCLUDED:
            # What happened has happened; what was decided on the strength of it is seen to.
            _review(draft, code, root, seen)
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
            _review(draft, code, root, seen)


def _void_dependent(draft: Draft, code: str, root: str, seen: set[str]) -> None:
    for owed in draft.open_deficiencies(code):
        # It falls for another reason: nothing that it owes is late because of that.
        came = owed.submitted_on is not None
        state = DeficiencyState.UNVERIFIED if came else DeficiencyState.LAPSED
        draft.enter(DEFICIENCIES, owed, state=state, closed_on=draft.today)
    fall(draft, code, "by the rule of the scenario", root, materials=[])
    tell_fallen(draft, code, root)
    draft.hold_back(code)
    _review(draft, code, code, seen)


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


def _flagged(item: ItemFacts, happened: Happened) -> ItemFacts:
    because = str(happened.event.data["because"])
    return replace(item, re_examination=(*item.re_examination, because))


APPROVAL_VOIDED = EventKind(
    "ApprovalVoided",
    "{item} voided, because {materials} did not come in time",
    reads={"materials": Reading.MATERIALS, "because": Reading.ITEM},
    item_change=with_values(document_issued=False),
    follow=document_falls,
    notices=("dependent_voided",),
)
#: What a voiding brings with it, whichever act it came of.
EVENTS = (
    APPROVAL_VOIDED,
    EventKind(
        "ReExaminationRequired",
        "{item} has to be examined again, because {because} no longer stands",
        reads={"because": Reading.ITEM},
        item_change=_flagged,
        notices=("re_examination", "re_examination_begun"),
    ),
    EventKind(
        "BasisFellKept",
        "{item} stays as it is although {because} no longer stands",
        reads={"because": Reading.ITEM},
        notices=("basis_fell_kept",),
    ),
)
CONFIRM = Act(
    command=c.ConfirmAfterReExamination,
    label="Confirm after examining again",
    perform=confirm,
    roles=roles.DECIDERS,
    transitions=stays(
        ItemState.ACCEPTED,
        ItemState.RECTIFYING,
        ItemState.PRELIMINARY,
        ItemState.GRANTED,
        ItemState.CONDITIONALLY_GRANTED,
    ),
    place=320,
    offered=_to_confirm,
    form=Form(place=210, template="confirm_after_re_examination"),
    events=(
        EventKind(
            "ReExaminationConfirmed",
            "{item} was examined again and stands: {reason}",
            item_change=with_values(re_examination=()),
        ),
    ),
    notices=("re_examination_confirmed",),
)
