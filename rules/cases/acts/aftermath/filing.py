"""A filing 备案 is done with its receipt: complete information is enough (Reg. 673 art. 13)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.facts import ItemFacts
from models.cases.states import ItemState
from models.errors import KaigongError
from rules.cases.acts.aftermath.effect import start_delivery, take_effect
from rules.cases.acts.aftermath.result import tell_result
from rules.cases.acts.papers import papers_of
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act
from rules.cases.declarations.event import EventKind, document_holds
from rules.cases.draft import Draft
from rules.cases.instruments.at_once import is_complete_filing

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened


class NotFiledYet(KaigongError):
    template = (
        "item: {item} is filed as soon as everything is there; tell the enterprise what lacks."
    )
    field = "item"


def file_now(draft: Draft, code: str) -> None:
    """It is filed: no acceptance, no examination, no decision of anybody."""
    draft.stop_clocks(code, "filed")
    handler = draft.items[code].handler or draft.case_officer(code)
    draft.change(code, state=ItemState.GRANTED, decided_on=draft.today, handler=handler)
    start_delivery(draft, code)
    tell_result(draft, code)
    draft.record("ApplicationFiled", code, handler=handler, papers=papers_of(draft, code))
    draft.tell("enterprise", "application_filed", code)
    take_effect(draft, code)


def file(draft: Draft, command: c.FileOnReceipt) -> None:
    """What was missing came in afterwards: it is filed on that day."""
    code = command.item
    if not is_complete_filing(draft.definition(code), draft.items[code], draft.materials):
        raise NotFiledYet(item=code)
    file_now(draft, code)


def _filed(item: ItemFacts, happened: Happened) -> ItemFacts:
    officer = happened.event.data.get("handler")
    return replace(item, decided_on=happened.on, handler=str(officer) if officer else None)


APPLICATION_FILED = EventKind(
    "ApplicationFiled",
    "{item} filed: everything is there",
    item_change=_filed,
    follow=document_holds,
)
FILE_ON_RECEIPT = Act(
    command=c.FileOnReceipt,
    label="File it",
    perform=file,
    roles=roles.SYSTEM,
    transitions={ItemState.RECEIVED: (ItemState.GRANTED,)},
    place=92,
    events=(APPLICATION_FILED,),
    notices=("application_filed",),
)
