"""Credit record: an entry is lifted by credit repair, or corrected when it was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from models.cases import commands as c
from models.cases.states import ItemState
from models.enterprises.credit import CreditEntry, CreditKind, CreditState
from models.errors import KaigongError
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Record, Situation, Supply, stays
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft


class NothingToLift(KaigongError):
    template = "entry: no dishonesty with the number {entry} stands in the credit record because of {item}; only one that stands can be repaired or corrected."
    field = "entry"


def repair(draft: Draft, command: c.RepairCredit) -> None:
    """Credit repair 信用修复 by the head of the department that had decided on the item."""
    _check_stands(draft, command)
    draft.change(command.item)
    details = {"entry": command.entry, "reason": command.reason}
    draft.record("CreditRepaired", command.item, **details)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "credit_repaired", command.item, reason=command.reason)


def correct(draft: Draft, command: c.CorrectCredit) -> None:
    """Correction of a wrong entry by the department's head."""
    _check_stands(draft, command)
    draft.change(command.item)
    details = {"entry": command.entry, "reason": command.reason}
    draft.record("CreditCorrected", command.item, **details)
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "credit_corrected", command.item, reason=command.reason)


def _check_stands(draft: Draft, command: c.RepairCredit | c.CorrectCredit) -> None:
    standing = standing_because_of(draft.context.standing, draft.before.id, command.item)
    if command.entry not in {entry.id for entry in standing}:
        raise NothingToLift(entry=command.entry, item=command.item)


def standing_because_of(
    entries: tuple[CreditEntry, ...], project: int, item: str
) -> Iterator[CreditEntry]:
    """Dishonesties that stand because of an item of a project, whether they count any longer or not."""
    for entry in entries:
        of_item = (entry.project_id, entry.item) == (project, item)
        stands = entry.kind is CreditKind.DISHONESTY and entry.state is CreditState.OPEN
        if of_item and stands:
            yield entry


def _first(situation: Situation) -> CreditEntry | None:
    facts = situation.facts
    return next(standing_because_of(situation.context.standing, facts.id, situation.code), None)


def _has_entry(situation: Situation) -> bool:
    return _first(situation) is not None


def _a_repair(situation: Situation) -> c.RepairCredit:
    entry = _first(situation)
    return c.RepairCredit(item=situation.code, entry=entry.id if entry else 1, reason="-")


def _a_correction(situation: Situation) -> c.CorrectCredit:
    entry = _first(situation)
    return c.CorrectCredit(item=situation.code, entry=entry.id if entry else 1, reason="-")


_FORM = Form(place=300, folded=True, template="lift_entry", without=frozenset({"entry"}))
REPAIR = Act(
    command=c.RepairCredit,
    label="Repair the credit record",
    perform=repair,
    roles=roles.HEAD,
    transitions=stays(*ItemState),
    place=510,
    after_closing=True,
    quiet=True,
    offered=_has_entry,
    sample=_a_repair,
    supplies=(Supply.STANDING,),
    writes=(Record.CREDIT_LIFTED,),
    form=_FORM,
    events=(
        EventKind(
            "CreditRepaired", "Credit record of the enterprise repaired for {item}: {reason}"
        ),
    ),
    notices=("credit_repaired",),
)
CORRECT = Act(
    command=c.CorrectCredit,
    label="Correct the credit record",
    perform=correct,
    roles=roles.HEAD,
    transitions=stays(*ItemState),
    place=520,
    after_closing=True,
    quiet=True,
    offered=_has_entry,
    sample=_a_correction,
    supplies=(Supply.STANDING,),
    writes=(Record.CREDIT_LIFTED,),
    form=replace(_FORM, place=310),
    events=(
        EventKind(
            "CreditCorrected", "Credit record of the enterprise corrected for {item}: {reason}"
        ),
    ),
    notices=("credit_corrected",),
)
