"""Making good what was deferred, and what follows when it is not (S:004 case 12)."""

from __future__ import annotations

from models import commands as c
from models.actor import Role
from models.errors import KaigongError
from models.facts import DeficiencyFacts
from models.states import ClockKind, DeficiencyState, ItemState
from rules.acts.basis import fall, no_longer_stands, tell_fallen
from rules.acts.papers import give_back, hand_in, serve_deficiencies
from rules.draft import Draft


class NoSuchDeficiency(KaigongError):
    """material: {material} is not owed for {item}; owed are: {owed}."""

    field = "material"


class NothingToVerify(KaigongError):
    """material: {material} of {item} was not handed in yet; verify it when it is there."""

    field = "material"


class NotVoidable(KaigongError):
    """item: nothing that {item} owes was left out past its last day; the earliest last day is {due_on}."""

    field = "item"


def make_up(draft: Draft, command: c.MakeUpMaterial) -> None:
    """Take a deferred material in; the clock runs on until it is verified."""
    _owed(draft, command.item, command.material)
    hand_in(draft, command.material, command.file_name, command.sha256)
    draft.record(
        "MaterialSubmitted", command.item, material=command.material, sha256=command.sha256
    )
    serve_deficiencies(draft, command.material, first=command.item)


def verify(draft: Draft, command: c.VerifyMakeUp) -> None:
    """Close the deficiency out 销号, or return the material; the last one closed makes the grant full."""
    deficiency = _owed(draft, command.item, command.material)
    if deficiency.state is not DeficiencyState.SUBMITTED:
        raise NothingToVerify(material=command.material, item=command.item)
    if not command.correct:
        give_back(draft, command.material, command.reason)
        return
    draft.change_deficiency(deficiency, state=DeficiencyState.CURED, closed_on=draft.today)
    draft.stop_clock(command.item, ClockKind.MAKE_UP, command.material, "cured")
    granted = draft.items[command.item].state is ItemState.CONDITIONALLY_GRANTED
    full = granted and not draft.open_deficiencies(command.item)
    draft.change(command.item, **({"state": ItemState.GRANTED} if full else {}))
    draft.record("DeficiencyCured", command.item, material=command.material, full=full)
    draft.tell("enterprise", "deficiency_cured", command.item, material=command.material)
    draft.tell("steward", "deficiency_cured", command.item, material=command.material)


def void(draft: Draft, command: c.VoidApproval) -> None:
    """Void the grant: deficiencies expire, its document falls, what builds on it is seen to.

    An officer can void as well what was built on a voided approval and does not stand without it;
    time voids nothing but what was left out.
    """
    owed = draft.open_deficiencies(command.item)
    late = [deficiency for deficiency in owed if _late(draft, deficiency)]
    flags = draft.items[command.item].re_examination
    if not late and (not flags or draft.context.actor.role is Role.SYSTEM):
        earliest = min((d.due_on.isoformat() for d in owed if d.due_on), default="-")
        raise NotVoidable(item=command.item, due_on=earliest)
    ended = DeficiencyState.EXPIRED if late else DeficiencyState.LAPSED
    for deficiency in owed:
        draft.change_deficiency(deficiency, state=ended, closed_on=draft.today)
    materials = [deficiency.material for deficiency in late]
    because = None if late else flags[-1]
    fall(draft, command.item, command.reason, because, materials=materials)
    if because is None:
        draft.tell("enterprise", "approval_voided", command.item, materials=materials)
        draft.tell("steward", "approval_voided", command.item, materials=materials)
    else:
        tell_fallen(draft, command.item, because)
    no_longer_stands(draft, command.item)


def _owed(draft: Draft, item: str, material: str) -> DeficiencyFacts:
    owed = {deficiency.material: deficiency for deficiency in draft.open_deficiencies(item)}
    if material not in owed:
        raise NoSuchDeficiency(material=material, item=item, owed=list(owed) or ["none"])
    return owed[material]


def _late(draft: Draft, deficiency: DeficiencyFacts) -> bool:
    """Past its last day and not handed in by then: the department's own time is not held against it."""
    clock = draft.clock(deficiency.item, ClockKind.MAKE_UP, deficiency.material)
    due_on = clock.due_on if clock is not None else deficiency.due_on
    if due_on is None or due_on >= draft.today:
        return False
    handed_in = deficiency.submitted_on
    return handed_in is None or handed_in > due_on
