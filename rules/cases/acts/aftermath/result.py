"""The result is told within one working day of the decision [S:004 case 12].

Where somebody of the enterprise reads it in the portal it is told with the decision itself (Electronic
Signature Law art. 11). Elsewhere a limit runs until somebody records how it was told.
"""

from __future__ import annotations

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.facts import NamedParts
from models.cases.states import ClockKind, ItemState
from models.errors import KaigongError
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Situation, stays
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft

#: States that an application ends in, each with a result.
DECIDED = (
    ItemState.GRANTED,
    ItemState.CONDITIONALLY_GRANTED,
    ItemState.DENIED,
    ItemState.NOT_ACCEPTED,
    ItemState.NOT_REQUIRED,
)


class ToldAlready(KaigongError):
    template = "item: the result of {item} was told already; nothing is left to record."
    field = "item"


def tell_result(draft: Draft, code: str) -> None:
    """Let the limit to tell the result run where nobody of the enterprise reads it in the portal; the
    result of a part is that of its whole.
    """
    if draft.context.heard or draft.definition(code).part_of is not None:
        return
    clock = ClockFacts(code, ClockKind.RESULT_NOTICE, draft.items[code].round)
    draft.start_clock(clock, promised=draft.context.policy.result_notice)


def record(draft: Draft, command: c.RecordResultTold) -> None:
    """The result reached the enterprise by another way than the portal."""
    code = command.item
    if draft.clock(code, ClockKind.RESULT_NOTICE) is None:
        raise ToldAlready(item=code)
    draft.stop_clock(code, ClockKind.RESULT_NOTICE, reason=command.method)
    draft.change(code)
    draft.record("ResultTold", code, method=command.method, to=command.to)


def is_to_tell(facts: NamedParts, code: str) -> bool:
    """Whether the result of an item has still to be told."""
    item = facts.items[code]
    return (code, ClockKind.RESULT_NOTICE, item.round, "") in facts.clocks


def _to_tell(situation: Situation) -> bool:
    return is_to_tell(situation.facts, situation.code)


RECORD_RESULT_TOLD = Act(
    command=c.RecordResultTold,
    label="Record that the result was told",
    perform=record,
    roles=roles.INTAKE,
    transitions=stays(*DECIDED),
    place=405,
    offered=_to_tell,
    form=Form(
        place=225,
        hint="Nobody of the enterprise reads messages here: tell it by telephone, letter or in person, within one working day of the decision.",
    ),
    events=(EventKind("ResultTold", "The result of {item} was told to {to}"),),
)
