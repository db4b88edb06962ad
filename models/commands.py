"""What can be asked of a project: one frozen value per act, named in the imperative.

The same values come from the portal, the REST API, the command line, the flows and the clock;
``Command`` is their discriminated union, so a JSON document can be read into the right one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.definition import ItemCode, Key, SpecialProcedure
from models.states import Verdict
from models.values import Name

Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
#: No control characters but tabulator and line breaks: PostgreSQL's JSON cannot hold them all.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=PRINTABLE),
]
Remark = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=PRINTABLE)
]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=PRINTABLE)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ProjectCommand(BaseModel):
    """An act on a project as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: str


class ItemCommand(ProjectCommand):
    """An act on one approval item of a project."""

    item: ItemCode
    seen_version: Annotated[
        int | None,
        Field(description="Version of the item that the person saw; a newer one is a conflict."),
    ] = None


class AssignSteward(ProjectCommand):
    """Give the project its steward 项目管家."""

    act: Literal["assign_steward"] = "assign_steward"
    steward: Login


class OpenStage(ProjectCommand):
    """The lifecycle flow opens a stage: lead department, steward and enterprise are told once."""

    act: Literal["open_stage"] = "open_stage"
    stage: Key


class SendLeads(ProjectCommand):
    """Tell the utility of each line of a stage of a project that will need it 超前报装."""

    act: Literal["send_leads"] = "send_leads"
    stage: Key


class ReleaseBundle(ProjectCommand):
    """Issue the documents of a bundle together 多证齐发, or those granted when it cannot stay whole."""

    act: Literal["release_bundle"] = "release_bundle"
    bundle: Key
    numbers: Annotated[
        Mapping[ItemCode, Sentence],
        Field(description="Numbers by item; left out, the next ones of their kinds."),
    ] = {}


class CloseProject(ProjectCommand):
    """Close a project whose items are all finished."""

    act: Literal["close_project"] = "close_project"


class SubmitMaterial(ProjectCommand):
    """Hand in one paper; it serves every item of the project that asks for it."""

    act: Literal["submit_material"] = "submit_material"
    material: Key
    file_name: FileName
    sha256: Sha256


class Commitment(BaseModel):
    """A signed commitment 承诺书: what was promised, by whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Sentence
    signer: Sentence


#: A whole number stays one, and so does a truth: neither is read from a text.
Filled = (
    Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False)]
    | Annotated[Remark, Field(strict=True)]
)
FilledForm = Annotated[
    dict[Name, Filled],
    Field(max_length=100, description="Fields of the item's form, by key."),
]


class SubmitApplication(ItemCommand):
    """The applicant applies for an item, on the materials that the project holds."""

    act: Literal["submit_application"] = "submit_application"
    defer: tuple[Key, ...] = ()
    commitment: Commitment | None = None
    form: FilledForm = Field(default_factory=dict)


class AcceptApplication(ItemCommand):
    """Accept an application that is complete (or complete but for deferred materials)."""

    act: Literal["accept_application"] = "accept_application"


class RequestCorrection(ItemCommand):
    """Tell the applicant, once and completely, what has to be corrected (art. 32(4))."""

    act: Literal["request_correction"] = "request_correction"
    materials: Annotated[tuple[Key, ...], Field(min_length=1)]
    reason: Sentence
    override: Annotated[
        Remark,
        Field(description="Why the head of the department asks a second time; kept for ever."),
    ] = ""


class SupplyCorrection(ItemCommand):
    """The applicant declares the noticed corrections complete."""

    act: Literal["supply_correction"] = "supply_correction"
    form: Annotated[
        FilledForm | None,
        Field(description="The whole form filled in anew; left out, it stays as it is."),
    ] = None


class RefuseApplication(ItemCommand):
    """Refuse to accept for want of competence, naming who is competent (art. 32(2))."""

    act: Literal["refuse_application"] = "refuse_application"
    reason: Sentence
    competent_authority: Sentence


class ReferApplication(ItemCommand):
    """Hand the application on to the department that it belongs to 移送; the five days run on."""

    act: Literal["refer_application"] = "refer_application"
    department: Key
    reason: Sentence


class DeclareNotRequired(ItemCommand):
    """Tell the applicant at once that no licence is needed 不受理 (art. 32(1))."""

    act: Literal["declare_not_required"] = "declare_not_required"
    reason: Sentence


class FixOnTheSpot(ItemCommand):
    """A paper is put right on the spot 当场更正, without a notice of corrections (art. 32(3))."""

    act: Literal["fix_on_the_spot"] = "fix_on_the_spot"
    material: Key
    file_name: FileName
    sha256: Sha256
    note: Annotated[Remark, Field(description="What was put right.")] = ""


class DeemAccepted(ItemCommand):
    """Silence for five working days: accepted as of the day of receipt (art. 32(4))."""

    act: Literal["deem_accepted"] = "deem_accepted"


class RecordVerification(ItemCommand):
    """Record what two officers or more found when they verified it on the spot 实地核查 (art. 34)."""

    act: Literal["record_verification"] = "record_verification"
    officers: Annotated[tuple[Login, ...], Field(min_length=1, max_length=20)]
    finding: Sentence


class AcknowledgeLead(ItemCommand):
    """A utility says that it knows of the project, and whom the enterprise can ask."""

    act: Literal["acknowledge_lead"] = "acknowledge_lead"
    contact: Annotated[Sentence, Field(max_length=200)]


class AnswerLine(ItemCommand):
    """A utility answers its line of a joint application with its plan: the line is decided by it."""

    act: Literal["answer_line"] = "answer_line"
    plan: Sentence
    days: Annotated[int, Field(ge=0, le=365, description="Working days until it is connected.")]
    contact: Annotated[Sentence, Field(max_length=200)]
    to_red_line: Annotated[
        bool,
        Field(
            description="Whether the network reaches the red line of the parcel; where it does not, "
            "the public side builds up to it and pays."
        ),
    ]


class ConnectLine(ItemCommand):
    """A utility's line is connected, after the acceptance."""

    act: Literal["connect_line"] = "connect_line"
    connected_on: date


class ScheduleSiteVisit(ItemCommand):
    """Set the day of the one joint visit to the site 联合踏勘; everyone concerned is told once."""

    act: Literal["schedule_site_visit"] = "schedule_site_visit"
    scheduled_for: date


class RecordSiteVisit(ItemCommand):
    """Record that the joint visit was held: who was there for each department, what was found."""

    act: Literal["record_site_visit"] = "record_site_visit"
    held_on: date
    officers: Annotated[
        dict[Key, Annotated[tuple[Login, ...], Field(min_length=1, max_length=20)]],
        Field(min_length=1, max_length=50, description="Department → its officers who were there."),
    ]
    finding: Sentence


class AnswerConsultation(ItemCommand):
    """A consulted department answers: the one of whoever answers 反馈意见."""

    act: Literal["answer_consultation"] = "answer_consultation"
    agrees: bool
    opinion: Sentence


class DeemAgreed(ItemCommand):
    """Silence to the last day is taken as consent, where that is declared (R12)."""

    act: Literal["deem_agreed"] = "deem_agreed"


class RequireRectification(ItemCommand):
    """A part does not pass as it is: to be rectified 整改, or failed; with every point at once."""

    act: Literal["require_rectification"] = "require_rectification"
    verdict: Verdict
    points: Sentence


class ReportRectification(ItemCommand):
    """The applicant reports that every point was put right."""

    act: Literal["report_rectification"] = "report_rectification"
    note: Sentence


class ApproveItem(ItemCommand):
    """Grant the application 准予."""

    act: Literal["approve_item"] = "approve_item"
    comment: Remark = ""


class IssuePreliminaryOpinion(ItemCommand):
    """A preliminary opinion 初审意见, where a missing material may change the result."""

    act: Literal["issue_preliminary_opinion"] = "issue_preliminary_opinion"
    comment: Remark = ""


class DenyItem(ItemCommand):
    """Deny the application, with reasons; the remedies are stated by the document (art. 38)."""

    act: Literal["deny_item"] = "deny_item"
    reason: Sentence


class SuspendClock(ItemCommand):
    """Begin a special procedure: its time is not counted, its length is told in writing (art. 45)."""

    act: Literal["suspend_clock"] = "suspend_clock"
    procedure: SpecialProcedure
    planned_days: Annotated[int, Field(ge=1, le=365, description="Working days.")]


class ResumeClock(ItemCommand):
    """The result of the special procedure is in."""

    act: Literal["resume_clock"] = "resume_clock"
    result: Sentence


class ExtendLimit(ItemCommand):
    """Extend the limit once, before it expires, with the head's approval (art. 42)."""

    act: Literal["extend_limit"] = "extend_limit"
    reason: Sentence


class WithdrawApplication(ItemCommand):
    """The applicant takes the application back 撤件."""

    act: Literal["withdraw_application"] = "withdraw_application"
    reason: Remark = ""


class StartNewRound(ItemCommand):
    """Begin an item again after a round that ended without a result to build on."""

    act: Literal["start_new_round"] = "start_new_round"


class RecordMilestone(ItemCommand):
    """Record that a milestone or technical step happened, on its own date."""

    act: Literal["record_milestone"] = "record_milestone"
    happened_on: date
    note: Remark = ""
    form: FilledForm = Field(default_factory=dict)


class MakeUpMaterial(ItemCommand):
    """Hand in a deferred material 补齐."""

    act: Literal["make_up_material"] = "make_up_material"
    material: Key
    file_name: FileName
    sha256: Sha256


class VerifyMakeUp(ItemCommand):
    """The department verifies a made-up material: right closes the deficiency 销号, wrong returns it."""

    act: Literal["verify_make_up"] = "verify_make_up"
    material: Key
    correct: bool
    reason: Remark = ""


class VoidApproval(ItemCommand):
    """Void a conditional grant whose deficiency was not made good in time 作废."""

    act: Literal["void_approval"] = "void_approval"
    reason: Sentence


class ConfirmAfterReExamination(ItemCommand):
    """Confirm what was decided on the strength of an approval that was voided 重新审查后维持."""

    act: Literal["confirm_after_re_examination"] = "confirm_after_re_examination"
    reason: Sentence


class AppealVoiding(ItemCommand):
    """The applicant objects to a voiding 申诉."""

    act: Literal["appeal_voiding"] = "appeal_voiding"
    reason: Sentence


class DecideAppeal(ItemCommand):
    """The head of the department upholds the appeal, which corrects the voiding, or dismisses it."""

    act: Literal["decide_appeal"] = "decide_appeal"
    upheld: bool
    reason: Sentence


class ReinstateApproval(ItemCommand):
    """Restore a voided approval whose deficiencies were made good after all 恢复."""

    act: Literal["reinstate_approval"] = "reinstate_approval"
    reason: Sentence


class IssueDocument(ItemCommand):
    """Issue the numbered document of a granted item 证照批文."""

    act: Literal["issue_document"] = "issue_document"
    number: Annotated[
        Sentence | None,
        Field(description="Left out, it is the next one of its kind, region and year."),
    ] = None


class LapsePhase(ItemCommand):
    """Time: the next phase was not applied for within the period that was promised."""

    act: Literal["lapse_phase"] = "lapse_phase"


class RecordViolation(ItemCommand):
    """Record work beyond the permitted phase 超阶段施工: what was found, and when."""

    act: Literal["record_violation"] = "record_violation"
    happened_on: date
    finding: Sentence


class CompleteSupervision(ItemCommand):
    """Close a supervision task with what was done, found or handed over."""

    act: Literal["complete_supervision"] = "complete_supervision"
    number: Annotated[int, Field(ge=1, le=100_000, description="Number of the task.")]
    note: Sentence


class RecordDelivery(ItemCommand):
    """The document reached the applicant 送达 (art. 44)."""

    act: Literal["record_delivery"] = "record_delivery"
    method: Literal["pickup", "courier", "electronic"] = "electronic"


AnyItemCommand = (
    SubmitApplication
    | AcceptApplication
    | RequestCorrection
    | SupplyCorrection
    | RefuseApplication
    | ReferApplication
    | DeclareNotRequired
    | FixOnTheSpot
    | DeemAccepted
    | RecordVerification
    | AcknowledgeLead
    | AnswerLine
    | ConnectLine
    | ScheduleSiteVisit
    | RecordSiteVisit
    | AnswerConsultation
    | DeemAgreed
    | RequireRectification
    | ReportRectification
    | ApproveItem
    | IssuePreliminaryOpinion
    | DenyItem
    | SuspendClock
    | ResumeClock
    | ExtendLimit
    | WithdrawApplication
    | StartNewRound
    | RecordMilestone
    | MakeUpMaterial
    | VerifyMakeUp
    | VoidApproval
    | ConfirmAfterReExamination
    | AppealVoiding
    | DecideAppeal
    | ReinstateApproval
    | IssueDocument
    | RecordDelivery
    | LapsePhase
    | RecordViolation
    | CompleteSupervision
)
AnyProjectCommand = (
    AssignSteward | OpenStage | SendLeads | ReleaseBundle | CloseProject | SubmitMaterial
)
Command = Annotated[AnyProjectCommand | AnyItemCommand, Field(discriminator="act")]
