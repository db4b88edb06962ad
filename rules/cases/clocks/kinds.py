"""The table of clocks: what starts, stops and pauses each kind, what follows when it has run out.

Their order is that in which time acts when several have run out on one item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.consultation import CONSULTATIONS, ConsultationState
from models.cases.deficiencies import DEFICIENCIES
from models.cases.facts import ITEMS, ProjectFacts
from models.cases.states import OPEN_DEFICIENCY, DeficiencyState
from models.cases.supervision import SUPERVISION, SupervisionCause
from models.clock.values import ClockPolicy, ClockView, at_hour
from rules.cases.clocks.declaration import (
    ClockDeclaration,
    ClockEnd,
    Party,
    at_once_too,
    by_the_rest,
)
from rules.cases.clocks.row_conditions import Is, NotByLastDay, OneOf, RowOf
from rules.cases.context import Context
from rules.cases.instruments.bundles import held_in

#: How the reason begins that the passing of time gives; the keys of the papers follow.
NOT_MADE_GOOD = "not made good: "
#: The reason that the passing of time gives for a phase.
PHASE_LAPSED = "The next phase was not applied for in the time that was promised"
#: The reason with which a later calendar takes that back.
LAPSED_TOO_EARLY = "By the calendar now in force the time that was promised was not over"

#: By these the holder is told that its grant may be ended before its time.
ANNOUNCED = frozenset({"announce_revocation", "announce_recall", "announce_cancellation"})
#: By these a grant is ended before its time: everything that runs for it stops.
ENDED = frozenset({"revoke_licence", "recall_approval", "cancel_licence"})
#: A voided approval is given back as it was.
_RESTORES = frozenset({"decide_appeal", "correct_voiding", "reinstate_approval"})

#: What is filed, or granted on commitment, in the moment in which it is applied for.
_AT_ONCE = frozenset(
    {"submit_application", "supply_correction", "file_on_receipt", "grant_on_commitment"}
)

_ITEM = {"item": "item", "round": "round"}
#: The entry of the deficiency ledger that a time to make good is about.
_OWED = RowOf(DEFICIENCIES, {**_ITEM, "material": "subject"})


def _deem_accepted(
    facts: ProjectFacts, ended: Sequence[ClockFacts], today: date
) -> c.ProjectCommand:
    del facts, today
    return c.DeemAccepted(item=ended[0].item)


def _void(facts: ProjectFacts, ended: Sequence[ClockFacts], today: date) -> c.ProjectCommand:
    """Void the approval for every material that is late at once."""
    del facts, today
    late = ", ".join(sorted(clock.subject for clock in ended))
    return c.VoidApproval(item=ended[0].item, reason=NOT_MADE_GOOD + late)


def _deem_agreed(facts: ProjectFacts, ended: Sequence[ClockFacts], today: date) -> c.ProjectCommand:
    del facts, today
    return c.DeemAgreed(item=ended[0].item)


def _lapse(facts: ProjectFacts, ended: Sequence[ClockFacts], today: date) -> c.ProjectCommand:
    del facts, today
    return c.LapsePhase(item=ended[0].item)


def _release(
    facts: ProjectFacts, ended: Sequence[ClockFacts], today: date
) -> c.ProjectCommand | None:
    """Issue what is held back to be issued with others; other documents wait for the machine."""
    bundle = held_in(facts, ended[0].item)
    if bundle is None or bundle.release(today) is None:
        return None
    return c.ReleaseBundle(bundle=bundle.definition.key)


def _yellow_before_phase(clock: ClockFacts, view: ClockView, context: Context) -> datetime | None:
    """A phase is told a number of natural days before its last day [D]."""
    days = context.policy.phase_yellow.get(clock.item)
    if days is None or view.due_on is None:
        return at_once_too(clock, view, context)
    turns = view.due_on - timedelta(days)
    return at_hour(max(turns, view.started_on) if view.started_on else turns)


PRE_CHECK = ClockDeclaration(
    key="pre_check",
    label="Time of the pre-check",
    phrase="limit of the pre-check",
    source="[S:004] case 12",
    started_by=frozenset({"submit_for_pre_check"}),
    stopped_by=frozenset({"record_project_code", "return_pre_check"}),
    awaited=False,
)
"""One working day from the registration without a code to the code, or to what is wrong; the subject is the
number of the submission. It is no window of art. 32: nothing was applied for yet."""

CORRECTION_WINDOW = ClockDeclaration(
    key="correction_window",
    label="Time to accept or ask for corrections",
    phrase="window to ask for corrections",
    source="Licensing Law art. 32(4)",
    started_by=frozenset({"submit_application", "supply_correction"}),
    stopped_by=frozenset(
        {
            "accept_application",
            "declare_not_required",
            "deem_accepted",
            "file_on_receipt",
            "grant_on_commitment",
            "refuse_application",
            "request_correction",
            "withdraw_application",
            *_RESTORES,
        }
    ),
    end=ClockEnd(
        act="deem_accepted",
        source="Licensing Law art. 32(4)",
        command=_deem_accepted,
        counted="{count} deemed accepted",
    ),
    explains=2,
)
"""Five working days to ask for corrections, once (Licensing Law art. 32)."""

WINDOW_LOOK = ClockDeclaration(
    key="window_look",
    label="Time of the window",
    phrase="day on which the window looks at it",
    source="[D], where it is not accepted in the moment in which it is made",
    started_by=frozenset({"submit_application"}),
    stopped_by=frozenset(
        {
            "accept_application",
            "declare_not_required",
            "deem_accepted",
            "file_on_receipt",
            "grant_on_commitment",
            "refer_application",
            "refuse_application",
            "request_correction",
            "withdraw_application",
            *_RESTORES,
        }
    ),
    moves=Party.WINDOW,
    rungs=frozenset({"red"}),
    awaited=False,
)
"""The window sees an application first, and has the day on which it came in; what is late then is late
with the window, and the five days of the law run on beside it."""

DECISION = ClockDeclaration(
    key="decision",
    label="Time to decide",
    phrase="limit to decide",
    source="Licensing Law art. 42, or the statute that the scenario names; the promise of the department",
    started_by=frozenset({"submit_application", "accept_application", "deem_accepted", *_RESTORES}),
    stopped_by=frozenset(
        {
            "answer_line",
            "approve_item",
            "deny_item",
            "grant_on_commitment",
            "void_approval",
            "withdraw_application",
            *_RESTORES,
        }
    ),
    suspended_by=frozenset(
        {
            "suspend_clock",
            "require_rectification",
            "issue_preliminary_opinion",
            "decide_appeal",
            "accept_application",
            "deem_accepted",
            "await_basis",
            "correct_voiding",
        }
    ),
    resumed_by=frozenset({"resume_clock", "report_rectification", "verify_make_up"}),
    extended_by=frozenset({"extend_limit"}),
    statutory_ladder=True,
    explains=3,
)
"""The limit to decide: statutory (art. 42 or another statute) beside promised."""

MAKE_UP = ClockDeclaration(
    key="make_up",
    label="Time to make good",
    phrase="limit to hand in what was deferred",
    source="[S:004] case 12",
    started_by=frozenset(
        {"approve_item", "issue_preliminary_opinion", "decide_appeal", "correct_voiding"}
    ),
    stopped_by=frozenset({"verify_make_up", "deny_item", "void_approval"}) | ENDED,
    end=ClockEnd(
        act="void_approval",
        source="[S:004] case 12",
        command=_void,
        counted="{count} voided",
        reminds=True,
        first=True,
        # Handed in by the last day is in time, however long the department takes to verify it.
        rows=(
            replace(_OWED, tests=(OneOf("state", OPEN_DEFICIENCY), NotByLastDay("submitted_on"))),
        ),
    ),
    suspended_by=frozenset(
        {"make_up_material", "submit_material", "decide_appeal", "correct_voiding"}
    ),
    resumed_by=frozenset({"verify_make_up"}),
    moves=Party.APPLICANT,
    yellow=at_once_too,
    handed_in=replace(_OWED, tests=(Is("state", DeficiencyState.SUBMITTED),)),
)
"""Thirty working days from the approval to make good a deferred material 容缺补齐."""

VERIFICATION = ClockDeclaration(
    key="verification",
    label="Time to verify",
    phrase="limit to verify what was handed in",
    source="[D], the policy of the district",
    started_by=frozenset(
        {"make_up_material", "submit_material", "decide_appeal", "correct_voiding"}
    ),
    stopped_by=frozenset({"verify_make_up", "void_approval"}) | ENDED,
    suspended_by=frozenset({"verify_make_up"}),
    resumed_by=frozenset({"make_up_material", "submit_material"}),
    awaited=False,
)
"""From the handing in of a deferred material to its verification; the subject is the material."""

CONSULTATION = ClockDeclaration(
    key="consultation",
    label="Time to answer",
    phrase="limit of the consulted department to answer",
    source="[D], declared by the scenario",
    started_by=frozenset({"submit_application", "accept_application", "deem_accepted"}),
    stopped_by=frozenset(
        {"answer_consultation", "deem_agreed", "deny_item", "withdraw_application", *_RESTORES}
    ),
    end=ClockEnd(
        act="deem_agreed",
        source="[D], where the scenario declares silence to be consent (R12)",
        command=_deem_agreed,
        counted="{count} deemed to agree",
        rows=(
            RowOf(
                CONSULTATIONS,
                {**_ITEM, "department": "subject"},
                (Is("state", ConsultationState.ASKED), Is("silence_is_consent", value=True)),
            ),
        ),
    ),
    moves=Party.SUBJECT,
    late=Party.SUBJECT,
    awaited=False,
)
"""A consulted department's time to answer; the subject is the department."""

NEXT_PHASE = ClockDeclaration(
    key="next_phase",
    label="Time to apply for the next phase",
    phrase="period to apply for the next phase",
    source="[D], promised by the scenario (P:19)",
    started_by=frozenset({"approve_item", "withdraw_application", *_RESTORES}),
    stopped_by=frozenset({"submit_application", "void_approval"}) | ENDED,
    end=ClockEnd(
        act="lapse_phase",
        source="[D]",
        command=_lapse,
        counted="{count} phases lapsed",
        reminds=True,
        first=True,
        # The promise stays open when it lapsed; the task that the lapse opened says it was dealt with.
        rows=(
            RowOf(
                SUPERVISION,
                # A grant that was restored is a round of its own, and its lapse is the same.
                {"item": "item"},
                # One from before the last day, which a later calendar moved, was none.
                (Is("cause", SupervisionCause.LAPSE), NotByLastDay("opened_on")),
                missing=True,
            ),
        ),
    ),
    moves=Party.APPLICANT,
    late=Party.APPLICANT,
    yellow=_yellow_before_phase,
    awaited=False,
)
"""From the permit of one phase to the application for the next one, as promised (P:19)."""

DELIVERY = ClockDeclaration(
    key="delivery",
    label="Time to deliver",
    phrase="limit to deliver the document",
    source="Licensing Law art. 44",
    started_by=frozenset({"approve_item", *_AT_ONCE, *_RESTORES}),
    stopped_by=frozenset(
        {
            "record_delivery",
            "void_approval",
            "surrender_approval",
        }
    )
    | ENDED,
    end=ClockEnd(
        act="release_bundle",
        source="Licensing Law art. 44",
        command=_release,
        counted="{count} bundles released",
        # A document that is not out on the last day may be one that is held back.
        rows=(
            RowOf(
                ITEMS,
                {"code": "item", "round": "round"},
                (Is("document_issued", value=False),),
            ),
        ),
        on_last_day=True,
    ),
    awaited=False,
    explains=1,
)
"""Ten working days to deliver the document (art. 44)."""

RESULT_NOTICE = ClockDeclaration(
    key="result_notice",
    label="Time to tell the result",
    phrase="limit to tell the result",
    source="[S:004] case 12",
    started_by=frozenset(
        {
            "approve_item",
            "declare_not_required",
            "deny_item",
            "refuse_application",
            *_AT_ONCE,
        }
    ),
    stopped_by=frozenset(
        {
            "cancel_licence",
            "recall_approval",
            "record_delivery",
            "record_result_told",
            "revoke_licence",
            "start_new_round",
            "surrender_approval",
            "void_approval",
        }
    ),
    awaited=False,
)
"""One working day to tell the result, where nobody of the enterprise reads it here: what is in the portal
reached it with the decision (Electronic Signature Law art. 11)."""

APPEAL_DECISION = ClockDeclaration(
    key="appeal_decision",
    label="Time to decide the objection",
    phrase="limit to decide on the objection to the voiding",
    source="Reconsideration Law art. 62, by analogy [D]",
    started_by=frozenset({"appeal_voiding"}),
    stopped_by=frozenset(_RESTORES),
    moves=Party.HEAD,
    awaited=False,
)
"""From an appeal against a voiding to the decision on it."""

PROMISE = ClockDeclaration(
    key="promise",
    label="Promise for the project",
    phrase="promise for the project",
    source="[D], promised by the scenario; last day as Civil Code art. 203",
    started_by=frozenset(),
    stopped_by=frozenset(),
    moves=Party.LEAD,
    late=Party.LEAD,
    yellow=by_the_rest,
    awaited=False,
    of_project=True,
)
"""Of the project: what its scenario promises, in days that pass; the subject is the promise."""

PROMISE_COUNTED = replace(
    PROMISE,
    key="promise_counted",
    label="Promise for the project, in counted days",
    phrase="promise for the project in counted days",
    source="[D], promised by the scenario (R11)",
    own_policy=ClockPolicy(),
    spent_is_kept=True,
)
"""The same in counted working days."""

COMMITMENT_CHECK = ClockDeclaration(
    key="commitment_check",
    label="Time to check the commitment",
    phrase="limit to check what was committed to",
    source="[D], after the decision",
    started_by=frozenset({"approve_item", "grant_on_commitment", *_RESTORES}),
    stopped_by=frozenset(
        {
            "record_commitment_check",
            "announce_revocation",
            "void_approval",
            "surrender_approval",
            "cancel_licence",
        }
    ),
    awaited=False,
)
"""From a grant on commitment to its check 事后核查 [D]."""

DEFENCE = ClockDeclaration(
    key="defence",
    label="Time to state the case",
    phrase="period of the holder to state its case",
    source="[D], after Licensing Law art. 36",
    started_by=ANNOUNCED,
    stopped_by=ENDED - {"revoke_licence"} | {"assess_commitment", "void_approval"},
    moves=Party.APPLICANT,
    late=Party.APPLICANT,
    rungs=frozenset({"yellow"}),
    awaited=False,
)
"""The holder's time to state its case before a grant is ended 陈述申辩 [D]."""

REVOCATION_HEARING = ClockDeclaration(
    key="revocation_hearing",
    label="Time to hold the hearing",
    phrase="limit to hold the hearing",
    source="[D], after Licensing Law art. 47",
    started_by=frozenset({"state_defence"}),
    stopped_by=frozenset({"hold_revocation_hearing", "assess_commitment"}),
    awaited=False,
)
"""From the request for a hearing to the hearing [D]."""

COMMITMENT_RECTIFY = ClockDeclaration(
    key="commitment_rectify",
    label="Time to meet the commitment",
    phrase="period to meet what was committed to",
    source="[D]",
    started_by=frozenset({"assess_commitment"}),
    stopped_by=frozenset({"assess_commitment"}),
    moves=Party.APPLICANT,
    late=Party.APPLICANT,
    awaited=False,
)
"""The holder's time to meet after all what it committed itself to [D]."""

REVOCATION = ClockDeclaration(
    key="revocation",
    label="Time to decide on the end of the grant",
    phrase="limit to decide on the end of the grant",
    source="[D], from the doubt or the notice",
    started_by=frozenset({"record_commitment_check"}) | ANNOUNCED,
    stopped_by=frozenset({"assess_commitment", "void_approval"}) | ENDED,
    awaited=False,
)
"""The department's time from the doubt to the decision [D]."""

TABLE: tuple[ClockDeclaration, ...] = (
    PRE_CHECK,
    CORRECTION_WINDOW,
    WINDOW_LOOK,
    DECISION,
    MAKE_UP,
    VERIFICATION,
    CONSULTATION,
    NEXT_PHASE,
    DELIVERY,
    RESULT_NOTICE,
    PROMISE,
    PROMISE_COUNTED,
    APPEAL_DECISION,
    COMMITMENT_CHECK,
    DEFENCE,
    REVOCATION_HEARING,
    COMMITMENT_RECTIFY,
    REVOCATION,
)
