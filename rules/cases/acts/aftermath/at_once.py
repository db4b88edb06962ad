"""承诺即批: granted on the signed commitment in the moment in which it is applied for.

The system grants in the name of the officer who published the item's list: a published delegation [D].
Nobody examined it before, so what was committed to is checked afterwards like any commitment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.facts import ItemFacts
from models.cases.states import ItemState
from models.errors import KaigongError
from rules.cases.acts.aftermath.commitment import rest_on_commitment
from rules.cases.acts.aftermath.effect import start_delivery, take_effect
from rules.cases.acts.aftermath.result import tell_result
from rules.cases.acts.decision import check_ripe
from rules.cases.acts.papers import papers_of
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Record, Supply
from rules.cases.declarations.event import EventKind, Reading, document_holds
from rules.cases.draft import Draft
from rules.cases.instruments.at_once import is_granted_on_commitment

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened


class NoListPublished(KaigongError):
    template = "item: no officer of {department} has published a list by which {item} is granted on commitment at once; it is examined as usual."
    field = "item"


class NotOnCommitment(KaigongError):
    template = "item: {item} is not granted on commitment at once: it is not an item of that kind, nothing was signed, or something is missing; it is examined as usual."
    field = "item"


def grant(draft: Draft, command: c.GrantOnCommitment) -> None:
    """Grant it on what was signed; the check of that has its day."""
    code, named = command.item, draft.context.commitment_list
    department = draft.items[code].department
    if named is None:
        raise NoListPublished(item=code, department=department)
    if not is_granted_on_commitment(draft, draft.definition(code)):
        raise NotOnCommitment(item=code)
    check_ripe(draft, code, "")
    draft.stop_clocks(code, "granted on commitment")
    item = draft.items[code]
    handler, accepted_on = item.handler or draft.case_officer(code), item.accepted_on or draft.today
    state = ItemState.GRANTED
    values = {"accepted_on": accepted_on, "decided_on": draft.today, "handler": handler}
    draft.change(code, state=state, **values)
    start_delivery(draft, code)
    tell_result(draft, code)
    rest_on_commitment(draft, code, named)
    details = {"handler": handler, "officer": named.officer, "list": named.number}
    draft.record("GrantedOnCommitment", code, **details, papers=papers_of(draft, code))
    checks = f"handler:{handler}" if handler else f"department:{department}"
    for audience in ("enterprise", checks):
        draft.tell(audience, "granted_on_commitment", code, list=named.number)
    take_effect(draft, code)


def _granted(item: ItemFacts, happened: Happened) -> ItemFacts:
    officer = happened.event.data.get("handler")
    return replace(
        item,
        accepted_on=item.accepted_on or happened.on,
        decided_on=happened.on,
        handler=str(officer) if officer else None,
    )


GRANT_ON_COMMITMENT = Act(
    command=c.GrantOnCommitment,
    label="Grant on commitment at once",
    perform=grant,
    roles=roles.SYSTEM,
    transitions={
        ItemState.RECEIVED: (ItemState.GRANTED,),
        ItemState.ACCEPTED: (ItemState.GRANTED,),
    },
    place=94,
    supplies=(Supply.COMMITMENT_LIST,),
    paper="grant_decision",
    writes=(Record.DECISION,),
    events=(
        EventKind(
            "GrantedOnCommitment",
            "{item} granted on commitment at once, in the name of {officer} by the list {list}",
            reads={"officer": Reading.PERSON},
            item_change=_granted,
            follow=document_holds,
        ),
    ),
    notices=("granted_on_commitment",),
)
