"""Which act is possible in which state of an item, and where it leads: the whole table, as data.

A pair that is not in the table is refused; the tests walk every pair of state and act.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.errors import KaigongError
from models.states import RESTORABLE
from models.states import ItemState as S
from rules.utilities import UNDECIDED

_IN_ORDER = tuple(state for state in S if state in RESTORABLE)
_RESTORED = (S.GRANTED, S.CONDITIONALLY_GRANTED, S.PRELIMINARY)
#: A task stays to be done whatever becomes of the permit that it was opened for.
_SUPERVISED = tuple(state for state in S if state not in (S.CONCLUDED, S.NOT_REQUIRED))

#: act → state before → the states it may lead to.
TRANSITIONS: Mapping[str, Mapping[S, tuple[S, ...]]] = {
    "submit_application": {S.OPEN: (S.RECEIVED,)},
    "accept_application": {S.RECEIVED: (S.ACCEPTED,)},
    "request_correction": {S.RECEIVED: (S.CORRECTING,)},
    "supply_correction": {S.CORRECTING: (S.RECEIVED,)},
    "refuse_application": {S.RECEIVED: (S.NOT_ACCEPTED,)},
    "refer_application": {S.RECEIVED: (S.RECEIVED,)},
    "declare_not_required": {S.RECEIVED: (S.NOT_REQUIRED,)},
    "fix_on_the_spot": {S.RECEIVED: (S.RECEIVED,)},
    "deem_accepted": {S.RECEIVED: (S.ACCEPTED,)},
    "record_verification": {S.ACCEPTED: (S.ACCEPTED,), S.PRELIMINARY: (S.PRELIMINARY,)},
    "schedule_site_visit": {S.ACCEPTED: (S.ACCEPTED,), S.SUSPENDED: (S.SUSPENDED,)},
    "record_site_visit": {S.ACCEPTED: (S.ACCEPTED,), S.SUSPENDED: (S.SUSPENDED,)},
    "answer_consultation": {state: (state,) for state in (S.ACCEPTED, S.RECTIFYING, S.SUSPENDED)},
    "deem_agreed": {state: (state,) for state in (S.ACCEPTED, S.RECTIFYING, S.SUSPENDED)},
    "require_rectification": {S.ACCEPTED: (S.RECTIFYING,)},
    "report_rectification": {S.RECTIFYING: (S.ACCEPTED,)},
    "acknowledge_lead": {state: (state,) for state in S if state in UNDECIDED},
    "answer_line": {S.ACCEPTED: (S.GRANTED,)},
    "connect_line": {S.GRANTED: (S.GRANTED,)},
    "approve_item": {
        S.ACCEPTED: (S.GRANTED, S.CONDITIONALLY_GRANTED),
        S.PRELIMINARY: (S.GRANTED, S.CONDITIONALLY_GRANTED),
    },
    "issue_preliminary_opinion": {S.ACCEPTED: (S.PRELIMINARY,)},
    "deny_item": {
        S.ACCEPTED: (S.DENIED,),
        S.RECTIFYING: (S.DENIED,),
        S.PRELIMINARY: (S.DENIED,),
    },
    "suspend_clock": {S.ACCEPTED: (S.SUSPENDED,)},
    "resume_clock": {S.SUSPENDED: (S.ACCEPTED,)},
    "extend_limit": {S.ACCEPTED: (S.ACCEPTED,)},
    "withdraw_application": {
        S.RECEIVED: (S.WITHDRAWN,),
        S.CORRECTING: (S.WITHDRAWN,),
        S.ACCEPTED: (S.WITHDRAWN,),
        S.RECTIFYING: (S.WITHDRAWN,),
        S.SUSPENDED: (S.WITHDRAWN,),
    },
    "start_new_round": {
        S.DENIED: (S.WAITING, S.OPEN, S.ACCEPTED),
        S.NOT_ACCEPTED: (S.WAITING, S.OPEN, S.ACCEPTED),
        S.VOIDED: (S.WAITING, S.OPEN, S.ACCEPTED),
        S.WITHDRAWN: (S.WAITING, S.OPEN, S.ACCEPTED),
        S.NOT_REQUIRED: (S.WAITING, S.OPEN),
    },
    "record_milestone": {S.OPEN: (S.CONCLUDED,)},
    "make_up_material": {
        S.CONDITIONALLY_GRANTED: (S.CONDITIONALLY_GRANTED,),
        S.PRELIMINARY: (S.PRELIMINARY,),
    },
    "verify_make_up": {
        S.CONDITIONALLY_GRANTED: (S.CONDITIONALLY_GRANTED, S.GRANTED),
        S.PRELIMINARY: (S.PRELIMINARY,),
    },
    "void_approval": {
        S.GRANTED: (S.VOIDED,),
        S.CONDITIONALLY_GRANTED: (S.VOIDED,),
        S.PRELIMINARY: (S.VOIDED,),
    },
    "confirm_after_re_examination": {
        S.ACCEPTED: (S.ACCEPTED,),
        S.RECTIFYING: (S.RECTIFYING,),
        S.PRELIMINARY: (S.PRELIMINARY,),
        S.GRANTED: (S.GRANTED,),
        S.CONDITIONALLY_GRANTED: (S.CONDITIONALLY_GRANTED,),
    },
    "appeal_voiding": {state: (state,) for state in _IN_ORDER},
    "decide_appeal": {state: (state, *_RESTORED) for state in _IN_ORDER},
    "reinstate_approval": dict.fromkeys(_IN_ORDER, (S.GRANTED, S.PRELIMINARY)),
    "lapse_phase": {
        S.GRANTED: (S.GRANTED,),
        S.CONDITIONALLY_GRANTED: (S.CONDITIONALLY_GRANTED,),
    },
    "record_violation": {
        S.GRANTED: (S.GRANTED,),
        S.CONDITIONALLY_GRANTED: (S.CONDITIONALLY_GRANTED,),
    },
    "complete_supervision": {state: (state,) for state in _SUPERVISED},
    # A letter is answered whatever became of the item meanwhile.
    "reply_to_supervision": {state: (state,) for state in S},
    "issue_document": {
        S.GRANTED: (S.GRANTED,),
        S.CONDITIONALLY_GRANTED: (S.CONDITIONALLY_GRANTED,),
    },
    "record_delivery": {
        S.GRANTED: (S.GRANTED,),
        S.CONDITIONALLY_GRANTED: (S.CONDITIONALLY_GRANTED,),
    },
}


class ActNotAllowed(KaigongError):
    """item: {item} is {state}; {act} is possible only when it is {allowed}."""

    field = "item"


def check_transition(act: str, item: str, state: S) -> tuple[S, ...]:
    """The states that ``act`` may lead to from ``state``; refuses a pair that is not in the table."""
    row = TRANSITIONS[act]
    if state not in row:
        raise ActNotAllowed(item=item, state=state.value, act=act, allowed=[s.value for s in row])
    return row[state]


def possible_acts(state: S) -> tuple[str, ...]:
    """The acts that the table allows in a state, in the order of the table."""
    return tuple(act for act, row in TRANSITIONS.items() if state in row)
