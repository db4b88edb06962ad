"""Words for states, acts, roles and the like; English is the key of the translations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from config.texts import ACT, CLOCK, Word, context_of
from models.cases.agency import SIGN_COMMITMENT, AgentKind, AuthorisationState
from models.cases.case_round import AcceptanceKind, Channel, RoundOutcome
from models.cases.choice import ChoiceState, DeclineReason
from models.cases.commitment import CheckKind, CheckState, EndGround
from models.cases.consultation import ConsultationState
from models.cases.states import (
    ClockState,
    DeficiencyState,
    DocumentState,
    ItemState,
    Light,
    MaterialState,
    ProjectState,
    Verdict,
    VoidingState,
)
from models.cases.stewardship import Basis
from models.cases.supervision import SupervisionCause, SupervisionKind, SupervisionState
from models.clock.values import ClockEventKind, Unit
from models.documents.official_document import DocumentCategory, Standing
from models.enterprises.credit import CreditKind, CreditState
from models.people.actor import Role
from models.people.handover import HandoverCause, OpenKind
from models.people.links import AccountState
from models.people.organisation import AbsenceKind, UnitKind
from models.people.post import Post
from models.people.security import SecurityEvent
from models.people.token_scope import TokenScope
from models.scenarios.definition import MaterialClass, SpecialProcedure
from models.scenarios.forms import FieldType
from models.scenarios.guards import GuardPoint
from models.scenarios.item import ItemCategory, ItemMode, WhenBasisVoided
from models.scenarios.life import ScenarioAct, VersionState
from models.scenarios.limits import ExtensionBy, ExtensionGround, LimitStart
from models.scenarios.promises import PromiseUnit
from models.scenarios.stage import StageKind
from models.scenarios.utilities import UtilityKind
from models.statutes import ClockStart, StatuteScope
from rules.cases.clocks.registry import KINDS, declaration_of
from rules.cases.declarations.registry import registry
from rules.cases.legal_dates import PHRASES
from rules.cases.progress import StageState, WaitsFor
from rules.cases.readiness.application import PaperStanding

_WORDS: tuple[tuple[StrEnum, str], ...] = (
    (ProjectState.ACTIVE, "Under way"),
    (ProjectState.COMPLETED, "Completed"),
    (ProjectState.WITHDRAWN, "Withdrawn"),
    (ItemState.WAITING, "Waiting for others"),
    (ItemState.OPEN, "Open to apply"),
    (ItemState.RECEIVED, "Received"),
    (ItemState.CORRECTING, "To be corrected"),
    (ItemState.ACCEPTED, "Under examination"),
    (ItemState.RECTIFYING, "To be rectified"),
    (ItemState.SUSPENDED, "Special procedure"),
    (ItemState.PRELIMINARY, "Preliminary opinion"),
    (ItemState.GRANTED, "Granted"),
    (ItemState.CONDITIONALLY_GRANTED, "Granted, papers to follow"),
    (ItemState.CONCLUDED, "Done"),
    (ItemState.DENIED, "Denied"),
    (ItemState.NOT_ACCEPTED, "Not accepted"),
    (ItemState.VOIDED, "Voided"),
    (ItemState.REVOKED, "Revoked"),
    (ItemState.RECALLED, "Recalled"),
    (ItemState.CANCELLED, "Cancelled"),
    (ItemState.WITHDRAWN, "Taken back"),
    (ItemState.NOT_REQUIRED, "No licence needed"),
    (MaterialState.PROVIDED, "Handed in"),
    (MaterialState.RETURNED, "Returned"),
    (PaperStanding.HANDED_IN, "Handed in"),
    (PaperStanding.HELD, "Held by the system"),
    (PaperStanding.AWAITED, "Comes from the system"),
    (PaperStanding.BY_COMMITMENT, "By commitment"),
    (PaperStanding.TO_FOLLOW, "Follows later"),
    (PaperStanding.MAY_FOLLOW, "Not there yet"),
    (PaperStanding.MISSING, "Missing, required"),
    (PaperStanding.RETURNED, "Returned"),
    (DeficiencyState.OPEN, "To be handed in"),
    (DeficiencyState.SUBMITTED, "To be verified"),
    (DeficiencyState.CURED, "Closed out"),
    (DeficiencyState.EXPIRED, "Not made good"),
    (DeficiencyState.HANDED_IN_LATE, "Came too late"),
    (DeficiencyState.UNVERIFIED, "Handed in in time, not verified"),
    (DeficiencyState.LAPSED, "Not needed any more"),
    (DeficiencyState.NOT_REQUIRED, "Closed as not required"),
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
    (ConsultationState.ASKED, "Still to answer"),
    (ConsultationState.AGREED, "Agrees"),
    (ConsultationState.OBJECTED, "Objects"),
    (ConsultationState.DEEMED_AGREED, "Said nothing in time: taken to agree"),
    (ConsultationState.LAPSED, "Not asked any longer"),
    (Verdict.PASS_WITH_RECTIFICATION, "Passes once rectified"),
    (Verdict.FAIL, "Failed"),
    (ClockState.RUNNING, "Running"),
    (ClockState.SUSPENDED, "Paused"),
    (ClockState.STOPPED, "Ended"),
    (DocumentState.VALID, "Valid"),
    (DocumentState.REVOKED, "Revoked"),
    (DocumentState.RECALLED, "Recalled"),
    (DocumentState.CANCELLED, "Cancelled"),
    (DocumentState.REPLACED, "Replaced by a decision"),
    (DocumentState.REPLACED, "Replaced"),
    (Standing.VALID, "Valid"),
    (Standing.CONDITIONAL, "Valid, papers to follow"),
    (Standing.PRELIMINARY, "An opinion only: the decision is still to come"),
    (Standing.REPLACED, "Replaced by a decision"),
    (Standing.REVOKED, "Revoked"),
    (Standing.RECALLED, "Recalled"),
    (Standing.CANCELLED, "Cancelled"),
    (DocumentCategory.CERTIFICATE, "Certificate"),
    (DocumentCategory.NOTICE, "Notice"),
    (DocumentCategory.DECISION, "Decision"),
    (DocumentCategory.OPINION, "Opinion"),
    (DocumentCategory.RECEIPT, "Receipt"),
    (DocumentCategory.INTERNAL, "Letter between authorities"),
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
    (StageState.RECTIFYING, "To be rectified"),
    (StageState.CLOCK_SUSPENDED, "Special procedure"),
    (StageState.RE_EXAMINATION, "Examined again"),
    (StageState.WORK_STOPPED, "Work ordered to stop"),
    (StageState.AWAITING_NEXT_PHASE, "Next phase to be applied for"),
    (StageState.AWAITING_HANDOVER, "Supervision to be handed over"),
    (SupervisionKind.STOP_WORK, "Stop work"),
    (SupervisionKind.HANDOVER, "Handover between phases"),
    (SupervisionKind.INSPECTION, "Look at the site"),
    (SupervisionKind.LETTER, "Supervision letter"),
    (SupervisionCause.LAPSE, "Next phase not applied for in time"),
    (SupervisionCause.VIOLATION, "Work beyond the permitted phase"),
    (SupervisionCause.GRANT, "Next phase granted"),
    (SupervisionCause.RHYTHM, "Regular inspection"),
    (SupervisionCause.REVOCATION, "The permit was revoked, recalled or cancelled"),
    (SupervisionCause.OVERDUE, "Deadline missed"),
    (SupervisionState.OPEN, "To be done"),
    (SupervisionState.DONE, "Done"),
    (SupervisionState.DROPPED, "Not needed any more"),
    (StageState.CONDITIONALLY_ACCEPTED, "Granted, papers to follow"),
    (StageState.PRELIMINARY_OPINION, "Preliminary opinion"),
    (StageState.APPROVED, "Done"),
    (StageState.NOT_REQUIRED, "No licence needed"),
    (StageState.DENIED, "Denied"),
    (StageState.WITHDRAWN, "Taken back"),
    (StageState.VOIDED, "Voided"),
    (StageState.REVOKED, "Revoked"),
    (StageState.RECALLED, "Recalled"),
    (StageState.CANCELLED, "Cancelled"),
    (CheckState.DUE, "To be checked"),
    (CheckState.UNDER_CHECK, "Being checked"),
    (CheckState.KEPT, "Checked: kept"),
    (CheckState.SUSPECTED, "Doubted"),
    (CheckState.TOLD, "Holder told, may state its case"),
    (CheckState.CLEARED, "Nothing to it"),
    (CheckState.RECTIFY, "To be met within a period"),
    (CheckState.RECTIFIED, "Kept, though late"),
    (CheckState.REVOKE_PROPOSED, "Proposed for revocation"),
    (CheckState.REVOKED, "Revoked"),
    (CheckState.RECALLED, "Recalled"),
    (CheckState.CANCELLED, "Cancelled"),
    (CheckState.KEPT_FOR_PUBLIC_INTEREST, "Kept for the public interest"),
    (CheckState.DROPPED, "Not checked any longer"),
    (CheckKind.DATA_MATCH, "Against data"),
    (CheckKind.PAPER, "On papers"),
    (CheckKind.SITE, "On the spot, by two officers"),
    (CheckKind.REMOTE_VIDEO, "By video"),
    (EndGround.FALSE_COMMITMENT, "The commitment was untrue (art. 69(2))"),
    (EndGround.FRAUD, "Got by deception or bribery (art. 69(2))"),
    (EndGround.BROKEN_COMMITMENT, "The commitment was not kept (art. 69(1)(5))"),
    (EndGround.ABUSE, "Abuse or neglect of office (art. 69(1)(1))"),
    (EndGround.NO_COMPETENCE, "Beyond the legal competence (art. 69(1)(2))"),
    (EndGround.PROCEDURE, "Against the legal procedure (art. 69(1)(3))"),
    (EndGround.INELIGIBLE, "Applicant or conditions not eligible (art. 69(1)(4))"),
    (EndGround.OTHER, "Another lawful case (art. 69(1)(5))"),
    (EndGround.LAW_CHANGED, "The law that it rests on was changed or repealed (art. 8)"),
    (EndGround.CIRCUMSTANCES_CHANGED, "The circumstances changed greatly (art. 8)"),
    (EndGround.EXPIRED, "Its time is over and was not extended (art. 70(1))"),
    (EndGround.HOLDER_GONE, "The person it was given to died or is incapable (art. 70(2))"),
    (EndGround.BODY_ENDED, "The legal person or organisation has ended (art. 70(3))"),
    (EndGround.WITHDRAWN_AS_PENALTY, "The certificate was withdrawn by a penalty (art. 70(4))"),
    (EndGround.FORCE_MAJEURE, "Force majeure makes it impossible (art. 70(5))"),
    (EndGround.CANCELLED_BY_LAW, "Another case for which the law says so (art. 70(6))"),
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
    (VersionState.DRAFT, "Draft"),
    (VersionState.VALIDATED, "Validated"),
    (VersionState.REQUESTED, "Awaiting publication"),
    (VersionState.PUBLISHED, "Published"),
    (VersionState.RETIRED, "Retired"),
    (Unit.WORKING_DAY, "working days"),
    (Unit.NATURAL_DAY, "natural days"),
    (Unit.MONTH, "months"),
    (PromiseUnit.COUNTED_DAY, "counted working days"),
    (PromiseUnit.WORKING_DAY, "working days"),
    (PromiseUnit.NATURAL_DAY, "natural days"),
    (PromiseUnit.MONTH, "months"),
    (ExtensionBy.HEAD, "Head of the department"),
    (ExtensionBy.GOVERNMENT_HEAD, "Head of the people's government"),
    (ExtensionGround.COMPLICATED, "The case is complicated"),
    (ExtensionGround.OTHERS_ASKED, "The opinions of others have to be asked"),
    (LimitStart.ACCEPTED, "from the acceptance"),
    (LimitStart.RECEIVED, "from the receipt of the application"),
    (Role.APPLICANT, "Enterprise"),
    (Role.WINDOW_CLERK, "Window clerk"),
    (Role.HANDLER, "Handler"),
    (Role.APPROVER, "Approver"),
    (Role.DEPARTMENT_HEAD, "Head of department"),
    (Role.PROJECT_STEWARD, "Project steward"),
    (Role.AGENT, "Agent"),
    (TokenScope.READ, "Look"),
    (TokenScope.ACT, "Act in projects"),
    (TokenScope.ADMINISTER, "Administer what holds for everybody"),
    (TokenScope.HARD_TO_UNDO, "Besides: what is hard to undo"),
    (AgentKind.STEWARD, "Project steward"),
    (AgentKind.SERVICE_SPECIALIST, "Service specialist"),
    (AgentKind.ADMINISTRATIVE_COMMISSIONER, "Administrative commissioner"),
    (AgentKind.CHOSEN_CASE_OFFICER, "Chosen case officer"),
    (AgentKind.RED_AGENT, "Red agent"),
    (AgentKind.PARK_AGENT, "Park agent"),
    (AgentKind.PRIVATE_AGENT, "Agent of the enterprise's own choice"),
    (AuthorisationState.SIGNED, "Waits for the agent"),
    (AuthorisationState.ACTIVE, "In force"),
    (AuthorisationState.SUSPENDED, "Suspended"),
    (AuthorisationState.REVOKED, "Taken back"),
    (AuthorisationState.EXPIRED, "Expired"),
    (AuthorisationState.ENDED, "Ended"),
    (AuthorisationState.SUPERSEDED, "Replaced by another"),
    (SecurityEvent.SIGNED_IN, "Signed in"),
    (SecurityEvent.SIGN_IN_FAILED, "Wrong password or code"),
    (SecurityEvent.MADE_TO_WAIT, "Made to wait after too many wrong ones"),
    (SecurityEvent.SIGNED_OUT, "Signed out"),
    (SecurityEvent.SESSIONS_ENDED, "Signed out on other devices"),
    (SecurityEvent.CONFIRMED, "Confirmed who they are"),
    (SecurityEvent.PASSWORD_CHANGED, "Password changed"),
    (SecurityEvent.FACTOR_SET_UP, "Second factor set up"),
    (SecurityEvent.FACTOR_TAKEN_AWAY, "Second factor taken away"),
    (SecurityEvent.KEY_ADDED, "Security key added"),
    (SecurityEvent.KEY_RENAMED, "Security key renamed"),
    (SecurityEvent.KEY_REMOVED, "Security key removed"),
    (SecurityEvent.KEY_REFUSED, "Copied security key refused"),
    (SecurityEvent.RECOVERY_CODE_USED, "Recovery code used"),
    (SecurityEvent.TOKEN_MADE, "Token made"),
    (SecurityEvent.TOKEN_REVOKED, "Token revoked"),
    (SecurityEvent.TOKEN_REFUSED, "Token that is not valid"),
    (SecurityEvent.ACCOUNT_CREATED, "Account created"),
    (SecurityEvent.ACCOUNT_INVITED, "Invited"),
    (SecurityEvent.INVITATION_TAKEN_UP, "Password set by a link"),
    (SecurityEvent.RESET_ASKED, "New password asked for"),
    (SecurityEvent.RESET_STARTED, "Reset by the administrator"),
    (SecurityEvent.ROLE_CHANGED, "Role changed"),
    (SecurityEvent.ACCOUNT_DISABLED, "Account disabled"),
    (SecurityEvent.WORK_HANDED_OVER, "Work handed over"),
    (SecurityEvent.CHANNELS_CHANGED, "Channels of notices changed"),
    (SecurityEvent.IDENTITY_LINKED, "Linked with the identity provider"),
    (SecurityEvent.REFUSED, "Refused"),
    (SecurityEvent.PERSONAL_DATA_READ, "Personal data read"),
    (SecurityEvent.EXPORTED, "Exported"),
    (SecurityEvent.ADMINISTRATOR_ACT, "Act of an administrator"),
    (RoundOutcome.GRANTED, "Granted"),
    (RoundOutcome.CONDITIONALLY_GRANTED, "Granted with papers to follow"),
    (RoundOutcome.DENIED, "Denied"),
    (RoundOutcome.NOT_ACCEPTED, "Not accepted"),
    (RoundOutcome.NOT_REQUIRED, "No licence needed"),
    (RoundOutcome.WITHDRAWN, "Withdrawn"),
    (RoundOutcome.FELL_AWAY, "Fell away"),
    (RoundOutcome.ENDED_WITH_WHOLE, "Ended with the whole"),
    (Channel.PORTAL, "Portal"),
    (Channel.MOBILE, "Mobile"),
    (Channel.WINDOW, "Window"),
    (Channel.STATION, "Service station"),
    (Channel.HOME_SERVICE, "Home service"),
    (Channel.MAIL, "Mail"),
    (Channel.AGENT, "Agent"),
    (Channel.API, "Another system"),
    (AcceptanceKind.EXPLICIT, "By an officer"),
    (AcceptanceKind.DEEMED, "By silence"),
    (AccountState.INVITED, "Invited"),
    (AccountState.ACTIVE, "Active"),
    (AccountState.DISABLED, "Disabled"),
    (UnitKind.NEW_AREA, "New area"),
    (UnitKind.NEW_CITY, "New city"),
    (UnitKind.PARK, "Park"),
    (UnitKind.STREET_TOWN, "Street or town"),
    (UnitKind.PARK_OFFICE, "Park office"),
    (UnitKind.DEPARTMENT, "Department"),
    (UnitKind.SECTION, "Section"),
    (UnitKind.SERVICE_STATION, "Service station"),
    (UnitKind.STEWARD_STATION, "Steward station"),
    (UnitKind.WINDOW, "Window"),
    (UnitKind.UTILITY, "Utility"),
    (UnitKind.SUPERVISION_BODY, "Supervising body"),
    (UnitKind.BUSINESS_ENVIRONMENT_OFFICE, "Business-environment office"),
    (UnitKind.DISCIPLINE, "Discipline"),
    (UnitKind.SERVICE_TEAM, "Service team"),
    (Post.PROJECT_STEWARD, "Project steward"),
    (Post.ADMINISTRATIVE_COMMISSIONER, "Administrative commissioner"),
    (Post.DUTY_STEWARD, "Duty steward"),
    (Post.STEWARD_OFFICE_HEAD, "Head of the steward office"),
    (Post.SERVICE_SPECIALIST, "Service specialist"),
    (Post.DEPARTMENT_LIAISON, "Department liaison"),
    (Post.FIRST_HANDLER, "First handler"),
    (Post.DEPUTY_HEAD, "Deputy head"),
    (Post.PROFESSIONAL, "Professional"),
    (Post.LEAD_IN_CHARGE, "Leader in charge"),
    (Post.ENVIRONMENT_SUPERVISOR, "Supervisor of the business environment"),
    (Post.SERVICE_TEAM_MEMBER, "Member of a service team"),
    (AbsenceKind.LEAVE, "Leave"),
    (AbsenceKind.SICK, "Sick"),
    (AbsenceKind.TRAINING, "Training"),
    (AbsenceKind.TRAVEL, "Travel"),
    (AbsenceKind.OTHER, "Other"),
    (ChoiceState.ASKED, "Asked"),
    (ChoiceState.ACCEPTED, "Accepted"),
    (ChoiceState.DECLINED, "Declined"),
    (DeclineReason.INTEREST, "An interest of their own"),
    (DeclineReason.AT_CAP, "As much as a steward may have"),
    (DeclineReason.ABSENT, "Away for long"),
    (Basis.RULE, "By the rule of balance"),
    (Basis.CHOSEN, "Chosen by the enterprise"),
    (Basis.COMMISSIONER, "Commissioner of the park"),
    (Basis.APPOINTED, "Appointed by name"),
    (Basis.LAST_RESORT, "Nobody else is on duty"),
    (Basis.REBALANCED, "By rebalancing"),
    (HandoverCause.REASSIGNED, "Reassigned"),
    (HandoverCause.DEPARTURE, "Departure"),
    (HandoverCause.POST_ENDED, "Post ended"),
    (HandoverCause.ABSENCE, "Absence"),
    (HandoverCause.RETURN, "Return"),
    (HandoverCause.REBALANCED, "Rebalanced"),
    (HandoverCause.CHOSEN, "Chosen"),
    (HandoverCause.PHASE, "Phase"),
    (OpenKind.ITEM, "Item"),
    (OpenKind.CLOCK, "Clock"),
    (OpenKind.PROMISE, "Promise"),
    (OpenKind.DEFICIENCY, "Deficiency"),
    (OpenKind.CONSULTATION, "Consultation"),
    (OpenKind.LETTER, "Letter"),
    (OpenKind.SUPERVISION, "Supervision"),
    (OpenKind.SITE_VISIT, "Site visit"),
    (OpenKind.COMMITMENT, "Commitment"),
    (OpenKind.LINE, "Line"),
    (OpenKind.APPEAL, "Appeal"),
    (OpenKind.AUTHORISATION, "Authorisation"),
    (Role.ADMINISTRATOR, "Administrator"),
    (Role.LEADER, "Leader"),
    (Role.GOVERNMENT_HEAD, "Head of the people's government"),
    (Role.SYSTEM, "System"),
)
#: Members of two enumerations may share a value and are then equal: words are kept by type and value.
_BY_TYPE = {(type(value), value.value): words for value, words in _WORDS}

#: Enumerations whose members sentences name by their codes, e.g. refusals and differences.
CODED: tuple[type[StrEnum], ...] = (
    AgentKind,
    AuthorisationState,
    CheckState,
    ClockEventKind,
    ClockState,
    CreditState,
    DeficiencyState,
    DocumentCategory,
    DocumentState,
    ClockStart,
    ExtensionBy,
    ExtensionGround,
    FieldType,
    GuardPoint,
    ItemCategory,
    ItemMode,
    ItemState,
    Light,
    LimitStart,
    MaterialClass,
    MaterialState,
    ProjectState,
    Role,
    SpecialProcedure,
    StageKind,
    StageState,
    StatuteScope,
    UtilityKind,
    VersionState,
    WaitsFor,
    WhenBasisVoided,
    TokenScope,
)

#: What is done outside a project, and what is refused by name without being an act on one.
_OTHER_ACTS: Mapping[str, str] = {
    "register_project": "Register the project",
    SIGN_COMMITMENT: "Sign a commitment",
    "see_project": "Look at the project",
    "administer": "Administer the installation",
    "read_security_log": "Read the security log",
    "invite_person": "Invite somebody",
    "reset_account": "Send a link for a new password",
    "disable_account": "Disable the account",
    "hand_over_work": "Hand over the work",
    "change_rights": "Change the rights",
    "forget_factor": "Take the second factor away",
    "end_sessions": "Sign them out everywhere",
    "see_credit_record": "Look at the credit record",
    ScenarioAct.START: "Start a draft",
    ScenarioAct.EDIT: "Change the draft",
    ScenarioAct.DISCARD: "Throw the draft away",
    ScenarioAct.IMPORT: "Take in a file of another district",
    ScenarioAct.VALIDATE: "Validate",
    ScenarioAct.REQUEST: "Ask for publication",
    ScenarioAct.WITHDRAW: "Take the request back",
    ScenarioAct.DECLINE: "Decline the publication",
    ScenarioAct.PUBLISH: "Publish",
    ScenarioAct.RETIRE: "Retire",
    ScenarioAct.MIGRATE: "Move running projects",
}


def word(value: StrEnum, translate: Callable[[str], str] = str) -> str:
    """A state, role, light or the like in words."""
    context = context_of(type(value))
    return translate(Word(_BY_TYPE.get((type(value), value.value), value.value), context))


def act_word(act: str, translate: Callable[[str], str] = str) -> str:
    """An act in words."""
    declared = registry().acts.get(act)
    words = declared.label if declared is not None else _OTHER_ACTS.get(act, act)
    return translate(Word(words, ACT))


def clock_word(kind: str, translate: Callable[[str], str] = str) -> str:
    """A kind of clock in words, as a page names it."""
    return translate(Word(declaration_of(kind).label, CLOCK))


def clock_phrase(kind: str, translate: Callable[[str], str] = str) -> str:
    """A kind of clock as a sentence names it."""
    return translate(declaration_of(kind).phrase)


def moved_word(clock: str | None, limit: str, translate: Callable[[str], str] = str) -> str:
    """What moved when days were counted anew: a kind of clock, or a stored legal date by its key."""
    return clock_word(clock, translate) if clock is not None else translate(PHRASES[limit])


def all_words() -> Iterator[Word]:
    """All English words defined here: each needs its translation."""
    for (kind, _), words in _BY_TYPE.items():
        yield Word(words, context_of(kind))
    for kind in CODED:
        yield from (Word.of(value) for value in kind)
    labels = {name: act.label for name, act in registry().acts.items()}
    for act, words in (labels | {**_OTHER_ACTS}).items():
        yield Word(str(act), ACT)
        yield Word(words, ACT)
    for declared in KINDS.values():
        yield from (Word(words, CLOCK) for words in (declared.key, declared.label))
        yield from (Word(sentence, "") for sentence in declared.sentences)
    yield from (Word(phrase, "") for phrase in PHRASES.values())
