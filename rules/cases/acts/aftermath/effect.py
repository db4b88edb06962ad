"""What every grant brings along, whoever gives it and however fast."""

from __future__ import annotations

from models.cases.clock import ClockFacts
from models.cases.states import ClockKind
from rules.cases.acts.papers import fill_from_document
from rules.cases.acts.phases import promise
from rules.cases.acts.supervision import begin
from rules.cases.draft import Draft
from rules.clock import STATUTORY_CLOCKS


def start_delivery(draft: Draft, code: str) -> None:
    """The certificate is delivered within ten working days of the grant (art. 44)."""
    if draft.definition(code).document:
        delivery = ClockFacts(code, ClockKind.DELIVERY, draft.items[code].round)
        draft.start_clock(delivery, statutory=STATUTORY_CLOCKS["delivery"].terms.statutory)


def take_effect(draft: Draft, code: str) -> None:
    """Fill in its document, release what waited for it, begin what goes with it; the grant is recorded."""
    document = draft.definition(code).document
    if document:
        fill_from_document(draft, document)
    draft.release(code)
    begin(draft, code)
    promise(draft, code)
