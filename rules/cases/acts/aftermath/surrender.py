"""What was granted and turned out not to be needed: it stands until its holder gives it back."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.facts import clean_sheet
from models.cases.states import ItemState
from models.errors import KaigongError
from rules.cases.acts.papers import fill_from_document
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Record, Situation
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.draft_events import clean
from rules.cases.instruments.necessity import needed


class StillNeeded(KaigongError):
    template = "item: this project needs {item}; only what it does not need any more is given back."
    field = "item"


def surrender(draft: Draft, command: c.SurrenderApproval) -> None:
    """Withdraw the document at the holder's wish; nothing is voided, what builds on it stands.

    Should the project need it after all, it begins in a round of its own.
    """
    code = command.item
    if needed(draft.before, code):
        raise StillNeeded(item=code)
    draft.stop_clocks(code, "given back")
    round_ = draft.items[code].round
    draft.change(code, state=ItemState.NOT_REQUIRED, round=round_ + 1, **clean_sheet())
    draft.record("ApprovalSurrendered", code, reason=command.reason, given_back=round_)
    document = draft.definition(code).document
    if document is not None:
        fill_from_document(draft, document, f"not_required:{code}")
    for audience in ("steward", f"department:{draft.items[code].department}"):
        draft.tell(audience, "approval_surrendered", code, reason=command.reason)


def _unneeded(situation: Situation) -> bool:
    return not needed(situation.facts, situation.code)


SURRENDER = Act(
    command=c.SurrenderApproval,
    label="Give the grant back",
    perform=surrender,
    roles=roles.BINDING,
    for_applicant=ForApplicant.BINDS,
    transitions={ItemState.GRANTED: (ItemState.NOT_REQUIRED,)},
    place=420,
    offered=_unneeded,
    writes=(Record.SURRENDER,),
    form=Form(
        place=125,
        folded=True,
        hint="The project does not need it any more. It stays valid as long as you keep it.",
    ),
    events=(
        EventKind("ApprovalSurrendered", "Grant of {item} given back: {reason}", item_change=clean),
    ),
    notices=("approval_surrendered",),
)
