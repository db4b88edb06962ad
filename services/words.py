"""Words for states, acts, roles and the like, as people read them; English is the key of the translations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from models.actor import Role
from models.clock import Unit
from models.credit import CreditKind, CreditState
from models.definition import MaterialClass, SpecialProcedure
from models.official_document import DocumentCategory, Standing
from models.states import (
    ClockKind,
    ClockState,
    DeficiencyState,
    DocumentState,
    ItemState,
    Light,
    MaterialState,
    ProjectState,
    VoidingState,
)
from rules.planning import StageState, WaitsFor

_WORDS: tuple[tuple[StrEnum, str], ...] = (
    (ProjectState.ACTIVE, "Under way"),
    (ProjectState.COMPLETED, "Completed"),
    (ProjectState.WITHDRAWN, "Withdrawn"),
    (ItemState.WAITING, "Waiting for others"),
    (ItemState.OPEN, "Open to apply"),
    (ItemState.RECEIVED, "Received"),
    (ItemState.CORRECTING, "To be corrected"),
    (ItemState.ACCEPTED, "Under examination"),
    (ItemState.SUSPENDED, "Special procedure"),
    (ItemState.PRELIMINARY, "Preliminary opinion"),
    (ItemState.GRANTED, "Granted"),
    (ItemState.CONDITIONALLY_GRANTED, "Granted, papers to follow"),
    (ItemState.CONCLUDED, "Done"),
    (ItemState.DENIED, "Denied"),
    (ItemState.NOT_ACCEPTED, "Not accepted"),
    (ItemState.VOIDED, "Voided"),
    (ItemState.WITHDRAWN, "Taken back"),
    (ItemState.NOT_REQUIRED, "No licence needed"),
    (MaterialState.PROVIDED, "Handed in"),
    (MaterialState.RETURNED, "Returned"),
    (DeficiencyState.OPEN, "To be handed in"),
    (DeficiencyState.SUBMITTED, "To be verified"),
    (DeficiencyState.CURED, "Closed out"),
    (DeficiencyState.EXPIRED, "Not made good"),
    (DeficiencyState.LAPSED, "Not needed any more"),
    (CreditKind.DISHONESTY, "Broken commitment"),
    (CreditKind.REPAIR, "Repair"),
    (CreditKind.CORRECTION, "Correction"),
    (CreditState.OPEN, "Counts"),
    (CreditState.REPAIRED, "Repaired"),
    (CreditState.CORRECTED, "Entered wrongly, corrected"),
    (CreditState.CLOSED, "Closes another entry"),
    (VoidingState.STANDING, "Voided"),
    (VoidingState.APPEALED, "Objected to"),
    (VoidingState.DISMISSED, "Objection dismissed"),
    (VoidingState.CORRECTED, "Corrected: the grant was restored"),
    (VoidingState.REINSTATED, "Cured: the grant was restored"),
    (ClockState.RUNNING, "Running"),
    (ClockState.SUSPENDED, "Paused"),
    (ClockState.STOPPED, "Ended"),
    (ClockKind.CORRECTION_WINDOW, "Time to accept or ask for corrections"),
    (ClockKind.DECISION, "Time to decide"),
    (ClockKind.DELIVERY, "Time to deliver"),
    (ClockKind.MAKE_UP, "Time to make good"),
    (DocumentState.VALID, "Valid"),
    (DocumentState.REVOKED, "Revoked"),
    (DocumentState.REPLACED, "Replaced by a decision"),
    (DocumentState.REPLACED, "Replaced"),
    (Standing.VALID, "Valid"),
    (Standing.CONDITIONAL, "Valid, papers to follow"),
    (Standing.PRELIMINARY, "An opinion only: the decision is still to come"),
    (Standing.REPLACED, "Replaced by a decision"),
    (Standing.REVOKED, "Revoked"),
    (DocumentCategory.CERTIFICATE, "Certificate"),
    (DocumentCategory.NOTICE, "Notice"),
    (DocumentCategory.DECISION, "Decision"),
    (DocumentCategory.OPINION, "Opinion"),
    (DocumentCategory.RECEIPT, "Receipt"),
    (Light.GREEN, "On time"),
    (Light.YELLOW, "Due soon"),
    (Light.RED, "Overdue"),
    (WaitsFor.APPLICANT, "Enterprise"),
    (WaitsFor.DEPARTMENT, "Department"),
    (WaitsFor.PREREQUISITE, "Earlier items"),
    (WaitsFor.SPECIAL_PROCEDURE, "Special procedure"),
    (WaitsFor.SYSTEM, "System"),
    (WaitsFor.NOBODY, "Nobody"),
    (StageState.AWAITING_OTHERS, "Waiting for others"),
    (StageState.AWAITING_APPLICANT, "Waiting for the enterprise"),
    (StageState.AWAITING_CORRECTION, "To be corrected"),
    (StageState.AWAITING_DECISION, "Under examination"),
    (StageState.CLOCK_SUSPENDED, "Special procedure"),
    (StageState.RE_EXAMINATION, "Examined again"),
    (StageState.CONDITIONALLY_ACCEPTED, "Granted, papers to follow"),
    (StageState.PRELIMINARY_OPINION, "Preliminary opinion"),
    (StageState.APPROVED, "Done"),
    (StageState.NOT_REQUIRED, "No licence needed"),
    (StageState.DENIED, "Denied"),
    (StageState.WITHDRAWN, "Taken back"),
    (StageState.VOIDED, "Voided"),
    (MaterialClass.CORE, "Core paper"),
    (MaterialClass.DEFERRABLE, "May follow later"),
    (MaterialClass.SHARED, "Held by the system"),
    (MaterialClass.COMMITMENT, "By commitment"),
    (SpecialProcedure.HEARING, "Hearing"),
    (SpecialProcedure.BIDDING, "Bidding"),
    (SpecialProcedure.AUCTION, "Auction"),
    (SpecialProcedure.INSPECTION, "Inspection"),
    (SpecialProcedure.TESTING, "Testing"),
    (SpecialProcedure.QUARANTINE, "Quarantine"),
    (SpecialProcedure.APPRAISAL, "Appraisal"),
    (SpecialProcedure.EXPERT_REVIEW, "Expert review"),
    (Unit.WORKING_DAY, "working days"),
    (Unit.NATURAL_DAY, "natural days"),
    (Unit.MONTH, "months"),
    (Role.APPLICANT, "Enterprise"),
    (Role.WINDOW_CLERK, "Window clerk"),
    (Role.HANDLER, "Handler"),
    (Role.APPROVER, "Approver"),
    (Role.DEPARTMENT_HEAD, "Head of department"),
    (Role.PROJECT_STEWARD, "Project steward"),
    (Role.ADMINISTRATOR, "Administrator"),
    (Role.LEADER, "Leader"),
    (Role.SYSTEM, "System"),
)
#: Members of two enumerations may share a value and are then equal: words are kept by type and value.
_BY_TYPE = {(type(value), value.value): words for value, words in _WORDS}

_ACTS: Mapping[str, str] = {
    "assign_steward": "Assign the steward",
    "open_stage": "Open the stage",
    "release_bundle": "Issue the documents held back together",
    "close_project": "Close the project",
    "register_project": "Register the project",
    "see_project": "Look at the project",
    "see_credit_record": "Look at the credit record",
    "repair_credit": "Repair the credit record",
    "correct_credit": "Correct the credit record",
    "submit_material": "Hand in a paper",
    "submit_application": "Apply",
    "accept_application": "Accept",
    "request_correction": "Ask for corrections",
    "supply_correction": "Declare the corrections complete",
    "refuse_application": "Refuse for want of competence",
    "refer_application": "Refer to another department",
    "declare_not_required": "Tell that no licence is needed",
    "fix_on_the_spot": "Put a paper right on the spot",
    "deem_accepted": "Deem accepted",
    "record_verification": "Record the verification on the spot",
    "schedule_site_visit": "Schedule the joint visit",
    "record_site_visit": "Record the joint visit",
    "approve_item": "Grant",
    "issue_preliminary_opinion": "Give a preliminary opinion",
    "deny_item": "Deny",
    "suspend_clock": "Begin a special procedure",
    "resume_clock": "End the special procedure",
    "extend_limit": "Extend the limit",
    "withdraw_application": "Take the application back",
    "start_new_round": "Begin again",
    "record_milestone": "Record that it happened",
    "make_up_material": "Hand in a deferred paper",
    "verify_make_up": "Verify a deferred paper",
    "void_approval": "Void the grant",
    "confirm_after_re_examination": "Confirm after examining again",
    "appeal_voiding": "Object to the voiding",
    "decide_appeal": "Decide on the objection",
    "reinstate_approval": "Restore the voided grant",
    "issue_document": "Issue the document",
    "record_delivery": "Confirm the delivery",
}


def word(value: StrEnum, translate: Callable[[str], str] = str) -> str:
    """A state, role, light or the like in words."""
    return translate(_BY_TYPE.get((type(value), value.value), value.value))


def act_word(act: str, translate: Callable[[str], str] = str) -> str:
    """An act in words."""
    return translate(_ACTS.get(act, act))


def all_words() -> tuple[str, ...]:
    """Every English word there is here: each needs its translation."""
    return tuple(sorted({*_BY_TYPE.values(), *_ACTS.values()}))
