"""Making good what was deferred, and what follows when it is not (S:004 case 12)."""

from __future__ import annotations

from dataclasses import replace

from models import commands as c
from models.errors import KaigongError
from models.facts import DeficiencyFacts, MaterialFacts
from models.states import (
    FAILED,
    IN_EXAMINATION,
    ClockKind,
    DeficiencyState,
    ItemState,
    MaterialState,
)
from rules.draft import Draft


class NoSuchDeficiency(KaigongError):
    """material: {material} is not owed for {item}; owed are: {owed}."""

    field = "material"


class NothingToVerify(KaigongError):
    """material: {material} of {item} was not handed in yet; verify it when it is there."""

    field = "material"


class NotVoidable(KaigongError):
    """item: {item} has no deficiency past its last day; the earliest ends on {due_on}."""

    field = "item"


def make_up(draft: Draft, command: c.MakeUpMaterial) -> None:
    """Take a deferred material in; the clock runs on until it is verified."""
    deficiency = _owed(draft, command.item, command.material)
    draft.provide(
        MaterialFacts(
            command.material,
            MaterialState.PROVIDED,
            file_name=command.file_name,
            sha256=command.sha256,
            provided_on=draft.today,
        )
    )
    draft.change_deficiency(deficiency, state=DeficiencyState.SUBMITTED, submitted_on=draft.today)
    draft.change(command.item)
    draft.record("MaterialMadeUp", command.item, material=command.material, sha256=command.sha256)
    department = draft.definition(command.item).department
    draft.tell(
        f"department:{department}", "material_made_up", command.item, material=command.material
    )


def verify(draft: Draft, command: c.VerifyMakeUp) -> None:
    """Close the deficiency out 销号, or return the material; the last one closed makes the grant full."""
    deficiency = _owed(draft, command.item, command.material)
    if deficiency.state is not DeficiencyState.SUBMITTED:
        raise NothingToVerify(material=command.material, item=command.item)
    if not command.correct:
        _return(draft, command, deficiency)
        return
    draft.change_deficiency(deficiency, state=DeficiencyState.CURED, closed_on=draft.today)
    draft.stop_clock(command.item, ClockKind.MAKE_UP, command.material, "cured")
    item = draft.items[command.item]
    left = [d for d in draft.deficiencies.values() if _open(d, command.item, item.round)]
    full = not left and item.state is ItemState.CONDITIONALLY_GRANTED
    draft.change(command.item, **({"state": ItemState.GRANTED} if full else {}))
    draft.record("DeficiencyCured", command.item, material=command.material, full=full)
    draft.tell("enterprise", "deficiency_cured", command.item, material=command.material)
    draft.tell("steward", "deficiency_cured", command.item, material=command.material)


def void(draft: Draft, command: c.VoidApproval) -> None:
    """Void the grant: deficiencies expire, its document falls, what builds on it is re-examined."""
    item = draft.items[command.item]
    owed = [d for d in draft.deficiencies.values() if _open(d, command.item, item.round)]
    late = [d for d in owed if d.due_on is not None and d.due_on < draft.today]
    if not late:
        earliest = min((d.due_on.isoformat() for d in owed if d.due_on), default="-")
        raise NotVoidable(item=command.item, due_on=earliest)
    for deficiency in owed:
        draft.change_deficiency(deficiency, state=DeficiencyState.EXPIRED, closed_on=draft.today)
    draft.stop_clocks(command.item, "voided")
    draft.change(command.item, state=ItemState.VOIDED, document_issued=False)
    _take_back_document(draft, command.item)
    materials = [deficiency.material for deficiency in late]
    draft.record("ApprovalVoided", command.item, reason=command.reason, materials=materials)
    draft.tell("enterprise", "approval_voided", command.item, materials=materials)
    draft.tell("steward", "approval_voided", command.item, materials=materials)
    draft.hold_back(command.item)
    _re_examine(draft, command.item)


def _owed(draft: Draft, item: str, material: str) -> DeficiencyFacts:
    round_ = draft.items[item].round
    found = draft.deficiencies.get((item, round_, material))
    if found is None or not _open(found, item, round_):
        owed = [d.material for d in draft.deficiencies.values() if _open(d, item, round_)]
        raise NoSuchDeficiency(material=material, item=item, owed=owed or ["none"])
    return found


def _open(deficiency: DeficiencyFacts, item: str, round_: int) -> bool:
    return (
        deficiency.item == item
        and deficiency.round == round_
        and deficiency.state in (DeficiencyState.OPEN, DeficiencyState.SUBMITTED)
    )


def _return(draft: Draft, command: c.VerifyMakeUp, deficiency: DeficiencyFacts) -> None:
    draft.change_deficiency(deficiency, state=DeficiencyState.OPEN, submitted_on=None)
    draft.materials[command.material] = _returned(draft.materials[command.material])
    draft.change(command.item)
    said = {"material": command.material, "reason": command.reason}
    draft.record("MakeUpReturned", command.item, **said)
    draft.tell("enterprise", "make_up_returned", command.item, **said)


def _returned(material: MaterialFacts) -> MaterialFacts:
    return replace(material, state=MaterialState.RETURNED)


def _take_back_document(draft: Draft, item: str) -> None:
    """What was filled in from the voided document is no longer there."""
    kind = draft.definition(item).document
    for material in draft.scenario.materials:
        if kind and material.from_document == kind and material.key in draft.materials:
            draft.materials[material.key] = _returned(draft.materials[material.key])


def _re_examine(draft: Draft, item: str) -> None:
    """Tell the departments that built on a voided grant; a decision waits until it stands again."""
    for code in draft.scenario.dependents[item]:
        state = draft.items[code].state
        if state in IN_EXAMINATION or (state not in FAILED and draft.items[code].decided_on):
            draft.record("ReExaminationRequired", code, because=item)
            department = draft.definition(code).department
            draft.tell(f"department:{department}", "re_examination", code, because=item)
