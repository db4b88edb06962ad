"""Which department an item lies with, where the district chose another than the catalogue 职权划分.

An application goes to whoever is competent on the day on which it is made. What is in hand stays where it
is when competence changes, until it is moved in an act of its own (``domain/stewards`` 1.2 [D]); no clock
notices.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.facts import ItemFacts
from models.cases.states import ItemState
from models.cases.supervision import SUPERVISION, SupervisionKind, SupervisionState
from models.errors import KaigongError
from rules.cases.acts.officers.case_officer import CASE_OFFICER_NAMED, name_officer
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.draft import Draft
from rules.cases.instruments.case_officer import IN_HAND

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened


class CompetentAlready(KaigongError):
    template = "to: {item} lies with {value} already; there is nothing to move."
    field = "to"


def follow_competence(draft: Draft, code: str) -> None:
    """Lay an item with the department that is competent today."""
    competent = draft.context.competent
    if competent is None or code not in competent:
        return
    before = draft.items[code].department
    now = competent[code] or draft.definition(code).department
    if now != before:
        draft.change(code, department=now)
        draft.record("CompetenceFollowed", code, to=now, **{"from": before})


def transfer(draft: Draft, command: c.TransferCompetence) -> None:
    """Move an item in hand to the department that is competent now, with its letters; dates stay."""
    code, to = command.item, command.to
    before, officer = draft.items[code].department, draft.items[code].handler
    if before == to:
        raise CompetentAlready(value=to, item=code)
    draft.change(code, department=to, handler=None)
    draft.record("CompetenceTransferred", code, to=to, reason=command.reason, **{"from": before})
    _move_letters(draft, code, before, to)
    following = draft.case_officer(code) if officer is not None else None
    if following is not None:
        name_officer(draft, code, following, before=officer)
    for audience in ("enterprise", "steward", f"department:{to}", f"department:{before}"):
        params = {"to": to, "handed_by": before, "reason": command.reason}
        draft.tell(audience, "competence_transferred", code, **params)


def _move_letters(draft: Draft, code: str, before: str, to: str) -> None:
    for task in list(draft.supervision.values()):
        letter = task.kind is SupervisionKind.LETTER and task.state is SupervisionState.OPEN
        if letter and (task.item, task.department) == (code, before):
            draft.enter(SUPERVISION, task, department=to)


def _a_department(situation: Situation) -> c.TransferCompetence:
    return c.TransferCompetence(item=situation.code, to="another_bureau", reason="–")


def _followed(item: ItemFacts, happened: Happened) -> ItemFacts:
    return replace(item, department=str(happened.event.data["to"]))


def _transferred(item: ItemFacts, happened: Happened) -> ItemFacts:
    return replace(item, department=str(happened.event.data["to"]), handler=None)


_READS = {"to": Reading.DEPARTMENT, "from": Reading.DEPARTMENT}
EVENTS = (
    EventKind(
        "CompetenceFollowed",
        "{item} lies with {to}, which is competent for it here",
        reads=_READS,
        item_change=_followed,
    ),
)
TRANSFER = Act(
    command=c.TransferCompetence,
    label="Move to the competent department",
    perform=transfer,
    roles=roles.SYSTEM,
    transitions=stays(ItemState.RECEIVED, *sorted(IN_HAND)),
    quiet=True,
    sample=_a_department,
    events=(
        EventKind(
            "CompetenceTransferred",
            "{item} moved from {from} to {to}: {reason}",
            reads=_READS,
            item_change=_transferred,
        ),
        CASE_OFFICER_NAMED,
    ),
    notices=("competence_transferred",),
)
