"""Deferred materials: making up, verification, and voiding for default (S:004 case 12)."""

from __future__ import annotations

from datetime import date

from config.texts import Word
from models.cases import commands as c
from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.facts import NamedParts
from models.cases.states import RESTORABLE, ClockKind, DeficiencyState, ItemState
from models.errors import KaigongError
from models.people.actor import Role
from rules.cases.acts.basis import APPROVAL_VOIDED, fall, review_dependents, tell_fallen
from rules.cases.acts.papers import (
    MATERIAL_SUBMITTED,
    hand_in,
    papers_of,
    return_for,
    serve_deficiencies,
    tell_replaced,
)
from rules.cases.acts.preliminary import go_on
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Need, Record, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.deferred import came_late, fallen, is_late
from rules.cases.instruments.voidings import missed


class NoSuchDeficiency(KaigongError):
    template = "material: {material} is not owed for {item}; owed are: {owed}."
    field = "material"


class NothingToVerify(KaigongError):
    template = "material: {material} of {item} was not handed in yet; verify it when it is there."
    field = "material"


class HandedInLate(KaigongError):
    template = "material: {material} of {item} came on {on}, after its last day ({due_on}); it does not make good what was owed. When the approval is voided, the head of the department may restore it with a reason."
    field = "material"


class NotVoidable(KaigongError):
    template = "item: nothing that {item} owes was left out past its last day; the earliest last day is {due_on}."
    field = "item"


def make_up(draft: Draft, command: c.MakeUpMaterial) -> None:
    """Take a deferred material in: in time, it stops the period; late, the head may accept it."""
    if command.material not in _missed(draft, command.item):
        _owed(draft, command.item, command.material)
    hand_in(draft, command.material, command.file_name, command.sha256)
    draft.record(
        "MaterialSubmitted", command.item, material=command.material, sha256=command.sha256
    )
    tell_replaced(draft, command.material, command.sha256, command.item)
    serve_deficiencies(draft, command.material, first=command.item)


def verify(draft: Draft, command: c.VerifyMakeUp) -> None:
    """Close the deficiency out 销号, or return the material; the last one closed makes the grant full."""
    material = command.material
    deficiency = _owed(draft, command.item, material)
    if deficiency.state is not DeficiencyState.SUBMITTED:
        raise NothingToVerify(material=command.material, item=command.item)
    _check_came_in_time(draft, deficiency)
    if not command.correct:
        return_for(draft, deficiency, command.reason)
        return
    draft.enter(DEFICIENCIES, deficiency, state=DeficiencyState.CURED, closed_on=draft.today)
    for kind in (ClockKind.MAKE_UP, ClockKind.VERIFICATION):
        draft.stop_clock(command.item, kind, command.material, "cured")
    granted = draft.items[command.item].state is ItemState.CONDITIONALLY_GRANTED
    full = granted and not draft.open_deficiencies(command.item)
    draft.change(command.item, **({"state": ItemState.GRANTED} if full else {}))
    papers = {key: sha for key, sha in papers_of(draft, command.item).items() if key == material}
    draft.record("DeficiencyCured", command.item, material=material, full=full, papers=papers)
    draft.tell("enterprise", "deficiency_cured", command.item, material=command.material)
    draft.tell("steward", "deficiency_cured", command.item, material=command.material)
    go_on(draft, command.item)


def void(draft: Draft, command: c.VoidApproval) -> None:
    """Void the grant: expire its deficiencies, withdraw its document, review its dependents.

    An officer can also void an approval that cannot stand without its voided basis; time voids
    only for deficiencies in default.
    """
    owed = draft.open_deficiencies(command.item)
    late = [deficiency for deficiency in owed if _late(draft, deficiency)]
    flags = draft.items[command.item].re_examination
    if not late and (not flags or draft.context.actor.role is Role.SYSTEM):
        earliest = min((d.due_on.isoformat() for d in owed if d.due_on), default="-")
        raise NotVoidable(item=command.item, due_on=earliest)
    for deficiency in owed:
        ended = fallen(deficiency, _due_on(draft, deficiency), draft.today)
        draft.enter(DEFICIENCIES, deficiency, state=ended, closed_on=draft.today)
    materials = [deficiency.material for deficiency in late]
    because = None if late else flags[-1]
    fall(draft, command.item, command.reason, because, materials=materials)
    if because is None:
        draft.tell("enterprise", "approval_voided", command.item, materials=materials)
        draft.tell("steward", "approval_voided", command.item, materials=materials)
    else:
        tell_fallen(draft, command.item, because)
    review_dependents(draft, command.item)


def _owed(draft: Draft, item: str, material: str) -> DeficiencyFacts:
    owed = {deficiency.material: deficiency for deficiency in draft.open_deficiencies(item)}
    if material not in owed:
        raise NoSuchDeficiency(material=material, item=item, owed=list(owed) or [Word("none")])
    return owed[material]


def _check_came_in_time(draft: Draft, owed: DeficiencyFacts) -> None:
    """What came after 24:00 of the last day does not cure [S:004 case 12]."""
    due_on = _due_on(draft, owed)
    if came_late(owed, due_on):
        days = {"on": str(owed.submitted_on), "due_on": str(due_on)}
        raise HandedInLate(material=owed.material, item=owed.item, **days)


def _late(draft: Draft, deficiency: DeficiencyFacts) -> bool:
    """Whether the material was not handed in by its last day; the department's own time does not count."""
    return is_late(deficiency, _due_on(draft, deficiency), draft.today)


def _due_on(draft: Draft, owed: DeficiencyFacts) -> date | None:
    """The last day of a deficiency: that of its clock, or of the ledger while that is paused."""
    clock = draft.clock(owed.item, ClockKind.MAKE_UP, owed.material)
    return clock.due_on if clock is not None and clock.due_on is not None else owed.due_on


def _missed(parts: NamedParts, item: str) -> list[str]:
    """Materials for which the item's approval was voided, which the head may still accept."""
    return [owed.material for owed in missed(parts) if owed.item == item]


def _wanted(situation: Situation) -> list[str]:
    """Materials that can be handed in: what is owed, and what came to be missed."""
    owed = _in_state(situation, DeficiencyState.OPEN)
    return owed + _missed(situation.facts, situation.code)


def _in_state(situation: Situation, state: DeficiencyState) -> list[str]:
    """Whether the item has deficiencies in this state."""
    owed = situation.facts.open_deficiencies(situation.code)
    return [deficiency.material for deficiency in owed if deficiency.state is state]


def _can_void(situation: Situation) -> bool:
    owed = situation.facts.open_deficiencies(situation.code)
    late = any(deficiency.due_on and deficiency.due_on < situation.today for deficiency in owed)
    return late or bool(situation.item.re_examination)


def _a_paper(situation: Situation) -> c.MakeUpMaterial:
    material = _wanted(situation)[0]
    return c.MakeUpMaterial(item=situation.code, material=material, file_name="-", sha256="0" * 64)


def _a_right_paper(situation: Situation) -> c.VerifyMakeUp:
    material = _in_state(situation, DeficiencyState.SUBMITTED)[0]
    return c.VerifyMakeUp(item=situation.code, material=material, correct=True)


MAKE_UP = Act(
    command=c.MakeUpMaterial,
    label="Hand in a deferred paper",
    perform=make_up,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    transitions=stays(
        ItemState.CONDITIONALLY_GRANTED,
        ItemState.PRELIMINARY,
        *(state for state in ItemState if state in RESTORABLE),
    ),
    place=290,
    offered=lambda situation: bool(_wanted(situation)),
    sample=_a_paper,
    needs=(Need.FILE,),
    form=Form(place=40, template="make_up_material", whole=True),
    events=(MATERIAL_SUBMITTED,),
    notices=("material_made_up", "material_came_late", "paper_replaced"),
)
VERIFY_MAKE_UP = Act(
    command=c.VerifyMakeUp,
    label="Verify a deferred paper",
    perform=verify,
    roles=roles.EXAMINERS,
    transitions={
        ItemState.CONDITIONALLY_GRANTED: (ItemState.CONDITIONALLY_GRANTED, ItemState.GRANTED),
        ItemState.PRELIMINARY: (ItemState.PRELIMINARY,),
    },
    place=300,
    offered=lambda situation: bool(_in_state(situation, DeficiencyState.SUBMITTED)),
    sample=_a_right_paper,
    form=Form(place=190, template="verify_make_up", whole=True),
    events=(
        EventKind(
            "DeficiencyCured",
            "{material} of {item} verified and closed out",
            reads={"material": Reading.MATERIAL},
        ),
    ),
    notices=("deficiency_cured", "make_up_returned"),
)
VOID = Act(
    command=c.VoidApproval,
    label="Void the grant",
    perform=void,
    roles=roles.DECIDERS | roles.SYSTEM,
    transitions=dict.fromkeys(
        (ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED, ItemState.PRELIMINARY),
        (ItemState.VOIDED,),
    ),
    place=310,
    offered=_can_void,
    paper="void_decision",
    writes=(Record.VOIDING, Record.BROKEN_COMMITMENT),
    form=Form(place=100, folded=True, danger=True),
    events=(APPROVAL_VOIDED,),
    notices=("approval_voided",),
)
