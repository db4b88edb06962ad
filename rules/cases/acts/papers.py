"""Papers of a project: each is handed in once, and serves every item that asks for it.

What is handed in anywhere is there to verify wherever it is owed (材料只交一次: materials are handed in
once). What a department returns it returns for its own item: another one's verification stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.cases.clock import ClockFacts
from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.facts import MATERIALS, MaterialFacts
from models.cases.states import (
    FINISHED,
    IN_EXAMINATION,
    STANDS_BY_DECISION,
    UNDER_EXAMINATION,
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    MaterialState,
)
from models.clock.values import (
    RECTIFICATION,
    VERIFICATION,
    ClockRenewed,
    ClockResumed,
    ClockSuspended,
    Limit,
)
from models.errors import KaigongError
from rules.cases.declarations.event import (
    EventKind,
    Reading,
    Variant,
    has,
    paper_handed_in,
    papers_returned,
)
from rules.cases.draft import Draft
from rules.cases.instruments.deferred import is_late
from rules.cases.instruments.voidings import missed
from rules.cases.timers import held_by
from rules.clock import deadline

#: Name of the pause while the department has the paper, and of that while the applicant puts it right.
HANDED_IN, RETURNED = "handed_in", "returned"


class PaperDecidedOn(KaigongError):
    template = "material: {material} was decided on with {items}, and nothing that is still to be decided asks for it; the version decided on stays. Begin an item again to hand in another."
    field = "material"


def hand_in(draft: Draft, material: str, file_name: str, sha256: str) -> None:
    """Receive a material from the applicant; items under examination with it get a new version."""
    draft.provide(
        MaterialFacts(
            material,
            MaterialState.PROVIDED,
            file_name=file_name,
            sha256=sha256,
            provided_on=draft.today,
        )
    )
    _new_version_for_examiners(draft, material)


def check_replaceable(draft: Draft, material: str, sha256: str) -> None:
    """Refuse another version of a paper that was decided on, unless something still needs it."""
    if not is_replaced(draft.before.materials.get(material), sha256):
        return
    asking = _asking(draft, material)
    decided = [code for code in asking if draft.items[code].state in STANDS_BY_DECISION]
    if decided and not any(_still_needs(draft, code, material) for code in asking):
        raise PaperDecidedOn(material=material, items=decided)


def tell_replaced(draft: Draft, material: str, sha256: str, by: str | None = None) -> None:
    """Tell the departments that hold the earlier version of a paper, but for item ``by``."""
    if not is_replaced(draft.before.materials.get(material), sha256):
        return
    holding = IN_EXAMINATION | UNDER_EXAMINATION | STANDS_BY_DECISION
    for code in _asking(draft, material):
        item = draft.items[code]
        if code != by and item.state in holding:
            decided = item.state in STANDS_BY_DECISION
            params = {"material": material, "decided": decided}
            draft.tell(f"department:{item.department}", "paper_replaced", code, **params)


def papers_of(draft: Draft, code: str) -> dict[str, str]:
    """The papers that an item, or the whole that it is a part of, is decided on: each with its fingerprint."""
    definition = draft.definition(code)
    wholes = [draft.definition(definition.part_of)] if definition.part_of else []
    asked = dict.fromkeys(
        key for item_definition in (definition, *wholes) for key in item_definition.required
    )
    held = (draft.materials.get(key) for key in asked)
    return {
        paper.key: paper.sha256
        for paper in held
        if paper is not None and paper.state is MaterialState.PROVIDED and paper.sha256
    }


def is_replaced(before: MaterialFacts | None, sha256: str) -> bool:
    """Whether a paper was there, and is another one now."""
    there = before is not None and before.state is MaterialState.PROVIDED
    return there and before is not None and before.sha256 not in (None, sha256)


def _asking(draft: Draft, material: str) -> list[str]:
    """Items of this project that ask for a paper."""
    return [
        code
        for code, item in draft.items.items()
        if material in draft.definition(code).required and item.state is not ItemState.NOT_REQUIRED
    ]


def _still_needs(draft: Draft, code: str, material: str) -> bool:
    item = draft.items[code]
    if item.re_examination:
        return True
    if item.state is ItemState.CONDITIONALLY_GRANTED:
        return any(owed.material == material for owed in draft.open_deficiencies(code))
    return item.state not in FINISHED


def serve_deficiencies(draft: Draft, material: str, *, first: str | None = None) -> None:
    """Submit a provided material to every deficiency that owes it; item ``first`` is notified first.

    Where its approval was voided for it, the ledger says that it came after all.
    """
    owed = sorted(_open(draft, material), key=lambda deficiency: deficiency.item != first)
    for deficiency in owed:
        late = deficiency.state is DeficiencyState.OPEN and _submit(draft, deficiency)
        _made_up(draft, deficiency, late=late)
    for deficiency in [owed for owed in missed(draft) if owed.material == material]:
        # What is handed in for a new round is not late for the one before.
        if first != deficiency.item and draft.items[deficiency.item].round > deficiency.round:
            continue
        values = {"state": DeficiencyState.HANDED_IN_LATE, "submitted_on": draft.today}
        draft.enter(DEFICIENCIES, deficiency, **values)
        _made_up(draft, deficiency, late=True)


def _submit(draft: Draft, owed: DeficiencyFacts) -> bool:
    """Hand a paper in for a deficiency; whether that is after its last day.

    Handing in stops the time to make good, and the department's time to verify begins.
    """
    clock = draft.clock(owed.item, ClockKind.MAKE_UP, owed.material)
    draft.enter(DEFICIENCIES, owed, state=DeficiencyState.SUBMITTED, submitted_on=draft.today)
    if clock is None or is_late(owed, clock.due_on, draft.today):
        return clock is not None
    await_verification(draft, clock)
    return False


def await_verification(draft: Draft, make_up: ClockFacts) -> None:
    """Stop the time to make good, and start the time to verify [D], or go on with it after a return."""
    if make_up.state is ClockState.RUNNING:
        pause = ClockSuspended(on=draft.today, ref=HANDED_IN, procedure=VERIFICATION)
        draft.update_clock(make_up, pause)
    limit = draft.context.policy.verification
    clock = draft.clock(make_up.item, ClockKind.VERIFICATION, make_up.subject)
    if clock is None:
        key = (make_up.item, ClockKind.VERIFICATION, make_up.round, make_up.subject)
        draft.start_clock(ClockFacts(*key), promised=limit)
    elif held_by(clock, RETURNED):
        clock = draft.update_clock(clock, ClockResumed(on=draft.today, ref=RETURNED))
        draft.update_clock(clock, ClockRenewed(on=draft.today, by=limit))


def _made_up(draft: Draft, owed: DeficiencyFacts, *, late: bool) -> None:
    item, material = owed.item, owed.material
    draft.change(item)
    draft.record("MaterialMadeUp", item, material=material, **({"late": True} if late else {}))
    department = draft.items[item].department
    if late:
        for audience in ("enterprise", "steward", f"department_head:{department}"):
            draft.tell(audience, "material_came_late", item, material=material)
    else:
        clock = draft.clock(item, ClockKind.VERIFICATION, material)
        until = {"due_on": clock.due_on.isoformat()} if clock and clock.due_on else {}
        draft.tell(f"department:{department}", "material_made_up", item, material=material, **until)


def take_back(draft: Draft, material: str) -> None:
    """Mark a paper as returned; whoever verifies it for another item goes on with that."""
    paper = draft.materials.get(material)
    if paper is not None:
        draft.enter(MATERIALS, paper, state=MaterialState.RETURNED)
        _new_version_for_examiners(draft, material)


def return_for(draft: Draft, owed: DeficiencyFacts, reason: str) -> None:
    """Return a paper that was handed in for a deficiency: it is owed again.

    The applicant has what was left when it was handed in, and at least the time to put it right.
    """
    item, material = owed.item, owed.material
    take_back(draft, material)
    clock = draft.clock(item, ClockKind.MAKE_UP, material)
    due_on = owed.due_on
    if clock is not None:
        if held_by(clock, HANDED_IN):
            clock = draft.update_clock(clock, ClockResumed(on=draft.today, ref=HANDED_IN))
        clock = renew(draft, clock, owed.submitted_on or draft.today, due_on or draft.today, reason)
        due_on = clock.due_on
    values = {"state": DeficiencyState.OPEN, "submitted_on": None, "due_on": due_on}
    draft.enter(DEFICIENCIES, owed, **values)
    _await_return(draft, item, material)
    draft.change(item)
    draft.record("MakeUpReturned", item, material=material, reason=reason)
    details = {"material": material, "reason": reason}
    until = {"due_on": due_on.isoformat()} if due_on else {}
    draft.tell("enterprise", "make_up_returned", item, **details, **until)


def _await_return(draft: Draft, item: str, material: str) -> None:
    """Hold the time to verify while the applicant puts the paper right."""
    clock = draft.clock(item, ClockKind.VERIFICATION, material)
    if clock is not None and clock.state is ClockState.RUNNING:
        pause = ClockSuspended(on=draft.today, ref=RETURNED, procedure=RECTIFICATION)
        draft.update_clock(clock, pause)


def give_back(draft: Draft, material: str, reason: str) -> None:
    """Take a paper back that does not hold any more; whatever it was handed in for is owed again."""
    if material not in draft.materials:
        return
    take_back(draft, material)
    for owed in list(_open(draft, material)):
        if owed.state is DeficiencyState.SUBMITTED:
            return_for(draft, owed, reason)


def renew(draft: Draft, clock: ClockFacts, used: date, until: date, reason: str) -> ClockFacts:
    """Give from today on what is left of a period behind the day ``used``, and at least the time to
    put right what was returned [D].
    """
    context = draft.context
    calendar, today = context.calendar, draft.today
    left = Limit(max(calendar.working_days_between(used, until), 0))
    limits = (context.policy.put_right, left)
    by = max(limits, key=lambda limit: deadline(calendar, today, limit))
    return draft.update_clock(clock, ClockRenewed(on=today, by=by, reason=reason))


def fill_from_document(draft: Draft, kind: str, source: str | None = None) -> None:
    """Fill in every material that comes from an issued document (art. 33).

    ``source`` is what takes the document's place, where none is needed.
    """
    for material in draft.scenario.materials:
        if material.from_document == kind:
            draft.provide(
                MaterialFacts(
                    material.key,
                    MaterialState.PROVIDED,
                    source=source or f"document:{kind}",
                    provided_on=draft.today,
                )
            )
            serve_deficiencies(draft, material.key)


def take_back_document(draft: Draft, kind: str, reason: str) -> None:
    """Withdraw materials filled in from a withdrawn document."""
    for material in draft.scenario.materials:
        if material.from_document == kind:
            give_back(draft, material.key, reason)


def _open(draft: Draft, material: str) -> Iterator[DeficiencyFacts]:
    for item in draft.items:
        for deficiency in draft.open_deficiencies(item):
            if deficiency.material == material:
                yield deficiency


def _new_version_for_examiners(draft: Draft, material: str) -> None:
    """Give items under examination a new version, so that no officer decides on an unseen material."""
    for code, item in list(draft.items.items()):
        examined = item.state in IN_EXAMINATION or item.state is ItemState.PRELIMINARY
        if examined and material in draft.definition(code).required:
            draft.change(code)


MATERIAL_SUBMITTED = EventKind(
    "MaterialSubmitted",
    "{material} handed in",
    reads={"material": Reading.MATERIAL},
    follow=paper_handed_in,
)
#: What becomes of a paper that is owed, whichever act it came with.
EVENTS = (
    EventKind(
        "MaterialMadeUp",
        "Deferred paper of {item} handed in: {material}",
        variants=(Variant("Came after its last day: {material} of {item}", has("late")),),
        reads={"material": Reading.MATERIAL},
        notices=("material_made_up", "material_came_late"),
    ),
    EventKind(
        "MakeUpReturned",
        "{material} of {item} returned: {reason}",
        reads={"material": Reading.MATERIAL},
        follow=papers_returned,
        notices=("make_up_returned",),
    ),
)
