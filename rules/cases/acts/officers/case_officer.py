"""Who answers for an item in its department: taken on, assigned, handed over (首办负责制).

With the item goes what its applicant owes: a deficiency's owner is the case officer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.deficiencies import DEFICIENCIES
from models.cases.facts import ItemFacts
from models.errors import KaigongError, NotPermitted
from models.people.actor import Role
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Need, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.case_officer import IN_HAND

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened


class TakenAlready(KaigongError):
    template = "item: {item} is in the hands of {officer}; the head of the department, or {officer}, can hand it over."
    field = "item"


class AlreadyTheirs(KaigongError):
    template = "officer: {item} is in the hands of {officer} already; name another officer."
    field = "officer"


class NotYoursToHandOver(NotPermitted):
    template = "actor: {item} is in the hands of {officer}; only they or the head of the department hand it over."


def take(draft: Draft, command: c.TakeItem) -> None:
    """The first officer of the department who takes it answers for it."""
    taken = draft.items[command.item].handler
    if taken is not None:
        raise TakenAlready(item=command.item, officer=taken)
    name_officer(draft, command.item, draft.context.actor.login)


def assign(draft: Draft, command: c.AssignHandler) -> None:
    """Assign it, or hand it over, with everything that is owed to it; dates stay as they are."""
    actor, before = draft.context.actor, draft.items[command.item].handler
    if actor.role is Role.HANDLER and before not in (None, actor.login):
        raise NotYoursToHandOver(item=command.item, officer=before)
    owners = {deficiency.owner for deficiency in draft.open_deficiencies(command.item)}
    if command.officer == before and not owners - {before}:
        raise AlreadyTheirs(item=command.item, officer=before)
    name_officer(draft, command.item, command.officer, before=before, reason=command.reason)
    draft.tell(f"handler:{command.officer}", "case_officer_named", command.item)
    if before not in (None, actor.login):
        draft.tell(f"handler:{before}", "case_handed_over", command.item)


def act_first(draft: Draft, command: c.ProjectCommand) -> None:
    """Whoever of the back office acts first on an item that nobody has answers for it."""
    actor = draft.context.actor
    if not isinstance(command, c.ItemCommand) or actor.role is not Role.HANDLER:
        return
    item = draft.items[command.item]
    own = actor.department == item.department
    if own and item.handler is None and item.state in IN_HAND:
        name_officer(draft, command.item, actor.login)


def name_officer(draft: Draft, item: str, officer: str, **details: str | None) -> None:
    """Somebody answers for an item from now on, with everything that is owed to it."""
    draft.change(item, handler=officer)
    for deficiency in draft.open_deficiencies(item):
        if deficiency.owner != officer:
            draft.enter(DEFICIENCIES, deficiency, owner=officer)
    draft.record("CaseOfficerNamed", item, officer=officer, **details)


def _nobody_has_it(situation: Situation) -> bool:
    return situation.item.handler is None


def _may_hand_over(situation: Situation) -> bool:
    """The head assigns and hands over; a handler hands over what is theirs."""
    actor = situation.actor
    return actor.role is not Role.HANDLER or situation.item.handler == actor.login


def _a_hand_over(situation: Situation) -> c.AssignHandler:
    return c.AssignHandler(item=situation.code, officer="another.officer")


def _named(item: ItemFacts, happened: Happened) -> ItemFacts:
    return replace(item, handler=str(happened.event.data["officer"]))


CASE_OFFICER_NAMED = EventKind(
    "CaseOfficerNamed",
    "{officer} answers for {item}",
    reads={"officer": Reading.PERSON},
    item_change=_named,
)
EVENTS = (CASE_OFFICER_NAMED,)

TAKE = Act(
    command=c.TakeItem,
    label="Take it on",
    perform=take,
    roles=roles.EXAMINERS,
    transitions=stays(*IN_HAND),
    place=92,
    quiet=True,
    offered=_nobody_has_it,
    form=Form(place=75, hint="Whoever takes it on answers for it, and somebody else decides it."),
    events=(CASE_OFFICER_NAMED,),
)
ASSIGN = Act(
    command=c.AssignHandler,
    label="Assign or hand over",
    perform=assign,
    roles=roles.HEAD | roles.SYSTEM | {Role.HANDLER},
    transitions=stays(*IN_HAND),
    place=94,
    quiet=True,
    offered=_may_hand_over,
    sample=_a_hand_over,
    needs=(Need.CASE_OFFICER,),
    form=Form(place=105, folded=True),
    events=(CASE_OFFICER_NAMED,),
    notices=("case_officer_named", "case_handed_over"),
)
